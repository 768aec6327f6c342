"""The words of a generation with the number of articles that hold each: counted as it is filled, kept beside it.

A cluster tells of the words that it is asked for, and of no others; corrections and suggestions look for such that nobody
typed. What is kept is theirs alone, and every count that readers see is made anew.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from search.engines.field_names import exact_field
from search.engines.opensearch.storage.client import OpenSearchClient
from search.index.document import EXACT_FIELDS

__all__ = ["WORDS_MAPPINGS", "WordCounter", "read_words", "word_pieces"]

WORDS_MAPPINGS: Mapping[str, Any] = {
    "dynamic": "strict",
    "properties": {"words": {"type": "object", "enabled": False}},
}
"""The fields of the index of a generation's words."""

_MAX_WORDS = 2_000_000
"""Words that are kept while articles come: beyond, the rarest are forgotten."""
_IN_A_PIECE = 50_000
_FIELDS = tuple(map(exact_field, EXACT_FIELDS))


class WordCounter:
    """Counts, by field, how many articles hold each word; in bounded memory, in which rare words may be forgotten."""

    def __init__(self, begun: Mapping[str, int]) -> None:
        self._counts: dict[str, Counter[str]] = {field: Counter() for field in _FIELDS}
        self._begun = Counter(begun)
        self._forgotten = 0

    def add(self, encoded: str) -> None:
        """Count the words of an article as it is encoded."""
        fields = orjson.loads(encoded)
        for field, counts in self._counts.items():
            texts = fields.get(field)
            if texts:
                counts.update(set((texts if isinstance(texts, str) else " ".join(texts)).split()))
        if sum(map(len, self._counts.values())) > _MAX_WORDS:
            self._forgotten += 1
            for field, counts in self._counts.items():
                kept = {word: count for word, count in counts.items() if count > self._forgotten}
                self._counts[field] = Counter(kept)

    def frequencies(self) -> dict[str, int]:
        """Return the number of articles by word: of the field that most of them hold it in."""
        found: Counter[str] = Counter()
        for counts in self._counts.values():
            found |= counts
        return dict(self._begun + found)


def word_pieces(frequencies: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    """Yield documents that hold all words."""
    items = list(frequencies.items())
    for start in range(0, len(items), _IN_A_PIECE):
        yield {"words": dict(items[start : start + _IN_A_PIECE])}


def read_words(client: OpenSearchClient, index: str, pieces: int) -> dict[str, int]:
    """Read what `word_pieces` yielded, from documents numbered from 0 on."""
    words: dict[str, int] = {}
    for number in range(pieces):
        words |= client.request("GET", f"/{index}/_doc/{number}")["_source"]["words"]
    return words
