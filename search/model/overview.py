"""A search at a glance: when, how much of the archive, and what sets it apart."""

import datetime as dt
from dataclasses import dataclass

from search.model.facets import Facet
from search.model.query import SearchQuery

__all__ = ["Overview", "TellingValue", "TellingWord"]


@dataclass(frozen=True, slots=True)
class TellingValue:
    """A facet's value that the matches have more often than the archive.

    `count` is the total of the search with this value alone in its facet, `archive_count` the
    number of articles of the archive with it.
    """

    facet: Facet
    value: str
    count: int
    archive_count: int


@dataclass(frozen=True, slots=True)
class TellingWord:
    """A word that the matches have more often than the archive.

    `count` is the total of `query`, the search with this word added; `archive_count` that of a
    search for the word alone.
    """

    word: str
    count: int
    archive_count: int
    query: SearchQuery


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The facts about all matches of a search.

    The days are None without matches. `busiest` is the day with most matches, the first of
    several. `archive_total` is the number of articles of the archive. `texts` is the number of
    best matches that the words were taken from.
    """

    query: SearchQuery
    understood: str
    total: int
    archive_total: int
    first: dt.date | None
    last: dt.date | None
    busiest: dt.date | None
    busiest_count: int
    values: tuple[TellingValue, ...]
    words: tuple[TellingWord, ...]
    texts: int
    generation: str
