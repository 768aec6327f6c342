"""The lists of all values of facets over the matches of searches, cached for as long as an index.

A reader who pages through the values of a facet, or narrows them down by letters, asks for the
same list again and again.
"""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from search.model.facets import Facet
from search.model.query import SearchQuery
from search.model.results import FacetResult
from search.model.value_labels import NO_LABELS, ValueLabels
from search.query.minimum_match import MatchSpec
from search.results.facet_listing import FacetListing
from search.results.facet_values import FacetValuePage, FacetValueQuery

__all__ = ["FacetListings", "FacetSource"]

_MAX_VALUES = 500_000
"""Values of all cached lists, of about 50 bytes each; the last list is cached whatever its size."""

_Key = tuple[MatchSpec, Facet]


class FacetSource(Protocol):
    """Counts the values of facets in one index; each engine has its own."""

    def facet(self, spec: MatchSpec, facet: Facet, size: int) -> FacetResult:
        """Count one facet's values over the matches of a search."""

    def facet_counts(self, spec: MatchSpec, facet: Facet) -> Mapping[str, int]:
        """Count every value of a facet over the matches of a search.

        The facet's own selection is ignored. Not for dates.
        """


class FacetListings:
    """Pages of the values of facets of one index; safe to share between threads."""

    def __init__(
        self,
        source: FacetSource,
        labels: ValueLabels = NO_LABELS,
        max_values: int = _MAX_VALUES,
    ) -> None:
        self._source = source
        self._labels = labels
        self._max_values = max_values
        self._lock = threading.Lock()
        self._cached: OrderedDict[_Key, FacetListing] = OrderedDict()

    def page(self, spec: MatchSpec, facet: Facet, query: FacetValueQuery) -> FacetValuePage:
        """Return a page of a facet's values over the matches of a search."""
        selected = spec.filters.selected(facet.name)
        if not facet.is_date:
            return self._listing(spec, facet).page(query, selected)
        # Which periods are listed depends on the selected ones, and they are few.
        periods = self._source.facet(spec, facet, 1).values
        counts = {period.value: period.count for period in periods}
        return FacetListing(facet, counts).page(query, selected)

    def _listing(self, spec: MatchSpec, facet: Facet) -> FacetListing:
        key = (_without_selection(spec, facet), facet)
        with self._lock:
            if key in self._cached:
                self._cached.move_to_end(key)
                return self._cached[key]
        counts = self._source.facet_counts(spec, facet)
        listing = FacetListing(facet, counts, self._labels.of_facet(facet.name))
        with self._lock:
            self._cached[key] = listing
            self._cached.move_to_end(key)
            values = sum(map(len, self._cached.values()))
            while values > self._max_values and len(self._cached) > 1:
                _, dropped = self._cached.popitem(last=False)
                values -= len(dropped)
        return listing


def _without_selection(spec: MatchSpec, facet: Facet) -> MatchSpec:
    """Return the part of a search on which the list of a facet depends."""
    filters = spec.filters
    others = tuple(
        chosen for chosen in filters.filters if chosen.facet != facet.name or chosen.excluded
    )
    return replace(
        spec,
        filters=SearchQuery(
            filters=others,
            all_values=tuple(name for name in filters.all_values if name != facet.name),
            first_day=filters.first_day,
            last_day=filters.last_day,
            ids=filters.ids,
        ),
    )
