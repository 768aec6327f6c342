"""Term statistics of a Tantivy index."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import tantivy

from search.engines.tantivy.storage.vocabulary import WordsFile
from search.query.vocabulary.vocabulary import Vocabulary

__all__ = ["TantivyTerms"]


class TantivyTerms:
    """A TermStatistics over one searcher; the vocabulary is in the generation's directory."""

    def __init__(self, searcher: tantivy.Searcher, directory: Path) -> None:
        self._searcher = searcher
        self._words = WordsFile(directory)

    @property
    def article_count(self) -> int:
        """The number of articles."""
        return self._searcher.num_docs

    def stem_frequencies(self, stems: Sequence[str]) -> Mapping[str, int]:
        """Return how many articles contain each stem; deleted articles may still count."""
        doc_freq = self._searcher.doc_freq
        return {stem: doc_freq("text", stem) for stem in stems}

    def vocabulary(self) -> Vocabulary:
        """Read the words that corrections and suggestions choose from."""
        return self._words.read(self._searcher)
