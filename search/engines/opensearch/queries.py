"""Builds OpenSearch queries by the walk of `search/engines/query_builder.py`.

Scores equal those of the embedded engine. Both rank by BM25 with the same constants, but Lucene
leaves out the factor k1 + 1. That changes no order among words, but it would change the weight of
words against constant scores, so words are multiplied by it here.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from search.engines.field_names import exact_field
from search.engines.opensearch.storage.client import EVERYTHING, QueryDsl
from search.engines.opensearch.storage.schema import document_id
from search.engines.query_builder import QueryBuilder, ScoredClause, Scoring
from search.query.clauses import QueryClauses
from search.query.proximity import MAX_UNORDERED_TERMS
from search.query.syntax import Word, leaves, write
from search.ranking.more_like_this import InterestingTerm
from search.ranking.weights import PIN_BONUS, RELATED_BY, STRICT_BONUS

__all__ = ["OpenSearchQueries"]

_NOTHING: QueryDsl = {"match_none": {}}
_K1_PLUS_ONE = 2.2
_MAX_COMPLETIONS = 1000
"""Words that a prefix at the end of a phrase may stand for: the first in alphabetical order."""
_MAX_LEAVES = 1000
"""A cluster refuses a query of more than 1,024 leaves (indices.query.bool.max_clause_count)."""


class OpenSearchQueries(QueryBuilder[QueryDsl]):
    """Builds queries as the cluster's query DSL has them."""

    phrase_scale = _K1_PLUS_ONE

    def ranking(
        self, clauses: QueryClauses, minimum_should_match: int, pinned: str | None, *, named: bool
    ) -> QueryDsl:
        """Match what `matching` matches, scored.

        The pinned article comes first, then, unless the text is long, articles that match every
        clause. With `named`, every part of the score carries a name for explanations.
        """
        is_relaxed = clauses.are_relaxed(minimum_should_match)
        stems = self._stem_count(clauses)
        if stems * (3 if is_relaxed else 2) <= _MAX_LEAVES:
            scored, optional = self.scored_clauses(clauses), self.optional_clauses(clauses)
        else:
            # A text of hundreds of words: leave out whatever only refines the order.
            scored, optional = self._text_clauses(clauses), []
        if named:
            scored, optional = _named(scored), _named(optional)
        query = self._with_required(clauses, [part for _, part in scored], minimum_should_match)
        should = [part for _, part in optional]
        if is_relaxed and stems * 2 <= _MAX_LEAVES:
            should.append(self.constant(self.full_matching(clauses), STRICT_BONUS))
        if pinned is not None:
            should.append(self.constant(self.article(pinned), PIN_BONUS))
        return {"bool": {"must": [query], "should": should}} if should else query

    def _stem_count(self, clauses: QueryClauses) -> int:
        """Return the number of stems of all clauses; clauses without words count as one."""
        return sum(
            max(
                1,
                sum(
                    len(group)
                    for leaf in leaves(clause)
                    if isinstance(leaf, Word)
                    for group in self.stemmer.alternatives(leaf.text)
                ),
            )
            for clause in clauses.should
        )

    def _text_clauses(self, clauses: QueryClauses) -> list[ScoredClause[QueryDsl]]:
        return [
            ScoredClause(write(clause), self.node(clause, Scoring.TEXT))
            for clause in clauses.should
        ]

    def article(self, article_id: str) -> QueryDsl:
        """Build an `ids` query."""
        return self.articles([article_id])

    def articles(self, ids: Sequence[str]) -> QueryDsl:
        """Build an `ids` query."""
        return {"ids": {"values": list(map(document_id, ids))}}

    def related(self, article_id: str, terms: Sequence[InterestingTerm]) -> QueryDsl:
        """Match other articles with a minimum of the terms, scored by their weights."""
        return {
            "bool": {
                "should": [self.term("text", stem, weight) for stem, weight in terms],
                "minimum_should_match": min(RELATED_BY, len(terms)),
                "must_not": [self.article(article_id)],
            }
        }

    def sharing_sketch(self, sketches: Mapping[str, Iterable[int]]) -> QueryDsl:
        """Match articles that share a hash of any sketch, given by field."""
        return self.any_of(
            [{"terms": {field: sorted(values)}} for field, values in sketches.items()]
        )

    def sorted_past(self, key: int, *, newest: bool) -> QueryDsl:
        """Match articles at or past a sort key in a date order."""
        return {"range": {"sort_key": {"lte" if newest else "gte": key}}}

    def all_of(self, queries: Sequence[QueryDsl]) -> QueryDsl:
        """Build a `bool` query with `must`."""
        return queries[0] if len(queries) == 1 else {"bool": {"must": list(queries)}}

    def all_of_filters(self, queries: Sequence[QueryDsl]) -> QueryDsl:
        """Build a `bool` query with `filter`, or `match_all`."""
        if not queries:
            return EVERYTHING
        return queries[0] if len(queries) == 1 else {"bool": {"filter": list(queries)}}

    def any_of(self, queries: Sequence[QueryDsl]) -> QueryDsl:
        """Build a `bool` query with `should`."""
        if len(queries) == 1:
            return queries[0]
        return {"bool": {"should": list(queries), "minimum_should_match": 1}}

    def best_of(self, queries: Sequence[QueryDsl]) -> QueryDsl:
        """Build a `dis_max` query."""
        return {"dis_max": {"queries": list(queries)}}

    def at_least(
        self, queries: Sequence[QueryDsl], minimum: int, required: Sequence[QueryDsl]
    ) -> QueryDsl:
        """Build a `bool` query with `minimum_should_match` and `filter`."""
        if minimum >= len(queries):
            return {"bool": {"must": list(queries), "filter": list(required)}}
        return {
            "bool": {
                "should": list(queries),
                "minimum_should_match": minimum,
                "filter": list(required),
            }
        }

    def scored_by(self, query: QueryDsl, optional: Sequence[QueryDsl]) -> QueryDsl:
        """Build a `bool` query with `filter` and `should`."""
        return {"bool": {"filter": [query], "should": list(optional)}}

    def without(self, query: QueryDsl) -> QueryDsl:
        """Build a `bool` query with `must_not`."""
        return {"bool": {"must_not": [query]}}

    def weighted(self, query: QueryDsl, weight: float) -> QueryDsl:
        """Build a `bool` query with a `boost`."""
        return query if weight == 1 else {"bool": {"must": [query], "boost": weight}}

    def constant(self, query: QueryDsl, points: float) -> QueryDsl:
        """Build a `constant_score` query."""
        return {"constant_score": {"filter": query, "boost": points}}

    def term(self, field: str, term: str, weight: float = 1.0) -> QueryDsl:
        """Build a `term` query; its boost has the factor k1 + 1."""
        return {"term": {field: {"value": term, "boost": _K1_PLUS_ONE * weight}}}

    def any_term(self, field: str, terms: Iterable[str]) -> QueryDsl:
        """Build a `terms` query."""
        return {"terms": {field: list(terms)}}

    def exact_term(self, field: str, form: str) -> QueryDsl:
        """Build a `term` query on the exact field."""
        return self.term(exact_field(field), form)

    def prefix(self, field: str, prefix: str) -> QueryDsl:
        """Build a `prefix` query."""
        return {"prefix": {exact_field(field): prefix}}

    def phrase(self, field: str, forms: Sequence[str], slop: int) -> QueryDsl:
        """Build a `match_phrase` query, or with slop an `intervals` query."""
        if not forms:
            return _NOTHING
        name = exact_field(field)
        if len(forms) == 1:
            return {"term": {name: forms[0]}}
        text = " ".join(forms)
        if not slop:
            return {"match_phrase": {name: text}}
        ordered = len(forms) > MAX_UNORDERED_TERMS
        return {
            "intervals": {name: {"match": {"query": text, "max_gaps": slop, "ordered": ordered}}}
        }

    def phrase_prefix(self, field: str, forms: Sequence[str]) -> QueryDsl:
        """Build a `match_phrase_prefix` query."""
        phrase = {"query": " ".join(forms), "max_expansions": _MAX_COMPLETIONS}
        return {"match_phrase_prefix": {exact_field(field): phrase}}

    def value(self, facet: str, value: str) -> QueryDsl:
        """Build a `term` query on the facet."""
        return {"term": {facet: value}}

    def any_value(self, facet: str, values: Sequence[str]) -> QueryDsl:
        """Build a `terms` query on the facet."""
        return {"terms": {facet: list(values)}}

    def days(self, first: dt.date | None, last: dt.date | None) -> QueryDsl:
        """Build a `range` query on `day`."""
        bounds = {"gte": first, "lte": last}
        return {
            "range": {
                "day": {name: f"{day:%Y%m%d}".zfill(8) for name, day in bounds.items() if day}
            }
        }


def _named(clauses: Sequence[ScoredClause[QueryDsl]]) -> list[ScoredClause[QueryDsl]]:
    return [
        ScoredClause(name, {"bool": {"must": [query], "_name": name}}) for name, query in clauses
    ]
