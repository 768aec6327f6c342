"""The first values of a facet, exactly, from lists that hold the most frequent values only.

A value that is in no list can have at most the sum of what every list and segment may leave out.
If the last value wanted has more, the first values are among the listed ones. This is the threshold
algorithm (Fagin, Lotem and Naor, "Optimal aggregation algorithms for middleware", 2003).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from search.engines.tantivy.counting.aggregation import ColumnCounts
from search.results.facet_buckets import nth_largest

__all__ = ["Candidates", "added_up", "candidates", "least_distinct"]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Values that may be among the first ones, ties with the last one included.

    `counts` are the true counts if `are_exact`, and otherwise the least that they can be.
    """

    counts: dict[str, int]
    are_exact: bool


def added_up(columns: Sequence[ColumnCounts]) -> dict[str, int]:
    """Add up the counts of a facet's columns."""
    if not columns:
        return {}
    total = dict(columns[0].counts)
    for column in columns[1:]:
        for value, count in column.counts.items():
            total[value] = total.get(value, 0) + count
    return total


def candidates(columns: Sequence[ColumnCounts], size: int, no_value: str) -> Candidates | None:
    """Return the values that may be among the first `size`; None if the lists cannot tell."""
    counts = added_up(columns)
    counts.pop(no_value, None)
    if len(counts) < size:
        return None
    threshold = nth_largest(counts.values(), size)
    most_missing = sum(column.most_unlisted for column in columns)
    if most_missing >= threshold:
        return None
    found: dict[str, int] = {}
    are_exact = True
    for value, count in counts.items():
        if count + most_missing < threshold:
            continue
        missing = sum(
            column.error if value in column.counts else column.most_unlisted for column in columns
        )
        if count + missing >= threshold:
            found[value] = count
            are_exact = are_exact and not missing
    return Candidates(found, are_exact)


def least_distinct(columns: Sequence[ColumnCounts], no_value: str) -> int:
    """Return a lower bound of the number of distinct values.

    The matches that a list leaves out belong to values outside it, none of which has more than
    `most_unlisted`, except for what segments left out of values that are listed.
    """
    return max(_least_distinct(column, no_value) for column in columns)


def _least_distinct(column: ColumnCounts, no_value: str) -> int:
    values = len(column.counts)
    others = column.others - values * column.error
    if no_value in column.counts:
        values -= 1
    else:
        # Articles without a value may be among those that the list leaves out.
        others -= column.most_unlisted
    return values + (-(-others // column.most_unlisted) if others > 0 else 0)
