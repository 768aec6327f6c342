"""Facet value search: filtered, sorted and paged values of a facet, for `/browse/<facet>`."""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from search.analysis.analyzer import fold
from search.errors import InvalidQuery
from search.model.facets import Facet
from search.model.results import FacetResult, FacetValue

__all__ = [
    "MAX_PART_LENGTH",
    "MAX_VALUES",
    "VALUES_A_PAGE",
    "FacetValuePage",
    "FacetValueQuery",
    "ValueOrder",
    "values_page",
]

MAX_VALUES = 60_000
"""Values requested from an engine; a cluster returns no more in one response."""
VALUES_A_PAGE = 100
_MAX_INITIALS = 60
MAX_PART_LENGTH = 200
"""Characters of `contains` and `prefix`."""


class ValueOrder(StrEnum):
    """The order of values: by count and then name, or by name."""

    COUNT = "count"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class FacetValueQuery:
    """A search for facet values that contain `contains` and begin with `prefix`.

    Case and accents are ignored in both.

    Raises:
        InvalidQuery: a parameter is out of bounds.

    """

    contains: str = ""
    prefix: str = ""
    order: ValueOrder = ValueOrder.COUNT
    page: int = 1
    size: int = VALUES_A_PAGE

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


def _most_common(initials: Counter[str]) -> tuple[str, ...]:
    """Return the most common letters in alphabetical order; some scripts have thousands."""
    return tuple(sorted(letter for letter, _ in initials.most_common(_MAX_INITIALS)))


def values_page(result: FacetResult, query: FacetValueQuery) -> FacetValuePage:
    """Return a page of all values of a facet, which `result` lists by count and then name."""
    substring = fold(query.contains)
    matches = [(fold(value.value), value) for value in result.values]
    matches = [(name, value) for name, value in matches if substring in name]
    initials = Counter(name[:1].upper() for name, _ in matches if name[:1].isalnum())
    prefix = fold(query.prefix)
    matches = [(name, value) for name, value in matches if name.startswith(prefix)]
    if query.order is ValueOrder.NAME:
        matches.sort(key=lambda match: (match[0], match[1].value))
    first = (query.page - 1) * query.size
    values = tuple(value for _, value in matches[first : first + query.size])
    return FacetValuePage(result.facet, values, query, len(matches), _most_common(initials))
