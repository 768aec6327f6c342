"""What a Tantivy index tells of its words, to understand queries by; the Words of search/query/rewriter.py."""

import threading
from collections.abc import Callable, Mapping, Sequence

import tantivy

from search.engines.tantivy.queries import TantivyQueries
from search.model.query import SearchQuery
from search.query.spelling import Speller
from search.query.syntax import Node
from search.query.vocabulary import Vocabulary

__all__ = ["TantivyTerms"]


class TantivyTerms:
    """Words with the number of articles that hold them.

    `vocabulary` reads those that corrections choose from; `total` counts the matches of a tree under a query's filters.
    """

    def __init__(
        self,
        searcher: tantivy.Searcher,
        queries: TantivyQueries,
        vocabulary: Callable[[], Vocabulary],
        total: Callable[[Node | None, SearchQuery], int],
    ) -> None:
        self._searcher = searcher
        self._queries = queries
        self._vocabulary = vocabulary
        self.total = total
        self._lock = threading.Lock()
        self._speller: Speller | None = None

    @property
    def article_count(self) -> int:
        """The number of articles."""
        return self._searcher.num_docs

    def speller(self) -> Speller:
        """Return what corrects by the words of title, deck, body and authors; read when it is asked for first."""
        with self._lock:
            if self._speller is None:
                self._speller = Speller(self._vocabulary(), self._searcher.num_docs)
            return self._speller

    def document_frequencies(self, words: Sequence[str]) -> Mapping[str, int]:
        """Say how many articles hold any form of each word, about."""
        doc_freq, stems = self._searcher.doc_freq, self._queries.stems
        return {word: max(doc_freq("text", stem) for stem in stems(word)) for word in words}
