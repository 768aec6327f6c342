"""Exact facet counts from Tantivy's aggregations."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import tantivy

from search.engines.tantivy.storage.schema import NO_VALUE, SLOTS, slot_columns
from search.errors import IndexDamaged
from search.model.facets import VALUE_FACETS

__all__ = [
    "MONTHS",
    "TantivyCounts",
    "TantivyIndexCounts",
    "languages_in",
    "most_values_in",
    "number_of_hits",
]

MONTHS = "month"
_DAYS = "day"
# Above every cardinality, so that no segment cuts its list: counts are then exact (checked in `_buckets`).
_ALL_VALUES = 10_000_000


class TantivyCounts:
    """Counts values over the matches of a query; `most_values` is the largest number one article has, by facet."""

    def __init__(self, searcher: tantivy.Searcher, most_values: Mapping[str, int]) -> None:
        self._searcher = searcher
        self._columns = {
            facet.name: slot_columns(facet.name, most_values.get(facet.name, 0))
            for facet in VALUE_FACETS
        }

    def values(
        self, query: tantivy.Query, facets: Iterable[str], *, months: bool = False
    ) -> dict[str, dict[Any, int]]:
        """Count the values of several facets in one pass; with `months` also matches by month (`yyyymm`)."""
        names = list(facets)
        columns = [column for name in names for column in self._columns[name]]
        if months:
            columns.append(MONTHS)
        if not columns:
            return {name: {} for name in names}
        found = self._searcher.aggregate(query, {column: _terms(column) for column in columns})
        counts = {name: self._joined(found, name) for name in names}
        if months:
            counts[MONTHS] = _buckets(found, MONTHS)
        return counts

    def with_value(self, query: tantivy.Query, facet: str) -> int:
        """Count the matches that have any value of a facet."""
        if not self._columns[facet]:
            return 0
        first = self._columns[facet][0]
        counts = _buckets(self._searcher.aggregate(query, {first: _terms(first)}), first)
        return sum(count for value, count in counts.items() if value != NO_VALUE)

    def days(self, query: tantivy.Query) -> dict[int, int]:
        """Count matches by day (`yyyymmdd`)."""
        return _buckets(self._searcher.aggregate(query, {_DAYS: _terms(_DAYS)}), _DAYS)

    def _joined(self, found: dict[str, Any], name: str) -> dict[Any, int]:
        counts: dict[Any, int] = {}
        for column in self._columns[name]:
            in_column = _buckets(found, column)
            if counts:
                for value, count in in_column.items():
                    counts[value] = counts.get(value, 0) + count
            else:
                counts = in_column
        counts.pop(NO_VALUE, None)
        return counts


class TantivyIndexCounts:
    """The IndexCounts of search/index/consistency.py; `found_with` makes the query for a facet's value."""

    def __init__(
        self,
        searcher: tantivy.Searcher,
        counts: TantivyCounts,
        found_with: Callable[[str, str], tantivy.Query],
    ) -> None:
        self._searcher = searcher
        self._counts = counts
        self._found_with = found_with

    def articles(self) -> int:
        """Count the articles."""
        return self._searcher.num_docs

    def articles_by_month(self) -> int:
        """Add up the counts of all months."""
        return sum(self._counts.values(tantivy.Query.all_query(), [], months=True)[MONTHS].values())

    def values(self) -> Mapping[str, Mapping[str, int]]:
        """Count every value of every facet."""
        return self._counts.values(
            tantivy.Query.all_query(), [facet.name for facet in VALUE_FACETS]
        )

    def hits(self, values: Sequence[tuple[str, str]]) -> Sequence[int]:
        """Count the articles that are found with each of these values."""
        return [
            number_of_hits(self._searcher, self._found_with(name, value)) for name, value in values
        ]


def number_of_hits(searcher: tantivy.Searcher, query: tantivy.Query) -> int:
    """Count the matches of a query."""
    # Every article has a day; counting the column is half the price of collecting hits.
    found = searcher.aggregate(query, {"articles": {"value_count": {"field": _DAYS}}})
    return int(found["articles"]["value"])


def languages_in(searcher: tantivy.Searcher) -> tuple[str, ...]:
    """Name the languages of all articles, most frequent first."""
    counts = TantivyCounts(searcher, {"language": 1}).values(
        tantivy.Query.all_query(), ["language"]
    )["language"]
    return tuple(sorted(counts, key=lambda language: (-counts[language], language)))


def most_values_in(searcher: tantivy.Searcher) -> dict[str, int]:
    """Return how many values of each facet one article has at most; one above its slots stands for any more."""
    columns = {facet: slot_columns(facet, slots + 1) for facet, slots in SLOTS.items()}
    asked = {column: _terms(column) for names in columns.values() for column in names}
    found = searcher.aggregate(tantivy.Query.all_query(), asked)
    return {
        facet: sum(any(value != NO_VALUE for value in _buckets(found, column)) for column in names)
        for facet, names in columns.items()
    }


def _terms(column: str) -> dict[str, Any]:
    return {"terms": {"field": column, "size": _ALL_VALUES, "segment_size": _ALL_VALUES}}


def _buckets(found: dict[str, Any], column: str) -> dict[Any, int]:
    answer = found[column]
    if answer.get("doc_count_error_upper_bound") or answer.get("sum_other_doc_count"):
        raise IndexDamaged(f"counts of {column} are not exact; run dateline rebuild")
    return {bucket["key"]: bucket["doc_count"] for bucket in answer["buckets"]}
