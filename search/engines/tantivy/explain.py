"""Splits a hit's score into the parts that the query gives it."""

from collections.abc import Iterator

import orjson
import tantivy

from search.engines.tantivy.queries import TantivyQueries
from search.model.results import ScorePart
from search.query.clauses import QueryClauses

__all__ = ["score_parts"]


def score_parts(
    searcher: tantivy.Searcher,
    queries: TantivyQueries,
    clauses: QueryClauses,
    address: tantivy.DocAddress,
) -> Iterator[ScorePart]:
    """Yield a part for each clause, bigram and boost that adds to the score."""
    for name, query in (*queries.scored_clauses(clauses), *queries.optional_clauses(clauses)):
        if points := _points(searcher, query, address):
            yield ScorePart(name, points)


def _points(searcher: tantivy.Searcher, query: tantivy.Query, address: tantivy.DocAddress) -> float:
    try:
        return float(orjson.loads(query.explain(searcher, address).to_json())["value"])
    except ValueError:
        # Tantivy raises this for an article that the query does not match.
        return 0.0
