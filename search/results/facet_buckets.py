"""Facet buckets: counts to ordered lists with selections and a remainder, for every engine."""

from collections import Counter
from collections.abc import Iterable, Mapping
from heapq import nlargest, nsmallest

from search.model.facets import DATE, Facet
from search.model.periods import Period, opened_months, opened_years
from search.model.results import FacetResult, FacetValue

__all__ = ["date_list", "value_list"]

_LAST_MONTH = 9999_12


def value_list(
    facet: Facet,
    counts: Mapping[str, int],
    selected: Iterable[str],
    size: int,
    distinct: int | None = None,
) -> FacetResult:
    """List at most `size` values by count, then name, and all selected values, even with count 0.

    `counts` contains all values. If `distinct` is the number of all values, `counts` needs to
    contain only the first `size` and the selected ones.
    """
    selections = dict.fromkeys(selected)
    listed = _largest(counts, size)
    listed_values = {value for value, _ in listed}
    listed += [(value, counts.get(value, 0)) for value in selections if value not in listed_values]
    listed.sort(key=lambda item: (-item[1], item[0]))
    values = tuple(FacetValue(value, count, value in selections) for value, count in listed)
    more = (len(counts) if distinct is None else distinct) - sum(
        value in counts for value, _ in listed
    )
    return FacetResult(facet, values, more)


def _largest(counts: Mapping[str, int], size: int) -> list[tuple[str, int]]:
    """Return the first values by count, then name, without sorting all of them."""
    if len(counts) > size:
        min_count = nlargest(size, counts.values())[-1]
        above = {value: count for value, count in counts.items() if count > min_count}
        ties = nsmallest(
            size - len(above), [value for value, count in counts.items() if count == min_count]
        )
        counts = above | dict.fromkeys(ties, min_count)
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


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
    for number, count in months.items():
        month = _text(number)
        year = month[:4]
        counts[year] += count
        if year in years_opened:
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
