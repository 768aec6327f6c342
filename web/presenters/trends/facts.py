"""The facts of a series: its total, its first and last article, and its highest periods."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import NamedTuple

from search.model.periods import Period
from search.model.trends import Series
from web.presenters.timeline.columns import Column
from web.presenters.timeline.shares import highest_share

__all__ = ["DayFact", "PeriodFact", "SeriesFacts", "series_facts"]


class DayFact(NamedTuple):
    """A day, and the search for its matches."""

    day: str
    url: str


class PeriodFact(NamedTuple):
    """A period with the numbers of matches and of all articles, and the search for its matches."""

    period: str
    matches: int
    articles: int
    url: str

    @property
    def share(self) -> float:
        """The share of the period's articles that match."""
        return self.matches / self.articles


class SeriesFacts(NamedTuple):
    """The facts of a series with matches."""

    first: DayFact
    last: DayFact
    most: PeriodFact
    share: PeriodFact


def series_facts(
    series: Series, columns: Sequence[Column], link: Callable[[Period], str]
) -> SeriesFacts | None:
    """Return the facts of a series, None without matches; `link` writes the search for a period.

    Among periods of equal numbers the first one is named. Shares are compared as in a timeline.
    """
    if series.first is None or series.last is None:
        return None

    def fact(column: Column) -> PeriodFact:
        period = column.first
        return PeriodFact(period.text, column.matches, column.articles, link(period))

    return SeriesFacts(
        _day_fact(series.first, link),
        _day_fact(series.last, link),
        fact(max(columns, key=lambda column: column.matches)),
        fact(highest_share(columns)),
    )


def _day_fact(day: dt.date, link: Callable[[Period], str]) -> DayFact:
    return DayFact(day.isoformat(), link(Period.parse(day.isoformat())))
