"""Counts of the values of columns, complete or cut to the most frequent ones.

Counting is cheap, but every bucket that Tantivy returns is turned into a string in each segment
and then into Python objects. So a column with many values is asked for its first ones only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import tantivy

from search.errors import IndexDamaged

__all__ = [
    "ALL_VALUES",
    "ColumnCounts",
    "TooManyBuckets",
    "aggregate",
    "complete_counts",
    "counts_of",
    "match_count",
    "value_counts",
]

ALL_VALUES = 10_000_000
"""Above every cardinality, so that no segment leaves out a value.

Only for columns of few values, and for few matches: TooManyBuckets is raised from 65,000.
"""
_BUCKET_LIMIT = "bucket limit"
"""Part of the message of Tantivy's error."""
_MATCHES = "day"
"""A column that every article has."""


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


def value_counts(searcher: tantivy.Searcher, query: tantivy.Query, facet: str) -> dict[str, int]:
    """Count all values of a facet, however many, at the price of reading all of its postings."""
    return dict(searcher.terms_with_prefix(facet, "", query))


def counts_of(
    searcher: tantivy.Searcher,
    query: tantivy.Query,
    columns: Sequence[str],
    values: Sequence[str],
) -> list[ColumnCounts]:
    """Count some values of columns, exactly."""
    size = len(values)
    results = searcher.aggregate(
        query,
        {
            column: {
                "terms": {"field": column, "size": size, "segment_size": size, "include": values}
            }
            for column in columns
        },
    )
    return [
        ColumnCounts({each["key"]: each["doc_count"] for each in results[column]["buckets"]})
        for column in columns
    ]


def aggregate(
    searcher: tantivy.Searcher, query: tantivy.Query, sizes: Mapping[str, int]
) -> dict[str, ColumnCounts]:
    """Count the values of columns in one pass; `sizes` says how many of each are listed.

    Raises:
        TooManyBuckets: there are more than Tantivy returns.

    """
    try:
        results = searcher.aggregate(
            query,
            {
                column: {"terms": {"field": column, "size": size, "segment_size": size}}
                for column, size in sizes.items()
            },
        )
    except ValueError as error:
        if _BUCKET_LIMIT in str(error):
            raise TooManyBuckets from error
        raise
    is_whole = searcher.num_segments == 1
    return {
        column: _column_counts(results[column], size, is_whole=is_whole)
        for column, size in sizes.items()
    }


def complete_counts(
    searcher: tantivy.Searcher, query: tantivy.Query, columns: list[str]
) -> dict[str, Mapping[Any, int]]:
    """Count all values of columns in one pass.

    Raises:
        IndexDamaged: the counts are not complete.

    """
    results = aggregate(searcher, query, dict.fromkeys(columns, ALL_VALUES))
    for column, result in results.items():
        if not result.is_complete or result.error:
            raise IndexDamaged(f"the counts of {column} are not exact; run dateline rebuild")
    return {column: result.counts for column, result in results.items()}


def match_count(searcher: tantivy.Searcher, query: tantivy.Query) -> int:
    """Count the matches of a query."""
    # Counting a column takes half the time of collecting hits.
    counted = searcher.aggregate(query, {"articles": {"value_count": {"field": _MATCHES}}})
    return int(counted["articles"]["value"])


def _column_counts(result: Mapping[str, Any], size: int, *, is_whole: bool) -> ColumnCounts:
    buckets = result["buckets"]
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
        lowest=min(counts.values()) if len(buckets) >= size else 0,
    )
