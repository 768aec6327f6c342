"""Verification of an OpenSearch index: its counts, and the copies of its shards."""

from collections.abc import Iterator, Mapping, Sequence

from search.engines.opensearch.facets import OpenSearchFacets
from search.engines.opensearch.storage.client import EVERYTHING, OpenSearchClient
from search.model.facets import VALUE_FACETS

__all__ = ["OpenSearchIndexCounts", "differing_copies", "index_size", "segment_count"]


class OpenSearchIndexCounts:
    """The IndexCounts of search/index/consistency.py."""

    def __init__(self, client: OpenSearchClient, index: str, facets: OpenSearchFacets) -> None:
        self._client = client
        self._index = index
        self._facets = facets

    def articles(self) -> int:
        """Count the articles."""
        return self._client.totals(self._index, [EVERYTHING])[0]

    def articles_by_month(self) -> int:
        """Add up the counts of all months."""
        return sum(self._facets.months().values())

    def values(self) -> Mapping[str, Mapping[str, int]]:
        """Count every value of every facet."""
        return self._facets.all_values([facet.name for facet in VALUE_FACETS])

    def hits(self, values: Sequence[tuple[str, str]]) -> Sequence[int]:
        """Count the articles that a search for each value finds."""
        return self._client.totals(self._index, [{"term": {name: value}} for name, value in values])


def index_size(client: OpenSearchClient, index: str) -> int:
    """Return the bytes on disk of one copy of each shard."""
    stats = client.request("GET", f"/{index}/_stats/store")
    return int(stats["_all"]["primaries"]["store"]["size_in_bytes"])


def segment_count(client: OpenSearchClient, index: str) -> int:
    """Count the segments of one copy of each shard."""
    stats = client.request("GET", f"/{index}/_stats/segments")
    return int(stats["_all"]["primaries"]["segments"]["count"])


def differing_copies(client: OpenSearchClient, index: str, shard_count: int) -> Iterator[str]:
    """Yield a problem for each shard without a copy or with copies of different sizes."""
    stats = client.request("GET", f"/{index}/_stats/docs", level="shards")
    shards = stats["indices"].get(index, {}).get("shards", {})
    for number in range(shard_count):
        sizes = {copy["docs"]["count"] for copy in shards.get(str(number), [])}
        if not sizes:
            yield f"shard {number} of the index {index} is on no node; start the node that has it"
        elif len(sizes) > 1:
            articles = " and ".join(f"{size:,}" for size in sorted(sizes))
            yield f"the copies of shard {number} of the index {index} have {articles} articles"
