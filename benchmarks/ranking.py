"""Ranking on judged collections: Dateline by its own HTTP API beside Lucene's BM25 and stock Tantivy, `python -m benchmarks.ranking`."""

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
from search.settings.tables import Settings
from tests.engine.relevance import PLACES, cases, missed

__all__ = ["Collection", "collections", "ndcg", "run"]

JUDGED = REUTERS.parent / "judged"
SAMPLE = Path(__file__).resolve().parent.parent / "indexer" / "sample"
_DEPTH = 10
# A search's words are at most this many characters.
_MAX_LENGTH = 1000


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents, topics as they were typed, and how relevant documents are to topics: `judgements[topic][document]`."""

    name: str
    documents: list[dict[str, object]]
    topics: dict[str, str]
    judgements: dict[str, dict[str, int]]

    def mean_ndcg(self, search: Callable[[str], list[str]]) -> float:
        """Return the mean nDCG@10 of the ids that a search finds for each topic."""
        return sum(
            ndcg(search(self.topics[topic]), judged) for topic, judged in self.judgements.items()
        ) / len(self.judgements)


def ndcg(found: list[str], judged: Mapping[str, int]) -> float:
    """Return the normalised discounted cumulative gain of the first ten (Järvelin & Kekäläinen 2002; the gain is the judgement)."""
    ideal = sorted(judged.values(), reverse=True)[:_DEPTH]
    reached = [judged.get(each, 0) for each in found[:_DEPTH]]
    best = _discounted(ideal)
    return _discounted(reached) / best if best else 0.0


def _discounted(gains: list[int]) -> float:
    return sum(gain / math.log2(place + 2) for place, gain in enumerate(gains))


def collections(folder: Path = JUDGED) -> Iterator[Collection]:
    """Read the judged collections, where they are."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        judgements: dict[str, dict[str, int]] = {}
        for line in (path / "qrels.tsv").read_text("utf-8").splitlines()[1:]:
            topic, document, relevance = line.split("\t")
            if int(relevance) > 0:
                judgements.setdefault(topic, {})[document] = int(relevance)
        topics = {str(each["id"]): str(each["text"]) for each in _lines(path / "queries.jsonl")}
        yield Collection(path.name, _lines(path / "docs.jsonl"), topics, judgements)


def _lines(path: Path) -> list[dict[str, object]]:
    return [orjson.loads(line) for line in path.read_bytes().splitlines() if line.strip()]


def run() -> str:
    """Measure each collection and return the table."""
    rows = []
    ratios = []
    for collection in collections():
        plain, ours = dateline(collection, meaning="off"), dateline(collection, meaning="on")
        lucene, stock = (
            collection.mean_ndcg(lucene_search(collection)),
            collection.mean_ndcg(stock_search(collection)),
        )
        ratios.append((plain / max(lucene, stock), ours / max(lucene, stock)))
        figures = [f"{each:.3f}" for each in (plain, ours, lucene, stock)]
        rows.append([collection.name, *figures, *(f"{each:.2f}" for each in ratios[-1])])
    if not rows:
        return "## Ranking\n\nThe judged collections are not beside the checkout, so nothing was measured.\n"
    means = [f"{sum(each) / len(each):.3f}" for each in zip(*ratios, strict=True)]
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
    """Count the hand-made cases of tests/engine/relevance that find their article, and name those that do not."""
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
                {each.origin.removesuffix(".txt"): each.id for each in engine.articles()}
                if archive == "sample"
                else {}
            )
            wrong = list(missed(engine, archive, ids))
        number = len(cases(archive))
        lines.append(
            f"Hand-made cases, {archive}: {number - len(wrong)} of {number} in the first {PLACES[archive]}."
        )
        lines += [f"- {each}" for each in wrong]
    return "\n".join(lines) + "\n"


def dateline(collection: Collection, meaning: str) -> float:
    """Index a collection, serve it and ask all topics over HTTP, with `meaning` on or off."""
    os.environ["DATELINE_RANKING_MEANING"] = meaning
    with tempfile.TemporaryDirectory() as name:
        source = Path(name, "documents.jsonl")
        source.write_bytes(b"\n".join(map(orjson.dumps, as_articles(collection))))
        build = [sys.executable, "-m", "indexer", "rebuild", str(source), "--data", name]
        subprocess.run(build, check=False, capture_output=True)
        process, port, _ = start(name)
        connection = http.client.HTTPConnection("127.0.0.1", port)

        def search(text: str) -> list[str]:
            connection.request("GET", f"/api/v1/search?q={quote(text[:_MAX_LENGTH])}")
            return [hit["id"] for hit in json.loads(connection.getresponse().read())["hits"]]

        try:
            return collection.mean_ndcg(search)
        finally:
            stop(process)


def as_articles(collection: Collection) -> Iterator[dict[str, object]]:
    """Make articles of a collection's documents; those without a day are of the first one."""
    for each in collection.documents:
        yield {
            key: each.get(key) or empty
            for key, empty in (("id", ""), ("title", ""), ("body", ""), ("authors", []))
        } | {"published": "1970-01-01"}


def lucene_search(collection: Collection) -> Callable[[str], list[str]]:
    """Return a search by BM25 as Lucene has it by default in the literature: k1 0.9, b 0.4, any word may match."""
    stemmer = Stemmer.Stemmer("english")
    texts = [f"{each.get('title', '')} {each.get('body', '')}" for each in collection.documents]
    retriever = bm25s.BM25(k1=0.9, b=0.4, method="lucene")
    retriever.index(
        bm25s.tokenize(texts, stopwords="en", stemmer=stemmer, show_progress=False),
        show_progress=False,
    )

    def search(text: str) -> list[str]:
        words = bm25s.tokenize([text], stopwords="en", stemmer=stemmer, show_progress=False)
        found, _ = retriever.retrieve(words, k=min(_DEPTH, len(texts)), show_progress=False)
        return [str(collection.documents[place]["id"]) for place in found[0]]

    return search


def stock_search(collection: Collection) -> Callable[[str], list[str]]:
    """Return a search by Tantivy's own query parser over its English stems, any word may match."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", tokenizer_name="raw", stored=True)
    builder.add_text_field("text", tokenizer_name="en_stem")
    index = tantivy.Index(builder.build())
    writer = index.writer()
    for each in collection.documents:
        writer.add_document(
            tantivy.Document(
                id=str(each["id"]), text=f"{each.get('title', '')} {each.get('body', '')}"
            )
        )
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
