"""The primitives that an engine gives the search pipeline, generic over its hits' addresses."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from search.engines.timelines import DateSource
from search.engines.trends import PeriodSource
from search.index.consistency import IndexCounts
from search.model.article import Article
from search.model.cursor import Cursor
from search.model.facets import Facet
from search.model.results import CacheUse, FacetResult, FacetStatistics, ScorePart
from search.model.timeline import DateCounts
from search.query.minimum_match import Matcher, MatchSpec
from search.query.terms import IndexStemmer, TermStatistics
from search.ranking.more_like_this import InterestingTerm
from search.ranking.rescorer import RescoreFeatures
from search.results.suggester import SuggestionSource

__all__ = [
    "Address",
    "EngineRecord",
    "Hits",
    "IndexPrimitives",
    "MatchCounts",
    "RankedWindow",
]

Address = TypeVar("Address")
"""Identifies a hit within an engine; it may carry what a search returned with it."""


class EngineRecord(Protocol):
    """The fields that every engine's record of a generation has."""

    @property
    def generation(self) -> str:
        """The generation's name."""

    @property
    def schema_version(self) -> int:
        """The schema version that it was written with."""

    @property
    def built(self) -> str:
        """The time it was finished, in ISO 8601."""

    @property
    def articles(self) -> int:
        """The number of articles."""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the articles, most frequent first."""

    @property
    def load(self) -> dict[str, Any]:
        """The report of the command that made it."""

    @property
    def meaning(self) -> str:
        """The name of the vectors that every article has, or ""."""


@dataclass(frozen=True, slots=True)
class MatchCounts:
    """Counts over all matches of a search, of the facets that it counts.

    `full_matches` is the number of articles that match every clause, or None if the engine has
    not counted them. `dates` are the matches over time under all filters but the selected periods,
    as far as the date facet has counted them.
    """

    total: int
    facets: tuple[FacetResult, ...]
    full_matches: int | None = None
    dates: DateCounts | None = None


@dataclass(frozen=True, slots=True)
class RankedWindow:
    """A range of hits by relevance.

    `after` is the place of the hit before the range where it is known, so that an engine need not
    skip `offset` hits. `pinned` is the id of the article that comes first.
    """

    offset: int
    limit: int
    after: tuple[float, int, str] | None = None
    pinned: str | None = None
    for_rescoring: bool = False
    explain: bool = False


class Hits(NamedTuple, Generic[Address]):
    """Hits with their scores, or with their sort keys in a date order.

    `counts` returns the counts if they were requested; it may wait for another thread.
    """

    hits: Sequence[tuple[float, Address]]
    counts: Callable[[], MatchCounts] | None


class IndexPrimitives(DateSource, PeriodSource, Protocol[Address]):
    """Searches one open index. Nothing here refers to the engine, so that no cycle keeps it alive.

    Methods may raise whatever the engine's library raises; `reading` translates it.
    """

    @property
    def stemmer(self) -> IndexStemmer:
        """The stemmer of the index's languages."""

    @property
    def matcher(self) -> Matcher:
        """Counts matches."""

    @property
    def terms(self) -> TermStatistics:
        """The statistics of terms."""

    @property
    def suggestions(self) -> SuggestionSource:
        """The source of suggestions."""

    @property
    def features(self) -> RescoreFeatures[Address]:
        """The features of hits that rescoring uses."""

    @property
    def index_counts(self) -> IndexCounts:
        """Counts over all articles, for verification."""

    def reading(self) -> AbstractContextManager[None]:
        """Translate errors of the engine's library in the block into those of search/errors.py."""

    def caches(self) -> Mapping[str, CacheUse]:
        """Return how the engine's own caches were used, by name."""

    def facet(self, spec: MatchSpec, facet: Facet, size: int) -> FacetResult:
        """Count one facet's values over the matches of a search."""

    def facet_counts(self, spec: MatchSpec, facet: Facet) -> Mapping[str, int]:
        """Count every value of a facet over the matches of a search; see FacetSource."""

    def ranked(self, spec: MatchSpec, window: RankedWindow, *, with_counts: bool) -> Hits[Address]:
        """Find hits by relevance with their raw scores, and count all matches if requested."""

    def by_date(
        self, spec: MatchSpec, cursor: Cursor, limit: int, *, newest: bool, with_counts: bool
    ) -> Hits[Address]:
        """Find hits by date with their sort keys, and count all matches if requested."""

    def place(self, hit: Address) -> tuple[float, int, str] | None:
        """Return the place of a hit by relevance, from which a search can go on, if it has one."""

    def find(self, article_id: str) -> Address | None:
        """Find the article with an id."""

    def related(
        self, article_id: str, terms: Sequence[InterestingTerm], size: int
    ) -> Sequence[tuple[float, Address]]:
        """Find other articles that share several terms, with their scores."""

    def documents(self, hits: Sequence[Address]) -> Iterable[Article]:
        """Read the articles of hits, one by one where that needs no request."""

    def lines(self, hits: Sequence[Address]) -> Sequence[bytes]:
        """Read the articles of hits as `Article.to_json` writes them."""

    def duplicates(self, hits: Sequence[Address]) -> Sequence[Iterable[Article]]:
        """Find, for each hit, articles that share a hash of its sketch, newest first.

        These are candidates only: the pipeline compares the texts.
        """

    def sharing_sketch(self, article_id: str, sketch: Sequence[int]) -> Iterable[Article]:
        """Find other articles that share a hash of a sketch, newest first; at most one request.

        These are candidates only, as those of `duplicates`.
        """

    def explain(self, spec: MatchSpec, hit: Address) -> Sequence[ScorePart]:
        """Return the parts of a hit's score that the query gives."""

    def facet_statistics(self) -> dict[str, FacetStatistics]:
        """Count the distinct values of each facet, and the articles without one."""

    def segment_count(self) -> int:
        """Count the segments of the index; of a cluster, those of one copy of each shard."""

    def boundary_day(self, *, newest: bool) -> str:
        """Return the day of the newest or the oldest article, "" in an empty index."""

    def verify_storage(self, on_bytes: Callable[[int], None]) -> Sequence[str]:
        """Verify files or copies; return the problems found. `on_bytes` receives the bytes read."""
