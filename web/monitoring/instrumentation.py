"""The archive as it is served: an engine whose searches go through the gate and are timed."""

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar, cast

from flask import has_request_context, request

from search.index.protocols import EngineProvider, SearchEngine
from search.model.article import Article
from search.model.facets import Facet
from search.model.query import SearchQuery
from search.model.results import FacetResult, Hit, HitWindow, SearchPage
from search.query.rewriter import RewrittenQuery
from search.results.suggester import Suggestion
from web.limits.client_address import client_address
from web.limits.concurrency import SearchLimiter
from web.monitoring.metrics import Metrics

__all__ = ["InstrumentedStore"]

_Found = TypeVar("_Found")


class InstrumentedStore:
    """A store whose engines are guarded and watched."""

    def __init__(self, store: EngineProvider, gate: SearchLimiter, metrics: Metrics) -> None:
        self._store = store
        self._gate = gate
        self._metrics = metrics

    def serving(self) -> SearchEngine:
        """Return the engine that answers now; see GenerationStore."""
        return cast(
            "SearchEngine", InstrumentedEngine(self._store.serving(), self._gate, self._metrics)
        )


class InstrumentedEngine:
    """An engine: what may take long goes through the gate, all else is handed on as it is; see SearchEngine."""

    def __init__(self, engine: SearchEngine, gate: SearchLimiter, metrics: Metrics) -> None:
        self._engine = engine
        self._gate = gate
        self._metrics = metrics

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    def search(self, query: SearchQuery) -> SearchPage:
        page = self._timed("search", partial(self._engine.search, query))
        self._metrics.marked(page.marking_seconds)
        return page

    def hits(self, query: SearchQuery, margin: int = 0) -> HitWindow:
        return self._timed("search", partial(self._engine.hits, query, margin))

    def counts(self, queries: Sequence[SearchQuery]) -> list[int]:
        return self._timed("count", partial(self._engine.counts, queries))

    def count(self, query: SearchQuery) -> int:
        return self._timed("count", partial(self._engine.count, query))

    def understand(self, query: SearchQuery) -> RewrittenQuery:
        return self._timed("understand", partial(self._engine.understand, query))

    def facet(self, query: SearchQuery, facet: Facet, size: int) -> FacetResult:
        return self._timed("facet", partial(self._engine.facet, query, facet, size))

    def related(self, article: Article, size: int) -> tuple[Hit, ...]:
        return self._timed("related", partial(self._engine.related, article, size))

    def suggest(self, text: str, size: int) -> list[Suggestion]:
        return self._timed("suggest", partial(self._engine.suggest, text, size))

    def _timed(self, kind: str, task: Callable[[], _Found]) -> _Found:
        started = time.perf_counter()
        try:
            return self._gate.run(
                task, client_address(request.environ) if has_request_context() else ""
            )
        finally:
            self._metrics.searched(kind, time.perf_counter() - started)
            self._metrics.looked_up(self._engine)
