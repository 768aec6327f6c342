"""A drawing as a file that stands alone, to be printed, shown and edited elsewhere."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from search.model.trends import Trends
from web.chronicle_urls import trends_path
from web.params.trend_params import TrendsRequest
from web.presenters.chips import chips
from web.presenters.drawings.curves import Area, series_columns
from web.presenters.drawings.drawing import draw
from web.presenters.drawings.texts import drawable, shortened, wrapped

__all__ = ["standalone_drawing"]

_WIDTH = 1_000
_LEFT, _RIGHT = 72, 196
"""Room for the values of the vertical axis, and for names at the ends of curves."""
_AREA = Area(_WIDTH - _LEFT - _RIGHT, 420)
_LABEL_HEIGHT, _LABEL_WIDTH = 20.0, 11.0
_TITLE_WIDTH, _TITLE_LINES, _TITLE_HEIGHT = 32.0, 2, 34
_LEGEND_WIDTH, _LEGEND_LINES, _LEGEND_HEIGHT = 60.0, 2, 20
_SOURCE_WIDTH, _SOURCE_LINES, _SOURCE_HEIGHT = 76.0, 4, 17
"""Widths in em, the rest in pixels. The page's address may take several lines."""
_MARGIN = 24
_BELOW = 56
"""Room for the names of periods, and some air before the source."""
_COLOURS = ("#1d4f7c", "#c2410c", "#00756a", "#9c2f84", "#7d5c00")
_DASHES = ("", "9 4", "2 4", "10 3 2 3", "16 3")
_MARKERS = (
    "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z",
    "M-3.5-3.5h7v7h-7z",
    "M0-5L4.5 3.5h-9z",
    "M0-5.5L5 0L0 5.5L-5 0z",
    "M0 5L4.5-3.5h-9z",
)


class Text(NamedTuple):
    """A line of text at its base line."""

    y: float
    text: str


class LegendEntry(NamedTuple):
    """A curve as drawn, with its text in lines, which are empty for all articles."""

    number: int
    colour: str
    dash: str
    marker: str
    label: str
    lines: Sequence[Text]
    y: float


def standalone_drawing(
    trends: Trends, requested: TrendsRequest, site_address: str, day: str
) -> dict[str, Any]:
    """Return the template variables of the file, drawn on a day; it names its page's address.

    `drawing` is None without an article.
    """
    texts = [drawable(text) for text in requested.texts]
    y = _MARGIN + 0.0
    title: list[Text] = []
    # Without a text the template writes that all articles are drawn.
    for line in wrapped(", ".join(filter(None, texts)), _TITLE_WIDTH, _TITLE_LINES) or [""]:
        y += _TITLE_HEIGHT
        title.append(Text(y, line))
    subtitle = y + 24
    y = subtitle + 8
    has_filters = bool(chips(requested.filters))
    filters = 0.0
    if has_filters:
        filters = y + 14
        y = filters + 6
    legend = []
    for number, text in enumerate(texts, 1):
        y += 4
        lines = wrapped(text, _LEGEND_WIDTH, _LEGEND_LINES) or [""]
        placed = [Text(y + _LEGEND_HEIGHT * (row + 0.75), line) for row, line in enumerate(lines)]
        legend.append(
            LegendEntry(
                number,
                _COLOURS[number - 1],
                _DASHES[number - 1],
                _MARKERS[number - 1],
                shortened(text, _LABEL_WIDTH),
                placed,
                y + _LEGEND_HEIGHT / 2,
            )
        )
        y += _LEGEND_HEIGHT * len(lines)
    top = y + _MARGIN
    series = [series_columns(trends, each.matches) for each in trends.series]
    has_periods = bool(trends.periods)
    address = site_address + trends_path(
        requested.texts, requested.filters, by=requested.by, scale=requested.scale
    )
    below = top + _AREA.height + _BELOW
    lines = wrapped(address, _SOURCE_WIDTH, _SOURCE_LINES)
    return {
        "drawing": (
            draw(trends, series, requested.scale, _AREA, _LABEL_HEIGHT) if has_periods else None
        ),
        "width": _WIDTH,
        "left": _LEFT,
        "top": top,
        "margin": _MARGIN,
        "title": title,
        "subtitle": subtitle,
        "filters": filters,
        "chips": chips(requested.filters),
        "legend": legend,
        "few_y": below,
        "source_y": below + _SOURCE_HEIGHT,
        "address": [
            Text(below + _SOURCE_HEIGHT * (row + 2), line) for row, line in enumerate(lines)
        ],
        "height": below + _SOURCE_HEIGHT * (len(lines) + 1) + _MARGIN,
        "requested": requested,
        "totals": [each.total for each in trends.series],
        "generation": trends.generation,
        "today": day,
    }
