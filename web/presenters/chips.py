"""The filters in force, each with the search without it."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from search.model.facets import DATE, FACETS, Facet
from search.model.query import Filter, SearchQuery
from web.params.query_strings import url_pairs
from web.urls import help_path, search_path

__all__ = ["Chip", "ChosenValue", "chips", "days_chip", "kept_pairs", "search_box"]

_NOT_KEPT = ("q", "spelling")
"""Parameters that a new text replaces."""
_FACETS = {facet.name: facet for facet in FACETS}


@dataclass(frozen=True, slots=True)
class ChosenValue:
    """A value that is chosen or excluded, and the search without it."""

    value: str
    without: SearchQuery

    @property
    def remove_url(self) -> str:
        """The page of the search without the value."""
        return search_path(self.without)


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force, and the search without it.

    It has all chosen or all excluded values of a facet, or a first and a last day, or the number of
    articles that the search is restricted to. `needs_all` is true if an article needs every one of
    several chosen values.
    """

    without: SearchQuery
    facet: Facet
    values: tuple[ChosenValue, ...] = ()
    excluded: bool = False
    needs_all: bool = False
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    articles: int = 0

    @property
    def remove_url(self) -> str:
        """The page of the search without the filter."""
        return search_path(self.without)

    @property
    def parts(self) -> tuple["Chip", ...]:
        """Filters of one value each whose removal can only widen the search.

        Without one of several alternatives a search becomes narrower, so these have no parts.
        """
        if len(self.values) <= 1 or not (self.excluded or self.needs_all):
            return ()
        return tuple(
            Chip(chosen.without, self.facet, (chosen,), self.excluded) for chosen in self.values
        )


def chips(query: SearchQuery) -> list[Chip]:
    """Return every filter in force."""
    groups: dict[tuple[str, bool], list[Filter]] = {}
    for chosen in query.filters:
        groups.setdefault((chosen.facet, chosen.excluded), []).append(chosen)
    filters = [
        Chip(
            query.without(*group),
            _FACETS[name],
            tuple(ChosenValue(chosen.value, query.without(chosen)) for chosen in group),
            excluded,
            not excluded and name in query.needs_all_values,
        )
        for (name, excluded), group in groups.items()
    ]
    if query.first_day or query.last_day:
        filters.append(days_chip(query))
    if query.ids:
        filters.append(Chip(query.without_ids(), DATE, articles=len(query.ids)))
    return filters


def days_chip(query: SearchQuery) -> Chip:
    """Return the filter of the first and the last day."""
    first_day, last_day = query.first_day, query.last_day
    return Chip(query.without_days(), DATE, first_day=first_day, last_day=last_day)


def kept_pairs(query: SearchQuery) -> list[tuple[str, str]]:
    """Return the parameters that the search box keeps when another text is searched."""
    return [pair for pair in url_pairs(query.on_page(1)) if pair[0] not in _NOT_KEPT]


def search_box(query: SearchQuery, path: Callable[[SearchQuery], str]) -> dict[str, Any]:
    """Return the template variables of the search box on a page other than the results.

    Its filters are named there, each with a link to the same page without it, which `path` writes
    for a search.
    """
    return {
        "box_kept": kept_pairs(query),
        "box_filters": [(chip, path(chip.without)) for chip in chips(query)],
        "help_url": help_path(query),
    }
