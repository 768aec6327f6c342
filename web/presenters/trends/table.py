"""The table of a page of trends: every period with the numbers of each series."""

from collections.abc import Sequence
from typing import NamedTuple

from search.model.trends import Trends
from web.presenters.timeline.columns import Column
from web.presenters.timeline.shares import share
from web.presenters.trends.links import series_links

__all__ = ["TableCell", "TableRow", "table_rows"]


class TableCell(NamedTuple):
    """The matches of a series in a period, with their share, and the search for them.

    `share` is None for a period without an article, and `url` "" without matches.
    """

    matches: int
    share: float | None
    url: str


class TableRow(NamedTuple):
    """A period with all of its articles, and a cell for each series."""

    period: str
    articles: int
    cells: Sequence[TableCell]


def table_rows(trends: Trends, series: Sequence[Sequence[Column]]) -> list[TableRow]:
    """Return a row for each period, oldest first."""
    links = [series_links(each.query) for each in trends.series]
    return [
        TableRow(
            period.text,
            columns[0].articles,
            [
                TableCell(
                    column.matches,
                    share(column) if column.articles else None,
                    link(period) if column.matches else "",
                )
                for column, link in zip(columns, links, strict=True)
            ],
        )
        for period, *columns in zip(trends.periods, *series, strict=True)
    ]
