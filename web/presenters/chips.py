"""The filters in force, each with the search without it."""

import datetime as dt
from dataclasses import dataclass

from search.model.facets import DATE, FACETS, Facet
from search.model.query import SearchQuery
from web.urls import search_path

__all__ = ["Chip", "chips"]

_FACETS = {facet.name: facet for facet in FACETS}


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force, and the search without it: a facet's value, or a first and last day."""

    without: SearchQuery
    facet: Facet
    value: str = ""
    excluded: bool = False
    first_day: dt.date | None = None
    last_day: dt.date | None = None

    @property
    def remove_url(self) -> str:
        """The page of the search without the filter."""
        return search_path(self.without)


def chips(query: SearchQuery) -> list[Chip]:
    """Return every filter in force."""
    filters = [
        Chip(query.without(chosen), _FACETS[chosen.facet], chosen.value, chosen.excluded)
        for chosen in query.filters
    ]
    if query.first_day or query.last_day:
        first_day, last_day = query.first_day, query.last_day
        filters.append(Chip(query.without_days(), DATE, first_day=first_day, last_day=last_day))
    return filters
