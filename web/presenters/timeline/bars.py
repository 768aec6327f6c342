"""The bars of a timeline: as high as the number of matches, or as their share."""

from collections.abc import Sequence
from typing import NamedTuple

from web.presenters.timeline.columns import Column
from web.presenters.timeline.links import ChartLinks
from web.presenters.timeline.shares import has_many, highest_share, share

__all__ = ["HEIGHT", "Bar", "background", "draw_bars"]

HEIGHT = 64
"""The height of the chart in its own units, which are pixels on a phone and more elsewhere."""
_MIN_HEIGHT = 2.0
"""The height of the lowest bar with matches, so that it can be seen and clicked."""


class Bar(NamedTuple):
    """A column with matches, and the search that it leads to.

    `first`, `last` and `matches` are those of that search. It is wider than the column if that
    widens a chosen period; then `drawn` has the column, of which the bar is. `share` is missing in
    a chart of numbers. With `is_low` the column has too few articles for its share to be compared,
    so a higher one is cut off. `height` is up to HEIGHT, and `url` is empty for a search that is
    too long for more links.
    """

    place: int
    height: str
    first: str
    last: str
    matches: int
    url: str
    is_chosen: bool
    clears: bool
    share: float | None
    is_low: bool
    drawn: Column | None


def draw_bars(
    columns: Sequence[Column], places: Sequence[int], links: ChartLinks, *, by_share: bool
) -> list[Bar]:
    """Return the bars of the columns with matches."""
    top = highest_share(columns)
    highest = share(top) if by_share else max(column.matches for column in columns)
    cuts = by_share and has_many(top)
    bars: list[Bar] = []
    for number, column in enumerate(columns):
        if not column.matches:
            continue
        link = links.of(number)
        value = share(column) if by_share else column.matches
        bars.append(
            Bar(
                places[number],
                _height(min(value, highest), highest),
                link.first.text,
                link.last.text,
                link.matches,
                link.url,
                links.is_chosen(column),
                link.clears,
                value if by_share else None,
                cuts and not has_many(column),
                None if (link.first, link.last) == (column.first, column.last) else column,
            )
        )
    return bars


def background(columns: Sequence[Column], places: Sequence[int]) -> str:
    """Return the bars of all articles, in a scale of their own, as the path of an SVG."""
    highest = max(column.articles for column in columns)
    return "".join(
        f"M{place} {HEIGHT}v-{_height(column.articles, highest)}h1V{HEIGHT}z"
        for place, column in zip(places, columns, strict=True)
        if column.articles
    )


def _height(value: float, highest: float) -> str:
    return f"{max(_MIN_HEIGHT, HEIGHT * value / highest):.1f}".removesuffix(".0")
