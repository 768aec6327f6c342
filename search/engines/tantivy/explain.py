"""What a score over a Tantivy index is the sum of."""

import orjson
import tantivy

from search.engines.tantivy.queries import TantivyQueries
from search.model.results import ScorePart
from search.query.clauses import QueryClauses

__all__ = ["score_parts"]

# A bonus of thousands leaves the sum of single-precision numbers so exact.
_ROUNDING = 0.01


def score_parts(
    searcher: tantivy.Searcher,
    queries: TantivyQueries,
    plan: QueryClauses,
    scored: tuple[float, tantivy.DocAddress],
) -> tuple[ScorePart, ...]:
    """Take a hit's score apart: a part for each clause and wish, and what is left for the second stage."""
    score, address = scored
    asked = [*queries.clauses(plan), *queries.optional_clauses(plan)]
    parts = [
        ScorePart(what, points)
        for what, part in asked
        if (points := _points(searcher, part, address))
    ]
    rest = score - sum(value for _, value in parts)
    if abs(rest) > _ROUNDING:
        parts.append(ScorePart("second stage: age and meaning", rest))
    return tuple(parts)


def _points(searcher: tantivy.Searcher, part: tantivy.Query, address: tantivy.DocAddress) -> float:
    try:
        return float(orjson.loads(part.explain(searcher, address).to_json())["value"])
    except ValueError:
        # Tantivy's word for an article that the part does not match.
        return 0.0
