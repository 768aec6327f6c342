"""The series of a page one by one: facts, a small drawing of each, and the points as links."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from search.model.query import Match, SearchQuery
from search.model.trends import Series, Trends
from web.chronicle_urls import trends_path
from web.params.trend_params import TrendScale, TrendsRequest
from web.presenters.drawings.curves import Area, Curve, Point, curves, series_columns, vertical
from web.presenters.drawings.drawing import Drawing
from web.presenters.drawings.texts import drawable, shortened
from web.presenters.search_page import IgnoredRow, ignored_rows
from web.presenters.timeline.columns import Column
from web.presenters.trends.facts import PeriodFact, SeriesFacts, series_facts
from web.presenters.trends.links import series_links
from web.urls import search_path

__all__ = ["ArchiveRow", "PointLink", "SeriesRow", "archive_row", "series_rows"]

_SMALL = Area(100, 100)
_LABEL_WIDTH, _NAME_WIDTH = 11.5, 45.0


class PointLink(NamedTuple):
    """A point of the drawing, and the search for its articles; of many only those with a marker."""

    point: Point
    url: str


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """A series with its facts, its points in the drawing, and a small drawing in its own scale.

    `name` is the text, cut if it is very long, and `label` what the end of its curve has; both are
    "" for all articles. `url` is "" without matches. If the search was relaxed, `strict_url` is the
    page of articles with every word. `instead` is another spelling of a text
    without matches, with the page that has it in the text's place.
    """

    number: int
    name: str
    label: str
    total: int
    url: str
    strict_url: str
    ignored: Sequence[IgnoredRow]
    facts: SeriesFacts | None
    links: Sequence[PointLink]
    small: Curve
    instead: str
    instead_url: str


class ArchiveRow(NamedTuple):
    """All articles under the filters, with a small drawing and the period that has most."""

    total: int
    url: str
    small: Curve
    most: PeriodFact


def series_rows(
    requested: TrendsRequest,
    trends: Trends,
    columns: Sequence[Sequence[Column]],
    drawing: Drawing,
    spellings: Mapping[str, str],
) -> list[SeriesRow]:
    """Return a row for each series; `spellings` are those to offer, by text."""
    rows: list[SeriesRow] = []
    for curve, series, own in zip(drawing.curves, trends.series, columns, strict=True):
        link = series_links(series.query)
        text = series.query.text
        instead = spellings.get(text, "")
        name = drawable(text)
        linked = curve.marked if drawing.is_dense else curve.points
        rows.append(
            SeriesRow(
                number=curve.number,
                name=shortened(name, _NAME_WIDTH),
                label=shortened(name, _LABEL_WIDTH),
                total=series.total,
                url=search_path(series.query) if series.total else "",
                strict_url=_strict(requested) if series.relaxed else "",
                ignored=ignored_rows(text),
                facts=series_facts(series, own, link),
                links=[
                    PointLink(point, link(point.column.first))
                    for point in linked
                    if point.column.matches
                ],
                small=_small(own, drawing.scale),
                instead=instead,
                instead_url=_with_text(requested, series, instead) if instead else "",
            )
        )
    return rows


def archive_row(trends: Trends, filters: SearchQuery) -> ArchiveRow:
    """Return what the archive holds in each period under the filters."""
    columns = series_columns(trends, trends.articles)
    link = series_links(filters)
    most = max(columns, key=lambda column: column.articles)
    period = most.first
    return ArchiveRow(
        sum(column.articles for column in columns),
        search_path(filters),
        _small(columns, TrendScale.NUMBER),
        PeriodFact(period.text, most.articles, most.articles, link(period)),
    )


def _small(columns: Sequence[Column], scale: TrendScale) -> Curve:
    return curves([columns], vertical([columns], scale), _SMALL)[0]


def _strict(requested: TrendsRequest) -> str:
    """Return the page of articles that have every word of each text."""
    filters = requested.filters.matching(Match.ALL)
    return trends_path(requested.texts, filters, by=requested.by, scale=requested.scale)


def _with_text(requested: TrendsRequest, series: Series, text: str) -> str:
    """Return the page with another text in the place of a series."""
    texts = [text if each == series.query.text else each for each in requested.texts]
    return trends_path(texts, requested.filters, by=requested.by, scale=requested.scale)
