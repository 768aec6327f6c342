"""The engine's answers for the page of a value."""

from collections.abc import Sequence
from dataclasses import dataclass

from search.model.facets import Facet
from search.model.overview import Overview
from search.model.query import SearchQuery
from search.model.results import FacetValue, SearchPage
from web.theme.value_descriptions import ValueDescription

__all__ = ["MissingValueData", "ValuePageData"]


@dataclass(frozen=True, slots=True)
class ValuePageData:
    """The engine's answers for the page of a value.

    `articles` are the newest with the value, and `overview` has the values that go with it.
    `search` is the one that led here, and `narrowed_total` the number of its matches that have the
    value. `related_totals` counts the articles of each related value of the description.
    """

    facet: Facet
    value: str
    description: ValueDescription
    articles: SearchPage
    overview: Overview
    search: SearchQuery
    narrowed_total: int
    related_totals: Sequence[int]


@dataclass(frozen=True, slots=True)
class MissingValueData:
    """A value that no article has, and the values that are spelled nearly like it."""

    facet: Facet
    value: str
    near: Sequence[FacetValue]
    search: SearchQuery
