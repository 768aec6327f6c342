"""Facet buckets: counts to ordered lists with selections and a remainder, for every engine."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from heapq import nlargest, nsmallest

from search.model.facets import DATE, Facet
from search.model.periods import Period, opened_months, opened_years
from search.model.results import MAX_COUNTED_VALUES, FacetResult, FacetValue
from search.results.collation import name_key

__all__ = ["date_list", "nth_largest", "value_list"]

_LAST_MONTH = 9999_12
_SORTED_FASTER = 300
"""Counts up to which sorting all takes less time than finding the largest."""


def value_list(
    facet: Facet,
    counts: Mapping[str, int],
    selected: Iterable[str],
    size: int,
    distinct: int | None = None,
) -> FacetResult:
    """List at most `size` values by count, then name, and all selected values, even with count 0.

    `counts` contains all values. If `distinct` is the number of all values, `counts` needs to
    contain only the selected ones and those that may be among the first `size`: every value whose
    count is that of the last one or higher. More than MAX_COUNTED_VALUES need not be counted
    exactly: `more` is None then.
    """
    selections = dict.fromkeys(selected)
    listed = _largest(counts, size)
    listed_values = {value for value, _ in listed}
    listed += [(value, counts.get(value, 0)) for value in selections if value not in listed_values]
    values = tuple(
        FacetValue(value, count, value in selections) for value, count in _by_count_and_name(listed)
    )
    if distinct is None:
        distinct = len(counts)
    if distinct > MAX_COUNTED_VALUES:
        return FacetResult(facet, values, None)
    return FacetResult(facet, values, distinct - sum(value in counts for value, _ in listed))


def _largest(counts: Mapping[str, int], size: int) -> list[tuple[str, int]]:
    """Return the first values by count, then name, in any order, without sorting all of them."""
    if len(counts) <= size:
        return list(counts.items())
    min_count = nth_largest(counts.values(), size)
    listed = [item for item in counts.items() if item[1] >= min_count]
    if len(listed) == size:
        return listed
    above = [item for item in listed if item[1] > min_count]
    ties = nsmallest(
        size - len(above), (value for value, count in listed if count == min_count), key=name_key
    )
    return [*above, *((value, min_count) for value in ties)]


def nth_largest(counts: Collection[int], number: int) -> int:
    """Return the count at a place, from 1, if counts are in descending order."""
    if len(counts) > _SORTED_FASTER:
        return nlargest(number, counts)[-1]
    return sorted(counts, reverse=True)[number - 1]


def _by_count_and_name(values: Iterable[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    """Yield values by count, then name; names are compared only where counts are equal."""
    by_count: dict[int, list[str]] = {}
    for value, count in values:
        by_count.setdefault(count, []).append(value)
    for count in sorted(by_count, reverse=True):
        tied = by_count[count]
        for value in sorted(tied, key=name_key) if len(tied) > 1 else tied:
            yield value, count


def date_list(
    months: Mapping[int, int], days: Mapping[int, int], selected: Iterable[Period]
) -> FacetResult:
    """List years, the months of opened years and the days of opened months, newest first.

    A year is opened if it or a period in it is selected, a month likewise. `months` has counts by
    `yyyymm` of all months, `days` by `yyyymmdd` at least of the days in `opened_months(selected)`.
    """
    selections = {period.text: period for period in selected}
    years_opened = set(opened_years(selections.values()))
    months_opened = {month.text for month in opened_months(selections.values())}
    counts: Counter[str] = Counter()
    by_year: Counter[int] = Counter()
    for number, count in months.items():
        by_year[number // 100] += count
    for number, count in by_year.items():
        counts[f"{number:04}"] = count
    if years_opened:
        for number, count in months.items():
            if (month := _text(number))[:4] in years_opened:
                counts[month] = count
    for number, count in days.items():
        day = _text(number)
        if day[:7] in months_opened:
            counts[day] = count
    listed = sorted({*counts, *selections}, key=_newest_first, reverse=True)
    return FacetResult(
        DATE, tuple(FacetValue(text, counts[text], text in selections) for text in listed)
    )


def _text(number: int) -> str:
    """Format `yyyymm` or `yyyymmdd` as a period."""
    digits = f"{number:06}" if number <= _LAST_MONTH else f"{number:08}"
    return "-".join(filter(None, (digits[:4], digits[4:6], digits[6:])))


def _newest_first(text: str) -> str:
    # In descending order, a year comes before its months and a month before its days.
    return text.ljust(10, "~")
