"""The links of a timeline's columns."""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from search.model.facets import DATE
from search.model.periods import Period
from search.model.query import Filter, SearchQuery
from web.mount_path import mounted
from web.presenters.timeline.columns import Column
from web.urls import DayRangeUrls, facet_value_urls, search_path

__all__ = ["ChartLinks", "ColumnLink", "TimelineLinks"]

_MAX_ADDRESS = 4_000
"""Bytes of a search's address up to which columns have links, so that a page stays small."""


class ColumnLink(NamedTuple):
    """The search that a column leads to: its days, its total and its address.

    A search with a very long address has no links, so that a page of sixty stays small.
    `clears` is true if it removes the column's period from the search.
    """

    first: Period
    last: Period
    matches: int
    url: str
    clears: bool = False


class ChartLinks(Protocol):
    """Writes the links of a chart's columns."""

    alone: Sequence[str]
    """The address of each column's articles alone; "" for a column without one."""

    def of(self, place: int) -> ColumnLink:
        """Return where the column at a place leads."""

    def only(self, column: Column) -> str:
        """Return the address of a column's articles alone."""

    def period(self, period: Period) -> str:
        """Return the address of a period's articles alone."""

    def is_chosen(self, column: Column) -> bool:
        """Return whether a column has chosen days."""


class TimelineLinks:
    """Writes the links of one search's timeline.

    Without a chosen period a column leads to its own articles. With one, any other column leads
    to the days from that one to its own, so that two clicks choose a range. Within a first and a
    last day every link narrows these, so that a search never has two conditions of time.
    """

    def __init__(self, query: SearchQuery, columns: Sequence[Column]) -> None:
        self._query = query
        self._columns = columns
        self._chosen = query.periods
        self._values = facet_value_urls(query, DATE.name)
        self._ranges = DayRangeUrls(query)
        has_days = bool(query.first_day or query.last_day)
        self._takes_periods = not has_days and (bool(self._chosen) or not query.is_full)
        self.are_short = len(self._ranges.between(dt.date.min, dt.date.max)) <= _MAX_ADDRESS
        self.alone: Sequence[str] = [
            self.only(column) if column.matches and self.are_short else "" for column in columns
        ]
        """The search for each column's articles alone; "" without matches or in a long search."""
        self._anchors = [
            place
            for place, column in enumerate(columns)
            if len(self._chosen) == 1 and column.overlaps(self._chosen[0])
        ]

    def of(self, place: int) -> ColumnLink:
        """Return where the column at a place leads."""
        column = self._columns[place]
        if not self._chosen or not self.are_short:
            return ColumnLink(column.first, column.last, column.matches, self.alone[place])
        for period in self._chosen:
            if column.is_period(period):
                url = search_path(self._query.without(Filter(DATE.name, period.text)))
                return ColumnLink(column.first, column.last, column.matches, url, clears=True)
        if not self._anchors or place in self._anchors:
            return ColumnLink(column.first, column.last, column.matches, self.alone[place])
        between = self._columns[min(place, self._anchors[0]) : max(place, self._anchors[-1]) + 1]
        first, last = between[0].first, between[-1].last
        matches = sum(column.matches for column in between)
        return ColumnLink(first, last, matches, self.range(first.first, last.last))

    def only(self, column: Column) -> str:
        """Return the search for a column's articles alone, whatever periods are chosen."""
        if column.is_single:
            return self.period(column.first)
        return self.range(column.first.first, column.last.last)

    def period(self, period: Period) -> str:
        """Return the search for a period's articles alone."""
        if self._takes_periods:
            return mounted(f"/{self._values.only(period.text)}")
        return self.range(period.first, period.last)

    def is_chosen(self, column: Column) -> bool:
        """Return whether a column has a day of a chosen period."""
        return any(column.overlaps(period) for period in self._chosen)

    def range(self, first: dt.date, last: dt.date) -> str:
        """Return the search for the articles from one day to another, within those it has."""
        return self._ranges.within(first, last)
