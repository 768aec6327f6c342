"""Exact proximity phrases in a Tantivy index.

Tantivy's own slop is exact for two words; for three or more it gives false positives and false
negatives. So each pair of the words is searched, and the candidates are read and verified: about
0.1 ms for each candidate, once per generation.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from itertools import combinations

import tantivy
from tantivy import Occur, Query

from search.engines.field_names import exact_field
from search.engines.tantivy.storage.documents import in_order, read_article
from search.index.document import exact_texts
from search.query.proximity import MAX_UNORDERED_TERMS, within_slop

__all__ = ["ProximityQueries"]

_CACHE_SIZE = 256
_PAIR = 2


class ProximityQueries:
    """Builds queries for proximity phrases over one index."""

    def __init__(self, searcher: tantivy.Searcher, schema: tantivy.Schema) -> None:
        self._schema = schema
        self._ids: Callable[[str, tuple[str, ...], int], list[str]] = lru_cache(_CACHE_SIZE)(
            partial(_matching_ids, searcher, schema)
        )

    def query(self, field: str, forms: tuple[str, ...], slop: int) -> Query:
        """Match articles with the forms near each other in a field, named as in an article."""
        if len(forms) == _PAIR and forms[0] != forms[1]:
            return _candidates(self._schema, field, forms, slop)
        ids = self._ids(field, forms, slop)
        return Query.term_set_query(self._schema, "id", ids) if ids else Query.empty_query()


def _matching_ids(
    searcher: tantivy.Searcher,
    schema: tantivy.Schema,
    field: str,
    forms: tuple[str, ...],
    slop: int,
) -> list[str]:
    return list(
        _verified_ids(searcher, _candidates(schema, field, forms, slop), field, forms, slop)
    )


def _verified_ids(
    searcher: tantivy.Searcher, candidates: Query, field: str, forms: tuple[str, ...], slop: int
) -> Iterator[str]:
    limit = max(searcher.num_docs, 1)
    for _, address in in_order(searcher, candidates, newest=True, limit=limit):
        article = read_article(searcher, address)
        if any(within_slop(text.split(), forms, slop) for text in exact_texts(article, field)):
            yield article.id


def _candidates(schema: tantivy.Schema, field: str, forms: tuple[str, ...], slop: int) -> Query:
    """Match at least the right articles: those in which each pair of forms is near enough."""
    name = exact_field(field)
    between = len(forms) - _PAIR + slop
    pairs = [pair for pair in dict.fromkeys(combinations(forms, _PAIR)) if pair[0] != pair[1]]
    if not pairs:
        return Query.term_query(schema, name, forms[0], "position")
    is_ordered = len(forms) > MAX_UNORDERED_TERMS
    return Query.boolean_query(
        [(Occur.Must, _pair(schema, name, pair, between, is_ordered=is_ordered)) for pair in pairs]
    )


def _pair(
    schema: tantivy.Schema, name: str, pair: tuple[str, ...], slop: int, *, is_ordered: bool
) -> Query:
    orders = [pair] if is_ordered else [pair, pair[::-1]]
    phrases = [Query.phrase_query(schema, name, list(order), slop) for order in orders]
    return Query.boolean_query([(Occur.Should, phrase) for phrase in phrases])
