"""The RescoreFeatures of search/ranking/rescorer.py, read from Tantivy's fast fields."""

from collections.abc import Sequence
from functools import cached_property

import tantivy

from search.engines.tantivy.storage.documents import in_order
from search.engines.tantivy.storage.schema import MEANING_COLUMNS

__all__ = ["TantivyColumns"]


class TantivyColumns:
    """Reads columns by the hits' addresses."""

    def __init__(self, searcher: tantivy.Searcher) -> None:
        self._searcher = searcher

    def newest(self) -> int:
        """Return the sort key of the newest article.

        It is read during a search, where errors of damaged files are translated.
        """
        return self._newest

    @cached_property
    def _newest(self) -> int:
        hits = in_order(self._searcher, tantivy.Query.all_query(), newest=True, limit=1)
        return hits[0][0] if hits else 0

    def sort_keys(self, hits: Sequence[tantivy.DocAddress]) -> Sequence[int]:
        """Return the sort keys of hits."""
        return [int(key or 0) for key in self._searcher.fast_field_values("sort_key", list(hits))]

    def vectors(self, hits: Sequence[tantivy.DocAddress]) -> Sequence[Sequence[float | None]]:
        """Return the columns of the hits' packed vectors."""
        addresses = list(hits)
        return [self._searcher.fast_field_values(column, addresses) for column in MEANING_COLUMNS]
