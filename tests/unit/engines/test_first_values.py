"""The threshold algorithm against counting everything, over segments that differ on purpose."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence

import pytest

from search.engines.tantivy.counting.aggregation import ColumnCounts
from search.engines.tantivy.counting.first_values import (
    added_up,
    candidates,
    least_distinct,
)

Segments = list[Counter[str]]


def listed(segments: Segments, size: int) -> ColumnCounts:
    """Return what Tantivy returns for a column: each segment's list is cut, then the merged one."""
    merged: Counter[str] = Counter()
    others = error = 0
    for segment in segments:
        ranked = segment.most_common()
        merged.update(dict(ranked[:size]))
        others += sum(count for _, count in ranked[size:])
        error += ranked[size][1] if len(ranked) > size else 0
    ranked = merged.most_common()
    others += sum(count for _, count in ranked[size:])
    kept = dict(ranked[:size])
    if not others:
        return ColumnCounts(kept)
    lowest = min(kept.values()) if len(kept) >= size else 0
    return ColumnCounts(kept, others=others, error=error, lowest=lowest)


def columns_of(dice: random.Random) -> Iterator[Segments]:
    """Make a column or two of one to five segments, each with its own common values."""
    for _ in range(dice.randint(1, 2)):
        segments: Segments = []
        for _ in range(dice.randint(1, 5)):
            own = dice.sample(range(60), dice.randint(1, 60))
            skew = dice.choice((0.0, 1.0, 2.0))
            segments.append(
                Counter(
                    {
                        f"v{value}": 1 + int(200 / (place + 1) ** skew)
                        for place, value in enumerate(own)
                    }
                )
            )
        yield segments


def total_of(columns: Sequence[Segments]) -> Counter[str]:
    """Count everything."""
    total: Counter[str] = Counter()
    for segments in columns:
        for segment in segments:
            total.update(segment)
    return total


@pytest.mark.parametrize("seed", range(400))
def test_no_value_that_belongs_to_the_first_ones_is_missed(seed: int) -> None:
    """A value that is common in one segment only, or tied at the cut, is a candidate."""
    dice = random.Random(seed)
    columns = list(columns_of(dice))
    total = total_of(columns)
    size, length = dice.randint(1, 12), dice.randint(1, 40)
    lists = [listed(segments, length) for segments in columns]
    first = candidates(lists, size, "")
    assert least_distinct(lists, "") <= len(total)
    if first is None:
        assert not all(each.is_complete for each in lists) or len(total) < size
        return
    threshold = total.most_common()[size - 1][1] if len(total) >= size else 0
    wanted = {value: count for value, count in total.items() if count >= threshold}
    assert wanted.keys() <= first.counts.keys()
    if first.are_exact:
        assert first.counts.items() <= total.items()


def test_the_random_columns_reach_every_outcome() -> None:
    """The test above would show nothing if the lists never or always proved the first values."""
    outcomes = set()
    for seed in range(400):
        dice = random.Random(seed)
        columns = list(columns_of(dice))
        size, length = dice.randint(1, 12), dice.randint(1, 40)
        first = candidates([listed(segments, length) for segments in columns], size, "")
        outcomes.add(first and first.are_exact)
    assert outcomes == {None, True, False}


def test_complete_lists_are_exact() -> None:
    """Columns that leave nothing out are added up."""
    lists = [ColumnCounts({"a": 2, "": 1}), ColumnCounts({"a": 1, "b": 1})]
    assert added_up(lists) == {"a": 3, "b": 1, "": 1}
    first = candidates(lists, 1, "")
    assert first is not None
    assert first.are_exact
    assert first.counts == {"a": 3}


def test_articles_without_a_value_are_no_value() -> None:
    """The mark of an empty slot is the most frequent string of many columns."""
    first = candidates([ColumnCounts({"": 90, "a": 5, "b": 3}, others=4, error=1)], 2, "")
    assert first is not None
    assert first.counts == {"a": 5, "b": 3}


def test_what_a_list_leaves_out_proves_how_many_values_there_are() -> None:
    """A thousand matches in values that have at most two each are five hundred values."""
    column = ColumnCounts({"": 20, "a": 9, "b": 7}, others=1_000, error=0, lowest=2)
    assert least_distinct([column], "") == 502


def test_what_a_list_leaves_out_may_be_articles_without_a_value() -> None:
    """Of two values and one article without any, a list of two proves two values, not three."""
    assert least_distinct([ColumnCounts({"a": 2, "b": 1}, others=1, lowest=1)], "") == 2
    segments = [Counter({"a": 3, "b": 2, "": 1}), Counter({"b": 3, "a": 2, "": 1})]
    assert least_distinct([listed(segments, 2)], "") <= 2
