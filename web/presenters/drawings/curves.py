"""The curves of a drawing: each period's place and height, lines between them, and markers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import NamedTuple

from search.model.timeline import DateCounts
from search.model.trends import Trends
from web.params.trend_params import TrendScale
from web.presenters.drawings.value_axis import round_values
from web.presenters.timeline.columns import Column
from web.presenters.timeline.shares import has_many, highest_share, share

__all__ = [
    "DENSE_FROM",
    "Area",
    "Curve",
    "Point",
    "Vertical",
    "curves",
    "series_columns",
    "vertical",
]

_INDEX_TOP = 100
_MARKED = 8
"""Periods of a curve with a marker, where there is no room for one at each."""
_ALL_MARKED = 24
"""Periods up to which each has a marker."""
DENSE_FROM = 200
"""Periods from which points are too close to each other to be told apart."""


class Area(NamedTuple):
    """The width and the height of a drawing's area, in its own units."""

    width: float
    height: float


class Vertical(NamedTuple):
    """The vertical axis: its values, and whether shares of few articles are set apart.

    Such shares are often high by chance. They are cut off at the top, which follows the others, and
    left out of dense drawings, where they would hide the others.
    """

    scale: TrendScale
    values: Sequence[float]
    cuts: bool

    @property
    def top(self) -> float:
        """The highest value."""
        return self.values[-1]


class Point(NamedTuple):
    """A period of a curve. With `is_low` the period has too few articles for its share to count."""

    place: int
    x: float
    y: float
    column: Column
    is_low: bool


@dataclass(frozen=True, slots=True)
class Curve:
    """A series as drawn: its number from 1 decides colour, dash and marker.

    `line` and `low_line` are paths, the latter to and from points with `is_low`. `marked` are the
    points with a marker.
    """

    number: int
    points: Sequence[Point]
    marked: Sequence[Point]
    line: str
    low_line: str

    @property
    def end(self) -> Point:
        """The last point, if possible of a period with enough articles; there must be one."""
        normal = (point for point in reversed(self.points) if not point.is_low)
        return next(normal, self.points[-1])


def series_columns(trends: Trends, matches: DateCounts) -> list[Column]:
    """Return the periods of trends with a series' matches and all articles."""
    return [
        Column(
            period,
            period,
            matches.count(period),
            trends.articles.count(period),
        )
        for period in trends.periods
    ]


def vertical(series: Sequence[Sequence[Column]], scale: TrendScale) -> Vertical:
    """Return the axis that all series share."""
    if scale is TrendScale.INDEX:
        return Vertical(scale, [0, 20, 40, 60, 80, _INDEX_TOP], cuts=False)
    matching = [column for columns in series for column in columns if column.matches]
    if not matching:
        return Vertical(scale, [0, 1], cuts=False)
    if scale is TrendScale.NUMBER:
        highest = max(column.matches for column in matching)
        return Vertical(scale, round_values(highest, is_whole=True), cuts=False)
    top = highest_share(matching)
    return Vertical(scale, round_values(share(top), is_whole=False), cuts=has_many(top))


def curves(series: Sequence[Sequence[Column]], axis: Vertical, area: Area) -> list[Curve]:
    """Return the curves of series over the same periods."""
    return [_curve(number, columns, axis, area) for number, columns in enumerate(series, 1)]


def _curve(number: int, columns: Sequence[Column], axis: Vertical, area: Area) -> Curve:
    points = list(_points(columns, axis, area))
    normal, low = _lines(points)
    return Curve(number, points, _marked(points, number, len(columns)), normal, low)


def _points(columns: Sequence[Column], axis: Vertical, area: Area) -> Iterator[Point]:
    """Yield the points; a period without an article has no share, and so no point."""
    peak = max(column.matches for column in columns)
    width = area.width / len(columns)
    # Coordinates are most of what a dense drawing transfers.
    digits = 1 if len(columns) >= DENSE_FROM else 2
    for place, column in enumerate(columns):
        if axis.scale is TrendScale.SHARE:
            if not column.articles:
                continue
            value = share(column)
        else:
            value = column.matches
            if axis.scale is TrendScale.INDEX:
                value = _INDEX_TOP * value / peak if peak else 0
        is_low = axis.cuts and not has_many(column)
        if is_low and len(columns) >= DENSE_FROM:
            continue
        y = area.height * (1 - min(value, axis.top) / axis.top)
        yield Point(place, round((place + 0.5) * width, digits), round(y, digits), column, is_low)


def _lines(points: Sequence[Point]) -> tuple[str, str]:
    """Return the paths between neighbouring points: of normal ones, and to or from low ones.

    A point without neighbours is a dot among the normal ones.
    """
    steps = [pair for pair in pairwise(points) if pair[1].place == pair[0].place + 1]
    dots = "".join(
        f"M{_number(point.x)} {_number(point.y)}h0" for point in _alone(points) if not point.is_low
    )
    paths = {False: dots, True: ""}
    for is_low, group in groupby(steps, lambda step: step[0].is_low or step[1].is_low):
        at: Point | None = None
        for start, end in group:
            if start is not at:
                paths[is_low] += f"M{_number(start.x)} {_number(start.y)}l"
            else:
                paths[is_low] += " "
            # Most distances are alike, so a page of them is compressed well.
            paths[is_low] += f"{_number(end.x - start.x)} {_number(end.y - start.y)}"
            at = end
    return paths[False], paths[True]


def _marked(points: Sequence[Point], number: int, periods: int) -> list[Point]:
    """Return the points with a marker.

    These are all points with matches if they are few. Of many they are the highest one, the last
    one, those that no line leads to, and some between them.
    """
    if not points:
        return []
    alone = _alone(points) if periods < DENSE_FROM else []
    if periods <= _ALL_MARKED:
        chosen = {*points}
    else:
        every = periods // _MARKED
        # Each curve has its markers at other places.
        shift = every * number // (_MARKED - 2)
        peak = max(points, key=lambda point: (not point.is_low, -point.y))
        spaced = (point for point in points if (point.place + shift) % every == 0)
        chosen = {peak, points[-1], *alone, *spaced}
    return [
        point
        for point in points
        if point in chosen and (point.column.matches or (point in alone and not point.is_low))
    ]


def _alone(points: Sequence[Point]) -> list[Point]:
    """Return the points that no line leads to."""
    places = {point.place for point in points}
    return [point for point in points if places.isdisjoint((point.place - 1, point.place + 1))]


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
