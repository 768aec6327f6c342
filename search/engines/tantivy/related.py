"""An article's neighbours in a Tantivy index: others about the same, and others of one text with it."""

from collections.abc import Mapping, Sequence

import tantivy

from search.analysis.near_duplicates import is_near_duplicate
from search.engines.tantivy.queries import TantivyQueries
from search.engines.tantivy.storage.documents import in_order, read_article
from search.engines.tantivy.storage.schema import LIKENESS_COLUMNS
from search.model.article import Article
from search.ranking.more_like_this import interesting_terms

__all__ = ["RelatedArticles"]

_MAX_REPRINTS = 20
_WITH_SKETCHES = 3
"""The schema version that brought them."""


class RelatedArticles:
    """Finds neighbours."""

    def __init__(
        self, searcher: tantivy.Searcher, queries: TantivyQueries, schema_version: int
    ) -> None:
        self._searcher = searcher
        self._queries = queries
        self._has_sketches = schema_version >= _WITH_SKETCHES

    def related(self, article: Article, size: int) -> list[tuple[float, tantivy.DocAddress]]:
        """Find the articles about the same, the nearest first, with their scores."""
        words = interesting_terms(article, self._articles_with, self._searcher.num_docs)
        if not words:
            return []
        return list(
            self._searcher.search(
                self._queries.related(article.id, words), limit=size, count=False
            ).hits
        )

    def _articles_with(self, stems: Sequence[str]) -> Mapping[str, int]:
        return {stem: self._searcher.doc_freq("text", stem) for stem in stems}

    def reprints(self, article: Article, address: tantivy.DocAddress) -> tuple[Article, ...]:
        """Find the other articles of one text with one, the newest first."""
        if not self._has_sketches:
            return ()
        sketch = {
            column: self._searcher.fast_field_values(column, [address])[0]
            for column in LIKENESS_COLUMNS
        }
        shared = {
            column: int(value)
            for column, value in sketch.items()
            if value is not None and self._searcher.doc_freq(column, int(value)) > 1
        }
        if not shared:
            return ()
        near = in_order(
            self._searcher, self._queries.like(shared), newest=True, limit=_MAX_REPRINTS
        )
        others = (read_article(self._searcher, other) for _, other in near)
        return tuple(
            other
            for other in others
            if other.id != article.id and is_near_duplicate(article, other)
        )
