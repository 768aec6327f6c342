"""The matches of a search by year and month, as the rows of a calendar."""

from collections.abc import Iterator, Mapping, Sequence
from math import log
from statistics import median
from typing import Any, NamedTuple

from search.model.facets import DATE, Facet
from search.model.periods import Period
from search.model.query import SearchQuery
from search.results.facet_values import FacetValueQuery
from web.mount_path import mounted
from web.presenters.browse.values import facet_page
from web.urls import DayRangeUrls, facet_value_urls

__all__ = ["CalendarCell", "CalendarYear", "calendar_page", "calendar_years"]

_MAX_HEIGHT = 20.0
_MIN_HEIGHT = 2.0
_MEDIAN_SHARE = 0.25
"""The share of the highest bar's height that the median of the months has at least."""
_MONTHS = range(1, 13)


class CalendarCell(NamedTuple):
    """A year or a month, with a link that selects it alone.

    `height` is that of a month's bar, from 0 to 20. `url` is None without matches, and where the
    search takes no more filters.
    """

    period: str
    matches: int
    url: str | None
    selected: bool
    height: float = 0.0


class CalendarYear(NamedTuple):
    """A year with its months, or the years without matches between two others.

    `gap` has the first and the last of these years, or "" for both.
    """

    year: CalendarCell | None
    months: tuple[CalendarCell, ...]
    gap: tuple[str, str] = ("", "")


def calendar_page(
    months: Mapping[int, int], query: SearchQuery, searched_text: str, facets: Sequence[Facet]
) -> dict[str, Any]:
    """Return the template variables of the calendar; `months` has the matches by `yyyymm`.

    See `facet_page`.
    """
    return facet_page(DATE, query, searched_text, FacetValueQuery(), facets) | {
        "total": sum(months.values()),
        "years": list(calendar_years(months, query)),
        "month_numbers": _MONTHS,
    }


def calendar_years(months: Mapping[int, int], query: SearchQuery) -> Iterator[CalendarYear]:
    """Yield the years with matches and the gaps between them, newest first.

    A link replaces the selected periods, which do not reduce the counts either, so that each count
    is the total behind its link. Within a first and a last day it narrows these instead, so that
    a search never has two conditions of time.
    """
    urls, ranges = facet_value_urls(query, DATE.name), DayRangeUrls(query)
    has_days = bool(query.first_day or query.last_day)
    selected = frozenset(query.selected(DATE.name))
    is_linked = bool(selected) or has_days or not query.is_full

    def link(text: str) -> str:
        if not has_days:
            return mounted(f"/{urls.only(text)}")
        period = Period.parse(text)
        return ranges.within(period.first, period.last)

    highest = max(months.values(), default=0)
    exponent = _exponent(months)

    def cell(period: str, count: int) -> CalendarCell:
        url = link(period) if count and is_linked else None
        height = max(_MIN_HEIGHT, _MAX_HEIGHT * (count / highest) ** exponent) if count else 0.0
        return CalendarCell(period, count, url, period in selected, round(height, 1))

    later: int | None = None
    for year in sorted({month // 100 for month in months}, reverse=True):
        if later is not None and year < later - 1:
            yield CalendarYear(None, (), (f"{year + 1:04}", f"{later - 1:04}"))
        counts = [months.get(year * 100 + month, 0) for month in _MONTHS]
        yield CalendarYear(
            cell(f"{year:04}", sum(counts)),
            tuple(
                cell(f"{year:04}-{month:02}", count)
                for month, count in zip(_MONTHS, counts, strict=True)
            ),
        )
        later = year


def _exponent(months: Mapping[int, int]) -> float:
    """Return the exponent of the bars' scale: 1, or less if few months have most of the matches.

    On a linear scale one month with thousands of articles would make all others equally low.
    """
    share = median(months.values()) / max(months.values()) if months else 1.0
    return log(_MEDIAN_SHARE) / log(share) if share < _MEDIAN_SHARE else 1.0
