"""The terms of an index: stems in its languages, document frequencies, spelling corrections."""

import threading
from collections.abc import Mapping, Sequence
from typing import Protocol

from search.analysis.analyzer import analyzer
from search.query.spelling import Speller
from search.query.vocabulary import Vocabulary

__all__ = ["IndexStemmer", "TermStatistics", "Terms"]


class TermStatistics(Protocol):
    """Statistics of one index; each engine has its own."""

    @property
    def article_count(self) -> int:
        """The number of articles."""

    def stem_frequencies(self, stems: Sequence[str]) -> Mapping[str, int]:
        """Return how many articles contain each stem; deleted articles may still count."""

    def vocabulary(self) -> Vocabulary:
        """Read the words that corrections and suggestions choose from."""


class IndexStemmer:
    """Stems words in every language of an index."""

    def __init__(self, languages: Sequence[str]) -> None:
        self._analyzers = [analyzer(language) for language in languages] or [analyzer("en")]

    @property
    def max_stems(self) -> int:
        """The largest number of stems that a word can have."""
        return len(self._analyzers)

    def stems(self, word: str) -> list[str]:
        """Return the distinct stems of a word."""
        return list(dict.fromkeys(language.stem(word) for language in self._analyzers))


class Terms:
    """Looks up the words of queries; the speller is loaded on first use."""

    def __init__(self, statistics: TermStatistics, stemmer: IndexStemmer) -> None:
        self._statistics = statistics
        self._stemmer = stemmer
        self._lock = threading.Lock()
        self._speller: Speller | None = None

    @property
    def article_count(self) -> int:
        """The number of articles."""
        return self._statistics.article_count

    def document_frequencies(self, words: Sequence[str]) -> Mapping[str, int]:
        """Return about how many articles contain any form of each word."""
        stems = {word: self._stemmer.stems(word) for word in words}
        frequencies = self._statistics.stem_frequencies(
            [stem for word_stems in stems.values() for stem in word_stems]
        )
        return {
            word: max(frequencies[stem] for stem in word_stems)
            for word, word_stems in stems.items()
        }

    def speller(self) -> Speller:
        """Return the speller over the words of titles, decks, bodies and authors."""
        with self._lock:
            if self._speller is None:
                self._speller = Speller(self._statistics.vocabulary(), self.article_count)
            return self._speller
