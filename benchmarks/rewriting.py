"""The cost of query rewriting, of rescoring by meaning and of suggestions; all queries are new."""

import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median, quantiles

import tantivy

from benchmarks.support.archives import made_up
from benchmarks.support.timing import table
from search.analysis.analyzer import analyzer
from search.engines import open_store
from search.engines.tantivy.fast_fields import TantivyColumns
from search.engines.tantivy.storage.schema import open_index
from search.index.document import PreparedDocument, index_document
from search.model.query import SearchQuery
from search.query.synonyms import read_synonyms
from search.ranking.rescorer import RESCORE_WINDOW, Rescorer
from search.ranking.tuning import Tuning

__all__ = ["run"]

_ARTICLES = 100_000
_QUERIES = 300


def run() -> str:
    """Index made-up articles with vectors, measure, and return the table."""
    with tempfile.TemporaryDirectory() as name:
        store = open_store(
            "tantivy", Path(name), Tuning(synonyms=read_synonyms("default"), with_meaning=True)
        )
        generation, writer = store.create()
        words: dict[str, None] = {}
        for article in made_up(_ARTICLES):
            document = index_document(article)
            writer.add(
                PreparedDocument(article.id, document.fingerprint, 0, store.encode(document))
            )
            if len(words) < _QUERIES * 2:
                words.update(dict.fromkeys(article.title.lower().split()))
        writer.commit({})
        engine = store.open(generation)
        typed = list(words)
        queries = [f"{one} {other}" for one, other in zip(typed[::2], typed[1::2], strict=False)]
        engine.search(SearchQuery(text="zzz"))
        engine.suggest("zzz", 10)
        rows = [
            _row(
                "rewriting a query of two words",
                lambda q: engine.understand(SearchQuery(text=q)),
                queries,
            ),
            _row(
                "rescoring 200 hits by meaning",
                _rescorer(Path(name, "generations", generation), queries),
                queries,
            ),
            _row(
                "suggestions for two letters",
                lambda q: engine.suggest(q, 10),
                {word[:2] for word in typed},
            ),
            _row(
                "suggestions for four letters",
                lambda q: engine.suggest(q, 10),
                {word[:4] for word in typed},
            ),
            _row(
                "suggestions for a word and two letters",
                lambda q: engine.suggest(q, 10),
                {q[:-3] for q in queries},
            ),
        ]
    head = ["", "median, ms", "95th percentile, ms"]
    return f"## Query rewriting and suggestions ({_ARTICLES:,} made-up articles)\n\n" + table(
        head, rows
    )


def _rescorer(directory: Path, queries: list[str]) -> Callable[[str], object]:
    """Return a function that only rescores 200 hits, found in advance for a query's first word."""
    index = open_index(str(directory / "index"))
    searcher = index.searcher()
    rescorer = Rescorer(with_meaning=True, half_life=0)
    columns = TantivyColumns(searcher)
    stem = analyzer("en").stem
    hits = {
        text: searcher.search(
            tantivy.Query.term_query(index.schema, "text", stem(text.split()[0]), "freq"),
            limit=RESCORE_WINDOW,
            count=False,
        ).hits
        for text in queries
    }
    return lambda text: rescorer.rescore(text, hits[text], columns)


def _row(label: str, task: Callable[[str], object], texts: Iterable[str]) -> list[str]:
    times = []
    for text in sorted(texts):
        started = time.perf_counter()
        task(text)
        times.append((time.perf_counter() - started) * 1000)
    return [label, f"{median(times):.2f}", f"{quantiles(times, n=20)[-1]:.2f}"]
