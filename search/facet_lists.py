"""Counts to facet lists: order, selection, what is left over. The same for every engine."""

from collections import Counter
from collections.abc import Iterable, Mapping

from search.facets import DATE, Facet
from search.periods import Period
from search.results import FacetResult, FacetValue

__all__ = ["date_list", "value_list"]


def value_list(facet: Facet, counts: Mapping[str, int], selected: Iterable[str], size: int) -> FacetResult:
    """List values by count, then name; selected ones always, even at 0, above `size` if need be."""
    chosen = dict.fromkeys(selected)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    listed = ranked[:size]
    kept = {value for value, _ in listed}
    listed += [(value, counts.get(value, 0)) for value in chosen if value not in kept]
    listed.sort(key=lambda item: (-item[1], item[0]))
    values = tuple(FacetValue(value, count, value in chosen) for value, count in listed)
    return FacetResult(facet, values, len(counts) - sum(value in counts for value, _ in listed))


def date_list(months: Mapping[int, int], days: Mapping[int, int], selected: Iterable[Period]) -> FacetResult:
    """List years, the months of selected years, the days of selected months, newest first.

    `months` counts by `yyyymm`, `days` by `yyyymmdd`, at least for the days in selected months and selected days.
    """
    counts: Counter[str] = Counter()
    chosen = {period.text: period for period in selected}
    years = {text for text, period in chosen.items() if period.level == "year"}
    for number, count in months.items():
        year, text = f"{number // 100:04}", f"{number // 100:04}-{number % 100:02}"
        counts[year] += count
        if year in years or text in chosen:
            counts[text] += count
    for day, count in days.items():
        month = f"{day // 10_000:04}-{day // 100 % 100:02}"
        text = f"{month}-{day % 100:02}"
        if month in chosen or text in chosen:
            counts[text] += count
    listed = sorted({*counts, *chosen}, key=_newest_first)
    return FacetResult(DATE, tuple(FacetValue(text, counts[text], text in chosen) for text in listed))


def _newest_first(text: str) -> tuple[int, ...]:
    # A year stands above its months, a month above its days.
    parts = [-int(part) for part in text.split("-")]
    return tuple(parts + [-99] * (3 - len(parts)))
