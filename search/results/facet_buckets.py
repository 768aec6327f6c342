"""Counts to facet lists: order, selection, what is left over. The same for every engine."""

from collections import Counter
from collections.abc import Iterable, Mapping
from heapq import nlargest, nsmallest

from search.model.facets import DATE, Facet
from search.model.periods import Period
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
    """List values by count, then name; selected ones always, even at 0, above `size` if need be.

    `counts` are of all values; or, where `distinct` tells how many those are, at least of the first and the selected ones.
    """
    chosen = dict.fromkeys(selected)
    listed = _largest(counts, size)
    kept = {value for value, _ in listed}
    listed += [(value, counts.get(value, 0)) for value in chosen if value not in kept]
    listed.sort(key=lambda item: (-item[1], item[0]))
    values = tuple(FacetValue(value, count, value in chosen) for value, count in listed)
    others = (len(counts) if distinct is None else distinct) - sum(
        value in counts for value, _ in listed
    )
    return FacetResult(facet, values, others)


def _largest(counts: Mapping[str, int], size: int) -> list[tuple[str, int]]:
    """Return the first values by count, then name, without putting all the others in order."""
    if len(counts) > size:
        least = nlargest(size, counts.values())[-1]
        above = {value: count for value, count in counts.items() if count > least}
        level = nsmallest(
            size - len(above), [value for value, count in counts.items() if count == least]
        )
        counts = above | dict.fromkeys(level, least)
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def date_list(
    months: Mapping[int, int], days: Mapping[int, int], selected: Iterable[Period]
) -> FacetResult:
    """List years, the months of selected years, the days of selected months, newest first.

    `months` counts by `yyyymm`, `days` by `yyyymmdd`, at least for the days in selected months and selected days.
    """
    counts: Counter[str] = Counter()
    chosen = {period.text: period for period in selected}
    years: dict[int, int] = {}
    for month, count in months.items():
        year = month // 100
        years[year] = years.get(year, 0) + count
    counts.update({f"{year:04}": count for year, count in years.items()})
    for period in chosen.values():
        if period.level == "year":
            first = period.first.year * 100
            counts.update(
                {
                    _text(number): count
                    for number, count in months.items()
                    if first < number < first + 100
                }
            )
    for number, count in months.items() if chosen else ():
        if _text(number) in chosen:
            counts[_text(number)] = count
    for number, count in days.items():
        day = _text(number)
        if day in chosen or day[:7] in chosen:
            counts[day] = count
    listed = sorted({*counts, *chosen}, key=_newest_first, reverse=True)
    return FacetResult(
        DATE, tuple(FacetValue(text, counts[text], text in chosen) for text in listed)
    )


def _text(number: int) -> str:
    """Write `yyyymm` and `yyyymmdd` as periods."""
    digits = f"{number:06}" if number <= _LAST_MONTH else f"{number:08}"
    return "-".join(filter(None, (digits[:4], digits[4:6], digits[6:])))


def _newest_first(text: str) -> str:
    # In falling order a year stands above its months, a month above its days.
    return text.ljust(10, "~")
