"""Term statistics of an OpenSearch index.

A cluster has no request for document frequencies. Term vectors of an artificial document come
with the statistics of its terms, separately for each shard: one request for all words of a query.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import count
from typing import Any

from search.engines.opensearch.storage.client import OpenSearchClient
from search.engines.opensearch.storage.generation import OpenSearchRecord
from search.engines.opensearch.storage.vocabulary import read_words
from search.query.vocabulary.vocabulary import Vocabulary
from search.query.vocabulary.word_list import WordList

__all__ = ["OpenSearchTerms"]

_MAX_CACHED = 100_000


class OpenSearchTerms:
    """A TermStatistics over the index of articles and the index of their words."""

    def __init__(
        self, client: OpenSearchClient, indexes: tuple[str, str], record: OpenSearchRecord
    ) -> None:
        self._client = client
        self._index, self._words_index = indexes
        self._record = record
        self._frequencies: dict[str, int] = {}

    @property
    def article_count(self) -> int:
        """The number of articles."""
        return self._record.articles

    def vocabulary(self) -> Vocabulary:
        """Read the words that corrections and suggestions choose from."""
        words = read_words(self._client, self._words_index, self._record.words)
        return Vocabulary.of(WordList.of(words, self._record.articles))

    def stem_frequencies(self, stems: Sequence[str]) -> Mapping[str, int]:
        """Return how many articles contain each stem: one request for those not yet cached."""
        cached = self._frequencies
        unknown = [stem for stem in dict.fromkeys(stems) if stem not in cached]
        if unknown:
            if len(cached) > _MAX_CACHED:
                # A new dictionary, since another thread may still read the full one.
                cached = self._frequencies = {
                    stem: cached[stem] for stem in stems if stem in cached
                }
            cached.update(dict.fromkeys(unknown, 0) | self._request(unknown))
        return {stem: cached[stem] for stem in stems}

    def _request(self, stems: Sequence[str]) -> dict[str, int]:
        document = {
            "_index": self._index,
            "doc": {"text": " ".join(stems)},
            "fields": ["text"],
            "term_statistics": True,
            "field_statistics": False,
            "positions": False,
            "offsets": False,
            "payloads": False,
        }
        body = {"docs": [document | {"routing": routing} for routing in self._routings]}
        response = self._client.request(
            "POST", "/_mtermvectors", body, is_complete=_has_every_shard
        )
        frequencies: dict[str, int] = {}
        for shard in response["docs"]:
            for stem, statistics in shard["term_vectors"].get("text", {}).get("terms", {}).items():
                frequencies[stem] = frequencies.get(stem, 0) + statistics.get("doc_freq", 0)
        return frequencies

    @cached_property
    def _routings(self) -> list[str]:
        """Routing values, each of which leads to another shard."""
        routings: dict[int, str] = {}
        for number in count():
            if len(routings) == self._record.shards:
                break
            shards = self._client.request(
                "GET", f"/{self._index}/_search_shards", routing=number, local="true"
            )["shards"]
            routings.setdefault(int(shards[0][0]["shard"]), str(number))
        return list(routings.values())


def _has_every_shard(response: Mapping[str, Any]) -> bool:
    return all("term_vectors" in shard for shard in response["docs"])
