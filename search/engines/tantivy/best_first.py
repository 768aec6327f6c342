"""Finds the best articles without reading the places of words in all of them.

Neighbouring words of a query that are neighbours in a body add little to a score, but to find them
takes most of the time of a search for several common words. A first search does without them. What
they can add at most is known: an article that is further below the last hit wanted is no hit. Only
the others are searched for each pair of words, so that hits and scores are the same as those of a
single search.
"""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import orjson
import tantivy

from search.engines.field_names import LIKENESS_FIELDS, exact_field
from search.engines.primitives import RankedWindow
from search.engines.query_builder import exact_forms
from search.engines.tantivy.phrases.candidates import Candidates, ScoredAddress
from search.engines.tantivy.queries import TantivyQueries
from search.engines.tantivy.storage.schema import SKETCH_SCHEMA_VERSION
from search.query.clauses import QueryClauses
from search.query.minimum_match import MatchSpec

__all__ = ["BestFirst", "documents_in"]

_FIELD = "body"
_HASH = LIKENESS_FIELDS[0]
"""A column that hardly any two articles share."""
_MAX_FACTOR = 2.2
"""The limit of BM25's term factor: k1 + 1."""
_MIN_ARTICLES = 3_000
"""Articles whose words' places a single search would read, from which two searches take less."""
_MAX_PAIRS = 5
"""Pairs with which what they can add is small enough to tell articles apart."""
_MAX_POINTS = 2.0
"""The most that a pair may add. Names add more, which may lift too many articles."""
_MAX_WANTED = 300
"""The last hit that is found in two searches; pages beyond would have too many candidates."""
_ARTICLES_PER_CANDIDATE = 20
"""Articles whose words' places are read in the time in which one is searched for a pair."""
_MAX_CANDIDATES = 1_000
_MAX_ADDED = 4_000
"""Articles with a pair that share a hash of their sketch, or a day, with candidates."""


class _Pair(NamedTuple):
    """Neighbouring words: their query, in about how many articles they are, the most they add."""

    query: tantivy.Query
    articles: float
    points: float


class BestFirst:
    """Ranks the matches of searches over one index.

    `documents` is the number of documents in its segments, deleted ones included.
    """

    def __init__(
        self,
        searcher: tantivy.Searcher,
        queries: TantivyQueries,
        documents: int,
        schema_version: int,
    ) -> None:
        self._searcher = searcher
        self._queries = queries
        self._documents = documents
        self._has_sketches = schema_version >= SKETCH_SCHEMA_VERSION

    def hits(self, spec: MatchSpec, window: RankedWindow) -> Sequence[ScoredAddress]:
        """Find hits by relevance, with their scores."""
        ranking = self._queries.ranking(
            spec.clauses,
            spec.minimum_should_match,
            self._queries.filters(spec.filters),
            window.pinned,
        )
        end = window.offset + window.limit
        pairs = self._pairs(spec.clauses)
        best = self._best(ranking, pairs, end)
        if best is not None:
            return best[window.offset : end]
        query = self._queries.with_pairs(ranking, [pair.query for pair in pairs])
        found = self._searcher.search(query, limit=window.limit, offset=window.offset, count=False)
        return list(found.hits)

    def _best(
        self, ranking: tantivy.Query, pairs: Sequence[_Pair], wanted: int
    ) -> list[ScoredAddress] | None:
        """Return the best articles, at least as many as wanted, or None if one search is faster."""
        articles = sum(pair.articles for pair in pairs)
        if (
            articles < _MIN_ARTICLES
            or len(pairs) > _MAX_PAIRS
            or wanted > _MAX_WANTED
            or max(pair.points for pair in pairs) > _MAX_POINTS
        ):
            return None
        # A longer list hardly takes more time.
        limit = wanted + min(int(articles / _ARTICLES_PER_CANDIDATE), _MAX_CANDIDATES)
        hits = self._searcher.search(ranking, limit=limit, count=False).hits
        candidates = Candidates(hits, wanted)
        rest = sum(pair.points for pair in pairs)
        numbers = candidates.within(rest)
        if len(numbers) == limit:
            return None
        queries = self._articles([address for _, address in hits[: len(numbers)]])
        # What adds most is searched first, so that fewer articles are left for the others.
        for pair in sorted(range(len(pairs)), key=lambda pair: -pairs[pair].points):
            query = self._queries.among(pairs[pair].query, [queries[each] for each in numbers])
            found = self._searcher.search(query, limit=_MAX_ADDED, count=False).hits
            if len(found) == _MAX_ADDED:
                return None
            candidates.add(pair, found)
            rest -= pairs[pair].points
            numbers = candidates.within(rest)
        return candidates.ranked()

    def _articles(self, addresses: list[tantivy.DocAddress]) -> list[tantivy.Query]:
        """Return queries that match at least an article each, and hardly any other."""
        hashes: Sequence[float | None] = [None] * len(addresses)
        if self._has_sketches:
            hashes = self._searcher.fast_field_values(_HASH, addresses)
        days: Sequence[float | None] = hashes
        if None in hashes:
            days = self._searcher.fast_field_values("day", addresses)
        return [
            self._queries.number("day", day or 0)
            if number is None
            else self._queries.number(_HASH, number)
            for number, day in zip(hashes, days, strict=True)
        ]

    def _pairs(self, clauses: QueryClauses) -> list[_Pair]:
        """Return the pairs of neighbouring words that some article may have."""
        pairs = []
        for ((left, right), weight), query in zip(
            self._queries.pair_weights(clauses).items(),
            self._queries.pairs(clauses, _FIELD),
            strict=True,
        ):
            forms = exact_forms(f"{left} {right}")
            frequencies = [self._searcher.doc_freq(exact_field(_FIELD), form) for form in forms]
            if forms and all(frequencies):
                articles = self._documents * math.prod(
                    each / self._documents for each in frequencies
                )
                points = weight * _MAX_FACTOR * sum(map(self._idf, frequencies))
                pairs.append(_Pair(query.query, articles, points))
        return pairs

    def _idf(self, frequency: int) -> float:
        """Return the inverse document frequency as Tantivy's BM25 has it."""
        return math.log1p((self._documents - frequency + 0.5) / (frequency + 0.5))


def documents_in(directory: Path) -> int:
    """Return how many documents the segments of a generation contain, deleted ones included."""
    meta = orjson.loads((directory / "index" / "meta.json").read_bytes())
    return sum(segment["max_doc"] for segment in meta["segments"])
