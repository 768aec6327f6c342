"""A search as a value: what a URL, a command line and an engine mean by the same words."""

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, NamedTuple

from search.errors import InvalidQuery
from search.model.facets import DATE, facet_named
from search.model.periods import Period

__all__ = [
    "DEFAULT_FACET_SIZE",
    "DEFAULT_SIZE",
    "MAX_FACET_SIZE",
    "MAX_FILTER_VALUES",
    "MAX_PAGED_HITS",
    "MAX_SIZE",
    "MAX_TEXT_LENGTH",
    "Filter",
    "Match",
    "SearchQuery",
    "SortOrder",
]

MAX_TEXT_LENGTH = 1_000
"""Characters of `q`."""
MAX_SIZE = 100
DEFAULT_SIZE = 10
MAX_PAGED_HITS = 10_000
"""Matches that page numbers reach; a cursor reaches all."""
MAX_FACET_SIZE = 1_000
DEFAULT_FACET_SIZE = 10
MAX_FILTER_VALUES = 50
"""Values of all facets, exclusions, dates and left-out synonyms together: each is repeated in every link of an answer."""


class SortOrder(StrEnum):
    """The order of hits; the date orders go by date and time, then by a fixed order."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"


class Match(StrEnum):
    """How many of the words an article must hold."""

    AUTO = "auto"
    ALL = "all"
    ANY = "any"


class Filter(NamedTuple):
    """One chosen value of a facet (by the facet's name), or one to leave out."""

    facet: str
    value: str
    excluded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """A reader's search. Changing one gives a new one, on its first page.

    `filters` of one facet mean OR, of different facets AND; `first_day` and `last_day` are inclusive; what is in
    `without_synonyms` is not searched beside the text's words; `as_typed` asks that no other spelling is searched in the
    text's place, `explain` what each score is the sum of, `all_reprints` that articles of one text each stand for themselves.

    Raises:
        InvalidQuery: a value is out of bounds or unreadable.

    """

    text: str = ""
    filters: tuple[Filter, ...] = ()
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    sort: SortOrder | None = None
    match: Match = Match.AUTO
    page: int = 1
    size: int = DEFAULT_SIZE
    cursor: str | None = None
    facet_size: int = DEFAULT_FACET_SIZE
    without_synonyms: tuple[str, ...] = ()
    as_typed: bool = False
    explain: bool = False
    all_reprints: bool = False

    def __post_init__(self) -> None:
        if len(self.text) > MAX_TEXT_LENGTH:
            raise InvalidQuery(
                "q",
                f"the query has {len(self.text):,} characters; {MAX_TEXT_LENGTH:,} are the most",
            )
        if not 1 <= self.size <= MAX_SIZE:
            raise InvalidQuery("size", f"size is {self.size}; it goes from 1 to {MAX_SIZE}")
        if not 1 <= self.facet_size <= MAX_FACET_SIZE:
            raise InvalidQuery(
                "facet_size",
                f"facet_size is {self.facet_size}; it goes from 1 to {MAX_FACET_SIZE:,}",
            )
        if self.page < 1:
            raise InvalidQuery("page", f"page is {self.page}; pages are counted from 1")
        if self.page > 1 and self.page * self.size > MAX_PAGED_HITS:
            raise InvalidQuery(
                "page",
                f"page {self.page} of {self.size} lies past the first {MAX_PAGED_HITS:,} matches; "
                "follow links.next, whose cursor reaches all of them",
            )
        if self.cursor is not None and self.page != 1:
            raise InvalidQuery("cursor", "give page or cursor, not both")
        if self.filter_values > MAX_FILTER_VALUES:
            raise InvalidQuery(
                self._first_beyond(), f"a search has at most {MAX_FILTER_VALUES} filter values"
            )
        for chosen in self.filters:
            self._check(chosen)

    def _first_beyond(self) -> str:
        """Name the parameter of the first filter value too many."""
        names = [f"-{each.facet}" if each.excluded else each.facet for each in self.filters]
        return [*names, *("-synonym" for _ in self.without_synonyms)][MAX_FILTER_VALUES]

    @staticmethod
    def _check(chosen: Filter) -> None:
        facet = facet_named(chosen.facet)
        if facet is None or (facet.is_date and chosen.excluded):
            raise InvalidQuery(chosen.facet, f"{chosen.facet!r} is no facet that can be chosen so")
        if facet.is_date:
            try:
                Period.parse(chosen.value)
            except ValueError as error:
                raise InvalidQuery(facet.name, str(error)) from error

    @property
    def filter_values(self) -> int:
        """Return how many values it has that count towards `MAX_FILTER_VALUES`."""
        return len(self.filters) + len(self.without_synonyms)

    @property
    def is_full(self) -> bool:
        """Return whether no further filter value may be added."""
        return self.filter_values >= MAX_FILTER_VALUES

    @property
    def order(self) -> SortOrder:
        """The order asked for, or the default: relevance with a text, newest without."""
        return self.sort or (SortOrder.RELEVANCE if self.text.strip() else SortOrder.NEWEST)

    @property
    def offset(self) -> int:
        """Matches before this page."""
        return (self.page - 1) * self.size

    @property
    def periods(self) -> tuple[Period, ...]:
        """The chosen years, months and days."""
        return tuple(Period.parse(value) for value in self.selected(DATE.name))

    def selected(self, facet: str) -> tuple[str, ...]:
        """Return the chosen values of a facet."""
        return tuple(
            chosen.value for chosen in self.filters if chosen.facet == facet and not chosen.excluded
        )

    def excluded(self, facet: str) -> tuple[str, ...]:
        """Return the values of a facet that are left out."""
        return tuple(
            chosen.value for chosen in self.filters if chosen.facet == facet and chosen.excluded
        )

    def adding(self, facet: str, value: str) -> "SearchQuery":
        """Return this with the value beside what is chosen of its facet; a period replaces those it holds or lies in."""
        kept = self.filters
        if facet == DATE.name:
            period = Period.parse(value)
            kept = tuple(
                chosen
                for chosen in kept
                if chosen.facet != facet
                or not (
                    (other := Period.parse(chosen.value)).covers(period) or period.covers(other)
                )
            )
        added = Filter(facet, value)
        return self._first_page(filters=kept if added in kept else (*kept, added))

    def only(self, facet: str, value: str) -> "SearchQuery":
        """Return this with the value alone in its facet; exclusions stay."""
        kept = tuple(chosen for chosen in self.filters if chosen.facet != facet or chosen.excluded)
        return self._first_page(filters=(*kept, Filter(facet, value)))

    def excluding(self, facet: str, value: str) -> "SearchQuery":
        """Return this without the articles that have a value."""
        left_out = Filter(facet, value, excluded=True)
        kept = tuple(
            chosen for chosen in self.filters if chosen not in (left_out, Filter(facet, value))
        )
        return self._first_page(filters=(*kept, left_out))

    def without(self, chosen: Filter) -> "SearchQuery":
        """Return this without one choice."""
        return self._first_page(filters=tuple(other for other in self.filters if other != chosen))

    def without_days(self) -> "SearchQuery":
        """Return this without its first and last day."""
        return self._first_page(first_day=None, last_day=None)

    def without_facet(self, facet: str) -> "SearchQuery":
        """Return this without what is chosen of a facet; exclusions stay."""
        return self._first_page(
            filters=tuple(
                chosen for chosen in self.filters if chosen.facet != facet or chosen.excluded
            )
        )

    def unfiltered(self) -> "SearchQuery":
        """Return this without any filter."""
        return self._first_page(filters=(), first_day=None, last_day=None)

    def without_synonym(self, also: str) -> "SearchQuery":
        """Return this without something that is searched beside the text's words."""
        return self._first_page(without_synonyms=(*self.without_synonyms, also))

    def without_correction(self) -> "SearchQuery":
        """Return this with the text searched as it is, whatever its spelling."""
        return self._first_page(as_typed=True)

    def with_all_reprints(self) -> "SearchQuery":
        """Return this with articles of one text each standing for themselves."""
        return self._first_page(all_reprints=True)

    def saying(self, text: str) -> "SearchQuery":
        """Return this with another text."""
        return self._first_page(text=text, as_typed=False)

    def sorted_by(self, sort: SortOrder | None) -> "SearchQuery":
        """Return this in another order; None is the default."""
        return self._first_page(sort=sort)

    def matching(self, match: Match) -> "SearchQuery":
        """Return this with another demand on how many words must match."""
        return self._first_page(match=match)

    def sized(self, size: int) -> "SearchQuery":
        """Return this with another number of hits a page."""
        return self._first_page(size=size)

    def listing(self, facet_size: int) -> "SearchQuery":
        """Return this with another number of values listed per facet."""
        return self._first_page(facet_size=facet_size)

    def on_page(self, page: int) -> "SearchQuery":
        """Return another page of this."""
        return (
            self
            if (self.page, self.cursor) == (page, None)
            else replace(self, page=page, cursor=None)
        )

    def after(self, cursor: str) -> "SearchQuery":
        """Return the page that a cursor stands for."""
        return replace(self, page=1, cursor=cursor)

    def _first_page(self, **changes: Any) -> "SearchQuery":
        return replace(self, page=1, cursor=None, **changes)
