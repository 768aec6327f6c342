"""Articles over time: their number in each year, month or day."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from search.model.periods import Period

__all__ = ["MAX_PERIODS", "DateCounts", "Level", "Timeline", "day_of", "finest_level"]

Level = Literal["day", "month", "year"]

MAX_PERIODS = 60
"""Periods up to which a timeline has a finer level."""
_DIGITS: dict[Level, int] = {"year": 4, "month": 6, "day": 8}
_MONTHS_PER_YEAR = 12
_CACHE_SIZE = 8_192


@dataclass(frozen=True, slots=True)
class DateCounts:
    """The number of articles in each period that has some.

    Periods are numbers: `yyyy`, `yyyymm` or `yyyymmdd`. `bounds` are the days of the first and of
    the last article, (0, 0) without articles; None if they were not counted.
    """

    level: Level
    counts: Mapping[int, int]
    bounds: tuple[int, int] | None = None

    @property
    def known_bounds(self) -> tuple[int, int]:
        """The days of the first and the last article, which must have been counted."""
        assert self.bounds is not None
        return self.bounds

    def period(self, number: int) -> Period:
        """Return the year, month or day with a number."""
        return _period(self.level, number)

    def count(self, period: Period) -> int:
        """Return the number of articles in a period of this level."""
        return self.counts.get(int(period.text.replace("-", "")), 0)

    def has(self, level: Level) -> bool:
        """Return whether the counts by a level follow from these."""
        return not self.counts or _DIGITS[level] <= _DIGITS[self.level]

    def by(self, level: Level) -> "DateCounts":
        """Return the counts by a level that `has` is true for."""
        if level == self.level:
            return self
        divisor: int = 10 ** max(0, _DIGITS[self.level] - _DIGITS[level])
        counts: Counter[int] = Counter()
        for number, count in self.counts.items():
            counts[number // divisor] += count
        return DateCounts(level, counts, self.bounds)


@dataclass(frozen=True, slots=True)
class Timeline:
    """The matches of a search over time, and the articles among which it searches.

    `matches` are under all filters but the selected periods. `articles` are those that the same
    filters keep, whatever their words: the same counts for a search without words. Both are by the
    finest level that divides the articles' time into at most MAX_PERIODS.
    """

    matches: DateCounts
    articles: DateCounts
    has_words: bool

    @property
    def level(self) -> Level:
        """The level of both counts."""
        return self.articles.level


@lru_cache(_CACHE_SIZE)
def _period(level: Level, number: int) -> Period:
    digits = f"{number:0{_DIGITS[level]}}"
    return Period.parse("-".join(filter(None, (digits[:4], digits[4:6], digits[6:]))))


def finest_level(first_day: int, last_day: int) -> Level:
    """Return the finest level with at most MAX_PERIODS between two days (`yyyymmdd`)."""
    if not first_day or (day_of(last_day) - day_of(first_day)).days < MAX_PERIODS:
        return "day"
    first, last = (
        number // 10_000 * _MONTHS_PER_YEAR + number // 100 % 100
        for number in (first_day, last_day)
    )
    return "month" if last - first < MAX_PERIODS else "year"


def day_of(number: int) -> dt.date:
    """Return the day that a number `yyyymmdd` is."""
    return dt.date(number // 10_000, number // 100 % 100, number % 100)
