"""What an OpenSearch index tells of its words, to understand queries by; the Words of search/query/rewriter.py."""

import threading
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from itertools import count
from typing import Any

from search.engines.opensearch.queries import OpenSearchQueries
from search.engines.opensearch.storage.client import OpenSearchClient
from search.engines.opensearch.storage.generation import OpenSearchRecord
from search.engines.opensearch.storage.vocabulary import read_words
from search.model.query import SearchQuery
from search.query.spelling import Speller
from search.query.syntax import Node
from search.query.vocabulary import Vocabulary

__all__ = ["OpenSearchTerms"]

_MAX_CACHED = 100_000


class OpenSearchTerms:
    """Words with the number of articles that hold them; `total` counts the matches of a tree under a query's filters."""

    def __init__(
        self,
        client: OpenSearchClient,
        indexes: tuple[str, str],
        record: OpenSearchRecord,
        queries: OpenSearchQueries,
        total: Callable[[Node | None, SearchQuery], int],
    ) -> None:
        self._client = client
        self._index, self._words_index = indexes
        self._record = record
        self._queries = queries
        self.total = total
        self._lock = threading.Lock()
        self._speller: Speller | None = None
        self._known: dict[str, int] = {}

    @property
    def article_count(self) -> int:
        """The number of articles."""
        return self._record.articles

    def speller(self) -> Speller:
        """Return what corrects by the words of title, deck, body and authors; read when it is asked for first."""
        with self._lock:
            if self._speller is None:
                words = read_words(self._client, self._words_index, self._record.words)
                articles = self._record.articles
                self._speller = Speller(Vocabulary.of(words, articles), articles)
            return self._speller

    def document_frequencies(self, words: Sequence[str]) -> Mapping[str, int]:
        """Say how many articles hold any form of each word, about."""
        stems = {word: self._queries.stems(word) for word in words}
        known = self.holding([stem for of_word in stems.values() for stem in of_word])
        return {word: max(known[stem] for stem in of_word) for word, of_word in stems.items()}

    def holding(self, stems: Sequence[str]) -> Mapping[str, int]:
        """Say how many articles hold each stem: one question, of every shard, for those not asked before."""
        unknown = [stem for stem in dict.fromkeys(stems) if stem not in self._known]
        if unknown:
            if len(self._known) > _MAX_CACHED:
                self._known.clear()
            self._known.update(dict.fromkeys(unknown, 0) | self._asked(unknown))
        return {stem: self._known[stem] for stem in stems}

    def _asked(self, stems: list[str]) -> dict[str, int]:
        # A document that is made up for the question; each shard says how many of its articles hold the document's words.
        made_up = {
            "_index": self._index,
            "doc": {"text": " ".join(stems)},
            "fields": ["text"],
            "term_statistics": True,
            "field_statistics": False,
            "positions": False,
            "offsets": False,
            "payloads": False,
        }
        body = {"docs": [made_up | {"routing": routing} for routing in self._routings]}
        found: dict[str, int] = {}
        for answer in self._client.ask("POST", "/_mtermvectors", body, whole=_of_every_shard)[
            "docs"
        ]:
            for stem, told in answer["term_vectors"].get("text", {}).get("terms", {}).items():
                found[stem] = found.get(stem, 0) + told.get("doc_freq", 0)
        return found

    @cached_property
    def _routings(self) -> list[str]:
        """Texts of which each leads to another shard."""
        found: dict[int, str] = {}
        for number in count():
            if len(found) == self._record.shards:
                break
            shards = self._client.ask(
                "GET", f"/{self._index}/_search_shards", routing=number, local="true"
            )["shards"]
            found.setdefault(int(shards[0][0]["shard"]), str(number))
        return list(found.values())


def _of_every_shard(answer: Mapping[str, Any]) -> bool:
    return all("term_vectors" in each for each in answer["docs"])
