"""Values of facets that one set of articles has more often than another."""

from collections.abc import Iterable
from typing import NamedTuple, TypeVar

from search.model.facets import VALUE_FACETS, Facet
from search.model.query import SearchQuery
from search.results.overview.log_likelihood import SIGNIFICANT, over_representation

__all__ = [
    "MIN_MATCHES",
    "MIN_RATIO",
    "CountedValue",
    "can_narrow",
    "first_by_score",
    "narrowed_to",
    "telling_values",
]

MIN_MATCHES = 3
"""Matches with a value or a word from which it can tell anything."""
MIN_RATIO = 2
"""How many times as often the matches have a telling value as other articles."""
_MAX_VALUES = 10
"""Values that are listed per facet."""

_Item = TypeVar("_Item")


class CountedValue(NamedTuple):
    """A facet's value, the matches with it, and the articles of the archive with it."""

    facet: Facet
    value: str
    matches: int
    articles: int


def telling_values(
    candidates: Iterable[CountedValue], total: int, archive_total: int
) -> list[CountedValue]:
    """Return the over-represented values, the most telling of each facet first.

    The matches are compared with the other articles of the archive.
    """
    scored = [
        (
            over_representation(
                value.matches,
                total,
                max(0, value.articles - value.matches),
                archive_total - total,
                times=MIN_RATIO,
            ),
            value,
        )
        for value in candidates
    ]
    return [
        value
        for facet in VALUE_FACETS
        for value in first_by_score(
            [(score, value) for score, value in scored if value.facet == facet], _MAX_VALUES
        )
    ]


def first_by_score(scored: Iterable[tuple[float, _Item]], size: int) -> list[_Item]:
    """Return the first significant items by their scores; ties stay in their order."""
    significant = [(score, item) for score, item in scored if score >= SIGNIFICANT]
    return [item for _, item in sorted(significant, key=lambda pair: -pair[0])[:size]]


def can_narrow(query: SearchQuery, facet: Facet, value: str) -> bool:
    """Return whether `narrowed_to` has a search for the matches with a value.

    Values that a filter names say nothing about the matches, and a search takes a number of filters
    at most. Next to several values of which any will do, one that an article needs cannot be added.
    """
    selected = query.selected(facet.name)
    if query.is_full or value in selected or value in query.excluded(facet.name):
        return False
    if not selected:
        return True
    return not facet.single_valued and (len(selected) == 1 or facet.name in query.all_values)


def narrowed_to(query: SearchQuery, facet: Facet, value: str) -> SearchQuery:
    """Return a search for the matches with a value; next to a selected one an article needs it."""
    if not query.selected(facet.name):
        return query.only(facet.name, value)
    return query.adding(facet.name, value).matching_values(facet.name, all_values=True)
