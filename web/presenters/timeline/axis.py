"""The places of a timeline's columns, and their names beneath the chart."""

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from web.presenters.timeline.columns import Column

__all__ = ["Tick", "placed", "ticks"]

_MOST_NAMES = {"year": 16, "month": 10, "day": 10}
"""Names that have enough room on a wide screen; a phone shows every second one."""
_MONTHS_APART = (1, 2, 3, 6, 12)
"""Distances of named months, so that January is always among them."""
_MONTHS_PER_YEAR = 12
_NARROW_FROM = 20
"""Columns from which the first and the last one are too narrow for a name in their middle."""
_LAST_PERCENT = 95


class Tick(NamedTuple):
    """A name beneath the chart at a place in per cent of the width; a gap has none.

    `has_year` is true for a month that is named with its year, and `is_extra` for a name without
    room on a phone. `edge` is "start" for a name that begins at its place, and "end" for one that
    ends there, instead of having it in the middle.
    """

    percent: float
    period: str
    has_year: bool = False
    is_extra: bool = False
    edge: str = ""


def placed(columns: Sequence[Column]) -> tuple[list[int], int]:
    """Return the place at which each column begins, and the width of all; a gap is wider."""
    gap = _names_every(columns) + 1
    ends = list(accumulate(gap if column.is_gap else 1 for column in columns))
    return [0, *ends[:-1]], ends[-1]


def ticks(columns: Sequence[Column], places: Sequence[int], width: int) -> list[Tick]:
    """Return the names beneath the chart, far enough from each other."""
    every = _names_every(columns)
    if columns[0].first.level == "month":
        return list(_months(columns, every, width))
    names: list[Tick] = []
    named = -every
    is_extra = True
    for column, place in zip(columns, places, strict=True):
        if column.is_gap:
            names.append(Tick(_percent(place + (every + 1) / 2, width), ""))
            named, is_extra = place + 1, True
        elif place - named >= every:
            named, is_extra = place, not is_extra
            names.append(_tick(column, place, width, is_extra=is_extra))
    return names


def _months(columns: Sequence[Column], every: int, width: int) -> Iterator[Tick]:
    """Yield names of months; January is named by its year, and so is the first one."""
    apart = next(each for each in _MONTHS_APART if each >= every)
    year = 0
    for place, column in enumerate(columns):
        first = column.first.first
        number = (first.year * _MONTHS_PER_YEAR + first.month - 1) / apart
        if number.is_integer():
            has_year, year = first.year != year, first.year
            name = column.first.year if first.month == 1 else column.first.text
            tick = _tick(column, place, width, is_extra=number % 2 > 0)
            yield tick._replace(period=name, has_year=has_year)


def _tick(column: Column, place: int, width: int, *, is_extra: bool) -> Tick:
    percent, edge = _percent(place + 0.5, width), ""
    if width > _NARROW_FROM and place == 0:
        percent, edge = 0, "start"
    elif width > _NARROW_FROM and percent > _LAST_PERCENT:
        percent, edge = 100, "end"
    return Tick(percent, column.first.text, is_extra=is_extra, edge=edge)


def _names_every(columns: Sequence[Column]) -> int:
    return -(-len(columns) // _MOST_NAMES[columns[0].first.level])


def _percent(place: float, width: int) -> float:
    return round(100 * place / width, 2)
