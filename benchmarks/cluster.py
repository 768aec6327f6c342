"""Dateline on a cluster of three nodes, compared with the bare requests and a bare bulk helper.

It is not part of `make bench`, because it needs a JDK and Maven: `python -m benchmarks.cluster`.
"""

import datetime as dt
import gc
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from opensearchpy import OpenSearch, helpers

from benchmarks.searching import by_frequency, next_of
from benchmarks.support.archives import made_up
from benchmarks.support.timing import medians, table
from search.engines.opensearch.engine import OpenSearchEngine
from search.engines.opensearch.storage.client import Access, OpenSearchClient
from search.engines.opensearch.storage.schema import MAPPINGS, SETTINGS, document_id
from search.engines.opensearch.store import OpenSearchStore
from search.engines.opensearch.writer import LOADING
from search.index.document import PreparedDocument, index_document
from search.model.query import Filter, SearchQuery
from search.ranking.tuning import Tuning
from search.settings.all_tables import Settings
from tests.cluster.nodes import Cluster

HEAD = """# Costs of a cluster

Written by `python -m benchmarks.cluster`: three nodes with 1 GB of heap on one machine with two
cores, which Dateline and the benchmark share. Ratios compare things measured in turn in one run;
all figures are medians.
"""
_ROUNDS = 25
_WARM_UP_SEARCHES = 150


class _Request(NamedTuple):
    method: str
    path: str
    body: Any
    parameters: Any
    seconds: float


class _RecordingClient(OpenSearchClient):
    """A client that records its requests."""

    sent: list[_Request]

    def _send(self, method: str, path: str, body: Any, parameters: Any, timeout: float) -> Any:
        self.sent.append(_Request(method, path, body, parameters, timeout))
        return super()._send(method, path, body, parameters, timeout)

    def repeat(self, request: _Request) -> None:
        """Send a recorded request again."""
        super()._send(*request)


def run(articles: int) -> str:
    """Load made-up articles, measure, and return the tables."""
    with tempfile.TemporaryDirectory() as folder, Cluster(Path(folder), heap="1g") as cluster:
        access = Access.parse(cluster.urls)
        settings = Settings().changed(
            engine=cluster.urls, ranking={"meaning": "off"}, cluster={"archive": "bench"}
        )
        store = OpenSearchStore(cluster.urls, settings, Tuning())
        documents = []
        for article in made_up(articles):
            document = index_document(article)
            documents.append(
                PreparedDocument(article.id, document.fingerprint, 0, store.encode(document))
            )
        loading = _loading(store, access, documents)
        documents.clear()
        return f"{loading}\n{_searching(store, access, articles)}"


def _loading(store: OpenSearchStore, access: Access, documents: list[PreparedDocument]) -> str:
    """Load the same documents with the writer and with opensearch-py's parallel helper, in turn."""
    rates: dict[str, list[float]] = {"bare": [], "ours": []}
    client = OpenSearch(list(access.addresses), timeout=120)
    head = len(documents) // 2
    for turn in range(3):
        # The first turn is a warm-up.
        part = documents[:head] if turn == 0 else documents
        started = time.perf_counter()
        client.indices.create(
            index="bare",
            body={
                "settings": {"index": dict(SETTINGS) | dict(LOADING) | {"number_of_shards": 3}},
                "mappings": dict(MAPPINGS),
            },
        )
        actions = (
            {
                "_index": "bare",
                "_id": document_id(document.id),
                "_source": orjson.loads(document.encoded),
            }
            for document in part
        )
        for is_ok, item in helpers.parallel_bulk(client, actions, thread_count=3, chunk_size=1000):
            assert is_ok, item
        client.indices.refresh(index="bare")
        rates["bare"].append(len(part) / (time.perf_counter() - started))
        client.indices.delete(index="bare")
        gc.collect()
        started = time.perf_counter()
        name, writer = store.create()
        for document in part:
            writer.add(document)
        writer.drain()
        rates["ours"].append(len(part) / (time.perf_counter() - started))
        started = time.perf_counter()
        writer.commit({})
        finishing = time.perf_counter() - started
        store.make_live(name)
    size = store.current().size
    bare, ours = max(rates["bare"][1:]), max(rates["ours"][1:])
    rows = [
        [
            f"{len(documents):,}",
            f"{bare:,.0f}",
            f"{ours:,.0f}",
            f"{ours / bare:.2f}",
            f"{finishing:.1f}",
            f"{size / 1e6:,.0f}",
        ]
    ]
    return "## Loading a cluster (prepared documents, three nodes, three shards)\n\n" + table(
        [
            "articles",
            "bare parallel bulk helper, articles per second",
            "writer, articles per second",
            "ratio",
            "then replicas and counts, s",
            "one copy, MB",
        ],
        rows,
    )


def _searching(store: OpenSearchStore, access: Access, articles: int) -> str:
    client = _RecordingClient(access)
    client.sent = []

    def fresh() -> OpenSearchEngine:
        opened = store.current()
        engine = OpenSearchEngine(client, opened.indexes, opened.record, Tuning())
        engine.search(SearchQuery(text="warming"))
        return engine

    words = by_frequency()
    dice = random.Random(2)
    common = [word for word in words[:400] if len(word) > 4][: _ROUNDS * 2]
    rare = [word for word in words[2000:2400] if len(word) > 4]
    region = Filter("region", "Region 1")
    last = dt.date(2024, 12, 30)
    kinds: dict[str, list[SearchQuery]] = {
        "all articles up to varying days": [
            SearchQuery(last_day=last - dt.timedelta(days=days)) for days in range(_ROUNDS + 1)
        ],
        "a common word": [SearchQuery(text=word) for word in common[: _ROUNDS + 1]],
        "a rarer word": [SearchQuery(text=word) for word in rare[: _ROUNDS + 1]],
        "two words": [
            SearchQuery(text=" ".join(dice.sample(common, 2))) for _ in range(_ROUNDS + 1)
        ],
        "a common word, one region": [
            SearchQuery(text=word, filters=(region,)) for word in common[: _ROUNDS + 1]
        ],
    }
    engine = fresh()
    for query in [SearchQuery(text=dice.choice(rare)) for _ in range(_WARM_UP_SEARCHES)]:
        engine.search(query)
    rows = []
    statistics = ""
    for name, queries in kinds.items():
        engine, sent = fresh(), []
        for query in queries:
            client.sent = []
            engine.search(query)
            sent.append(client.sent)
        client.sent = []
        ours = fresh()
        tasks: dict[str, Callable[[], object]] = {
            "bare": partial(_send_all, client, iter(sent)),
            "ours": partial(next_of, ours.search, iter(queries)),
        }
        took = medians(tasks, len(queries) - 1)
        if name == "two words":
            statistics = _statistics_cost(
                client, [request for of_query in sent for request in of_query]
            )
        rows.append(
            [
                name,
                f"{sum(map(len, sent)) / len(sent):.1f}",
                f"{took['bare']:.1f}",
                f"{took['ours']:.1f}",
                f"{took['ours'] / took['bare']:.2f}",
            ]
        )
    head = [
        "query, sent for the first time",
        "requests",
        "bare requests, ms",
        "engine, ms",
        "ratio",
    ]
    title = (
        f"## Searching a cluster ({articles:,} made-up articles, three nodes, three shards, "
        "one replica)\n\n"
    )
    return f"{title}{table(head, rows)}\n{statistics}\n"


def _statistics_cost(client: _RecordingClient, sent: list[_Request]) -> str:
    """Compare the same requests with and without term statistics from all shards (DFS)."""
    scored = [request for request in sent if request.parameters.get("search_type")]
    plain = [
        request._replace(
            parameters={
                key: value for key, value in request.parameters.items() if key != "search_type"
            }
        )
        for request in scored
    ]
    with_statistics, without_statistics = iter(scored), iter(plain)
    tasks: dict[str, Callable[[], object]] = {
        "with": lambda: client.repeat(next(with_statistics)),
        "without": lambda: client.repeat(next(without_statistics)),
    }
    took = medians(tasks, len(scored) - 1)
    return (
        "For two words, the request for hits and facets takes "
        f"{took['with']:.1f} ms with term statistics from all shards, "
        f"{took['without']:.1f} ms without."
    )


def _send_all(client: _RecordingClient, requests: Iterator[list[_Request]]) -> None:
    for request in next(requests):
        client.repeat(request)


if __name__ == "__main__":
    tables = run(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
    Path(__file__).with_name("cluster.md").write_text(f"{HEAD}\n{tables}", "utf-8")
    sys.stdout.write(tables)
