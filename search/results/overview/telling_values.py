"""Values of facets that one set of articles has more often than another."""

from collections.abc import Iterable
from typing import TypeVar

from search.model.facets import VALUE_FACETS, Facet
from search.model.overview import TellingValue
from search.model.query import SearchQuery
from search.results.overview.log_likelihood import SIGNIFICANT, over_representation

__all__ = ["MIN_MATCHES", "MIN_RATIO", "first_by_score", "narrowed_to", "telling_values"]

MIN_MATCHES = 3
"""Matches with a value or a word from which it can tell anything."""
MIN_RATIO = 2
"""How many times as often the matches have a telling value as other articles."""
_MAX_VALUES = 10
"""Values that are listed per facet."""

_Item = TypeVar("_Item")


def telling_values(
    candidates: Iterable[TellingValue], total: int, archive_total: int
) -> tuple[TellingValue, ...]:
    """Return the over-represented values, the most telling of each facet first.

    The matches are compared with the other articles of the archive.
    """
    scored = [
        (
            over_representation(
                value.count,
                total,
                max(0, value.archive_count - value.count),
                archive_total - total,
                times=MIN_RATIO,
            ),
            value,
        )
        for value in candidates
    ]
    return tuple(
        value
        for facet in VALUE_FACETS
        for value in first_by_score(
            [(score, value) for score, value in scored if value.facet == facet], _MAX_VALUES
        )
    )


def first_by_score(scored: Iterable[tuple[float, _Item]], size: int) -> list[_Item]:
    """Return the first significant items by their scores; ties stay in their order."""
    significant = [(score, item) for score, item in scored if score >= SIGNIFICANT]
    return [item for _, item in sorted(significant, key=lambda pair: -pair[0])[:size]]


def narrowed_to(query: SearchQuery, facet: Facet, value: str) -> SearchQuery | None:
    """Return a search for the matches with a value; None if no search has exactly these.

    Values that a filter names say nothing about the matches, and a search takes a number of filters
    at most. Next to one selected value, or several
    that an article needs, an article needs this one too; next to several of which any will do, it
    cannot be added to them.
    """
    selected = query.selected(facet.name)
    if query.is_full or value in selected or value in query.excluded(facet.name):
        return None
    if not selected:
        return query.only(facet.name, value)
    if facet.single_valued or (len(selected) > 1 and facet.name not in query.all_values):
        return None
    return query.adding(facet.name, value).matching_values(facet.name, all_values=True)
