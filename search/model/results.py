"""What a search answers: a page of hits, and the facets of all matches."""

from dataclasses import dataclass, field
from typing import NamedTuple

from search.model.article import Article
from search.model.facets import Facet
from search.model.query import SearchQuery

__all__ = [
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


class Synonym(NamedTuple):
    """Text that was searched in addition to what was typed."""

    typed: str
    also: str


@dataclass(frozen=True, slots=True)
class Highlights:
    """HTML, safe to put in a page: everything is escaped but `<mark>`."""

    title: str
    deck: str
    byline: str
    source: str
    authors: tuple[str, ...]
    regions: tuple[str, ...]
    themes: tuple[str, ...]
    reports: tuple[str, ...]
    body: tuple[str, ...]
    """The best fragments; the beginning of the body when nothing in it matched."""


NO_HIGHLIGHTS = Highlights("", "", "", "", (), (), (), (), ())
"""For hits that are not shown with their texts."""


class CacheUse(NamedTuple):
    """How often what was looked for in a cache was there, and how often not."""

    hits: int
    misses: int


class ScorePart(NamedTuple):
    """Something that a score is the sum of."""

    part: str
    value: float


@dataclass(frozen=True, slots=True)
class Hit:
    """An article of the page; `score` is 0 where the order does not go by relevance, `parts` are there when asked for.

    `reprints` are the other articles of one text with it.
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
    """A value, and the exact number of matches when it alone is chosen in its facet."""

    value: str
    count: int
    selected: bool = False


@dataclass(frozen=True, slots=True)
class FacetResult:
    """The values of a facet; `more` counts those with matches that are not listed."""

    facet: Facet
    values: tuple[FacetValue, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Correction:
    """A text that may be meant, and how many articles match it under the search's filters."""

    text: str
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """One page of a search; `total` and every count are exact.

    `corrected` is the text that was searched because nothing matches the reader's, "" where that was searched itself.
    """

    query: SearchQuery
    understood: str
    relaxed: bool
    total: int
    hits: tuple[Hit, ...]
    facets: tuple[FacetResult, ...]
    generation: str
    first: int
    """The place of the page's first hit among all matches, from 0."""
    next_cursor: str | None
    moved_from: str = ""
    """The generation that the query's cursor is of, where that is no longer the one that answers."""
    synonyms: tuple[Synonym, ...] = ()
    corrected: str = ""
    corrections: tuple[Correction, ...] = ()
    marking_seconds: float = field(default=0.0, compare=False)
    """What reading and marking the hits took."""

    @property
    def has_more(self) -> bool:
        """Whether matches follow this page."""
        return self.next_cursor is not None


@dataclass(frozen=True, slots=True)
class FacetStatistics:
    """How many distinct values a facet has, and how many articles have none of it."""

    values: int
    articles_without: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexStatistics:
    """What is in an index; sizes in bytes. `load` is the report of the command that made it."""

    generation: str
    schema_version: int
    articles: int
    size: int
    facets: dict[str, FacetStatistics]
    first_day: str = ""
    last_day: str = ""
    built: str = ""
    load: dict[str, object] = field(default_factory=dict)
