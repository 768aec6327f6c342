"""Wraps the store and its engines, so that searches are limited and measured."""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar, cast

from flask import has_request_context, request

from search.index.protocols import EngineProvider, SearchEngine
from search.model.article import Article
from search.model.contrast import Contrast
from search.model.coverage import Coverage
from search.model.facets import Facet
from search.model.mentions import MentionPage
from search.model.overview import Overview
from search.model.query import SearchQuery
from search.model.results import FacetResult, Hit, HitWindow, SearchPage
from search.model.timeline import Level
from search.model.trends import Trends
from search.query.rewriter import RewrittenQuery
from search.results.facet_values import FacetValuePage, FacetValueQuery
from search.results.suggester import Suggestion
from web.limits.client_address import client_address
from web.limits.concurrency import SearchLimiter
from web.monitoring.metrics import Metrics

__all__ = ["InstrumentedStore"]

_Result = TypeVar("_Result")


class InstrumentedStore:
    """A store whose engines are limited and measured."""

    def __init__(self, store: EngineProvider, limiter: SearchLimiter, metrics: Metrics) -> None:
        self._store = store
        self._limiter = limiter
        self._metrics = metrics

    def serving(self) -> SearchEngine:
        """Return the engine of the current generation; see GenerationStore."""
        engine = InstrumentedEngine(self._store.serving(), self._limiter, self._metrics)
        return cast("SearchEngine", engine)


class InstrumentedEngine:
    """An engine whose expensive methods run in the limiter; all else is passed through."""

    def __init__(self, engine: SearchEngine, limiter: SearchLimiter, metrics: Metrics) -> None:
        self._engine = engine
        self._limiter = limiter
        self._metrics = metrics

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def search(self, query: SearchQuery, *, with_timeline: bool = False) -> SearchPage:
        search = partial(self._engine.search, query, with_timeline=with_timeline)
        page = self._run("search", search)
        self._metrics.time_highlighting(page.marking_seconds)
        return page

    def hits(self, query: SearchQuery, margin: int = 0) -> HitWindow:
        return self._run("search", partial(self._engine.hits, query, margin))

    def mentions(self, query: SearchQuery) -> MentionPage:
        return self._run("mentions", partial(self._engine.mentions, query))

    def counts(self, queries: Sequence[SearchQuery]) -> list[int]:
        return self._run("count", partial(self._engine.counts, queries))

    def count(self, query: SearchQuery) -> int:
        return self._run("count", partial(self._engine.count, query))

    def understand(self, query: SearchQuery) -> RewrittenQuery:
        return self._run("understand", partial(self._engine.understand, query))

    def facet(self, query: SearchQuery, facet: Facet, size: int) -> FacetResult:
        return self._run("facet", partial(self._engine.facet, query, facet, size))

    def coverage(self) -> Coverage:
        return self._run("facet", self._engine.coverage)

    def filled_facets(self) -> tuple[Facet, ...]:
        return self._run("facet", self._engine.filled_facets)

    def facet_values(
        self, query: SearchQuery, facet: Facet, value_query: FacetValueQuery
    ) -> FacetValuePage:
        return self._run("facet", partial(self._engine.facet_values, query, facet, value_query))

    def months(self, query: SearchQuery) -> Mapping[int, int]:
        return self._run("facet", partial(self._engine.months, query))

    def trends(self, queries: Sequence[SearchQuery], level: Level | None = None) -> Trends:
        return self._run("trends", partial(self._engine.trends, queries, level))

    def overview(self, query: SearchQuery, *, with_words: bool = True) -> Overview:
        overview = partial(self._engine.overview, query, with_words=with_words)
        return self._run("overview", overview)

    def contrast(self, first: SearchQuery, second: SearchQuery) -> Contrast:
        return self._run("overview", partial(self._engine.contrast, first, second))

    def reprints(self, article: Article) -> tuple[Article, ...]:
        return self._run("related", partial(self._engine.reprints, article))

    def ids_of_keys(self, keys: Sequence[int]) -> dict[int, str]:
        return self._run("article", partial(self._engine.ids_of_keys, keys))

    def related(self, article: Article, size: int) -> tuple[Hit, ...]:
        return self._run("related", partial(self._engine.related, article, size))

    def suggest(self, text: str, size: int) -> list[Suggestion]:
        return self._run("suggest", partial(self._engine.suggest, text, size))

    def _run(self, kind: str, task: Callable[[], _Result]) -> _Result:
        client = client_address(request.environ) if has_request_context() else ""
        started = time.perf_counter()
        try:
            return self._limiter.run(task, client)
        finally:
            self._metrics.time_search(kind, time.perf_counter() - started)
            self._metrics.count_cache_use(self._engine)
