"""The vocabulary of a generation: words with document frequencies, counted while it is filled.

A cluster has no request that lists its terms, and corrections and suggestions need words that
nobody typed. Only they use these counts; every count that a reader sees comes from a search.
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
"""The mapping of the index of a generation's words."""

_MAX_WORDS = 2_000_000
"""Words that are kept while articles are added; beyond that the rarest are dropped."""
_WORDS_PER_DOCUMENT = 50_000
_FIELDS = tuple(map(exact_field, EXACT_FIELDS))


class WordCounter:
    """Counts in bounded memory how many articles contain each word, by field.

    Rare words may be dropped. `base` are the frequencies of a copied generation.
    """

    def __init__(self, base: Mapping[str, int]) -> None:
        self._counts: dict[str, Counter[str]] = {field: Counter() for field in _FIELDS}
        self._base = Counter(base)
        self._dropped_below = 0

    def add(self, encoded: str) -> None:
        """Count the words of an encoded article."""
        fields = orjson.loads(encoded)
        for field, counts in self._counts.items():
            texts = fields.get(field)
            if texts:
                counts.update(set((texts if isinstance(texts, str) else " ".join(texts)).split()))
        if sum(map(len, self._counts.values())) > _MAX_WORDS:
            self._dropped_below += 1
            for field, counts in self._counts.items():
                kept = {
                    word: count for word, count in counts.items() if count > self._dropped_below
                }
                self._counts[field] = Counter(kept)

    def frequencies(self) -> dict[str, int]:
        """Return the number of articles by word, in the field with the most of them."""
        most: Counter[str] = Counter()
        for counts in self._counts.values():
            most |= counts
        return dict(self._base + most)


def word_pieces(frequencies: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    """Yield documents with all words."""
    items = list(frequencies.items())
    for start in range(0, len(items), _WORDS_PER_DOCUMENT):
        yield {"words": dict(items[start : start + _WORDS_PER_DOCUMENT])}


def read_words(client: OpenSearchClient, index: str, pieces: int) -> dict[str, int]:
    """Read what `word_pieces` yielded, from documents numbered from 0 on."""
    words: dict[str, int] = {}
    for number in range(pieces):
        words |= client.request("GET", f"/{index}/_doc/{number}")["_source"]["words"]
    return words
