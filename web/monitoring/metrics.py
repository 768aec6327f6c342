"""What a server counts and times, for Prometheus; the workers of one server are told together."""

import os
import threading
from contextlib import suppress
from functools import lru_cache
from operator import sub
from pathlib import Path
from weakref import WeakKeyDictionary

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

from search.errors import EngineUnavailable
from search.index.protocols import EngineProvider, SearchEngine
from search.model.results import CacheUse, IndexStatistics
from web.processes.supervision import is_running

__all__ = ["SHARED_FOLDER", "Metrics", "create_metrics"]

SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Names the folder where the workers of a server count together; Prometheus's client looks for it when it is imported."""
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_OUTCOMES = ("hit", "miss")


class Metrics:
    """The counters and histograms of one process."""

    def __init__(self) -> None:
        registry = self.registry = CollectorRegistry()
        self._requests = Counter(
            "dateline_requests", "Requests answered.", ["route", "status"], registry=registry
        )
        self._request_seconds = Histogram(
            "dateline_request_seconds",
            "From a request's first byte to its answer.",
            ["route"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._search_seconds = Histogram(
            "dateline_search_seconds",
            "What the engine was asked, waiting included.",
            ["kind"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._marking_seconds = Histogram(
            "dateline_marking_seconds",
            "Reading and marking a page's hits.",
            buckets=_SECONDS,
            registry=registry,
        )
        self._looked_up = Counter(
            "dateline_cache_lookups",
            "Looked for in the engine's caches.",
            ["cache", "outcome"],
            registry=registry,
        )
        self._told: WeakKeyDictionary[SearchEngine, dict[str, CacheUse]] = WeakKeyDictionary()
        self._telling = threading.Lock()
        self._refused = Counter(
            "dateline_refused", "Requests refused by a guard.", ["guard"], registry=registry
        )
        self._under_way = Gauge(
            "dateline_searches_under_way",
            "Searches that run or wait.",
            multiprocess_mode="livesum",
            registry=registry,
        )

        # Finding a label's counter costs as much as counting.
        self._of = lru_cache(maxsize=None)(
            lambda route, status: (
                self._requests.labels(route, str(status)),
                self._request_seconds.labels(route),
            )
        )

    def answered(self, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        counted, timed = self._of(route, status)
        counted.inc()
        timed.observe(seconds)

    def searched(self, kind: str, seconds: float) -> None:
        """Count a question to the engine."""
        self._search_seconds.labels(kind).observe(seconds)

    def looked_up(self, engine: SearchEngine) -> None:
        """Count how an engine's caches were used since it was last asked."""
        with self._telling:
            before, now = self._told.get(engine, {}), dict(engine.caches())
            self._told[engine] = now
        for name, use in now.items():
            for outcome, more in zip(
                _OUTCOMES, map(sub, use, before.get(name, (0, 0))), strict=True
            ):
                if more:
                    self._looked_up.labels(name, outcome).inc(more)

    def under_way(self, change: int) -> None:
        """Count searches that run or wait: 1 for one more, -1 for one less."""
        self._under_way.inc(change)

    def marked(self, seconds: float) -> None:
        """Count a page of hits that were read and marked."""
        self._marking_seconds.observe(seconds)

    def refused(self, guard: str) -> None:
        """Count a request that a guard refused."""
        self._refused.labels(guard).inc()


def create_metrics(store: EngineProvider, metrics: Metrics) -> Blueprint:
    """Make the route."""
    page = Blueprint("metrics", __name__)

    told: dict[str, IndexStatistics] = {}

    def statistics(engine: SearchEngine) -> IndexStatistics:
        """Ask once a generation: it takes a while."""
        if engine.generation not in told:
            told.clear()
            told[engine.generation] = engine.statistics()
        return told[engine.generation]

    class Archive:
        """What the archive is now, whichever worker answers."""

        def collect(self) -> "list[GaugeMetricFamily | InfoMetricFamily]":
            """Return its numbers."""
            try:
                found = statistics(store.serving())
            except EngineUnavailable:
                return [
                    GaugeMetricFamily(
                        "dateline_ready", "Whether there is an index that can be read.", value=0
                    )
                ]
            load = found.load
            return [
                GaugeMetricFamily(
                    "dateline_ready", "Whether there is an index that can be read.", value=1
                ),
                InfoMetricFamily(
                    "dateline_generation", "What is served.", value={"name": found.generation}
                ),
                GaugeMetricFamily("dateline_articles", "Articles served.", value=found.articles),
                GaugeMetricFamily("dateline_index_bytes", "Their index on disk.", value=found.size),
                GaugeMetricFamily(
                    "dateline_last_load_rejected",
                    "Records that the last load rejected.",
                    value=float(str(load.get("rejected", 0))),
                ),
            ]

    @page.get("/metrics")
    def latest() -> Response:
        registry = metrics.registry
        if folder := os.environ.get(SHARED_FOLDER):
            _forget_the_dead(Path(folder))
            registry = CollectorRegistry()
            MultiProcessCollector(registry)
        about = CollectorRegistry()
        about.register(Archive())
        response = Response(
            generate_latest(registry) + generate_latest(about), content_type=CONTENT_TYPE_LATEST
        )
        response.headers["Cache-Control"] = "no-store"
        return response

    return page


def _forget_the_dead(folder: Path) -> None:
    """Drop what workers that are no more say of now: one that was killed while it searched would search for ever."""
    for path in folder.glob("gauge_live*.db"):
        number = int(path.stem.rpartition("_")[2])
        if not is_running(number):
            # Another worker that is asked may have dropped it just now.
            with suppress(FileNotFoundError):
                mark_process_dead(number)
