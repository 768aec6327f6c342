"""Facet value search: filtered, sorted and paged values of a facet, for `/browse/<facet>`."""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from search.analysis.elision import elided_length
from search.analysis.folding import HYPHENS, fold
from search.errors import InvalidQuery
from search.model.facets import Facet
from search.model.results import FacetResult, FacetValue
from search.results.collation import name_key

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
_SIGNS = str.maketrans({"'": None, '"': None} | dict.fromkeys(f"{HYPHENS}\u05be", " "))


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


def values_page(result: FacetResult, query: FacetValueQuery) -> FacetValuePage:
    """Return a page of all values of a facet, which `result` lists by count and then name."""
    contains, prefix = fold(query.contains), fold(query.prefix)
    bare_part = _without_signs(contains)
    initials: Counter[str] = Counter()
    matches: list[FacetValue] = []
    for value in result.values:
        name = fold(value.value)
        if contains not in name and not (bare_part and bare_part in _without_signs(name)):
            continue
        beginnings = _beginnings(name)
        initials.update({text[0] for text in beginnings if text[:1].isalnum()})
        if any(text.startswith(prefix) for text in beginnings):
            matches.append(value)
    if query.order is ValueOrder.NAME:
        matches.sort(key=lambda value: name_key(value.value))
    first = (query.page - 1) * query.size
    values = tuple(matches[first : first + query.size])
    return FacetValuePage(result.facet, values, query, len(matches), _most_common(initials))


def _without_signs(folded: str) -> str:
    """Leave out apostrophes and gershayim, and replace hyphens by spaces, as readers do."""
    return folded.translate(_SIGNS)


def _beginnings(name: str) -> tuple[str, ...]:
    """Return the texts that a prefix of a name may match.

    These are the name, the name without signs before its first letter, and the name without an
    elided article: `“l'aquila”` is found by `“l`, `l'a` and `aquila`.
    """
    if name[:1].isalnum() and "'" not in name:
        return (name,)
    start = next((place for place, character in enumerate(name) if character.isalnum()), 0)
    bare = name[start:]
    rest = bare[elided_length(bare) :]
    return (name, bare) if rest == bare else (name, bare, rest)


def _most_common(initials: Counter[str]) -> tuple[str, ...]:
    """Return the most common letters in the order of names; some scripts have thousands."""
    letters = {letter.upper() for letter, _ in initials.most_common(_MAX_INITIALS)}
    return tuple(sorted(letters, key=name_key))
