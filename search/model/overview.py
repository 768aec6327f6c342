"""A search at a glance: when, how much of the archive, and what sets it apart."""

import datetime as dt
from dataclasses import dataclass

from search.model.facets import Facet
from search.model.query import SearchQuery

__all__ = ["MAX_COMPARED_VALUES", "MAX_SAMPLED_TEXTS", "Overview", "TellingValue", "TellingWord"]

MAX_COMPARED_VALUES = 100
"""The most frequent values of each facet among the matches, which are compared with the archive."""
MAX_SAMPLED_TEXTS = 500
"""The best matches whose texts are read for telling words."""


@dataclass(frozen=True, slots=True)
class TellingValue:
    """A facet's value that the matches have more often than the archive.

    `count` is the total of `query`: the search with this value alone in its facet or, where the
    search has selected another value of the facet, with both. `archive_count` is the number of
    articles of the archive with the value.
    """

    facet: Facet
    value: str
    count: int
    archive_count: int
    query: SearchQuery


@dataclass(frozen=True, slots=True)
class TellingWord:
    """A word that the matches have more often than the archive.

    `count` is the total of `query`, the search with this word added; `archive_count` that of a
    search for the word alone. A text that would be too long with the word has neither `query` nor
    `count`.
    """

    word: str
    count: int | None
    archive_count: int
    query: SearchQuery | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The facts about all matches of a search.

    The days are None without matches. `busiest` is the day with most matches, the first of
    several. `archive_total` is the number of articles of the archive. `texts` is the number of
    matches whose texts the words were taken from: the best by relevance, or the newest if
    `newest_texts`; copies are not counted. If the search is `relaxed`, some matches lack words of
    it, and the words are those of the articles that have every one.
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
    words: tuple[TellingWord, ...] = ()
    texts: int = 0
    newest_texts: bool = False
    relaxed: bool = False
    generation: str
