"""The page of searches over time, as template variables."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from search.model.timeline import Level
from search.model.trends import MAX_SERIES, Trends
from web.chronicle_urls import api_trends_path, compare_path, trends_path
from web.params.trend_params import TrendsRequest
from web.presenters.drawings.curves import Area, series_columns
from web.presenters.drawings.drawing import draw
from web.presenters.trends.form import trends_form
from web.presenters.trends.rows import archive_row, series_rows
from web.presenters.trends.table import trends_table

__all__ = ["TrendsPageData", "trends_page"]

_AREA = Area(100, 100)
"""Places and heights are in per cent, so that the drawing is as wide as the page."""
_LABEL_HEIGHT = 5.5
_COMPARED = 2
"""Texts that can be compared by their words and values, the first ones."""
_FEW_SERIES, _FEW_POINTS = 2, 60
"""Series and points up to which the points of a drawing are among the stops of the Tab key."""


@dataclass(frozen=True, slots=True)
class TrendsPageData:
    """The content of the page: the request as it was read, and the engine's answers.

    `trends` is None without a text, or if any level has too many periods. `refused` is a level
    with too many periods, in whose place a coarser one is drawn. `spellings` are other spellings
    of texts without matches. `examples` are texts to start from, on a page without any.
    """

    requested: TrendsRequest
    trends: Trends | None
    refused: Level | None
    spellings: dict[str, str]
    examples: Sequence[tuple[str, ...]]


def trends_page(data: TrendsPageData, site_address: str, day: str) -> dict[str, Any]:
    """Return the template variables of the page, which cites the site's address and the day."""
    requested, trends = data.requested, data.trends
    texts, filters, by, scale = (
        requested.texts,
        requested.filters,
        requested.by,
        requested.scale,
    )
    variables: dict[str, Any] = {
        "form": trends_form(requested),
        "requested": requested,
        "has_too_many": any(
            problem.parameter == "s" and problem.position is None for problem in requested.problems
        ),
        "has_too_long": any(
            problem.parameter == "s" and problem.position is not None
            for problem in requested.problems
        ),
        "other_problems": [
            problem.message for problem in requested.problems if problem.parameter != "s"
        ],
        "refused": data.refused,
        "swapped_url": trends_path(texts, filters.with_days_swapped(), by=by, scale=scale),
        "examples": [(texts, trends_path(texts, filters)) for texts in data.examples],
        "most": MAX_SERIES,
        "trends": trends,
    }
    if trends is None or not trends.periods:
        return variables
    series = [series_columns(trends, each.matches) for each in trends.series]
    drawing = draw(trends, series, scale, _AREA, _LABEL_HEIGHT)
    return variables | {
        "drawing": drawing,
        "is_tabbed": len(series) <= _FEW_SERIES
        and sum(len(curve.points) for curve in drawing.curves) <= _FEW_POINTS,
        "rows": series_rows(requested, trends, series, drawing, data.spellings),
        "archive": archive_row(trends, filters),
        "table": trends_table(trends, series),
        "compared": texts[:_COMPARED],
        "compare_url": _compare_url(requested),
        "csv_url": trends_path(texts, filters, "csv", by=by),
        "svg_url": trends_path(texts, filters, "svg", by=by, scale=scale),
        "json_url": api_trends_path(texts, filters, by),
        "address": site_address + trends_path(texts, filters, by=by, scale=scale),
        "today": day,
    }


def _compare_url(requested: TrendsRequest) -> str:
    """Return the comparison of the first two texts, "" without two."""
    texts = requested.texts[:_COMPARED]
    if len(texts) < _COMPARED or not all(texts):
        return ""
    return compare_path(texts[0], texts[1], requested.filters)
