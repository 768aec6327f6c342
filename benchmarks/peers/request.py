"""A search and its answer, independent of the service that is asked."""

import datetime as dt
from dataclasses import dataclass, field

__all__ = ["FACETS", "HITS", "VALUES", "Answer", "Request"]

FACETS = {
    "region": "regions",
    "theme": "themes",
    "author": "authors",
    "source": "source",
    "language": "language",
    "year": "year",
}
"""The six facets that every peer counts: the parameter of Dateline, the key of an article."""
HITS = 10
"""Hits per page, each with highlights."""
VALUES = 10
"""Values listed per facet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A search.

    All of `words` must match, in any order. `phrase`, `prefix` and `excluded` are further parts of
    the text. `filters` are pairs of a facet and a value. `relaxed` allows articles that lack words,
    `misspelt` allows other spellings; peers differ in both, so totals are not compared. `browse`
    asks for the values of one facet alone.
    """

    words: tuple[str, ...] = ()
    phrase: tuple[str, ...] = ()
    prefix: str = ""
    excluded: str = ""
    filters: tuple[tuple[str, str], ...] = ()
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    newest: bool = False
    page: int = 1
    relaxed: bool = False
    misspelt: bool = False
    browse: str = ""

    @property
    def has_text(self) -> bool:
        """True if the search has words of any kind."""
        return bool(self.words or self.phrase or self.prefix)

    @property
    def is_comparable(self) -> bool:
        """True if exact services must agree on the total."""
        return not (self.relaxed or self.misspelt or self.browse)

    @property
    def text(self) -> str:
        """The text in the notation that Dateline and Typesense share, without the prefix."""
        parts = [*self.words]
        if self.phrase:
            parts.append(f'"{" ".join(self.phrase)}"')
        if self.excluded:
            parts.append(f"-{self.excluded}")
        return " ".join(parts)


@dataclass(frozen=True, slots=True)
class Answer:
    """A service's answer: the total, the counts listed per facet, the number of hits."""

    total: int
    facets: dict[str, list[int]] = field(default_factory=dict)
    hits: int = 0
