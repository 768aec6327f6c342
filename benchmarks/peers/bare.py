"""Bare tantivy-py: the calls that a shown answer needs, and nothing else.

It is the limit that Dateline is measured against: no query language, no relaxation or corrections,
no links, no HTTP. Its schema is the cheapest one that was found: one single-valued column per value
of an article, one field of stems for words, one of exact words with positions for phrases.
"""

import shutil
import time
from binascii import b2a_base64
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import orjson
import tantivy
from tantivy import Occur, Query

from benchmarks.peers.processes import folder_bytes
from benchmarks.peers.request import FACETS, HITS, VALUES, Answer, Request
from search.analysis.analyzer import analyzer

__all__ = ["BareTantivy"]

_SLOTS = {"region": 3, "theme": 4, "author": 1, "source": 1, "language": 1}
_HEAP = 400_000_000
_FIRST = 100
"""Values that each segment hands over per column. Few enough to be cheap; whether the first ten are
then exact is not checked, so that this is a lower bound."""


@dataclass
class BareTantivy:
    """An index of the same articles, searched in this process."""

    folder: Path
    name: str = "tantivy"
    threads: int = 2

    @property
    def title(self) -> str:
        """The name and version."""
        return f"bare tantivy-py {version('tantivy')} (no HTTP)"

    def load(self, source: Path, _: int) -> float:
        """Add all articles with `add_json`, parsed and encoded here; return the seconds."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        started = time.perf_counter()
        writer = tantivy.Index(_schema(), path=str(self.folder)).writer(_HEAP, self.threads)
        with source.open("rb") as lines:
            for line in lines:
                writer.add_json(_document(line))
        writer.commit()
        writer.wait_merging_threads()
        return time.perf_counter() - started

    def start(self) -> None:
        """Open the index."""
        index = tantivy.Index.open(str(self.folder))
        self.schema = index.schema
        self.searcher = index.searcher()
        self.more = [name for name in ("region", "theme", "author") if self._has_more(name)]

    def _has_more(self, name: str) -> bool:
        return bool(self._count(Query.all_query(), [f"{name}_more"])[name])

    def stop(self) -> None:
        """Do nothing: the index is closed with the process."""

    def processes(self) -> list[int]:
        """Return nothing: there is no service."""
        return []

    def disk(self) -> int:
        """Return the size of the index."""
        return folder_bytes(self.folder)

    def answers(self, _: Request) -> bool:
        """Return True: relaxation and corrections have calls that come near."""
        return True

    def document_counts(self) -> tuple[dict[str, int], dict[str, int]]:
        """Return how many articles have each word, and each stem."""
        exact, stems = (
            dict(self.searcher.terms_with_prefix(field, "")) for field in ("exact", "text")
        )
        return exact, stems

    def prepare(self, request: Request) -> Callable[[], Any]:
        """Return the calls for a search."""
        return partial(self._search, request)

    def read(self, raw: Answer, _: Request) -> Answer:
        """Return the answer, which needs no parsing."""
        return raw

    def _search(self, request: Request) -> Answer:
        text = self._text(request)
        conditions = self._days(request)
        filters = {
            name: (
                Occur.Must,
                Query.const_score_query(Query.term_query(self.schema, name, value, "basic"), 0.0),
            )
            for name, value in request.filters
        }
        whole = _all([*text, *conditions, *filters.values()])
        if request.browse:
            return Answer(0, _top(self._count(whole, self._columns(request.browse), 100), 100))
        newest = request.newest or not request.has_text
        hits = self.searcher.search(
            whole,
            limit=HITS,
            offset=(request.page - 1) * HITS,
            count=False,
            order_by_field="day" if newest else None,
        ).hits
        bodies = [self._body(address) for _, address in hits]
        if request.has_text:
            self._highlight(request, whole, bodies)
        open_columns = [
            column for name in FACETS if name not in filters for column in self._columns(name)
        ]
        facets = self._count(whole, open_columns)
        for name in filters:
            others = [each for other, each in filters.items() if other != name]
            facets |= self._count(_all([*text, *conditions, *others]), self._columns(name))
        # Every article has one year, so nothing else need count the matches.
        return Answer(sum(facets["year"].values()), _top(facets, VALUES), len(bodies))

    def _body(self, address: tantivy.DocAddress) -> str:
        article: dict[str, Any] = orjson.loads(self.searcher.doc(address).to_dict()["article"][0])
        return str(article.get("body", ""))

    def _text(self, request: Request) -> list[tuple[Occur, Query]]:
        schema, stem = self.schema, analyzer("en").stem
        parts = [
            (Occur.Must, Query.term_query(schema, "text", stem(word), "freq"))
            for word in request.words
        ]
        if request.relaxed:
            parts = [(Occur.Should, query) for _, query in parts]
        if request.misspelt:
            fuzzy = [Query.fuzzy_term_query(schema, "exact", word) for word in request.words]
            parts = [(Occur.Must, query) for query in fuzzy]
        if request.phrase:
            parts.append((Occur.Must, Query.phrase_query(schema, "exact", [*request.phrase])))
        if request.prefix:
            parts.append((Occur.Must, Query.regex_query(schema, "exact", f"{request.prefix}.*")))
        if request.excluded:
            excluded = Query.term_query(schema, "text", stem(request.excluded), "freq")
            parts.append((Occur.MustNot, excluded))
        return parts

    def _days(self, request: Request) -> list[tuple[Occur, Query]]:
        if not (request.first_day or request.last_day):
            return []
        first = int(f"{request.first_day:%Y%m%d}") if request.first_day else 0
        last = int(f"{request.last_day:%Y%m%d}") if request.last_day else 99_999_999
        kind = tantivy.FieldType.Unsigned
        days = Query.range_query(self.schema, "day", kind, first, last)
        return [(Occur.Must, Query.const_score_query(days, 0.0))]

    def _highlight(self, request: Request, whole: Query, bodies: list[str]) -> None:
        is_exact = request.phrase or request.prefix or request.misspelt
        field = "exact" if is_exact else "text"
        snippets = tantivy.SnippetGenerator.create(self.searcher, whole, self.schema, field)
        for body in bodies:
            document = tantivy.Document()
            document.add_text(field, body)
            snippets.snippet_from_doc(document).to_html()

    def _columns(self, name: str) -> list[str]:
        if name == "year":
            return ["year"]
        slots = [f"{name}_{slot}" for slot in range(_SLOTS[name])]
        return [*slots, f"{name}_more"] if name in self.more else slots

    def _count(
        self, query: Query, columns: list[str], first: int = _FIRST
    ) -> dict[str, dict[Any, int]]:
        asked = {
            column: {"terms": {"field": column, "size": first, "segment_size": first}}
            for column in columns
        }
        counts: dict[str, dict[Any, int]] = {}
        for column, content in self.searcher.aggregate(query, asked).items():
            facet = counts.setdefault(column.rpartition("_")[0] or column, {})
            for bucket in content["buckets"]:
                if bucket["key"] != "":
                    facet[bucket["key"]] = facet.get(bucket["key"], 0) + int(bucket["doc_count"])
        return counts


def _top(counts: dict[str, dict[Any, int]], values: int) -> dict[str, list[int]]:
    return {name: sorted(facet.values(), reverse=True)[:values] for name, facet in counts.items()}


def _all(parts: list[tuple[Occur, Query]]) -> Query:
    if not parts:
        return Query.all_query()
    return Query.boolean_query(parts) if len(parts) > 1 else parts[0][1]


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("article", stored=True)
    builder.add_text_field("text", tokenizer_name="en_stem", index_option="freq")
    builder.add_text_field("exact", tokenizer_name="default", index_option="position")
    for name, slots in _SLOTS.items():
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
        for slot in (*map(str, range(slots)), "more"):
            builder.add_text_field(
                f"{name}_{slot}", tokenizer_name="raw", index_option="basic", fast=True
            )
    builder.add_unsigned_field("year", fast=True)
    builder.add_unsigned_field("day", indexed=True, fast=True)
    return builder.build()


def _document(line: bytes) -> str:
    article = orjson.loads(line)
    day = article["published"][:10]
    texts = [
        article.get("title", ""),
        article.get("deck", ""),
        article.get("body", ""),
        *article.get("authors", []),
    ]
    columns: dict[str, Any] = {
        "id": article["id"],
        "article": b2a_base64(line, newline=False).decode("ascii"),
        "text": texts,
        "exact": texts,
        "year": int(day[:4]),
        "day": int(day.replace("-", "")),
    }
    for name, slots in _SLOTS.items():
        value = article.get(FACETS[name], "en" if name == "language" else [])
        values = value if isinstance(value, list) else [value] if value else []
        columns[name] = values
        columns |= {
            f"{name}_{slot}": values[slot] if slot < len(values) else "" for slot in range(slots)
        }
        if len(values) > slots:
            columns[f"{name}_more"] = values[slots:]
    return orjson.dumps(columns).decode()
