"""A search with facets and snippets, compared with the bare Tantivy calls that it needs."""

import datetime as dt
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import orjson
import tantivy
from tantivy import Occur, Query

from benchmarks.support.archives import made_up
from benchmarks.support.made_index import index_made_up, opened
from benchmarks.support.timing import medians, table
from search.analysis.analyzer import analyzer
from search.engines.tantivy.engine import TantivyEngine
from search.engines.tantivy.storage.generation import GenerationRecord
from search.engines.tantivy.storage.schema import open_index, slot_columns
from search.model.facets import VALUE_FACETS
from search.model.query import Filter, SearchQuery

__all__ = ["by_frequency", "next_of", "run"]

_ARTICLES = 100_000
_ROUNDS = 25


def run() -> str:
    """Index made-up articles, measure, and return the table."""
    folder = Path(tempfile.mkdtemp())
    try:
        index = index_made_up(folder, _ARTICLES)
        return _measure(
            opened(index),
            _BareSearch(*index),
            by_frequency(),
        )
    finally:
        shutil.rmtree(folder)


def by_frequency() -> list[str]:
    """Return the words of made-up articles, most frequent first."""
    counts: dict[str, int] = {}
    for article in made_up(2000):
        for word in set(article.body.lower().replace(".", "").split()):
            counts[word] = counts.get(word, 0) + 1
    return sorted(counts, key=lambda word: (-counts[word], word))


def _measure(engine: TantivyEngine, bare: "_BareSearch", words: list[str]) -> str:
    dice = random.Random(2)
    common = [word for word in words[:400] if len(word) > 4][: _ROUNDS * 2]  # without stop words
    rare = [word for word in words[2000:2400] if len(word) > 4]  # as above
    region = Filter("region", "Region 1")
    # Warm-up: a server has cached most words after a few hundred searches.
    for word in rare[_ROUNDS + 1 :]:
        engine.search(SearchQuery(text=word))
        bare.search(SearchQuery(text=word))
    # Every query is new, so the engine's caches do not help; the third column repeats it.
    kinds: dict[str, list[SearchQuery]] = {
        "all articles up to varying days": [
            SearchQuery(last_day=dt.date(2024, 12, 30) - dt.timedelta(days=days))
            for days in range(_ROUNDS + 1)
        ],
        "a common word": [SearchQuery(text=word) for word in common[: _ROUNDS + 1]],
        "a rarer word": [SearchQuery(text=word) for word in rare[: _ROUNDS + 1]],
        "two words": [
            SearchQuery(text=" ".join(dice.sample(common, 2))) for _ in range(_ROUNDS + 1)
        ],
        "a common word, one region": [
            SearchQuery(text=word, filters=(region,)) for word in common[: _ROUNDS + 1]
        ],
    }
    rows = []
    for name, queries in kinds.items():
        rounds = len(queries) - 1
        tasks: dict[str, Callable[[], object]] = {
            "bare": partial(next_of, bare.search, iter(queries)),
            "ours": partial(next_of, engine.search, iter(queries)),
            "repeated": partial(next_of, engine.search, iter(queries)),
        }
        took = medians(tasks, rounds)
        ratio = took["ours"] / took["bare"]
        rows.append(
            [
                name,
                f"{took['bare']:.2f}",
                f"{took['ours']:.2f}",
                f"{ratio:.2f}",
                f"{took['repeated']:.2f}",
            ]
        )
    head = ["query", "bare calls, ms", "engine, ms", "ratio", "engine, repeated query, ms"]
    return (
        f"## Searching ({_ARTICLES:,} made-up articles, seven facets, ten snippets; after 200 "
        "other searches)\n\n" + table(head, rows)
    )


def next_of(search: Callable[[SearchQuery], object], queries: Iterator[SearchQuery]) -> None:
    """Search for the next query."""
    search(next(queries))


class _BareSearch:
    """The minimal Tantivy calls: ten hits with snippets, one aggregation and one per selection."""

    def __init__(self, directory: Path, record: GenerationRecord) -> None:
        index = open_index(str(directory / "index"))
        self._schema = index.schema
        self._searcher = index.searcher()
        self._columns = {
            facet.name: slot_columns(facet.name, record.most_values[facet.name])
            for facet in VALUE_FACETS
        }

    def search(self, query: SearchQuery) -> None:
        """Make the calls for one query."""
        schema, searcher = self._schema, self._searcher
        stems = [analyzer("en").stem(word) for word in query.text.split()]
        words = [(Occur.Must, Query.term_query(schema, "text", stem, "freq")) for stem in stems]
        words = words or [(Occur.Must, Query.all_query())]
        filters = [
            (Occur.Must, Query.term_set_query(schema, selection.facet, [selection.value]))
            for selection in query.filters
        ]
        if query.last_day:
            day = int(query.last_day.isoformat().replace("-", ""))
            filters.append(
                (Occur.Must, Query.range_query(schema, "day", tantivy.FieldType.Unsigned, 0, day))
            )
        whole = Query.boolean_query(words + filters)
        order = None if stems else "sort_key"
        addresses = [
            address
            for _, address in searcher.search(
                whole, limit=10, count=True, order_by_field=order
            ).hits
        ]
        texts = [
            orjson.loads(searcher.doc(address).to_dict()["article"][0])["body"]
            for address in addresses
        ]
        snippets = tantivy.SnippetGenerator.create(searcher, whole, schema, "text")
        for text in texts:
            document = tantivy.Document()
            document.add_text("text", text)
            snippets.snippet_from_doc(document).to_html()
        selected = {selection.facet for selection in query.filters}
        open_columns = [
            column
            for name, columns in self._columns.items()
            if name not in selected
            for column in columns
        ]
        _aggregate(searcher, whole, [*open_columns, "month"])
        for name in selected:
            _aggregate(searcher, Query.boolean_query(words), self._columns[name])


def _aggregate(searcher: tantivy.Searcher, query: Query, columns: list[str]) -> None:
    terms = {
        column: {"terms": {"field": column, "size": 100_000, "segment_size": 100_000}}
        for column in columns
    }
    searcher.aggregate(query, terms)
