"""What a server counts and times, for Prometheus; the workers of one server are told together."""

import os
import tempfile
from functools import lru_cache

from flask import Blueprint, Response

from search.engine import SearchEngine, Serving
from search.errors import EngineUnavailable
from search.results import IndexStatistics

__all__ = ["Metrics", "create_metrics", "share_among_workers"]

_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


def share_among_workers() -> str:
    """Let the workers that this process starts be counted together; return the folder that holds their counts."""
    return os.environ.setdefault(_FOLDER, tempfile.mkdtemp(prefix="dateline-metrics-"))


class Metrics:
    """The counters and histograms of one process."""

    def __init__(self) -> None:
        # Whether counts are shared is decided when this is imported, by what `share_among_workers` set.
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram  # noqa: PLC0415 # not before that

        registry = self.registry = CollectorRegistry()
        self._requests = Counter("dateline_requests", "Requests answered.", ["route", "status"], registry=registry)
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
            "dateline_marking_seconds", "Reading and marking a page's hits.", buckets=_SECONDS, registry=registry
        )
        self._refused = Counter("dateline_refused", "Requests refused by a guard.", ["guard"], registry=registry)
        self._under_way = Gauge(
            "dateline_searches_under_way", "Searches that run or wait.", multiprocess_mode="livesum", registry=registry
        )

        # Finding a label's counter costs as much as counting.
        self._of = lru_cache(maxsize=None)(
            lambda route, status: (self._requests.labels(route, str(status)), self._request_seconds.labels(route))
        )

    def answered(self, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        counted, timed = self._of(route, status)
        counted.inc()
        timed.observe(seconds)

    def searched(self, kind: str, seconds: float, under_way: int) -> None:
        """Count a question to the engine."""
        self._search_seconds.labels(kind).observe(seconds)
        self._under_way.set(under_way)

    def marked(self, seconds: float) -> None:
        """Count a page of hits that were read and marked."""
        self._marking_seconds.observe(seconds)

    def refused(self, guard: str) -> None:
        """Count a request that a guard refused."""
        self._refused.labels(guard).inc()


def create_metrics(store: Serving, metrics: Metrics) -> Blueprint:
    """Make the route."""
    # Not before `share_among_workers`, as above.
    from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest  # noqa: PLC0415 # as above
    from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily  # noqa: PLC0415 # as above
    from prometheus_client.multiprocess import MultiProcessCollector  # noqa: PLC0415 # as above

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
                return [GaugeMetricFamily("dateline_ready", "Whether there is an index that can be read.", value=0)]
            load = found.load
            return [
                GaugeMetricFamily("dateline_ready", "Whether there is an index that can be read.", value=1),
                InfoMetricFamily("dateline_generation", "What is served.", value={"name": found.generation}),
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
        registry = CollectorRegistry() if os.environ.get(_FOLDER) else metrics.registry
        if os.environ.get(_FOLDER):
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call] # its only public way
        about = CollectorRegistry()
        about.register(Archive())
        response = Response(generate_latest(registry) + generate_latest(about), content_type=CONTENT_TYPE_LATEST)
        response.headers["Cache-Control"] = "no-store"
        return response

    return page
