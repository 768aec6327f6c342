"""The shares of a timeline's columns: how many of a period's articles match."""

from collections.abc import Sequence

from web.presenters.timeline.columns import Column

__all__ = ["MANY_ARTICLES", "has_many", "highest_share", "share"]

MANY_ARTICLES = 10
"""Articles from which the share of a period is compared, if any period has as many.

Columns of few articles would often have the highest share by chance.
"""


def share(column: Column) -> float:
    """Return the share of a column's articles that match; not for one without articles."""
    return column.matches / column.articles


def highest_share(columns: Sequence[Column]) -> Column:
    """Return the column with the highest share of its articles; the larger one of equal ones.

    At least one column must have matches.
    """
    matching = [column for column in columns if column.matches]
    compared = [column for column in matching if has_many(column)] or matching
    return max(compared, key=lambda column: (share(column), column.matches))


def has_many(column: Column) -> bool:
    """Return whether a column has enough articles for its share to be compared."""
    return column.articles >= MANY_ARTICLES
