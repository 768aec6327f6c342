"""Prometheus metrics of the server, summed over its worker processes.

The names and labels of metrics are part of the interface; dashboards rely on them.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from operator import sub
from pathlib import Path
from weakref import WeakKeyDictionary

import prometheus_client.values
from flask import Blueprint, Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector
from prometheus_client.values import MultiProcessValue

from search.errors import EngineUnavailable
from search.index.protocols import EngineProvider, SearchEngine
from search.model.results import CacheUse, IndexStatistics
from web.processes.supervision import is_running

__all__ = ["SHARED_FOLDER", "Metrics", "create_metrics"]

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Environment variable for the folder in which workers share their metrics.

Prometheus's client reads it when it is imported.
"""
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_OUTCOMES = ("hit", "miss")
_READY = "Whether there is a readable index."


def _cache_process_id() -> None:
    """Let Prometheus's client ask for the process id after a fork only, not at each increment.

    The system call takes as long as the increment.
    """
    current = [os.getpid()]
    os.register_at_fork(after_in_child=lambda: current.__setitem__(0, os.getpid()))
    prometheus_client.values.ValueClass = MultiProcessValue(lambda: current[0])


if SHARED_FOLDER in os.environ:
    _cache_process_id()


class Metrics:
    """The counters and histograms of one process."""

    def __init__(self) -> None:
        registry = self.registry = CollectorRegistry()
        self._requests = Counter(
            "dateline_requests", "Requests answered.", ["route", "status"], registry=registry
        )
        self._request_seconds = Histogram(
            "dateline_request_seconds",
            "Time from a request's first byte to its response.",
            ["route"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._search_seconds = Histogram(
            "dateline_search_seconds",
            "Time of calls to the engine, including the time in the queue.",
            ["kind"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._marking_seconds = Histogram(
            "dateline_marking_seconds",
            "Time to read and highlight a page of hits.",
            buckets=_SECONDS,
            registry=registry,
        )
        self._cache_lookups = Counter(
            "dateline_cache_lookups",
            "Lookups in the engine's caches.",
            ["cache", "outcome"],
            registry=registry,
        )
        self._last_cache_use: WeakKeyDictionary[SearchEngine, dict[str, CacheUse]] = (
            WeakKeyDictionary()
        )
        self._cache_use_lock = threading.Lock()
        self._refusals = Counter(
            "dateline_refused",
            "Requests refused by a limit or access control.",
            ["guard"],
            registry=registry,
        )
        self._searches_under_way = Gauge(
            "dateline_searches_under_way",
            "Searches that are running or waiting.",
            multiprocess_mode="livesum",
            registry=registry,
        )

        # Looking up the labels costs as much as counting.
        self._search_seconds_of = cache(self._search_seconds.labels)
        self._lookups_of = cache(self._cache_lookups.labels)
        self._request_metrics = cache(
            lambda route, status: (
                self._requests.labels(route, str(status)),
                self._request_seconds.labels(route),
            )
        )

    def count_request(self, route: str, status: int, seconds: float) -> None:
        """Count and time a request."""
        counter, histogram = self._request_metrics(route, status)
        counter.inc()
        histogram.observe(seconds)

    def time_search(self, kind: str, seconds: float) -> None:
        """Time a call to the engine."""
        self._search_seconds_of(kind).observe(seconds)

    def count_cache_use(self, engine: SearchEngine) -> None:
        """Count the cache hits and misses of an engine since the last call."""
        with self._cache_use_lock:
            last, current = self._last_cache_use.get(engine, {}), dict(engine.caches())
            self._last_cache_use[engine] = current
        for name, use in current.items():
            increases = map(sub, use, last.get(name, (0, 0)))
            for outcome, increase in zip(_OUTCOMES, increases, strict=True):
                if increase:
                    self._lookups_of(name, outcome).inc(increase)

    def change_searches_under_way(self, change: int) -> None:
        """Change the number of searches that are running or waiting by 1 or -1."""
        self._searches_under_way.inc(change)

    def time_highlighting(self, seconds: float) -> None:
        """Time the reading and highlighting of a page of hits."""
        self._marking_seconds.observe(seconds)

    def count_refusal(self, guard: str) -> None:
        """Count a request that a limit or access control refused."""
        self._refusals.labels(guard).inc()


def create_metrics(store: EngineProvider, metrics: Metrics) -> Blueprint:
    """Create the route for Prometheus."""
    blueprint = Blueprint("metrics", __name__)
    index_metrics = _IndexMetrics(store)

    @blueprint.get("/metrics")
    def latest() -> Response:
        registry = metrics.registry
        if folder := os.environ.get(SHARED_FOLDER):
            _remove_dead_workers(Path(folder))
            registry = CollectorRegistry()
            MultiProcessCollector(registry)
        index_registry = CollectorRegistry()
        index_registry.register(index_metrics)
        response = Response(
            generate_latest(registry) + generate_latest(index_registry),
            content_type=CONTENT_TYPE_LATEST,
        )
        response.headers["Cache-Control"] = "no-store"
        return response

    return blueprint


class _IndexMetrics(Collector):
    """Metrics of the current index, which do not depend on the worker that responds."""

    def __init__(self, store: EngineProvider) -> None:
        self._store = store
        self._statistics: dict[str, IndexStatistics] = {}
        """The statistics of the current generation; collecting them takes a while."""

    def collect(self) -> Iterator[GaugeMetricFamily | InfoMetricFamily]:
        """Yield the metrics; without an index only that there is none."""
        try:
            statistics = self._statistics_of(self._store.serving())
        except EngineUnavailable:
            yield _gauge("dateline_ready", _READY, 0)
            return
        rejected = float(str(statistics.load.get("rejected", 0)))
        yield _gauge("dateline_ready", _READY, 1)
        yield InfoMetricFamily(
            "dateline_generation",
            "The generation that is served.",
            value={"name": statistics.generation},
        )
        yield _gauge("dateline_articles", "Articles in the index.", statistics.articles)
        yield _gauge("dateline_index_bytes", "Size of the index on disk.", statistics.size)
        yield _gauge(
            "dateline_last_load_rejected", "Records rejected by the last import.", rejected
        )

    def _statistics_of(self, engine: SearchEngine) -> IndexStatistics:
        if engine.generation not in self._statistics:
            self._statistics.clear()
            self._statistics[engine.generation] = engine.statistics()
        return self._statistics[engine.generation]


def _gauge(name: str, documentation: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, documentation, value=value)


def _remove_dead_workers(folder: Path) -> None:
    """Remove the gauges of dead workers; otherwise their searches would seem to run forever."""
    for path in folder.glob("gauge_live*.db"):
        pid = int(path.stem.rpartition("_")[2])
        if not is_running(pid):
            # Another worker may have removed it already.
            with suppress(FileNotFoundError):
                mark_process_dead(pid)
