"""What a Tantivy index knows of what may be typed next; the SuggestionSource of search/results/suggester.py."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

import tantivy

from search.engines.tantivy.facets import TantivyCounts
from search.engines.tantivy.queries import TantivyQueries
from search.engines.tantivy.storage.documents import in_order, read_article
from search.model.article import Article
from search.query.syntax import Node, Word
from search.results.suggester import TITLES_LOOKED_AT

__all__ = ["TantivySuggestions"]


class TantivySuggestions:
    """Finds values and titles, and counts plain words without a search."""

    def __init__(
        self, searcher: tantivy.Searcher, queries: TantivyQueries, counts: TantivyCounts
    ) -> None:
        self._searcher = searcher
        self._queries = queries
        self._counts = counts

    def values(self, facets: Sequence[str]) -> Mapping[str, Mapping[str, int]]:
        """Count every value of facets."""
        return self._counts.values(tantivy.Query.all_query(), facets)

    def titles(self, text: str) -> Iterator[Article]:
        """Find the newest articles in whose title the words stand side by side, the last one begun."""
        query = self._queries.title_beginning(text)
        found = (
            in_order(self._searcher, query, newest=True, limit=TITLES_LOOKED_AT) if query else []
        )
        return (read_article(self._searcher, address) for _, address in found)

    def known_total(self, searched: Node | None) -> int | None:
        """Return the count of a plain word, which an index from which nothing was deleted holds already."""
        if isinstance(searched, Word) and searched.field is None and self._is_compact:
            stems = self._queries.stems(searched.text)
            if len(stems) == 1:
                return int(self._searcher.doc_freq("text", stems[0]))
        return None

    @cached_property
    def _is_compact(self) -> bool:
        """Whether no deleted article is left in any segment: each has one language, which the counts of terms count too."""
        languages: Sequence[tuple[str, int]] = self._searcher.terms_with_prefix("language", "")
        return sum(articles for _, articles in languages) == self._searcher.num_docs
