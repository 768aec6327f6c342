"""Exact near phrases, and phrases that end in a prefix, in a Tantivy index.

Tantivy's own slop is exact for two words. For more it gives false positives and false negatives, so
the articles in which all pairs of the words are near each other are candidates, which are read and
verified once per generation: 0.1 to 0.4 ms each. `search/query/near_phrases.py` limits their
number.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from heapq import nlargest
from operator import itemgetter

import tantivy
from tantivy import Occur, Query

from search.analysis.analyzer import analyzer
from search.engines.field_names import exact_field
from search.engines.tantivy.storage.documents import read_article
from search.index.document import exact_texts
from search.model.facets import VALUE_FACETS
from search.query.proximity import MAX_UNORDERED_TERMS, near_pairs, within_slop

__all__ = ["ProximityQueries"]

_CACHE_SIZE = 256
_PAIR = 2
_EXPECTED_CANDIDATES = 4_000
"""Candidates that are collected at first; collecting all articles would take 16 bytes for each."""
_MAX_COMPLETIONS = 100
"""Words that a prefix at the end of a phrase may stand for; 50 took two thirds of the time."""
_FACETS = frozenset(facet.name for facet in VALUE_FACETS)


class ProximityQueries:
    """Builds queries for such phrases over one index."""

    def __init__(self, searcher: tantivy.Searcher, schema: tantivy.Schema) -> None:
        self._schema = schema
        self._searcher = searcher
        self._values: Callable[[str, tuple[str, ...], int], list[str]] = lru_cache(_CACHE_SIZE)(
            partial(_matching_values, searcher, schema)
        )
        self._false_ids: Callable[[str, tuple[str, ...], int], list[str]] = lru_cache(_CACHE_SIZE)(
            partial(_false_ids, searcher, schema)
        )

    def query(self, field: str, forms: tuple[str, ...], slop: int) -> Query:
        """Match articles with the forms near each other in a field, named as in an article."""
        if not all(self._searcher.doc_freq(exact_field(field), form) for form in forms):
            return Query.empty_query()
        if field in _FACETS:
            values = self._values(field, forms, slop)
            return Query.term_set_query(self._schema, field, values)
        candidates = _candidates(self._schema, field, forms, slop)
        if len(forms) == _PAIR:
            return candidates
        return _without(self._schema, candidates, self._false_ids(field, forms, slop))

    def with_prefix(self, field: str, forms: Sequence[str]) -> Query:
        """Match the forms as a phrase, the last one as a prefix of a field's most frequent words.

        Tantivy's own query takes the first 50 words of each segment in alphabetical order, so that
        it finds less in few large segments than in many small ones.
        """
        name = exact_field(field)
        words = self._searcher.terms_with_prefix(name, forms[-1])
        frequent = nlargest(_MAX_COMPLETIONS, words, key=itemgetter(1))
        phrases = [
            Query.phrase_query(self._schema, name, [*forms[:-1], word]) for word, _ in frequent
        ]
        return Query.boolean_query([(Occur.Should, phrase) for phrase in phrases])


def _matching_values(
    searcher: tantivy.Searcher,
    schema: tantivy.Schema,
    facet: str,
    forms: tuple[str, ...],
    slop: int,
) -> list[str]:
    """Return the values that a near phrase matches: it never crosses the values of an article."""
    candidates = _candidates(schema, facet, forms, slop)
    # Exact forms are the same in every language.
    exact = analyzer("en").exact
    return [
        value
        for value, count in searcher.terms_with_prefix(facet, "", candidates)
        if count and within_slop(exact(value).split(), forms, slop)
    ]


def _false_ids(
    searcher: tantivy.Searcher,
    schema: tantivy.Schema,
    field: str,
    forms: tuple[str, ...],
    slop: int,
) -> list[str]:
    """Return the ids of the candidates that a near phrase does not match."""
    uncertain = Query.boolean_query(
        [
            (Occur.Must, _candidates(schema, field, forms, slop)),
            (Occur.MustNot, _certain(schema, field, forms, slop)),
        ]
    )
    return [
        article.id
        for article in map(partial(read_article, searcher), _matches(searcher, uncertain))
        if not any(within_slop(text.split(), forms, slop) for text in exact_texts(article, field))
    ]


def _matches(searcher: tantivy.Searcher, query: Query) -> Iterator[tantivy.DocAddress]:
    """Yield all matches in the order in which they are stored, which is the fastest to read."""
    unscored = Query.const_score_query(query, 1.0)
    limit = _EXPECTED_CANDIDATES
    hits = searcher.search(unscored, limit=limit, count=False).hits
    if len(hits) == limit:
        hits = searcher.search(unscored, limit=searcher.num_docs, count=False).hits
    return (address for _, address in hits)


def _candidates(schema: tantivy.Schema, field: str, forms: Sequence[str], slop: int) -> Query:
    """Match at least the right articles: those with all forms and each pair of them near enough."""
    pairs, pair_slop = near_pairs(forms, slop)
    name = exact_field(field)
    paired = {form for pair in pairs for form in pair}
    queries = [_near(schema, name, *pair, pair_slop) for pair in pairs]
    queries += [
        Query.term_query(schema, name, form, "position")
        for form in dict.fromkeys(forms)
        if form not in paired
    ]
    if len(queries) == 1:
        return queries[0]
    return Query.boolean_query([(Occur.Must, query) for query in queries])


def _certain(schema: tantivy.Schema, field: str, forms: Sequence[str], slop: int) -> Query:
    """Match only right articles: those in which each form is near enough to the one before it.

    At the same offset Tantivy compares positions in a chain, each at most its slop from the last.
    """
    name = exact_field(field)
    if len(set(forms)) < len(forms) or len(forms) > MAX_UNORDERED_TERMS:
        return Query.phrase_query(schema, name, list(forms))
    longest_step = (len(forms) + slop - 1) // (len(forms) - 1)
    return Query.phrase_query(schema, name, [(0, form) for form in forms], longest_step)


def _near(schema: tantivy.Schema, name: str, one: str, other: str, slop: int) -> Query:
    """Match two forms in any order with at most `slop` others between them."""
    if one != other:
        # At the same offset, the slop is the distance of their positions.
        return Query.phrase_query(schema, name, [(0, one), (0, other)], slop + 1)
    # Of one form, distances from 1 to slop + 1: those from 1 to 2 * half + 1, and an odd rest.
    half = slop // 2
    near = Query.phrase_query(schema, name, [(0, one), (half + 1, one)], half)
    if slop % 2 == 0:
        return near
    farthest = Query.phrase_query(schema, name, [(0, one), (slop + 1, one)])
    return Query.boolean_query([(Occur.Should, near), (Occur.Should, farthest)])


def _without(schema: tantivy.Schema, query: Query, ids: Sequence[str]) -> Query:
    if not ids:
        return query
    excluded = Query.term_set_query(schema, "id", list(ids))
    return Query.boolean_query([(Occur.Must, query), (Occur.MustNot, excluded)])
