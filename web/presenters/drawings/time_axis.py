"""The horizontal axis of a drawing: the named periods, fewer of them on a phone."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from search.model.periods import Period

__all__ = ["TimeTick", "time_ticks"]

_MAX_WIDE, _MAX_NARROW = 10, 5
"""Names that have enough room on a wide screen and on a phone."""
_DAY_STEPS = (1, 2, 5, 10)
_MONTH_STEPS = (1, 2, 3, 6)
_YEAR_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000)
_LAST_NAMED_DAY = 26
"""Days after it would be too near to the first one of the next month."""


class TimeTick(NamedTuple):
    """A named period at a place, which is counted from 0.

    `width` is "" for a name that is always shown, "wide" or "narrow" for one that is shown on a
    wide screen or on a phone alone. `has_year` is true for a month that is named with its year.
    """

    place: int
    period: str
    has_year: bool
    width: str


def time_ticks(periods: Sequence[Period]) -> list[TimeTick]:
    """Return the names beneath a drawing of periods of one level, oldest first."""
    wide, narrow = _fitting(periods, _MAX_WIDE), _fitting(periods, _MAX_NARROW)
    with_year = _first_of_years(periods, wide) | _first_of_years(periods, narrow)
    return [
        TimeTick(
            place,
            wide.get(place) or narrow[place],
            place in with_year,
            "narrow" if place not in wide else "wide" if place not in narrow else "",
        )
        for place in sorted(wide.keys() | narrow.keys())
    ]


def _first_of_years(periods: Sequence[Period], places: Iterable[int]) -> set[int]:
    """Return the first place of each year."""
    firsts: dict[str, int] = {}
    for place in sorted(places):
        firsts.setdefault(periods[place].year, place)
    return set(firsts.values())


def _fitting(periods: Sequence[Period], most: int) -> dict[int, str]:
    """Return names by place: those by the finest step with few enough."""
    named: dict[int, str] = {}
    for candidates in _candidates(periods):
        named = dict(candidates)
        if 0 < len(named) <= most:
            return named
    # Such as two days of neighbouring months, of which neither is the first of one.
    return dict(list(named.items())[:most]) or {0: periods[0].text}


def _candidates(periods: Sequence[Period]) -> Iterator[Iterator[tuple[int, str]]]:
    level = periods[0].level
    if level == "day":
        for step in _DAY_STEPS:
            yield _named_days(periods, step)
    if level in ("day", "month"):
        for step in _MONTH_STEPS:
            yield _named_months(periods, step)
    for step in _YEAR_STEPS:
        yield _named_years(periods, step)


def _named_days(periods: Sequence[Period], step: int) -> Iterator[tuple[int, str]]:
    for place, period in enumerate(periods):
        day = period.first.day
        if step == 1 or ((day - 1) % step == 0 and day < _LAST_NAMED_DAY):
            yield place, period.text


def _named_months(periods: Sequence[Period], step: int) -> Iterator[tuple[int, str]]:
    for place, period in enumerate(periods):
        day = period.first
        if day.day == 1 and (day.month - 1) % step == 0:
            yield place, period.year if day.month == 1 and step > 1 else period.month


def _named_years(periods: Sequence[Period], step: int) -> Iterator[tuple[int, str]]:
    for place, period in enumerate(periods):
        day = period.first
        if (day.month, day.day) == (1, 1) and day.year % step == 0:
            yield place, period.year
