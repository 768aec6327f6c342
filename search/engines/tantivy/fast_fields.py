"""What a Tantivy index knows of hits beside their scores; the RescoreFeatures of search/ranking/rescorer.py."""

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
        """Return the sort key of the newest article; asked for when a search is answered, where damage is caught."""
        return self._newest

    @cached_property
    def _newest(self) -> int:
        newest = in_order(self._searcher, tantivy.Query.all_query(), newest=True, limit=1)
        return newest[0][0] if newest else 0

    def sort_keys(self, hits: Sequence[tantivy.DocAddress]) -> Sequence[int]:
        """Return the sort keys of hits."""
        return [int(key or 0) for key in self._searcher.fast_field_values("sort_key", list(hits))]

    def vectors(self, hits: Sequence[tantivy.DocAddress]) -> Sequence[Sequence[float | None]]:
        """Return the columns of the hits' packed vectors."""
        addresses = list(hits)
        return [self._searcher.fast_field_values(column, addresses) for column in MEANING_COLUMNS]
