"""Search results: a page of hits, and the facets of all matches."""

from dataclasses import dataclass, field
from typing import NamedTuple

from search.model.article import Article
from search.model.facets import Facet
from search.model.query import SearchQuery
from search.model.timeline import Timeline

__all__ = [
    "MAX_COUNTED_VALUES",
    "NO_HIGHLIGHTS",
    "CacheUse",
    "Correction",
    "FacetResult",
    "FacetStatistics",
    "FacetValue",
    "Highlights",
    "Hit",
    "HitWindow",
    "IndexStatistics",
    "ScorePart",
    "SearchPage",
    "Synonym",
]


MAX_COUNTED_VALUES = 1_000
"""Values of a facet among the matches up to which their number is exact."""


class Synonym(NamedTuple):
    """A synonym, `also`, that was searched in addition to the words `typed`."""

    typed: str
    also: str


@dataclass(frozen=True, slots=True)
class Highlights:
    """Highlighted texts as safe HTML: everything except `<mark>` is escaped."""

    title: str
    deck: str
    byline: str
    source: str
    authors: tuple[str, ...]
    regions: tuple[str, ...]
    themes: tuple[str, ...]
    reports: tuple[str, ...]
    body: tuple[str, ...]
    """The best fragments, or the beginning of the body if nothing in it matched."""


NO_HIGHLIGHTS = Highlights("", "", "", "", (), (), (), (), ())
"""For hits that are not shown with their texts."""


class CacheUse(NamedTuple):
    """Hits and misses of a cache."""

    hits: int
    misses: int


class ScorePart(NamedTuple):
    """One summand of a score."""

    part: str
    value: float


@dataclass(frozen=True, slots=True)
class Hit:
    """An article of the page, with its near-duplicates as `reprints`.

    `score` is 0 in date order; `parts` is empty unless an explanation was requested.
    """

    article: Article
    score: float
    highlights: Highlights
    parts: tuple[ScorePart, ...] = ()
    reprints: tuple[Article, ...] = ()


@dataclass(frozen=True, slots=True)
class HitWindow:
    """Consecutive hits of a search, without highlights; `first` counts the hits before, from 0."""

    first: int
    total: int
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value, and the exact number of matches if it is the only selection in its facet."""

    value: str
    count: int
    selected: bool = False


@dataclass(frozen=True, slots=True)
class FacetResult:
    """The values of a facet.

    `more` is the number of values with matches that are not listed. It is None for a facet that
    has more than MAX_COUNTED_VALUES values among the matches: counting them would take an engine
    longer than counting those listed.
    """

    facet: Facet
    values: tuple[FacetValue, ...]
    more: int | None = 0


@dataclass(frozen=True, slots=True)
class Correction:
    """A suggested spelling, and how many articles match it under the search's filters."""

    text: str
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """One page of a search; `total` and all counts are exact.

    `facets` are those that the query names.

    `corrected` is the spelling that was searched because nothing matches the original text; it is
    empty if the original text was searched. If the search was relaxed, `all_words_total` is the
    total with `match=all`, which may be that of another spelling, and `full_matches` the number of
    these matches that have every clause; `needs_most` is true if the others have more than half of
    the clauses. `partial_from` is the position of the first of these others, counted from 0, or
    None if the order does not put the full matches first.
    """

    query: SearchQuery
    understood: str
    relaxed: bool
    total: int
    hits: tuple[Hit, ...]
    facets: tuple[FacetResult, ...]
    generation: str
    first: int
    """Position of the first hit among all matches, counted from 0."""
    next_cursor: str | None
    moved_from: str = ""
    """The generation of the query's cursor, if another one answered."""
    synonyms: tuple[Synonym, ...] = ()
    corrected: str = ""
    corrections: tuple[Correction, ...] = ()
    all_words_total: int = 0
    full_matches: int = 0
    needs_most: bool = False
    partial_from: int | None = None
    timeline: Timeline | None = None
    marking_seconds: float = field(default=0.0, compare=False)
    """Time taken to load and highlight the hits."""

    @property
    def has_more(self) -> bool:
        """True if further matches follow this page."""
        return self.next_cursor is not None


@dataclass(frozen=True, slots=True)
class FacetStatistics:
    """The number of distinct values of a facet, and of articles without a value."""

    values: int
    articles_without: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexStatistics:
    """Content of an index.

    `size` is in bytes. `segments` are the parts that each query searches one by one; of a cluster,
    those of all shards, each counted once. `load` is the report of the load that built it.
    """

    generation: str
    schema_version: int
    articles: int
    size: int
    segments: int
    facets: dict[str, FacetStatistics]
    first_day: str = ""
    last_day: str = ""
    built: str = ""
    load: dict[str, object] = field(default_factory=dict)
