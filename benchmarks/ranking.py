"""Ranking on judged collections: Dateline over HTTP, Lucene's BM25 and stock Tantivy.

Run `python -m benchmarks.ranking`.
"""

import http.client
import json
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import bm25s
import orjson
import Stemmer
import tantivy

from benchmarks.serving import start, stop
from benchmarks.support.archives import REUTERS
from benchmarks.support.timing import table
from search.engines import open_configured
from search.settings.all_tables import Settings
from tests.engine.relevance import PLACES, cases, missed

__all__ = ["Collection", "collections", "ndcg", "run"]

JUDGED = REUTERS.parent / "judged"
SAMPLE = Path(__file__).resolve().parent.parent / "indexer" / "sample"
_DEPTH = 10
_MAX_QUERY_LENGTH = 1000


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents, topics as typed, and relevance judgements: `judgements[topic][document]`."""

    name: str
    documents: list[dict[str, object]]
    topics: dict[str, str]
    judgements: dict[str, dict[str, int]]

    def mean_ndcg(self, search: Callable[[str], list[str]]) -> float:
        """Return the mean nDCG@10 of the ids that a search returns for each topic."""
        return sum(
            ndcg(search(self.topics[topic]), judged) for topic, judged in self.judgements.items()
        ) / len(self.judgements)


def ndcg(ids: list[str], judged: Mapping[str, int]) -> float:
    """Return the normalised discounted cumulative gain of the first ten ids.

    As in Järvelin & Kekäläinen 2002; the gain is the judgement.
    """
    ideal = sorted(judged.values(), reverse=True)[:_DEPTH]
    gains = [judged.get(document, 0) for document in ids[:_DEPTH]]
    best = _discounted(ideal)
    return _discounted(gains) / best if best else 0.0


def _discounted(gains: list[int]) -> float:
    return sum(gain / math.log2(place + 2) for place, gain in enumerate(gains))


def collections(folder: Path = JUDGED) -> Iterator[Collection]:
    """Yield the judged collections, if they exist."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        judgements: dict[str, dict[str, int]] = {}
        for line in (path / "qrels.tsv").read_text("utf-8").splitlines()[1:]:
            topic, document, relevance = line.split("\t")
            if int(relevance) > 0:
                judgements.setdefault(topic, {})[document] = int(relevance)
        queries = _lines(path / "queries.jsonl")
        topics = {str(query["id"]): str(query["text"]) for query in queries}
        yield Collection(path.name, _lines(path / "docs.jsonl"), topics, judgements)


def _lines(path: Path) -> list[dict[str, object]]:
    return [orjson.loads(line) for line in path.read_bytes().splitlines() if line.strip()]


def run() -> str:
    """Measure each collection, and return the table."""
    rows = []
    ratios = []
    for collection in collections():
        plain, ours = dateline(collection, meaning="off"), dateline(collection, meaning="on")
        lucene, stock = (
            collection.mean_ndcg(lucene_search(collection)),
            collection.mean_ndcg(stock_search(collection)),
        )
        ratios.append((plain / max(lucene, stock), ours / max(lucene, stock)))
        figures = [f"{figure:.3f}" for figure in (plain, ours, lucene, stock)]
        rows.append([collection.name, *figures, *(f"{ratio:.2f}" for ratio in ratios[-1])])
    if not rows:
        return "## Ranking\n\nThe judged collections do not exist, so nothing was measured.\n"
    means = [f"{sum(column) / len(column):.3f}" for column in zip(*ratios, strict=True)]
    rows.append(["mean ratio", "", "", "", "", *means])
    head = [
        "nDCG@10",
        "Dateline",
        "with meaning",
        "Lucene-like BM25",
        "stock Tantivy",
        "ratio to the better",
        "with meaning",
    ]
    return (
        "## Ranking (judged collections, by HTTP, topics as typed, default settings)\n\n"
        + table(head, rows)
        + "\n"
        + suite()
    )


def suite() -> str:
    """Count the cases of tests/engine/relevance that find their article, and list the others."""
    lines = []
    for archive, source in (("sample", SAMPLE), ("reuters", REUTERS)):
        os.environ["DATELINE_RANKING_MEANING"] = "off"
        with tempfile.TemporaryDirectory() as name:
            build = [sys.executable, "-m", "indexer", "rebuild", str(source), "--data", name]
            subprocess.run(build, check=False, capture_output=True)
            engine = open_configured(
                Settings().changed(data=name, ranking={"meaning": "off"})
            ).current()
            ids = (
                {article.origin.removesuffix(".txt"): article.id for article in engine.articles()}
                if archive == "sample"
                else {}
            )
            failures = list(missed(engine, archive, ids))
        number = len(cases(archive))
        lines.append(
            f"Hand-made cases, {archive}: {number - len(failures)} of {number} in the first "
            f"{PLACES[archive]}."
        )
        lines += [f"- {failure}" for failure in failures]
    return "\n".join(lines) + "\n"


def dateline(collection: Collection, meaning: str) -> float:
    """Index and serve a collection, search all topics over HTTP, and return the mean nDCG.

    `meaning` is "on" or "off".
    """
    os.environ["DATELINE_RANKING_MEANING"] = meaning
    with tempfile.TemporaryDirectory() as name:
        source = Path(name, "documents.jsonl")
        source.write_bytes(b"\n".join(map(orjson.dumps, as_articles(collection))))
        build = [sys.executable, "-m", "indexer", "rebuild", str(source), "--data", name]
        subprocess.run(build, check=False, capture_output=True)
        process, port, _ = start(name)
        connection = http.client.HTTPConnection("127.0.0.1", port)

        def search(text: str) -> list[str]:
            connection.request("GET", f"/api/v1/search?q={quote(text[:_MAX_QUERY_LENGTH])}")
            return [hit["id"] for hit in json.loads(connection.getresponse().read())["hits"]]

        try:
            return collection.mean_ndcg(search)
        finally:
            stop(process)


def as_articles(collection: Collection) -> Iterator[dict[str, object]]:
    """Yield a collection's documents as articles, all of the same day."""
    for document in collection.documents:
        yield {
            key: document.get(key) or empty
            for key, empty in (("id", ""), ("title", ""), ("body", ""), ("authors", []))
        } | {"published": "1970-01-01"}


def _text(document: dict[str, object]) -> str:
    return f"{document.get('title', '')} {document.get('body', '')}"


def lucene_search(collection: Collection) -> Callable[[str], list[str]]:
    """Return a BM25 search with the parameters usual in the literature: k1 0.9, b 0.4, any word."""
    stemmer = Stemmer.Stemmer("english")
    texts = [_text(document) for document in collection.documents]
    retriever = bm25s.BM25(k1=0.9, b=0.4, method="lucene")
    retriever.index(
        bm25s.tokenize(texts, stopwords="en", stemmer=stemmer, show_progress=False),
        show_progress=False,
    )

    def search(text: str) -> list[str]:
        words = bm25s.tokenize([text], stopwords="en", stemmer=stemmer, show_progress=False)
        hits, _ = retriever.retrieve(words, k=min(_DEPTH, len(texts)), show_progress=False)
        return [str(collection.documents[place]["id"]) for place in hits[0]]

    return search


def stock_search(collection: Collection) -> Callable[[str], list[str]]:
    """Return a search with Tantivy's own query parser and English stemmer; any word may match."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", tokenizer_name="raw", stored=True)
    builder.add_text_field("text", tokenizer_name="en_stem")
    index = tantivy.Index(builder.build())
    writer = index.writer()
    for document in collection.documents:
        writer.add_document(tantivy.Document(id=str(document["id"]), text=_text(document)))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def search(text: str) -> list[str]:
        query, _ = index.parse_query_lenient(text, ["text"])
        return [
            str(searcher.doc(address)["id"][0])
            for _, address in searcher.search(query, _DEPTH).hits
        ]

    return search


if __name__ == "__main__":
    print(run())
