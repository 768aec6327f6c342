"""Finds the best articles without reading the places of words in all of them.

Neighbouring words of a query that are neighbours in a body add little to a score, but to find them
takes most of the time of a search for several common words. A first search does without them. What
they can add at most is known: an article that is further below the last hit wanted is no hit. The
days of all others are searched again, with the neighbours, so that hits and scores are the same as
those of a single search.
"""

import math
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import orjson
import tantivy

from search.engines.field_names import exact_field
from search.engines.primitives import RankedWindow
from search.engines.query_builder import exact_forms
from search.engines.tantivy.queries import TantivyQueries
from search.query.clauses import QueryClauses
from search.query.minimum_match import MatchSpec

__all__ = ["BestFirst", "documents_in", "single_precision"]

_FIELD = "body"
_MAX_FACTOR = 2.2
"""The limit of BM25's term factor: k1 + 1."""
_ROUNDING = 0.01
"""Scores are single-precision; with a bonus of thousands they are exact to this."""
_MIN_ARTICLES = 20_000
"""Articles whose words' places a single search would read, from which two searches take less."""
_MAX_PAIRS = 5
"""Pairs with which what they can add is small enough to tell articles apart."""
_MAX_WANTED = 300
"""The last hit that is found in two searches; pages beyond would search too many days again."""
_ARTICLES_PER_HIT = 300
"""Articles whose words' places are read in more time than it takes to collect one more hit."""
_ARTICLES_PER_LIST = 50
"""Articles whose words' places are read in the time in which a list of a day's articles is."""
_MAX_ADDED = 5_000
"""Articles with pairs on the days that are searched again."""


class _Pairs(NamedTuple):
    """Neighbouring words: their number, about how many articles have both, the most they add."""

    number: int
    articles: float
    points: float


class BestFirst:
    """Ranks the matches of searches over one index.

    `documents` is the number of documents in its segments, deleted ones included.
    """

    def __init__(self, searcher: tantivy.Searcher, queries: TantivyQueries, documents: int) -> None:
        self._searcher = searcher
        self._queries = queries
        self._documents = documents

    def hits(
        self, spec: MatchSpec, window: RankedWindow
    ) -> Sequence[tuple[float, tantivy.DocAddress]]:
        """Find hits by relevance, with their scores."""
        ranking = self._queries.ranking(
            spec.clauses,
            spec.minimum_should_match,
            self._queries.filters(spec.filters),
            window.pinned,
        )
        end = window.offset + window.limit
        best = self._best(ranking, spec.clauses, end)
        if best is not None:
            return best[window.offset : end]
        query = self._queries.with_body_pairs(ranking, spec.clauses)
        found = self._searcher.search(query, limit=window.limit, offset=window.offset, count=False)
        return list(found.hits)

    def _best(
        self, ranking: tantivy.Query, clauses: QueryClauses, wanted: int
    ) -> list[tuple[float, tantivy.DocAddress]] | None:
        """Return the best articles, at least as many as wanted, or None if one search is faster."""
        pairs = self._pairs(clauses)
        if pairs.articles < _MIN_ARTICLES or pairs.number > _MAX_PAIRS or wanted > _MAX_WANTED:
            return None
        limit = wanted + int(pairs.articles / _ARTICLES_PER_HIT) + 1
        first = self._searcher.search(ranking, limit=limit, count=False).hits
        if len(first) < wanted:
            return None
        lowest = first[wanted - 1][0] - pairs.points - _ROUNDING
        best = [(score, address) for score, address in first if score >= lowest]
        if len(best) == limit:
            return None
        days = self._days([address for _, address in best])
        lists = len(days) * pairs.number * self._searcher.num_segments
        if lists * _ARTICLES_PER_LIST > pairs.articles:
            return None
        added = self._added(clauses, days)
        if added is None:
            return None
        scored = [
            (single_precision(score + added.get(_place(address), 0.0)), address)
            for score, address in best
        ]
        return sorted(scored, key=lambda hit: (-hit[0], _place(hit[1])))

    def _days(self, addresses: list[tantivy.DocAddress]) -> list[int]:
        values = self._searcher.fast_field_values("day", addresses)
        return [int(day) for day in set(values) if day is not None]

    def _added(
        self, clauses: QueryClauses, days: Sequence[int]
    ) -> dict[tuple[int, int], float] | None:
        """Return what pairs add to the scores of articles of these days; None if they are many."""
        pairs = self._queries.any_of(self._queries.body_pairs(clauses, days))
        hits = self._searcher.search(pairs, limit=_MAX_ADDED, count=False).hits
        if len(hits) == _MAX_ADDED:
            return None
        return {_place(address): score for score, address in hits}

    def _pairs(self, clauses: QueryClauses) -> _Pairs:
        number, articles, points = 0, 0.0, 0.0
        for (left, right), weight in self._queries.pair_weights(clauses).items():
            forms = exact_forms(f"{left} {right}")
            frequencies = [self._searcher.doc_freq(exact_field(_FIELD), form) for form in forms]
            if forms and all(frequencies):
                number += 1
                articles += self._documents * math.prod(
                    each / self._documents for each in frequencies
                )
                points += weight * _MAX_FACTOR * sum(map(self._idf, frequencies))
        return _Pairs(number, articles, points)

    def _idf(self, frequency: int) -> float:
        """Return the inverse document frequency as Tantivy's BM25 has it."""
        return math.log1p((self._documents - frequency + 0.5) / (frequency + 0.5))


def _place(address: tantivy.DocAddress) -> tuple[int, int]:
    return address.segment_ord, address.doc


def single_precision(score: float) -> float:
    """Round a score as Tantivy does, which adds in single precision."""
    return array("f", [score])[0]


def documents_in(directory: Path) -> int:
    """Return how many documents the segments of a generation contain, deleted ones included."""
    meta = orjson.loads((directory / "index" / "meta.json").read_bytes())
    return sum(segment["max_doc"] for segment in meta["segments"])
