"""The base class of every engine: its record, and a search pipeline built on first use.

Loads and commands open a generation for its catalog and its record only, so the search side
(queries, rewriter, suggester) is not built before the first search.
"""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import ClassVar, Generic

from search.engines.coverage import read_coverage
from search.engines.pipeline import SearchPipeline
from search.engines.primitives import Address, EngineRecord, IndexPrimitives
from search.index.consistency import wrong_contents, wrong_counts
from search.index.protocols import Catalog
from search.model.article import Article
from search.model.contrast import Contrast
from search.model.coverage import Coverage
from search.model.facets import Facet
from search.model.mentions import MentionPage
from search.model.overview import Overview
from search.model.query import SearchQuery, SortOrder
from search.model.results import CacheUse, FacetResult, Hit, HitWindow, IndexStatistics, SearchPage
from search.model.timeline import Level
from search.model.trends import Trends
from search.query.rewriter import RewrittenQuery
from search.ranking.tuning import Tuning
from search.results.facet_values import FacetValuePage, FacetValueQuery
from search.results.suggester import Suggestion

__all__ = ["PipelineEngine"]


class PipelineEngine(ABC, Generic[Address]):
    """A SearchEngine whose answers come from a SearchPipeline."""

    current_schema_version: ClassVar[int]

    def __init__(self, record: EngineRecord, tuning: Tuning) -> None:
        self._record = record
        self._tuning = tuning
        self._lock = threading.Lock()
        self._opened: tuple[IndexPrimitives[Address], SearchPipeline[Address]] | None = None

    @abstractmethod
    def _open_primitives(self) -> IndexPrimitives[Address]:
        """Build the search side of the engine; called at most once."""

    @property
    @abstractmethod
    def size(self) -> int:
        """Bytes on disk."""

    @property
    @abstractmethod
    def catalog(self) -> Catalog:
        """The generation's catalog; see SearchEngine."""

    @property
    def has_catalog(self) -> bool:
        """Return whether the generation has a catalog."""
        return True

    @property
    def generation(self) -> str:
        """The generation's name."""
        return self._record.generation

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the articles, most frequent first."""
        return self._record.languages

    @property
    def is_current(self) -> bool:
        """Return whether this version's schema wrote the generation."""
        return self._record.schema_version == self.current_schema_version

    def caches(self) -> Mapping[str, CacheUse]:
        """Return how the caches were used; see SearchEngine."""
        return self._pipeline.caches()

    def search(self, query: SearchQuery, *, with_timeline: bool = False) -> SearchPage:
        """Answer a search; see SearchEngine."""
        with self._index.reading():
            return self._pipeline.search(query, with_timeline=with_timeline)

    def hits(self, query: SearchQuery, margin: int = 0) -> HitWindow:
        """Return a page's hits without facets; see SearchEngine."""
        with self._index.reading():
            return self._pipeline.hits(query, margin)

    def mentions(self, query: SearchQuery) -> MentionPage:
        """Return a page of the mentions of a search's words; see SearchEngine."""
        with self._index.reading():
            return self._pipeline.mentions(query)

    def counts(self, queries: Sequence[SearchQuery]) -> list[int]:
        """Count all matches of each of several searches."""
        with self._index.reading():
            return self._pipeline.counts(queries)

    def understand(self, query: SearchQuery) -> RewrittenQuery:
        """Rewrite a search's text; see SearchEngine."""
        with self._index.reading():
            return self._pipeline.understand(query)

    def count(self, query: SearchQuery) -> int:
        """Count all matches of a search."""
        with self._index.reading():
            return self._pipeline.count(query)

    def facet(self, query: SearchQuery, facet: Facet, size: int) -> FacetResult:
        """Count one facet's values over the matches of a search."""
        with self._index.reading():
            return self._pipeline.facet(query, facet, size)

    def coverage(self) -> Coverage:
        """Return what the archive holds; see SearchEngine."""
        with self._index.reading():
            return self._coverage

    def filled_facets(self) -> tuple[Facet, ...]:
        """Return the facets with a value; see SearchEngine."""
        return self._filled_facets

    def facet_values(
        self, query: SearchQuery, facet: Facet, value_query: FacetValueQuery
    ) -> FacetValuePage:
        """Return a page of all values of a facet; see SearchEngine."""
        with self._index.reading():
            return self._pipeline.facet_values(query, facet, value_query)

    def months(self, query: SearchQuery) -> Mapping[int, int]:
        """Count the matches of a search by month; see SearchEngine."""
        with self._index.reading():
            return self._pipeline.months(query)

    def trends(self, queries: Sequence[SearchQuery], level: Level | None = None) -> Trends:
        """Count the matches of several searches over time; see SearchEngine."""
        with self._index.reading():
            return self._pipeline.trends(queries, level)

    def overview(self, query: SearchQuery, *, with_words: bool = True) -> Overview:
        """Return all matches of a search at a glance; see SearchEngine."""
        with self._index.reading():
            return self._pipeline.overview(query, with_words=with_words)

    def contrast(self, first: SearchQuery, second: SearchQuery) -> Contrast:
        """Compare the matches of two searches; see SearchEngine."""
        with self._index.reading():
            return self._pipeline.contrast(first, second)

    def article(self, article_id: str) -> Article | None:
        """Find an article."""
        with self._index.reading():
            return self._pipeline.article(article_id)

    def ids_of_keys(self, keys: Sequence[int]) -> dict[int, str]:
        """Return the ids of the articles with these keys, by key; see SearchEngine."""
        return self._open_catalog.ids_of_keys(keys)

    def related(self, article: Article, size: int) -> tuple[Hit, ...]:
        """Find articles on the same subject; see SearchEngine."""
        with self._index.reading():
            return self._pipeline.related(article, size)

    def reprints(self, article: Article) -> tuple[Article, ...]:
        """Find the near-duplicates of an article; see SearchEngine."""
        with self._index.reading():
            return self._pipeline.reprints(article)

    def suggest(self, text: str, size: int) -> list[Suggestion]:
        """Return completions of a partial text; see SearchEngine."""
        with self._index.reading():
            return self._pipeline.suggest(text, size)

    def articles(self) -> Iterator[Article]:
        """Yield every article, oldest first."""
        return self.matches(SearchQuery(sort=SortOrder.OLDEST))

    # Generators, so that the engine and the files it holds stay open until they end.

    def matches(self, query: SearchQuery) -> Iterator[Article]:
        """Yield every match of a search in its order; see SearchEngine."""
        yield from self._pipeline.matches(query)

    def lines(self, query: SearchQuery) -> Iterator[bytes]:
        """Yield every match of a search as a line of JSON; see SearchEngine."""
        yield from self._pipeline.lines(query)

    def statistics(self) -> IndexStatistics:
        """Count what the index holds."""
        index, record = self._index, self._record
        with index.reading():
            return IndexStatistics(
                generation=record.generation,
                schema_version=record.schema_version,
                articles=index.index_counts.articles(),
                size=self.size,
                segments=index.segment_count(),
                facets=index.facet_statistics(),
                first_day=index.boundary_day(newest=False),
                last_day=index.boundary_day(newest=True),
                built=record.built,
                load=record.load,
            )

    def verify(self) -> list[str]:
        """Compare a sample of the counts with the hits; see SearchEngine."""
        with self._index.reading():
            return list(wrong_counts(self._index.index_counts, self._record.articles))

    def verify_thoroughly(self, on_bytes: Callable[[int], None]) -> list[str]:
        """Verify the storage, the counts, every stored article and the catalog."""
        index = self._index
        with index.reading():
            # Nothing read from damaged storage would tell more.
            if problems := list(index.verify_storage(on_bytes)):
                return problems
            problems = self.verify()
            bytes_per_article = self.size // max(self._record.articles, 1)
            return problems + wrong_contents(
                self.articles(),
                index.index_counts,
                (lambda: self.catalog) if self.has_catalog else None,
                partial(on_bytes, bytes_per_article),
            )

    @cached_property
    def _coverage(self) -> Coverage:
        """The coverage, which takes a pass over the index."""
        return read_coverage(self._index, self._record)

    @cached_property
    def _filled_facets(self) -> tuple[Facet, ...]:
        """The facets with a value, of which pages of all kinds make links."""
        page = self.search(SearchQuery(size=1, facet_size=1))
        return tuple(result.facet for result in page.facets if result.values)

    @cached_property
    def _open_catalog(self) -> Catalog:
        """The catalog, kept open: its checksum takes a pass over the file."""
        return self.catalog

    @property
    def _index(self) -> IndexPrimitives[Address]:
        return self._search_side()[0]

    @property
    def _pipeline(self) -> SearchPipeline[Address]:
        return self._search_side()[1]

    def _search_side(self) -> tuple[IndexPrimitives[Address], SearchPipeline[Address]]:
        if self._opened is None:
            with self._lock:
                if self._opened is None:
                    index = self._open_primitives()
                    self._opened = index, SearchPipeline(index, self._record, self._tuning)
        return self._opened
