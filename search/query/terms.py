"""The terms of an index: stems in its languages, document frequencies, spelling corrections."""

import threading
from collections.abc import Mapping, Sequence
from typing import Protocol

from search.analysis.analyzer import analyzer
from search.analysis.pieces import Alternatives
from search.query.spelling import Speller
from search.query.vocabulary.vocabulary import Vocabulary

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

    def alternatives(self, word: str) -> Alternatives:
        """Return the distinct groups of stems by which a word is found."""
        return tuple(
            dict.fromkeys(
                group for language in self._analyzers for group in language.alternatives(word)
            )
        )

    def closed_forms(self, compound: str) -> tuple[str, ...]:
        """Return the distinct stems of a hyphenated compound that is written in one word."""
        return tuple(group[0] for group in self.alternatives(compound) if len(group) == 1)


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
        alternatives = {word: self._stemmer.alternatives(word) for word in words}
        frequencies = self._statistics.stem_frequencies(
            [stem for groups in alternatives.values() for group in groups for stem in group]
        )
        return {
            word: max((min(frequencies[stem] for stem in group) for group in groups), default=0)
            for word, groups in alternatives.items()
        }

    def speller(self) -> Speller:
        """Return the speller over the words of titles, decks, bodies and authors."""
        with self._lock:
            if self._speller is None:
                self._speller = Speller(self._statistics.vocabulary(), self.article_count)
            return self._speller

    def vocabulary(self) -> Vocabulary:
        """Return the words of titles, decks, bodies and authors."""
        return self.speller().vocabulary
