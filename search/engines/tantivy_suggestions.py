"""Suggestions from a Tantivy index: words, values and titles that begin as what was typed does."""

import threading
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache

import tantivy

from search.engines.tantivy_facets import TantivyCounts
from search.engines.tantivy_queries import TantivyQueries
from search.engines.tantivy_stored import read_article
from search.engines.tantivy_words import TantivyWords
from search.facets import VALUE_FACETS
from search.language import Word
from search.query import Match, SearchQuery
from search.suggest import ARTICLE, WORD, Beginnings, Suggestion, begins, suggested_values, word_beginnings
from search.understanding import Understanding

__all__ = ["TantivySuggestions"]

_TITLES = 3
_TITLES_FROM = 4
"""Letters from which titles are looked for: before, too many begin so."""
_TITLES_LOOKED_AT = 20
_REMEMBERED = 4096


class TantivySuggestions:
    """Makes suggestions; what they are looked for in is made when it is asked for first."""

    def __init__(
        self,
        searcher: tantivy.Searcher,
        queries: TantivyQueries,
        counts: TantivyCounts,
        words: TantivyWords,
        understanding: Understanding,
    ) -> None:
        self._searcher = searcher
        self._queries = queries
        self._counts = counts
        self._words = words
        self._understanding = understanding
        self._lock = threading.Lock()
        self._begun: dict[str, Beginnings] = {}
        self._articles_found = lru_cache(_REMEMBERED)(self._found_by)

    def suggest(self, text: str, size: int) -> list[Suggestion]:
        """Say what a reader who typed this may be about to type."""
        if not text.strip():
            return []
        values = suggested_values(text, self._beginnings(), self._articles_found)
        titles = self._titles(text) if len(text.strip()) >= _TITLES_FROM else []
        # Titles are the longest way to say something, and the surest.
        return [*values[: size - min(len(titles), size // 2)], *titles][:size]

    def _found_by(self, text: str) -> int:
        """Count what a text finds, 0 where it finds nothing as a whole.

        A plain word of an index from which nothing was deleted is counted already.
        """
        query = SearchQuery(text=text)
        searched = self._understanding.read(query).searched
        if isinstance(searched, Word) and searched.field is None and self._is_compact:
            stems = self._queries.stems(searched.text)
            if len(stems) == 1:
                return int(self._searcher.doc_freq("text", stems[0]))
        # Words that no article holds together are no suggestion, though each of them finds something.
        together = self._words.total(searched, query.matching(Match.ALL))
        return self._words.total(searched, query) if together else 0

    @cached_property
    def _is_compact(self) -> bool:
        """Whether no deleted article is left in any segment: each has one language, which the counts of terms count too."""
        languages: Sequence[tuple[str, int]] = self._searcher.terms_with_prefix("language", "")
        return sum(articles for _, articles in languages) == self._searcher.num_docs

    def _titles(self, text: str) -> list[Suggestion]:
        """Find articles whose title begins so."""
        query = self._queries.title_beginning(text)
        found = self._searcher.search(query, limit=_TITLES_LOOKED_AT, count=False).hits if query else []
        articles = (read_article(self._searcher, address) for _, address in found)
        begun = {
            each.title: Suggestion(ARTICLE, each.title, 1, None, each.id)
            for each in articles
            if begins(each.title, text)
        }
        return list(begun.values())[:_TITLES]

    def _beginnings(self) -> Mapping[str, Beginnings]:
        words = self._words.vocabulary().frequencies
        with self._lock:
            if not self._begun:
                names = [facet.name for facet in VALUE_FACETS if facet.name != "language"]
                counts = self._counts.values(tantivy.Query.all_query(), names)
                self._begun = {WORD: word_beginnings(words)} | {name: Beginnings(counts[name]) for name in names}
            return self._begun
