"""The matches of a search over time: a chart, the facts in it, and a table."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from search.model.periods import Period
from search.model.results import SearchPage
from search.model.timeline import Level, Timeline, day_of, finest_level
from web.presenters.timeline.axis import Tick, placed, ticks
from web.presenters.timeline.columns import Column, timeline_columns
from web.presenters.timeline.links import ChartLinks, TimelineLinks

__all__ = [
    "HEIGHT",
    "Bar",
    "Fact",
    "TimelineChart",
    "draw_chart",
    "offers_dates",
    "timeline_chart",
]

HEIGHT = 64
"""The height of the chart in its own units, which are pixels on a phone and more elsewhere."""
_MIN_HEIGHT = 2.0
"""The height of the lowest bar with matches, so that it can be seen and clicked."""
_MANY_ARTICLES = 10
"""Articles from which the share of a period is compared, if any period has as many."""


class Bar(NamedTuple):
    """A column with matches; `matches` and the periods are those of the search it leads to.

    `height` is up to HEIGHT, and `url` is empty for a search that is too long for more links.
    """

    place: int
    height: str
    first: str
    last: str
    matches: int
    url: str
    is_chosen: bool
    clears: bool


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


@dataclass(frozen=True, slots=True)
class TimelineChart:
    """A chart of `width` columns, and what is around it; `background` is all articles as a path.

    `share` is missing for a search without words, which has every article of its time, and
    `closer` is the search for the days or months of the one period that is chosen or has matches.
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
    chart = draw_chart(timeline, columns, links)
    return replace(chart, closer=_closer(timeline.level, query.periods, columns, links))


def draw_chart(timeline: Timeline, columns: Sequence[Column], links: ChartLinks) -> TimelineChart:
    """Return the chart of several columns."""
    places, width = placed(columns)
    most = max(columns, key=lambda column: column.matches)
    bars = _bars(columns, places, most.matches, links)
    return TimelineChart(
        first=columns[0].first.text,
        last=columns[-1].last.text,
        width=width,
        height=HEIGHT,
        bars=bars,
        background=_background(columns, places) if timeline.has_words else "",
        ticks=ticks(columns, places, width),
        rows=_rows(columns, links),
        earliest=_earliest(timeline, links),
        most=_fact(most, most.matches, links),
        share=_highest_share(columns, links) if timeline.has_words else None,
        closer=None,
        has_choice=any(bar.is_chosen for bar in bars),
    )


def _bars(
    columns: Sequence[Column],
    places: Sequence[int],
    highest: int,
    links: ChartLinks,
) -> list[Bar]:
    bars: list[Bar] = []
    for number, column in enumerate(columns):
        if not column.matches:
            continue
        link = links.of(number)
        height = _height(column.matches, highest)
        is_chosen = links.is_chosen(column)
        bars.append(
            Bar(
                places[number],
                height,
                link.first.text,
                link.last.text,
                link.matches,
                link.url,
                is_chosen,
                link.clears,
            )
        )
    return bars


def _background(columns: Sequence[Column], places: Sequence[int]) -> str:
    """Return the bars of all articles, in a scale of their own, as the path of an SVG."""
    highest = max(column.articles for column in columns)
    return "".join(
        f"M{place} {HEIGHT}v-{_height(column.articles, highest)}h1V{HEIGHT}z"
        for place, column in zip(places, columns, strict=True)
        if column.articles
    )


def _height(count: int, highest: int) -> str:
    return f"{max(_MIN_HEIGHT, HEIGHT * count / highest):.1f}".removesuffix(".0")


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


def _highest_share(columns: Sequence[Column], links: ChartLinks) -> Fact:
    """Return the column with the highest share of its articles; the larger one of equal ones.

    Columns of few articles would often have the highest share by chance.
    """
    with_many = [column for column in columns if column.articles >= _MANY_ARTICLES]
    compared = with_many or [column for column in columns if column.articles]
    column = max(compared, key=lambda each: (each.matches / each.articles, each.matches))
    return _fact(column, column.matches / column.articles, links)


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
