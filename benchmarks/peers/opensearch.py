"""OpenSearch: real nodes of its published artifacts, started by the tests' own starter."""

import http.client
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson

from benchmarks.peers.peer import HttpPeer, HttpRequest, PeerMissing
from benchmarks.peers.processes import folder_bytes
from benchmarks.peers.request import FACETS, HITS, VALUES, Answer, Request
from tests.cluster.nodes import Cluster, ClusterFailed

__all__ = ["OpenSearch"]

_JSON = {"Content-Type": "application/json"}
_BATCH = 1_000
_BROWSED = 100
_LOAD_SECONDS = 3600
_WARM_UP = 300
_KEYWORDS = ("authors", "regions", "themes", "source", "language")
_INDEX: dict[str, Any] = {
    "settings": {
        "number_of_replicas": 0,
        "refresh_interval": "-1",
        "requests.cache.enable": False,
        "analysis": {
            "filter": {"stems": {"type": "stemmer", "language": "porter2"}},
            "analyzer": {
                "words": {
                    "tokenizer": "standard",
                    "filter": ["lowercase", "asciifolding", "stems"],
                }
            },
        },
    },
    "mappings": {
        "dynamic": False,
        "properties": {
            # One field to search, which is faster than asking each of them.
            "text": {"type": "text", "analyzer": "words"},
            **{
                name: {"type": "text", "analyzer": "words", "copy_to": "text"}
                for name in ("title", "deck", "body")
            },
            **{name: {"type": "keyword"} for name in _KEYWORDS},
            "authors": {"type": "keyword", "copy_to": "text"},
            "year": {"type": "integer"},
            "day": {"type": "integer"},
        },
    },
}
_HIGHLIGHT = {
    "require_field_match": False,
    "encoder": "html",
    "fields": {"title": {"number_of_fragments": 0}, "body": {"number_of_fragments": 2}},
}


@dataclass
class OpenSearch(HttpPeer):
    """One node with one shard, or three nodes with a shard each; counts are exact in both."""

    name: str = "opensearch"
    nodes: int = 1
    heap: str = "1g"
    cluster: Cluster | None = None

    @property
    def title(self) -> str:
        """The name, the version and the number of nodes."""
        return "OpenSearch 3" + (f", {self.nodes} nodes" if self.nodes > 1 else "")

    def load(self, source: Path, articles: int) -> float:
        """Index in bulk, then refresh."""
        self._run()
        connection = self.connection = self.connect(_LOAD_SECONDS)
        settings = _INDEX["settings"] | {"number_of_shards": self.nodes}
        self._send("PUT", "/articles", _INDEX | {"settings": settings})
        started = time.perf_counter()
        with source.open("rb") as lines:
            batch: list[bytes] = []
            for line in lines:
                batch += [b'{"index":{}}', _document(line)]
                if len(batch) == 2 * _BATCH:
                    _bulk(connection, batch)
                    batch = []
            if batch:
                _bulk(connection, batch)
        self._send("POST", "/articles/_flush", None)
        self._send("POST", "/articles/_refresh", None)
        seconds = time.perf_counter() - started
        counted = self._send("GET", "/articles/_count", None)["count"]
        if counted != articles:
            raise RuntimeError(f"{counted:,} of {articles:,} articles are in OpenSearch")
        self.stop()
        return seconds

    def start(self) -> None:
        """Run the nodes on what was loaded."""
        self._run()

    def _run(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        cluster = Cluster(self.folder, heap=self.heap, nodes=self.nodes)
        try:
            self.cluster = cluster.__enter__()
        except ClusterFailed as error:
            raise PeerMissing(str(error).splitlines()[0]) from error
        self.port = int(urlsplit(cluster.urls.split(",")[0]).port or 0)
        self.pids = list(cluster.running.values())
        cluster.ask("/_cluster/health?wait_for_status=green&timeout=100s", timeout=120)

    def stop(self) -> None:
        """Stop the nodes."""
        self.connection = None
        if self.cluster:
            self.cluster.stop()
            self.cluster = None

    def _send(self, method: str, path: str, body: dict[str, Any] | None) -> Any:
        connection = self.connection = self.connection or self.connect()
        connection.request(method, path, None if body is None else orjson.dumps(body), _JSON)
        response = connection.getresponse()
        answer = orjson.loads(response.read())
        if response.status >= http.client.BAD_REQUEST:
            raise RuntimeError(f"OpenSearch: {answer}")
        return answer

    def request(self, request: Request) -> HttpRequest:
        """Write a search; filters of a facet do not apply to its own counts."""
        body = _body(request, exact_over=50_000 if self.nodes > 1 else 0)
        path = "/articles/_search?request_cache=false&allow_partial_search_results=false"
        return HttpRequest("POST", path, orjson.dumps(body), _JSON)

    def read(self, raw: bytes, _: Request) -> Answer:
        """Read the JSON."""
        answer = orjson.loads(raw)
        facets: dict[str, list[int]] = {}
        for name, counts in _flat(answer["aggregations"]).items():
            if counts["doc_count_error_upper_bound"]:
                raise RuntimeError(f"the counts of {name} are not exact")
            facets[name] = [bucket["doc_count"] for bucket in counts["buckets"]]
        hits = answer["hits"]
        return Answer(hits["total"]["value"], facets, len(hits["hits"]))

    def disk(self) -> int:
        """Return the size of the nodes' data."""
        return sum(folder_bytes(path) for path in self.folder.glob("*/data"))


def _bulk(connection: http.client.HTTPConnection, lines: list[bytes]) -> None:
    connection.request("POST", "/articles/_bulk", b"\n".join(lines) + b"\n", _JSON)
    answer = orjson.loads(connection.getresponse().read())
    if answer.get("errors", True):
        raise RuntimeError(f"OpenSearch refuses articles: {str(answer)[:500]}")


def _document(line: bytes) -> bytes:
    article = orjson.loads(line)
    day = article["published"][:10]
    extra = {"language": "en", "year": int(day[:4]), "day": int(day.replace("-", ""))}
    return orjson.dumps(extra | article)


def _body(request: Request, exact_over: int) -> dict[str, Any]:
    body: dict[str, Any] = {
        "query": {"bool": _query(request)},
        "size": 0 if request.browse else HITS,
        "from": (request.page - 1) * HITS,
        "track_total_hits": True,
        "_source": {"excludes": ["body"]},
        "aggs": _counts(request, exact_over),
    }
    if request.has_text:
        body["highlight"] = _HIGHLIGHT
    if request.newest or not request.has_text:
        body["sort"] = [{"day": "desc"}]
    if request.filters:
        body["post_filter"] = _all_of(request.filters)
    return body


def _query(request: Request) -> dict[str, Any]:
    must: list[dict[str, Any]] = []
    if request.words:
        how: dict[str, Any] = {"query": " ".join(request.words)}
        how |= {"minimum_should_match": "2<-1"} if request.relaxed else {"operator": "and"}
        how |= {"fuzziness": "AUTO"} if request.misspelt else {}
        must.append({"match": {"text": how}})
    if request.phrase:
        must.append({"match_phrase": {"text": " ".join(request.phrase)}})
    if request.prefix:
        must.append({"prefix": {"text": {"value": request.prefix}}})
    query: dict[str, Any] = {"must": must or [{"match_all": {}}]}
    days = {
        name: int(f"{day:%Y%m%d}")
        for name, day in (("gte", request.first_day), ("lte", request.last_day))
        if day
    }
    if days:
        query["filter"] = [{"range": {"day": days}}]
    if request.excluded:
        query["must_not"] = [{"match": {"text": request.excluded}}]
    return query


def _counts(request: Request, exact_over: int) -> dict[str, Any]:
    names = [request.browse] if request.browse else list(FACETS)
    size = _BROWSED if request.browse else VALUES
    counts: dict[str, Any] = {}
    for name in names:
        terms: dict[str, Any] = {"field": FACETS[name], "size": size}
        if exact_over:
            terms["shard_size"] = exact_over
        others = tuple(each for each in request.filters if each[0] != name)
        own: dict[str, Any] = {name: {"terms": terms}}
        if others:
            # Facets under the same filters share one filter.
            key = "under " + " ".join("=".join(each) for each in others)
            counts.setdefault(key, {"filter": _all_of(others), "aggs": {}})["aggs"] |= own
        else:
            counts |= own
    return counts


def _all_of(filters: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    return {"bool": {"filter": [{"term": {FACETS[name]: value}} for name, value in filters]}}


def _flat(aggregations: dict[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, content in aggregations.items():
        if "buckets" in content:
            flat[name] = content
        else:
            flat |= _flat({key: each for key, each in content.items() if key != "doc_count"})
    return flat
