"""Near phrases in a Tantivy index, exactly.

Its own slop is right for two words; for more it finds too much here and too little there. So of more words each two are
looked for, and what is found is read and looked at: about 0.1 ms for each article in which they stand near, once a generation.
"""

from collections.abc import Callable, Iterator
from itertools import combinations

import tantivy
from tantivy import Occur, Query

from search.caching import cached_per_generation
from search.engines.tantivy.storage.documents import in_order, read_article
from search.engines.tantivy.storage.schema import exact_field
from search.index.document import exact_texts
from search.query.proximity import MAX_UNORDERED_TERMS, within_slop

__all__ = ["ProximityQueries"]

_CACHE_SIZE = 256
_PAIR = 2


class ProximityQueries:
    """Makes queries for near phrases over one index."""

    def __init__(self, searcher: tantivy.Searcher, schema: tantivy.Schema) -> None:
        self._searcher = searcher
        self._schema = schema
        self._ids: Callable[[str, tuple[str, ...], int], list[str]] = cached_per_generation(
            self._found, _CACHE_SIZE
        )

    def query(self, field: str, forms: tuple[str, ...], slop: int) -> Query:
        """Match articles in which the forms stand near each other in a field, by its name in an article."""
        if len(forms) == _PAIR and forms[0] != forms[1]:
            return self._loosely(field, forms, slop)
        ids = self._ids(field, forms, slop)
        return Query.term_set_query(self._schema, "id", ids) if ids else Query.empty_query()

    def _found(self, field: str, forms: tuple[str, ...], slop: int) -> list[str]:
        return list(self._verified(field, forms, slop))

    def _verified(self, field: str, forms: tuple[str, ...], slop: int) -> Iterator[str]:
        loosely = self._loosely(field, forms, slop)
        for _, address in in_order(
            self._searcher, loosely, newest=True, limit=max(self._searcher.num_docs, 1)
        ):
            article = read_article(self._searcher, address)
            if any(within_slop(text.split(), forms, slop) for text in exact_texts(article, field)):
                yield article.id

    def _loosely(self, field: str, forms: tuple[str, ...], slop: int) -> Query:
        """Match at least what `query` does: articles in which any two of the forms stand near enough for all of them."""
        name = exact_field(field)
        between = len(forms) - _PAIR + slop
        pairs = [pair for pair in dict.fromkeys(combinations(forms, _PAIR)) if pair[0] != pair[1]]
        if not pairs:
            return Query.term_query(self._schema, name, forms[0], "position")
        return Query.boolean_query(
            [(Occur.Must, self._pair(name, pair, between, len(forms))) for pair in pairs]
        )

    def _pair(self, name: str, pair: tuple[str, ...], between: int, words: int) -> Query:
        orders = [pair] if words > MAX_UNORDERED_TERMS else [pair, pair[::-1]]
        phrases = [Query.phrase_query(self._schema, name, list(order), between) for order in orders]
        return Query.boolean_query([(Occur.Should, phrase) for phrase in phrases])
