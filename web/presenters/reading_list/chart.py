"""The articles of a list over time, without an engine: the page has all of them."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from search.model.article import Article
from search.model.periods import Period
from search.model.timeline import DateCounts, Timeline, finest_level
from web.params.list_params import ListParameters
from web.presenters.reading_list.addresses import ListAddresses
from web.presenters.timeline.chart import TimelineChart, draw_chart
from web.presenters.timeline.columns import Column, timeline_columns
from web.presenters.timeline.links import ColumnLink
from web.urls import list_path

__all__ = ["list_chart"]


def list_chart(
    articles: Sequence[Article], parameters: ListParameters, here: ListAddresses
) -> TimelineChart | None:
    """Return the chart of a list's articles; None unless they have two or more days."""
    days = Counter(int(article.day.isoformat().replace("-", "")) for article in articles)
    if len(days) <= 1:
        return None
    bounds = min(days), max(days)
    counts = DateCounts("day", days, bounds).by(finest_level(*bounds))
    timeline = Timeline(counts, counts, has_words=False)
    columns = timeline_columns(timeline)
    return draw_chart(timeline, columns, _ListLinks(columns, parameters, here))


class _ListLinks:
    """Leads from a column to the same list with the articles of its days alone."""

    def __init__(
        self, columns: Sequence[Column], parameters: ListParameters, here: ListAddresses
    ) -> None:
        self._columns = columns
        self._parameters = parameters
        self._whole = here.pairs("from", "to")
        self.alone: Sequence[str] = [
            self.only(column) if column.matches else "" for column in columns
        ]

    def of(self, place: int) -> ColumnLink:
        """Return where the column at a place leads: the only chosen one to the whole list."""
        column = self._columns[place]
        chosen = (self._parameters.first_day, self._parameters.last_day)
        clears = chosen == (column.first.first, column.last.last)
        url = list_path(*self._whole) if clears else self.alone[place]
        return ColumnLink(column.first, column.last, column.matches, url, clears)

    def only(self, column: Column) -> str:
        """Return the list's articles of a column."""
        return self._between(column.first.first, column.last.last)

    def period(self, period: Period) -> str:
        """Return the list's articles of a period."""
        return self._between(period.first, period.last)

    def is_chosen(self, column: Column) -> bool:
        """Return whether a column has days that are shown, if not all days are."""
        first, last = self._parameters.first_day, self._parameters.last_day
        is_before = first is not None and column.last.last < first
        is_after = last is not None and column.first.first > last
        return bool(first or last) and not is_before and not is_after

    def _between(self, first: dt.date, last: dt.date) -> str:
        return list_path(*self._whole, ("from", first.isoformat()), ("to", last.isoformat()))
