"""The searches for the matches of a series in one period."""

from collections.abc import Callable
from dataclasses import replace

from search.model.facets import DATE
from search.model.periods import Period
from search.model.query import Filter, SearchQuery
from web.mount_path import mounted
from web.urls import DayRangeUrls, facet_value_urls, search_path

__all__ = ["series_links"]


def series_links(query: SearchQuery) -> Callable[[Period], str]:
    """Return the function that writes the address of a series' matches in a period.

    Its total is the count of the period. A search without a condition of time gets the period, one
    with days narrower days, and one with chosen periods those that are in the period.
    """
    if query.periods:
        return _ChosenPeriods(query).within
    if query.first_day or query.last_day or query.is_full:
        ranges = DayRangeUrls(query)
        return lambda period: ranges.within(period.first, period.last)
    values = facet_value_urls(query, DATE.name)
    return lambda period: mounted(f"/{values.only(period.text)}")


class _ChosenPeriods:
    """The addresses of a search with chosen periods."""

    def __init__(self, query: SearchQuery) -> None:
        self._query = query
        self._chosen = query.periods
        self._values = facet_value_urls(query, DATE.name)

    def within(self, period: Period) -> str:
        """Return the address of the matches in a period."""
        if any(chosen.covers(period) for chosen in self._chosen):
            return mounted(f"/{self._values.only(period.text)}")
        outside = [
            Filter(DATE.name, chosen.text) for chosen in self._chosen if not period.covers(chosen)
        ]
        if len(outside) < len(self._chosen):
            return search_path(self._query.without(*outside))
        # Nothing is in both, which the search says as well.
        return search_path(replace(self._query, first_day=period.first, last_day=period.last))
