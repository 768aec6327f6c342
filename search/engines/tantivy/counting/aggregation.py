"""Counts of the values of columns, complete or cut to the most frequent ones.

Counting is cheap, but every bucket that Tantivy returns is turned into a string in each segment
and then into Python objects. So a column with many values is asked for its first ones only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import tantivy

from search.errors import IndexDamaged

__all__ = [
    "ALL_VALUES",
    "Aggregated",
    "ColumnCounts",
    "Listed",
    "TooManyBuckets",
    "Years",
    "aggregate",
    "complete_counts",
    "match_count",
    "value_counts",
]

Years = Literal["years"]
Listed = int | tuple[str, ...] | Years
"""The values of a column that are listed: a number of the most frequent ones, or those named.

A column of days (`yyyymmdd`) can be listed by years (`yyyy00`).
"""

ALL_VALUES = 10_000_000
"""Above every cardinality, so that no segment leaves out a value.

Only for columns of few values, and for few matches: TooManyBuckets is raised from 65,000.
"""
_BUCKET_LIMIT = "bucket limit"
"""Part of the message of Tantivy's error."""
_MATCHES = "day"
"""A column that every article has."""
_DAYS_OF_YEAR = 1_00_00
"""The numbers of days (`yyyymmdd`) that begin with one year."""
_NUMBER = "values in "
"""Prefix of an aggregation that counts values without listing them."""
_BOUNDS = "lowest and highest"


class TooManyBuckets(Exception):
    """All columns of an aggregation together have more values than Tantivy returns."""


@dataclass(frozen=True, slots=True)
class ColumnCounts:
    """Counts of a column's values, perhaps of the most frequent ones only.

    A segment that leaves values out reports the largest count among them. `error` is the sum of
    these, by which the true count of any value may be higher; in a single segment, listed values
    have their true counts. `others` is the number of matches that the counts leave out, and
    `lowest` the highest count that a value can have which the merged list leaves out.
    """

    counts: Mapping[Any, int]
    others: int = 0
    error: int = 0
    lowest: int = 0

    @property
    def is_complete(self) -> bool:
        """True if every value is there with its exact count."""
        return not self.others

    @property
    def most_unlisted(self) -> int:
        """The highest count that a value which is not listed can have."""
        return self.lowest + self.error


class Aggregated(NamedTuple):
    """The lists of columns, how many values the matches have in others, and a column's bounds."""

    lists: dict[str, ColumnCounts]
    numbers: dict[str, int]
    bounds: tuple[int, int] = (0, 0)


def value_counts(searcher: tantivy.Searcher, query: tantivy.Query, facet: str) -> dict[str, int]:
    """Count all values of a facet, however many, at the price of reading all of its postings."""
    return dict(searcher.terms_with_prefix(facet, "", query))


def aggregate(
    searcher: tantivy.Searcher,
    query: tantivy.Query,
    columns: Mapping[str, Listed],
    counted: Sequence[str] = (),
    bounded: str = "",
) -> Aggregated:
    """Count the values of columns in one pass; `columns` says which of each are listed.

    The counts of named values are exact. Of the columns in `counted`, also count how many values
    the matches have, and of the column `bounded` find the lowest and the highest value.

    Raises:
        TooManyBuckets: there are more than Tantivy returns.

    """
    try:
        results = searcher.aggregate(
            query,
            {column: _aggregation(column, listed) for column, listed in columns.items()}
            | {_NUMBER + column: {"value_count": {"field": column}} for column in counted}
            | ({_BOUNDS: {"stats": {"field": bounded}}} if bounded else {}),
        )
    except ValueError as error:
        if _BUCKET_LIMIT in str(error):
            raise TooManyBuckets from error
        raise
    is_whole = searcher.num_segments == 1
    lists = {
        column: _column_counts(results[column], listed, is_whole=is_whole)
        for column, listed in columns.items()
    }
    numbers = {column: int(results[_NUMBER + column]["value"]) for column in counted}
    if not bounded:
        return Aggregated(lists, numbers)
    bounds = results[_BOUNDS]
    return Aggregated(lists, numbers, (int(bounds["min"] or 0), int(bounds["max"] or 0)))


def complete_counts(
    searcher: tantivy.Searcher, query: tantivy.Query, columns: list[str]
) -> dict[str, Mapping[Any, int]]:
    """Count all values of columns in one pass.

    Raises:
        IndexDamaged: the counts are not complete.

    """
    results = aggregate(searcher, query, dict.fromkeys(columns, ALL_VALUES)).lists
    for column, result in results.items():
        if not result.is_complete or result.error:
            raise IndexDamaged(f"the counts of {column} are not exact; run dateline rebuild")
    return {column: result.counts for column, result in results.items()}


def match_count(searcher: tantivy.Searcher, query: tantivy.Query) -> int:
    """Count the matches of a query."""
    # Counting a column takes half the time of collecting hits.
    return aggregate(searcher, query, {}, [_MATCHES]).numbers[_MATCHES]


def _aggregation(column: str, listed: Listed) -> dict[str, dict[str, object]]:
    if listed == "years":
        return {"histogram": {"field": column, "interval": _DAYS_OF_YEAR, "min_doc_count": 1}}
    size = listed if isinstance(listed, int) else len(listed)
    terms: dict[str, object] = {"field": column, "size": size, "segment_size": size}
    if not isinstance(listed, int):
        terms["include"] = listed
    return {"terms": terms}


def _column_counts(result: Mapping[str, Any], listed: Listed, *, is_whole: bool) -> ColumnCounts:
    buckets = result["buckets"]
    if listed == "years":
        return ColumnCounts({int(bucket["key"]) // 100: bucket["doc_count"] for bucket in buckets})
    counts = {bucket["key"]: bucket["doc_count"] for bucket in buckets}
    others = result.get("sum_other_doc_count") or 0
    if not others:
        return ColumnCounts(counts)
    largest_left_out = result.get("doc_count_error_upper_bound") or 0
    if is_whole:
        return ColumnCounts(counts, others=others, lowest=largest_left_out)
    return ColumnCounts(
        counts,
        others=others,
        error=largest_left_out,
        lowest=min(counts.values()) if len(buckets) == listed else 0,
    )
