"""The SuggestionSource of search/results/suggester.py over a Tantivy index."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

import tantivy

from search.engines.tantivy.counting.columns import FacetColumns
from search.engines.tantivy.queries import TantivyQueries
from search.engines.tantivy.storage.documents import in_order, read_article
from search.model.article import Article
from search.query.syntax import Node, Word
from search.results.suggester import MAX_COMPARED_TITLES

__all__ = ["TantivySuggestions"]


class TantivySuggestions:
    """Finds values and titles, and counts plain words without a search."""

    def __init__(
        self, searcher: tantivy.Searcher, queries: TantivyQueries, columns: FacetColumns
    ) -> None:
        self._searcher = searcher
        self._queries = queries
        self._columns = columns

    def values(self, facets: Sequence[str]) -> Mapping[str, Mapping[str, int]]:
        """Count every value of each facet."""
        return self._columns.values(tantivy.Query.all_query(), facets)

    def titles(self, text: str) -> Iterator[Article]:
        """Find the newest articles whose title has the words as a phrase, the last as a prefix."""
        query = self._queries.title_beginning(text)
        if query is None:
            return
        for _, address in in_order(self._searcher, query, newest=True, limit=MAX_COMPARED_TITLES):
            yield read_article(self._searcher, address)

    def known_count(self, searched: Node | None) -> int | None:
        """Return the document frequency of a plain word, if no deleted article inflates it."""
        if isinstance(searched, Word) and searched.field is None and self._is_compact:
            alternatives = self._queries.stemmer.alternatives(searched.text)
            if len(alternatives) == 1 and len(alternatives[0]) == 1:
                return int(self._searcher.doc_freq("text", alternatives[0][0]))
        return None

    @cached_property
    def _is_compact(self) -> bool:
        """True if no segment holds a deleted article.

        Every article has one language, and document frequencies include deleted articles.
        """
        languages: Sequence[tuple[str, int]] = self._searcher.terms_with_prefix("language", "")
        return sum(articles for _, articles in languages) == self._searcher.num_docs
