"""Near-duplicates of a hit, and of one article, in a Tantivy index."""

from collections.abc import Iterator, Mapping, Sequence

import tantivy

from search.engines.field_names import LIKENESS_FIELDS
from search.engines.tantivy.queries import TantivyQueries
from search.engines.tantivy.storage.documents import in_order, read_article
from search.engines.tantivy.storage.schema import SKETCH_SCHEMA_VERSION
from search.model.article import Article

__all__ = ["DuplicateCandidates"]

_MAX_CANDIDATES = 20


class DuplicateCandidates:
    """Finds articles that share a hash of a hit's sketch."""

    def __init__(
        self, searcher: tantivy.Searcher, queries: TantivyQueries, schema_version: int
    ) -> None:
        self._searcher = searcher
        self._queries = queries
        self._has_sketches = schema_version >= SKETCH_SCHEMA_VERSION

    def find(self, addresses: Sequence[tantivy.DocAddress]) -> list[Iterator[Article]]:
        """Return the candidates for each hit, newest first, without the hit itself."""
        if not (self._has_sketches and addresses):
            return [iter(()) for _ in addresses]
        columns = [
            self._searcher.fast_field_values(column, list(addresses)) for column in LIKENESS_FIELDS
        ]
        return [
            self._candidates(address, dict(zip(LIKENESS_FIELDS, sketch, strict=True)))
            for address, sketch in zip(addresses, zip(*columns, strict=True), strict=True)
        ]

    def sharing(self, sketch: Sequence[int]) -> Iterator[Article]:
        """Yield the articles that share a hash of a sketch, newest first."""
        if self._has_sketches:
            yield from self._candidates(None, dict(zip(LIKENESS_FIELDS, sketch, strict=False)))

    def _candidates(
        self, hit: tantivy.DocAddress | None, sketch: Mapping[str, float | None]
    ) -> Iterator[Article]:
        shared = {
            column: int(value)
            for column, value in sketch.items()
            if value is not None and self._searcher.doc_freq(column, int(value)) > 1
        }
        if not shared:
            return
        query = self._queries.sharing_sketch(shared)
        for _, other in in_order(self._searcher, query, newest=True, limit=_MAX_CANDIDATES):
            if hit is None or (other.segment_ord, other.doc) != (hit.segment_ord, hit.doc):
                yield read_article(self._searcher, other)
