"""A drawing of several searches over time: curves in an area, its axes, and names at the ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from search.model.timeline import Level
from search.model.trends import Trends
from web.params.trend_params import TrendScale
from web.presenters.drawings.curves import DENSE_FROM, Area, Curve, Point, curves, vertical
from web.presenters.drawings.end_labels import spread
from web.presenters.drawings.time_axis import TimeTick, time_ticks
from web.presenters.timeline.columns import Column
from web.presenters.timeline.shares import MANY_ARTICLES, has_many

__all__ = ["Drawing", "EndLabel", "Line", "draw"]

_NEAR = 4
"""A label that is off by less than this part of its height is next to its curve."""


class Line(NamedTuple):
    """A value of the vertical axis and its height."""

    value: float
    y: float


class EndLabel(NamedTuple):
    """The name of a curve at `y`.

    `shift` is how far it is above or below the curve's end, 0 where no line joins both: if they are
    next to each other, or the curve ends before the last period.
    """

    number: int
    y: float
    shift: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything in a drawing, in the units of its area.

    `few` is the number of articles below which a share is drawn apart, or left out if `is_dense`;
    0 if none is. `ticks` have the horizontal place of each name.
    """

    area: Area
    level: Level
    scale: TrendScale
    first: str
    last: str
    lines: Sequence[Line]
    ticks: Sequence[tuple[float, TimeTick]]
    curves: Sequence[Curve]
    labels: Sequence[EndLabel]
    few: int
    is_dense: bool


def draw(
    trends: Trends,
    series: Sequence[Sequence[Column]],
    scale: TrendScale,
    area: Area,
    label_height: float,
) -> Drawing:
    """Return the drawing of trends, whose series have at least one period."""
    axis = vertical(series, scale)
    drawn = curves(series, axis, area)
    ends = [curve for curve in drawn if curve.points]
    places = spread([curve.end.y for curve in ends], label_height, 0, area.height)
    count = len(trends.periods)
    return Drawing(
        area=area,
        level=trends.level,
        scale=scale,
        first=trends.periods[0].text,
        last=trends.periods[-1].text,
        lines=[
            Line(value, round(area.height * (1 - value / axis.top), 2)) for value in axis.values
        ],
        ticks=[
            (round(area.width * (tick.place + 0.5) / count, 2), tick)
            for tick in time_ticks(trends.periods)
        ],
        curves=drawn,
        labels=[
            EndLabel(curve.number, round(y, 2), _shift(curve.end, y, label_height, count))
            for curve, y in zip(ends, places, strict=True)
        ],
        few=MANY_ARTICLES if axis.cuts and _has_few(series) else 0,
        is_dense=count >= DENSE_FROM,
    )


def _has_few(series: Sequence[Sequence[Column]]) -> bool:
    return any(column.articles and not has_many(column) for column in series[0])


def _shift(end: Point, y: float, label_height: float, periods: int) -> float:
    if end.place < periods - 1 or abs(y - end.y) < label_height / _NEAR:
        return 0
    return round(y - end.y, 2)
