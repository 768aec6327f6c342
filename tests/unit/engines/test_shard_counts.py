"""Facets of many values over shards that leave values out, held to the sums of all shards."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from search.engines.opensearch import facets as facets_module
from search.engines.opensearch.facets import OpenSearchFacets
from search.engines.opensearch.queries import OpenSearchQueries
from search.model.facets import facet_named
from search.model.query import MAX_FACET_SIZE, Filter, SearchQuery
from search.model.results import FacetResult
from search.query.clauses import split_clauses
from search.query.minimum_match import MatchSpec
from search.query.terms import IndexStemmer
from search.results.facet_buckets import value_list
from tests.unit.engines.recording import RecordingClient

AUTHOR = facet_named("author")
RETURNED = 12
"""Values in a first response, instead of 1,001."""
LIMIT = 60
"""Values in any response, instead of 50,000."""

Shards = Sequence[Mapping[str, int]]


class ShardedClient(RecordingClient):
    """A cluster whose shards count authors, and leave out what a request lets them leave out."""

    def __init__(self, shards: Shards) -> None:
        super().__init__()
        self._shards = shards

    def request(self, method: str, path: str, body: Any = None, **_: Any) -> Any:
        """Count the authors, whatever the query."""
        self.requests.append((f"{method} {path}", body))
        return {"aggregations": dict(self._results(body["aggs"]))}

    def _results(self, aggregations: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        for name, aggregation in aggregations.items():
            if "filter" in aggregation:
                yield name, dict(self._results(aggregation["aggs"]))
            elif "composite" in aggregation:
                yield name, self._page(aggregation["composite"])
            else:
                assert aggregation["terms"]["size"] <= LIMIT
                yield name, {"buckets": self._terms(**aggregation["terms"])}

    def _terms(
        self,
        *,
        field: str,
        size: int,
        shard_size: int,
        include: Sequence[str] | None = None,
        min_doc_count: int = 1,
        shard_min_doc_count: int = 0,
    ) -> list[dict[str, Any]]:
        assert field == "author"
        assert shard_min_doc_count <= min_doc_count
        total: Counter[str] = Counter()
        for shard in self._shards:
            counts = {
                value: count
                for value, count in shard.items()
                if count >= shard_min_doc_count and (include is None or value in include)
            }
            total.update(dict(_largest(counts, shard_size)))
        found = {value: count for value, count in total.items() if count >= min_doc_count}
        return [{"key": value, "doc_count": count} for value, count in _largest(found, size)]

    def _page(self, request: Mapping[str, Any]) -> dict[str, Any]:
        after = request.get("after", {"author": ""})["author"]
        total = sum(map(Counter, self._shards), Counter[str]())
        values = sorted(value for value in total if value > after)[: request["size"]]
        buckets = [{"key": {"author": each}, "doc_count": total[each]} for each in values]
        return {"buckets": buckets} | ({"after_key": buckets[-1]["key"]} if buckets else {})


def _largest(counts: Mapping[str, int], size: int) -> list[tuple[str, int]]:
    """Return the first values as a cluster sorts them: by count, then by code points."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:size]


def _result(shards: Shards, size: int, *selected: str) -> tuple[FacetResult, int]:
    """Return the list of authors, and the number of requests that it took."""
    assert AUTHOR is not None
    client = ShardedClient(shards)
    distinct = {"author": len({value for shard in shards for value in shard})}
    queries = OpenSearchQueries(IndexStemmer(("en",)))
    facets = OpenSearchFacets(client, "i", queries, len(shards), distinct)
    chosen = tuple(Filter("author", value) for value in selected)
    spec = MatchSpec(split_clauses(None), 0, SearchQuery(filters=chosen))
    return facets.facet(spec, AUTHOR, size), len(client.requests)


def _wanted(shards: Shards, size: int, *selected: str) -> FacetResult:
    assert AUTHOR is not None
    whole = value_list(AUTHOR, sum(map(Counter, shards), Counter[str]()), selected, size)
    total = len({value for shard in shards for value in shard})
    if total < RETURNED:
        return whole
    return FacetResult(AUTHOR, whole.values, None)


@pytest.fixture(autouse=True)
def _small_responses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facets_module, "_RETURNED", RETURNED)
    monkeypatch.setattr(facets_module, "_MAX_BUCKETS", LIMIT)
    monkeypatch.setattr("search.results.facet_buckets.MAX_COUNTED_VALUES", RETURNED - 1)
    assert MAX_FACET_SIZE + 1 == 1_001, "a first response must have more values than are listed"


NAMES = [f"{letter}{number}" for letter in "ézZaAß東" for number in range(40)]


@pytest.mark.parametrize("seed", range(60))
def test_the_first_values_of_any_shards_are_exact(seed: int) -> None:
    """Whatever the shards leave out, values, counts, ties and selected values are right."""
    dice = random.Random(f"shards {seed}")
    names = dice.sample(NAMES, dice.choice((RETURNED - 1, RETURNED, 40, 200)))
    highest = dice.choice((1, 3, 30, 1_000))
    shards = [
        {name: dice.randint(1, highest) for name in names if dice.random() < share}
        for share in dice.choices((0.1, 0.4, 0.9, 1), k=dice.randint(1, 5))
    ]
    for size in (1, 3, RETURNED - 2, RETURNED - 1):
        selected = dice.sample(names, dice.choice((0, 0, 1, 2)))
        found, _ = _result(shards, size, *selected, "nobody")
        assert found == _wanted(shards, size, *selected, "nobody"), (shards, size)


def test_a_value_that_no_shard_returns_may_be_the_first() -> None:
    """A value just below the largest of every shard has the largest sum."""
    shards = [
        {f"{shard}-{number}": 100 for number in range(RETURNED + 2)} | {"sum": 99}
        for shard in range(3)
    ]
    found, requests = _result(shards, 2)
    assert [(each.value, each.count) for each in found.values] == [("sum", 297), ("0-0", 100)]
    assert requests == 3


def test_few_values_take_one_request() -> None:
    """A response with fewer values than requested has all of them, and their number."""
    shards = [{"a": 5, "b": 1}, {"c": 2}]
    found, requests = _result(shards, 2)
    assert ([each.value for each in found.values], found.more, requests) == (["a", "c"], 1, 1)


def test_ties_of_more_values_than_a_response_holds_are_listed_whole() -> None:
    """The first of 200 names with the same count are known only when all of them are."""
    shards = [dict.fromkeys(NAMES[:200], 1), dict.fromkeys(NAMES[200:], 1)]
    found, requests = _result(shards, 3)
    assert found == _wanted(shards, 3)
    assert requests == 2 + -(-len(NAMES) // LIMIT)
