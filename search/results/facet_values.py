"""All values of a facet, searched and in order: what `/browse/<facet>` shows a page of."""

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
"""Values that an engine is asked for at most; a cluster answers no more in one question."""
VALUES_A_PAGE = 100
_MAX_INITIALS = 60
MAX_PART_LENGTH = 200
"""Characters of a value that are searched for."""


class ValueOrder(StrEnum):
    """How values stand: by count and then name, or by name alone."""

    COUNT = "count"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class FacetValueQuery:
    """Which values of a facet are wanted: those with `contains` somewhere in them that begin with `prefix`.

    Case and accents do not count in either.

    Raises:
        InvalidQuery: a value is out of bounds.

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
    """A page of a facet's values; `total` are wanted, and `initials` are the letters that those would begin with without `prefix`."""

    facet: Facet
    values: tuple[FacetValue, ...]
    asked: FacetValueQuery
    total: int
    initials: tuple[str, ...]

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return -(-self.total // self.asked.size)

    @property
    def more(self) -> int:
        """How many wanted values this page does not have."""
        return self.total - len(self.values)


def _first(initials: Counter[str]) -> tuple[str, ...]:
    """Return the letters in order; of a script with thousands, those of the most values."""
    return tuple(sorted(letter for letter, _ in initials.most_common(_MAX_INITIALS)))


def values_page(result: FacetResult, asked: FacetValueQuery) -> FacetValuePage:
    """Take a page of a facet's values, which an engine gave all, by count and then name."""
    wanted = fold(asked.contains)
    found = [(fold(value.value), value) for value in result.values]
    found = [(name, value) for name, value in found if wanted in name]
    initials = Counter(name[:1].upper() for name, _ in found if name[:1].isalnum())
    begin = fold(asked.prefix)
    found = [(name, value) for name, value in found if name.startswith(begin)]
    if asked.order is ValueOrder.NAME:
        found.sort(key=lambda each: (each[0], each[1].value))
    first = (asked.page - 1) * asked.size
    values = tuple(value for _, value in found[first : first + asked.size])
    return FacetValuePage(result.facet, values, asked, len(found), _first(initials))
