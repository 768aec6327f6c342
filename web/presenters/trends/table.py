"""The table of a page of trends: every period with the numbers of each series."""

from collections.abc import Sequence
from typing import NamedTuple

from search.model.trends import Trends
from web.presenters.timeline.columns import Column
from web.presenters.timeline.shares import share
from web.presenters.trends.links import series_links

__all__ = ["Table", "TableCell", "TableRow", "trends_table"]

_MOST_LINKS = 2_000
"""Links of a table, whose addresses take most of a page."""


class TableCell(NamedTuple):
    """The matches of a series in a period, with their share, and the search for them.

    `share` is None for a period without an article, and `url` "" without matches and in a long
    table.
    """

    matches: int
    share: float | None
    url: str


class Table(NamedTuple):
    """The rows, oldest first; those of a long table have no links."""

    rows: Sequence["TableRow"]
    has_links: bool


class TableRow(NamedTuple):
    """A period with all of its articles, and a cell for each series."""

    period: str
    articles: int
    cells: Sequence[TableCell]


def trends_table(trends: Trends, series: Sequence[Sequence[Column]]) -> Table:
    """Return the table of trends."""
    links = [series_links(each.query) for each in trends.series]
    matching = sum(column.matches > 0 for columns in series for column in columns)
    has_links = matching <= _MOST_LINKS
    rows = [
        TableRow(
            period.text,
            columns[0].articles,
            [
                TableCell(
                    column.matches,
                    share(column) if column.articles else None,
                    link(period) if column.matches and has_links else "",
                )
                for column, link in zip(columns, links, strict=True)
            ],
        )
        for period, *columns in zip(trends.periods, *series, strict=True)
    ]
    return Table(rows, has_links)
