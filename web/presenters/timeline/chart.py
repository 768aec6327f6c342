"""The matches of a search over time: a chart, the facts in it, and a table."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from search.model.periods import Period
from search.model.query import SearchQuery
from search.model.results import SearchPage
from search.model.timeline import Level, Timeline, day_of, finest_level
from web.presenters.timeline.axis import Tick, placed, ticks
from web.presenters.timeline.bars import HEIGHT, Bar, background, draw_bars
from web.presenters.timeline.columns import Column, timeline_columns
from web.presenters.timeline.links import ChartLinks, TimelineLinks
from web.presenters.timeline.shares import MANY_ARTICLES, highest_share, share
from web.urls import ChoiceUrls

__all__ = ["Fact", "TimelineChart", "draw_chart", "offers_dates", "timeline_chart"]


_NUMBER, _SHARE = "number", "share"
"""The values of the parameter `chart`: the height of a bar is one of them."""


class TableRow(NamedTuple):
    """A column with articles, and the search for its matches alone."""

    first: str
    last: str
    matches: int
    articles: int
    url: str


class Fact(NamedTuple):
    """Something to notice in the chart, and the articles behind it."""

    first: str
    last: str
    value: float
    url: str


class ScaleLink(NamedTuple):
    """A meaning of the bars' height, and the page of the chart with it."""

    name: str
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class TimelineChart:
    """A chart of `width` columns, and what is around it.

    `background` is all articles as a path, "" in a chart of shares. `share` is missing for a search
    without words, which has every article of its time, and so are `scales`, the links to the charts
    of numbers and of shares. `few` is the number of articles below which a bar is pale, 0 if none
    is. `closer` is the search for the days or months of the one period that is chosen or has
    matches.
    """

    first: str
    last: str
    width: int
    height: int
    bars: Sequence[Bar]
    background: str
    ticks: Sequence[Tick]
    rows: Sequence[TableRow]
    earliest: Fact
    most: Fact
    share: Fact | None
    closer: Fact | None
    has_choice: bool
    by_share: bool
    few: int
    scales: Sequence[ScaleLink]


def offers_dates(page: SearchPage) -> bool:
    """Return whether a page offers other dates: not without matches, or if all have one day."""
    if page.query.periods or page.query.first_day or page.query.last_day:
        return True
    if page.timeline is None or not page.timeline.matches.counts:
        return False
    first, last = page.timeline.articles.known_bounds
    return first != last


def timeline_chart(page: SearchPage) -> TimelineChart | None:
    """Return the timeline of a page; None if there are no matches, or articles of one day only."""
    timeline, query = page.timeline, page.query
    if timeline is None or not timeline.matches.counts:
        return None
    columns = timeline_columns(timeline)
    if len(columns) <= 1:
        return None
    links = TimelineLinks(query, columns)
    chart = draw_chart(timeline, columns, links, by_share=query.by_share)
    return replace(
        chart,
        closer=_closer(timeline.level, query.periods, columns, links),
        scales=_scales(query) if timeline.has_words else (),
    )


def draw_chart(
    timeline: Timeline, columns: Sequence[Column], links: ChartLinks, *, by_share: bool = False
) -> TimelineChart:
    """Return the chart of several columns; one without words has no shares."""
    places, width = placed(columns)
    most = max(columns, key=lambda column: column.matches)
    by_share = by_share and timeline.has_words
    bars = draw_bars(columns, places, links, by_share=by_share)
    return TimelineChart(
        first=columns[0].first.text,
        last=columns[-1].last.text,
        width=width,
        height=HEIGHT,
        bars=bars,
        background=background(columns, places) if timeline.has_words and not by_share else "",
        ticks=ticks(columns, places, width),
        rows=_rows(columns, links),
        earliest=_earliest(timeline, links),
        most=_fact(most, most.matches, links),
        share=_share_fact(highest_share(columns), links) if timeline.has_words else None,
        closer=None,
        has_choice=any(bar.is_chosen for bar in bars),
        by_share=by_share,
        few=MANY_ARTICLES if any(bar.is_low for bar in bars) else 0,
        scales=(),
    )


def _rows(columns: Sequence[Column], links: ChartLinks) -> list[TableRow]:
    return [
        TableRow(column.first.text, column.last.text, column.matches, column.articles, url)
        for column, url in zip(columns, links.alone, strict=True)
        if column.articles
    ]


def _fact(column: Column, value: float, links: ChartLinks) -> Fact:
    return Fact(column.first.text, column.last.text, value, links.only(column))


def _earliest(timeline: Timeline, links: ChartLinks) -> Fact:
    day = day_of(timeline.matches.known_bounds[0]).isoformat()
    return Fact(day, day, 0, links.period(Period.parse(day)))


def _share_fact(column: Column, links: ChartLinks) -> Fact:
    return _fact(column, share(column), links)


def _scales(query: SearchQuery) -> list[ScaleLink]:
    urls = ChoiceUrls(query.charting(by_share=False), "chart", _NUMBER)
    return [
        ScaleLink(scale, urls.of(scale), query.by_share is (scale == _SHARE))
        for scale in (_NUMBER, _SHARE)
    ]


def _closer(
    level: Level, chosen: Sequence[Period], columns: Sequence[Column], links: TimelineLinks
) -> Fact | None:
    """Return the search that shows one period by a finer level than the chart has.

    It is the one that is chosen, or the only one with matches.
    """
    bars = [column for column in columns if column.matches]
    if not chosen and len(bars) == 1 and bars[0].is_single:
        period = bars[0].first
    elif len(chosen) == 1 and any(column.overlaps(chosen[0]) for column in bars):
        period = chosen[0]
    else:
        return None
    first, last = (int(day.strftime("%Y%m%d")) for day in (period.first, period.last))
    if period.level == "day" or finest_level(first, last) == level or level == "day":
        return None
    return Fact(period.text, period.text, 0, links.range(period.first, period.last))
