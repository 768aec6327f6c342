"""A search as an immutable value, shared by the web, the command line and the engines."""

import datetime as dt
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, NamedTuple

from search.errors import InvalidQuery
from search.model.facets import DATE, FACETS, VALUE_FACETS, Facet, facet_named
from search.model.periods import Period

__all__ = [
    "DEFAULT_FACET_SIZE",
    "DEFAULT_SIZE",
    "MAX_FACET_SIZE",
    "MAX_FILTER_VALUES",
    "MAX_IDS",
    "MAX_PAGED_HITS",
    "MAX_SIZE",
    "MAX_TEXT_LENGTH",
    "Filter",
    "Match",
    "SearchQuery",
    "SortOrder",
]

MAX_TEXT_LENGTH = 1_000
"""Characters of the parameter `q`."""
MAX_SIZE = 100
DEFAULT_SIZE = 10
MAX_PAGED_HITS = 10_000
"""Matches that can be reached by page number; a cursor reaches all of them."""
MAX_FACET_SIZE = 1_000
DEFAULT_FACET_SIZE = 10
MAX_FILTER_VALUES = 50
"""Filter values, exclusions and excluded synonyms in total.

Each of them is repeated in every link of a response.
"""


MAX_IDS = 500
"""Articles to which a search can be restricted by their ids."""


class SortOrder(StrEnum):
    """The order of hits; date orders break ties in a fixed way."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"


class Match(StrEnum):
    """How many of the query's clauses an article must match."""

    AUTO = "auto"
    ALL = "all"
    ANY = "any"


class Filter(NamedTuple):
    """A selected or an excluded value of the facet with this name."""

    facet: str
    value: str
    excluded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """A search. Methods return changed copies, which begin at the first page.

    Filters of different facets are combined with AND, those of one facet with OR, or with AND if
    `all_values` names the facet. `first_day` and `last_day` are inclusive. With `ids` only these
    articles match. `without_synonyms` are
    not added to the text. With `as_typed` no spelling is corrected, with `explain` hits contain the
    parts of their scores, and with `all_reprints` near-duplicates are not grouped.

    `facet_size` is the number of values that are listed per facet; None leaves it to the page or
    the API. `facets` names the facets that are counted, in the order of FACETS; None is all.

    Cursors contain a checksum of the fields in `repr`, so renaming one invalidates all cursors.

    Raises:
        InvalidQuery: a value is invalid or out of bounds.

    """

    text: str = ""
    filters: tuple[Filter, ...] = ()
    all_values: tuple[str, ...] = ()
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    ids: tuple[str, ...] = ()
    sort: SortOrder | None = None
    match: Match = Match.AUTO
    page: int = 1
    size: int = DEFAULT_SIZE
    cursor: str | None = None
    facet_size: int | None = None
    without_synonyms: tuple[str, ...] = ()
    as_typed: bool = False
    explain: bool = False
    all_reprints: bool = False
    # Not in `repr`: it does not change the order of hits, so a cursor goes on with other facets.
    facets: tuple[str, ...] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if len(self.text) > MAX_TEXT_LENGTH:
            raise InvalidQuery(
                "q",
                f"the query has {len(self.text):,} characters; the limit is {MAX_TEXT_LENGTH:,}",
            )
        if not 1 <= self.size <= MAX_SIZE:
            raise InvalidQuery("size", f"size is {self.size}; it must be from 1 to {MAX_SIZE}")
        if self.facet_size is not None and not 1 <= self.facet_size <= MAX_FACET_SIZE:
            raise InvalidQuery(
                "facet_size",
                f"facet_size is {self.facet_size}; it must be from 1 to {MAX_FACET_SIZE:,}",
            )
        if self.page < 1:
            raise InvalidQuery("page", f"page is {self.page}; pages are counted from 1")
        if self.page > 1 and self.page * self.size > MAX_PAGED_HITS:
            raise InvalidQuery(
                "page",
                f"page {self.page} of {self.size} is beyond the first {MAX_PAGED_HITS:,} matches; "
                "follow links.next, whose cursor reaches all of them",
            )
        if self.cursor is not None and self.page != 1:
            raise InvalidQuery("cursor", "give page or cursor, not both")
        self._check_amounts()
        for chosen in self.filters:
            self._check(chosen)
        # One order, so that equal searches are equal values.
        names = tuple(facet.name for facet in VALUE_FACETS if facet.name in self.all_values)
        if len(names) < len(set(self.all_values)):
            raise InvalidQuery(
                "all_values", f"{', '.join(self.all_values)}: only facets with values can match all"
            )
        object.__setattr__(self, "all_values", names)
        object.__setattr__(self, "facets", _in_order(self.facets))

    def _check_amounts(self) -> None:
        if self.filter_values > MAX_FILTER_VALUES:
            raise InvalidQuery(
                self._excess_parameter(), f"a search has at most {MAX_FILTER_VALUES} filter values"
            )
        if len(self.ids) > MAX_IDS:
            raise InvalidQuery(
                "id", f"the search names {len(self.ids):,} articles; {MAX_IDS} are the most"
            )

    def _excess_parameter(self) -> str:
        """Return the parameter of the first filter value above the limit."""
        names = [f"-{chosen.facet}" if chosen.excluded else chosen.facet for chosen in self.filters]
        return [*names, *("-synonym" for _ in self.without_synonyms)][MAX_FILTER_VALUES]

    @staticmethod
    def _check(chosen: Filter) -> None:
        facet = facet_named(chosen.facet)
        if facet is None or (facet.is_date and chosen.excluded):
            raise InvalidQuery(
                chosen.facet, f"{chosen.facet!r} is not a facet that can be filtered this way"
            )
        if facet.is_date:
            try:
                Period.parse(chosen.value)
            except ValueError as error:
                raise InvalidQuery(facet.name, str(error)) from error

    @property
    def filter_values(self) -> int:
        """The number of values that count towards `MAX_FILTER_VALUES`."""
        return len(self.filters) + len(self.without_synonyms)

    @property
    def is_full(self) -> bool:
        """True if no further filter value may be added."""
        return self.filter_values >= MAX_FILTER_VALUES

    @property
    def order(self) -> SortOrder:
        """The requested order, or the default: relevance with a text, newest first without."""
        return self.sort or (SortOrder.RELEVANCE if self.text.strip() else SortOrder.NEWEST)

    @property
    def listed_values(self) -> int:
        """The number of values that are listed per facet, in addition to those chosen."""
        return DEFAULT_FACET_SIZE if self.facet_size is None else self.facet_size

    @property
    def has_reversed_days(self) -> bool:
        """True if the first day is after the last one, so that no article can match."""
        return bool(self.first_day and self.last_day and self.first_day > self.last_day)

    @property
    def offset(self) -> int:
        """The number of matches before this page."""
        return (self.page - 1) * self.size

    @property
    def needs_all_values(self) -> tuple[str, ...]:
        """The facets of which an article needs several values."""
        return tuple(name for name in self.all_values if len(self.selected(name)) > 1)

    @property
    def periods(self) -> tuple[Period, ...]:
        """The selected years, months and days."""
        return tuple(Period.parse(value) for value in self.selected(DATE.name))

    @property
    def counted_facets(self) -> tuple[Facet, ...]:
        """The facets that are counted, in the order in which they are displayed."""
        if self.facets is None:
            return FACETS
        return tuple(facet for facet in FACETS if facet.name in self.facets)

    def selected(self, facet: str) -> tuple[str, ...]:
        """Return the selected values of a facet."""
        return tuple(
            chosen.value for chosen in self.filters if chosen.facet == facet and not chosen.excluded
        )

    def excluded(self, facet: str) -> tuple[str, ...]:
        """Return the excluded values of a facet."""
        return tuple(
            chosen.value for chosen in self.filters if chosen.facet == facet and chosen.excluded
        )

    def adding(self, facet: str, value: str) -> "SearchQuery":
        """Return a copy that also selects a value.

        A period replaces selected periods that it contains or that contain it.
        """
        filters = self.filters
        if facet == DATE.name:
            period = Period.parse(value)
            filters = tuple(
                chosen
                for chosen in filters
                if chosen.facet != facet
                or not (
                    (other := Period.parse(chosen.value)).covers(period) or period.covers(other)
                )
            )
        added = Filter(facet, value)
        return self._first_page(filters=filters if added in filters else (*filters, added))

    def only(self, facet: str, value: str) -> "SearchQuery":
        """Return a copy with this value as the only selection of its facet; exclusions stay."""
        others = tuple(
            chosen for chosen in self.filters if chosen.facet != facet or chosen.excluded
        )
        return self._first_page(filters=(*others, Filter(facet, value)))

    def excluding(self, facet: str, value: str) -> "SearchQuery":
        """Return a copy that excludes articles with a value."""
        exclusion = Filter(facet, value, excluded=True)
        others = tuple(
            chosen for chosen in self.filters if chosen not in (exclusion, Filter(facet, value))
        )
        return self._first_page(filters=(*others, exclusion))

    def without(self, *dropped: Filter) -> "SearchQuery":
        """Return a copy without some filters.

        A facet without a selection left is no longer in `all_values`.
        """
        filters = tuple(chosen for chosen in self.filters if chosen not in dropped)
        selected = {chosen.facet for chosen in filters if not chosen.excluded}
        emptied = {chosen.facet for chosen in dropped} - selected
        all_values = tuple(name for name in self.all_values if name not in emptied)
        return self._first_page(filters=filters, all_values=all_values)

    def without_days(self) -> "SearchQuery":
        """Return a copy without the first and the last day."""
        return self._first_page(first_day=None, last_day=None)

    def from_day(self, first_day: dt.date) -> "SearchQuery":
        """Return a copy with another first day."""
        return self._first_page(first_day=first_day)

    def with_days_swapped(self) -> "SearchQuery":
        """Return a copy whose first day is the last one, and the other way round."""
        return self._first_page(first_day=self.last_day, last_day=self.first_day)

    def without_ids(self) -> "SearchQuery":
        """Return a copy that is not restricted to articles by their ids."""
        return self._first_page(ids=())

    def without_facet(self, facet: str) -> "SearchQuery":
        """Return a copy without the selections of a facet; exclusions stay."""
        return self._first_page(
            filters=tuple(
                chosen for chosen in self.filters if chosen.facet != facet or chosen.excluded
            )
        )

    def matching_values(self, facet: str, *, all_values: bool) -> "SearchQuery":
        """Return a copy that requires every selected value of a facet, or any of them."""
        others = tuple(name for name in self.all_values if name != facet)
        return self._first_page(all_values=(*others, facet) if all_values else others)

    def unfiltered(self) -> "SearchQuery":
        """Return a copy without filters, days and ids."""
        return self._first_page(filters=(), all_values=(), first_day=None, last_day=None, ids=())

    def without_synonym(self, synonym: str) -> "SearchQuery":
        """Return a copy that does not search for a synonym."""
        return self._first_page(without_synonyms=(*self.without_synonyms, synonym))

    def without_correction(self) -> "SearchQuery":
        """Return a copy whose spelling is not corrected."""
        return self._first_page(as_typed=True)

    def with_all_reprints(self) -> "SearchQuery":
        """Return a copy that does not group near-duplicates."""
        return self._first_page(all_reprints=True)

    def with_text(self, text: str) -> "SearchQuery":
        """Return a copy with another text."""
        return self._first_page(text=text, as_typed=False)

    def sorted_by(self, sort: SortOrder | None) -> "SearchQuery":
        """Return a copy in another order; None is the default order."""
        return self._first_page(sort=sort)

    def matching(self, match: Match) -> "SearchQuery":
        """Return a copy with another rule for how many clauses must match."""
        return self._first_page(match=match)

    def with_page_size(self, size: int) -> "SearchQuery":
        """Return a copy with another number of hits per page."""
        return self._first_page(size=size)

    def with_facet_size(self, facet_size: int | None) -> "SearchQuery":
        """Return a copy with another number of listed values per facet; None is the default."""
        return self._first_page(facet_size=facet_size)

    def counting(self, facets: tuple[str, ...] | None) -> "SearchQuery":
        """Return a copy that counts only these facets; None is all of them."""
        return replace(self, facets=facets)

    def on_page(self, page: int) -> "SearchQuery":
        """Return a copy on another page."""
        return (
            self
            if (self.page, self.cursor) == (page, None)
            else replace(self, page=page, cursor=None)
        )

    def with_cursor(self, cursor: str) -> "SearchQuery":
        """Return a copy that continues at a cursor."""
        return replace(self, page=1, cursor=cursor)

    def _first_page(self, **changes: Any) -> "SearchQuery":
        return replace(self, page=1, cursor=None, **changes)


def _in_order(facets: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """Return names of facets in the order of FACETS, each once."""
    for name in facets or ():
        if facet_named(name) is None:
            raise InvalidQuery("facets", f"{name!r} is not a facet")
    return None if facets is None else tuple(f.name for f in FACETS if f.name in facets)
