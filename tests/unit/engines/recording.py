"""A cluster client that records requests and returns canned responses."""

from collections.abc import Mapping
from typing import Any

import orjson

from search.engines.opensearch.engine import OpenSearchEngine
from search.engines.opensearch.storage.client import Access, OpenSearchClient
from search.engines.opensearch.storage.generation import OpenSearchRecord
from search.engines.opensearch.storage.schema import SCHEMA_VERSION
from search.model.facets import FACETS
from search.ranking.tuning import Tuning
from tests.conftest import article

__all__ = ["RecordingClient", "engine_over"]

_DOCUMENT_FREQUENCY = 60


class RecordingClient(OpenSearchClient):
    """Answers like an index of 100 articles in which every query finds `total` of them."""

    def __init__(self, total: int = 60) -> None:
        super().__init__(Access(("http://127.0.0.1:1",)))
        self.total = total
        self.requests: list[tuple[str, Any]] = []

    def request(self, method: str, path: str, body: Any = None, **_: Any) -> Any:
        """Record a request, and return a response of its kind."""
        self.requests.append((f"{method} {path}", body))
        if path.endswith("/_search_shards"):
            return {"shards": [[{"shard": 0}]]}
        if path == "/_mtermvectors":
            stems = body["docs"][0]["doc"]["text"].split()
            terms = {stem: {"doc_freq": _DOCUMENT_FREQUENCY} for stem in stems}
            return {"docs": [{"term_vectors": {"text": {"terms": terms}}}]}
        if path.endswith("/_msearch"):
            bodies = [orjson.loads(line) for line in body.splitlines()[1::2]]
            return {"responses": [self._response(each) for each in bodies]}
        return self._response(body)

    def _response(self, body: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "hits": {"total": {"value": self.total}, "hits": _hits(body)},
            "aggregations": {name: _result(name, each) for name, each in _aggregations(body)},
        }

    @property
    def searches(self) -> list[Mapping[str, Any]]:
        """The bodies of the search requests."""
        return [body for line, body in self.requests if line.endswith("/_search")]


def _aggregations(body: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return list(body.get("aggs", {}).items())


def _hits(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    size = body.get("size", 10)
    ids = body["query"].get("bool", {}).get("filter", [{}])
    named = ids[0].get("ids", {}).get("values") if isinstance(ids, list) and ids else None
    numbers = range(min(size, 100)) if named is None else [int(name) for name in named]
    return [_hit(number, body) for number in numbers]


def _hit(number: int, body: Mapping[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {"likeness_smallest": [number]}
    if body.get("stored_fields"):
        fields["article"] = [article(number).to_json().decode()]
    score = 20.0 - number / 10
    return {
        "_id": str(number),
        "_score": score,
        "sort": [*([score] if len(body.get("sort", ())) > 2 else []), 1000 - number, f"a{number}"],
        "fields": fields,
    }


def _result(name: str, aggregation: Mapping[str, Any]) -> dict[str, Any]:
    nested = {inner: _result(inner, each) for inner, each in _aggregations(aggregation)}
    return {"doc_count": 3, "buckets": [], "doc_count_error_upper_bound": 0, "count": 0} | nested


def engine_over(client: OpenSearchClient, tuning: Tuning | None = None) -> OpenSearchEngine:
    """Return an engine over an index of 100 English articles, behind a client."""
    record = OpenSearchRecord(
        generation="g",
        schema_version=SCHEMA_VERSION,
        built="",
        articles=100,
        languages=("en",),
        shards=1,
        distinct={facet.name: 5 for facet in FACETS},
        words=0,
        version=1,
    )
    return OpenSearchEngine(client, ("i", "i.words"), record, tuning or Tuning())
