"""Two searches over the same time: two rows of bars in one scale, and a table."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from search.model.query import SearchQuery
from search.model.timeline import Timeline
from search.model.trends import Series, Trends
from web.presenters.timeline.axis import Tick, placed, ticks
from web.presenters.timeline.columns import Column, timeline_columns
from web.presenters.trends.links import series_links
from web.urls import search_path

__all__ = ["CompareChart", "PairedBar", "compare_chart"]

_HEIGHT = 40
_MIN_HEIGHT = 1.5


class PairedBar(NamedTuple):
    """The matches of one search in a column, and the search for them."""

    place: int
    height: float
    first: str
    last: str
    matches: int
    url: str


class PairedRow(NamedTuple):
    """A column with matches of either search: their numbers, and the searches for them."""

    first: str
    last: str
    cells: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class CompareChart:
    """Two rows of bars in one scale; `most` is the number of the highest bar."""

    first: str
    last: str
    width: int
    height: int
    most: int
    bars: tuple[tuple[PairedBar, ...], ...]
    ticks: Sequence[Tick]
    rows: tuple[PairedRow, ...]


def compare_chart(trends: Trends) -> CompareChart | None:
    """Return the searches over time; None if all articles are of one period."""
    by_series = [
        timeline_columns(Timeline(series.matches, trends.articles, has_words=True))
        for series in trends.series
    ]
    columns = by_series[0]
    if len(columns) <= 1:
        return None
    places, width = placed(columns)
    urls = [
        [_url(series, column) for column in own]
        for series, own in zip(trends.series, by_series, strict=True)
    ]
    most = max(column.matches for own in by_series for column in own)
    return CompareChart(
        columns[0].first.text,
        columns[-1].last.text,
        width,
        _HEIGHT,
        most,
        tuple(
            tuple(
                PairedBar(
                    place,
                    round(max(_MIN_HEIGHT, _HEIGHT * column.matches / most), 1),
                    column.first.text,
                    column.last.text,
                    column.matches,
                    url,
                )
                for place, column, url in zip(places, own, addresses, strict=True)
                if column.matches
            )
            for own, addresses in zip(by_series, urls, strict=True)
        ),
        ticks(columns, places, width),
        tuple(
            PairedRow(
                pair[0].first.text,
                pair[0].last.text,
                tuple((column.matches, url) for column, url in zip(pair, addresses, strict=True)),
            )
            for pair, addresses in zip(
                zip(*by_series, strict=True), zip(*urls, strict=True), strict=True
            )
            if any(column.matches for column in pair)
        ),
    )


def _url(series: Series, column: Column) -> str:
    """Return the search for the matches of a column, "" without any."""
    if not column.matches:
        return ""
    if column.is_single:
        return series_links(series.query)(column.first)
    return search_path(_within(series.query, column))


def _within(query: SearchQuery, column: Column) -> SearchQuery:
    """Return a search within the days of a column, as far as it has days and periods of its own."""
    first, last = column.first.first, column.last.last
    return replace(
        query,
        first_day=max(first, query.first_day or first),
        last_day=min(last, query.last_day or last),
    )
