"""Facet value search: a request for values of a facet, and the page that answers it.

For `/browse/<facet>` and `/api/v1/facets/<facet>`; see `facet_listing.py`.
"""

from dataclasses import dataclass
from enum import StrEnum

from search.errors import InvalidQuery
from search.model.facets import Facet
from search.model.results import FacetValue

__all__ = [
    "MAX_PART_LENGTH",
    "VALUES_A_PAGE",
    "FacetValuePage",
    "FacetValueQuery",
    "ValueOrder",
]

VALUES_A_PAGE = 100
MAX_PART_LENGTH = 200
"""Characters of `contains` and `prefix`."""


class ValueOrder(StrEnum):
    """The order of values: by count and then name, or by name."""

    COUNT = "count"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class FacetValueQuery:
    """A search for facet values that contain `contains` and begin with `prefix`.

    Case and accents are ignored in both. The initials of the values are left out of the page
    unless `with_initials`.

    Raises:
        InvalidQuery: a parameter is out of bounds.

    """

    contains: str = ""
    prefix: str = ""
    order: ValueOrder = ValueOrder.COUNT
    page: int = 1
    size: int = VALUES_A_PAGE
    with_initials: bool = True

    def __post_init__(self) -> None:
        for name in ("contains", "prefix"):
            if len(getattr(self, name)) > MAX_PART_LENGTH:
                raise InvalidQuery(name, f"{name} has more than {MAX_PART_LENGTH} characters")
        if self.page < 1:
            raise InvalidQuery(
                "values_page", f"values_page is {self.page}; pages are counted from 1"
            )


@dataclass(frozen=True, slots=True)
class FacetValuePage:
    """A page of a facet's values; `total` is the number of all matching values.

    `initials` are the first letters of the values that match without `prefix`.
    """

    facet: Facet
    values: tuple[FacetValue, ...]
    query: FacetValueQuery
    total: int
    initials: tuple[str, ...]

    @property
    def pages(self) -> int:
        """The number of pages."""
        return -(-self.total // self.query.size)

    @property
    def more(self) -> int:
        """The number of matching values that are not on this page."""
        return self.total - len(self.values)
