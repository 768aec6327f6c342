"""The columns of a timeline: its periods from the first to the last, in groups if they are many."""

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from search.model.periods import Period
from search.model.timeline import MAX_PERIODS, Level, Timeline, day_of

__all__ = ["Column", "timeline_columns"]

_YEARS_PER_COLUMN = (1, 2, 5, 10, 20, 50, 100)
_LONG_GAP = 5
"""Columns without an article from which a chart with too many columns shows them as a gap."""
_MONTHS_PER_YEAR = 12


class Column(NamedTuple):
    """One period, or several years together, with its matches and all of its articles.

    A gap is a long time without any article.
    """

    first: Period
    last: Period
    matches: int = 0
    articles: int = 0
    is_gap: bool = False

    @property
    def is_single(self) -> bool:
        """True if the column is one period, which the date facet can select."""
        return self.first is self.last

    def overlaps(self, period: Period) -> bool:
        """Return whether a period has a day in the column."""
        return self.first.first <= period.last and period.first <= self.last.last

    def is_period(self, period: Period) -> bool:
        """Return whether the column is exactly this period."""
        return self.is_single and self.first.text == period.text


def timeline_columns(timeline: Timeline) -> list[Column]:
    """Return at most MAX_PERIODS columns, oldest first; none without an article."""
    first_day, last_day = timeline.articles.known_bounds
    if not first_day:
        return []
    level = timeline.level
    places = range(_place(level, day_of(first_day)), _place(level, day_of(last_day)) + 1)
    columns: list[Column] = []
    for years in _YEARS_PER_COLUMN:
        columns = list(_grouped(timeline, places, years))
        if len(columns) > MAX_PERIODS:
            columns = list(_with_gaps(columns))
        if len(columns) <= MAX_PERIODS:
            break
    return columns


def _grouped(timeline: Timeline, places: range, size: int) -> Iterator[Column]:
    """Yield columns of `size` periods each, which begin at multiples of it."""
    matches, articles = timeline.matches.counts, timeline.articles.counts
    level = timeline.level
    if size == 1:
        for place in places:
            number = _number(level, place)
            period = timeline.articles.period(number)
            yield Column(period, period, matches.get(number, 0), articles.get(number, 0))
        return
    for _, group in groupby(places, lambda place: place // size):
        numbers = [_number(level, place) for place in group]
        first = timeline.articles.period(numbers[0])
        yield Column(
            first,
            first if len(numbers) == 1 else timeline.articles.period(numbers[-1]),
            sum(matches.get(number, 0) for number in numbers),
            sum(articles.get(number, 0) for number in numbers),
        )


def _with_gaps(columns: Sequence[Column]) -> Iterator[Column]:
    """Yield the columns with one gap instead of each long run of those without articles."""
    for is_empty, run in groupby(columns, lambda column: not column.articles):
        same = list(run)
        if is_empty and len(same) >= _LONG_GAP:
            yield Column(same[0].first, same[-1].last, is_gap=True)
        else:
            yield from same


def _place(level: Level, day: dt.date) -> int:
    """Return the place of a day's period among all periods of its level."""
    if level == "day":
        return day.toordinal()
    return day.year if level == "year" else day.year * _MONTHS_PER_YEAR + day.month - 1


def _number(level: Level, place: int) -> int:
    """Return the period at a place as a number: `yyyy`, `yyyymm` or `yyyymmdd`."""
    if level == "year":
        return place
    if level == "month":
        return place // _MONTHS_PER_YEAR * 100 + place % _MONTHS_PER_YEAR + 1
    day = dt.date.fromordinal(place)
    return (day.year * 100 + day.month) * 100 + day.day
