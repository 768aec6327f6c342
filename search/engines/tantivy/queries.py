"""Builds Tantivy queries by the walk of `search/engines/query_builder.py`."""

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

import tantivy
from tantivy import Occur, Query

from search.engines.field_names import exact_field
from search.engines.query_builder import QueryBuilder
from search.engines.tantivy.phrases.proximity import ProximityQueries
from search.engines.tantivy.storage.documents import sorted_past
from search.index.document import day_number
from search.query.clauses import QueryClauses
from search.query.terms import IndexStemmer
from search.ranking.more_like_this import InterestingTerm
from search.ranking.tuning import Boost
from search.ranking.weights import PIN_BONUS, RELATED_BY, STRICT_BONUS, TITLE_WEIGHT

__all__ = ["MAX_COMBINATIONS", "TantivyQueries"]

_LAST_DAY = 99_999_999
_MANY_VALUES = 16
MAX_COMBINATIONS = 10
"""Combinations of clauses up to which they are intersected, each by itself."""


class TantivyQueries(QueryBuilder[Query]):
    """Builds queries over one index."""

    def __init__(
        self,
        schema: tantivy.Schema,
        proximity: ProximityQueries,
        stemmer: IndexStemmer,
        boosts: Sequence[Boost] = (),
    ) -> None:
        super().__init__(stemmer, boosts)
        self._schema = schema
        self._proximity = proximity

    def ranking(
        self,
        clauses: QueryClauses,
        minimum_should_match: int,
        filters: Sequence[Query],
        pinned: str | None,
    ) -> Query:
        """Match what `matching` and the filters match, scored, without the pairs in bodies.

        The pinned article comes first, then, unless the text is long, articles that match every
        clause.
        """
        optional = [query for _, query in (*self.pairs(clauses, "title"), *self.boosts())]
        queries = [query for _, query in self.scored_clauses(clauses)]
        if len(clauses.should) > 1:
            queries, titles = self._with_titles_apart(clauses, queries)
            optional = titles + optional
        scored = self._with_required(clauses, queries, minimum_should_match)
        if clauses.are_relaxed(minimum_should_match):
            optional.append(self.constant(self.full_matching(clauses), STRICT_BONUS))
        if pinned is not None:
            optional.append(self.constant(self.article(pinned), PIN_BONUS))
        if optional:
            scored = Query.boolean_query([(Occur.Must, scored), *_should(optional)])
        return self.all_of([scored, *map(_unscored, filters)])

    def with_pairs(self, ranking: Query, pairs: Sequence[Query]) -> Query:
        """Add the scores of pairs in bodies to those of a ranking."""
        return Query.boolean_query([(Occur.Must, ranking), *_should(pairs)]) if pairs else ranking

    def among(self, query: Query, articles: Sequence[Query]) -> Query:
        """Match what a query matches in articles that any of the others match."""
        return self.all_of([query, _unscored(self.any_of(articles))])

    def _with_titles_apart(
        self, clauses: QueryClauses, queries: Sequence[Query]
    ) -> tuple[list[Query], list[Query]]:
        """Return the clauses' queries without titles where that is possible, and the titles'.

        A word of the title is a word of the text too, so the scores are the same. Intersecting
        single terms takes less time than intersecting pairs of them.
        """
        texts: list[Query] = []
        titles: list[Query] = []
        for clause, count, query in zip(clauses.should, clauses.counts, queries, strict=True):
            stems = self.plain_stems(clause)
            if not stems:
                texts.append(query)
                continue
            weight = math.sqrt(count)
            texts.append(self.any_of([self.term("text", stem, weight) for stem in stems]))
            titles += [self.term("title", stem, TITLE_WEIGHT * weight) for stem in stems]
        return texts, titles

    def article(self, article_id: str) -> Query:
        """Match the article with an id."""
        return Query.term_query(self._schema, "id", article_id, "basic")

    def related(self, article_id: str, terms: Sequence[InterestingTerm]) -> Query:
        """Match other articles with several of the terms, scored by the terms' weights."""
        similar = Query.boolean_query(
            _should(self.term("text", stem, weight) for stem, weight in terms),
            min(RELATED_BY, len(terms)),
        )
        return Query.boolean_query(
            [(Occur.Must, similar), (Occur.MustNot, self.article(article_id))]
        )

    def sharing_sketch(self, sketch: Mapping[str, int]) -> Query:
        """Match articles that share a hash of a sketch, given by column."""
        return self.any_of([self.number(column, value) for column, value in sketch.items()])

    def number(self, column: str, number: float) -> Query:
        """Match articles with a number in a column."""
        return Query.term_query(self._schema, column, int(number), "basic")

    def sorted_past(self, key: int, *, newest: bool) -> Query:
        """Match articles at or past a sort key in a date order."""
        return sorted_past(self._schema, key, newest=newest)

    def all_of(self, queries: Sequence[Query]) -> Query:
        """Build a boolean query of required parts; everything without a part."""
        if not queries:
            return Query.all_query()
        if len(queries) == 1:
            return queries[0]
        return Query.boolean_query([(Occur.Must, query) for query in queries])

    def all_of_filters(self, queries: Sequence[Query]) -> Query:
        """Combine queries as `all_of` does: filters are cheap to score."""
        return self.all_of(queries)

    def any_of(self, queries: Sequence[Query]) -> Query:
        """Build a boolean query of optional parts."""
        return queries[0] if len(queries) == 1 else Query.boolean_query(_should(queries))

    def best_of(self, queries: Sequence[Query]) -> Query:
        """Build a disjunction-max query."""
        return Query.disjunction_max_query(list(queries))

    def at_least(self, queries: Sequence[Query], minimum: int, required: Sequence[Query]) -> Query:
        """Build a boolean query with a minimum; required parts score 0."""
        filters = [_unscored(query) for query in required]
        if minimum >= len(queries):
            return self.all_of([*queries, *filters])
        if minimum == 1 or math.comb(len(queries), minimum) > MAX_COMBINATIONS:
            return self.all_of([Query.boolean_query(_should(queries), minimum), *filters])
        # Tantivy intersects faster than it counts how many parts of a union match.
        matching = self.any_of([self.all_of(each) for each in combinations(queries, minimum)])
        return self.all_of([self.scored_by(matching, queries), *filters])

    def scored_by(self, query: Query, optional: Sequence[Query]) -> Query:
        """Build a required part that scores 0, and optional parts."""
        return Query.boolean_query([(Occur.Must, _unscored(query)), *_should(optional)])

    def without(self, query: Query) -> Query:
        """All articles but those of the query."""
        return Query.boolean_query([(Occur.Must, Query.all_query()), (Occur.MustNot, query)])

    def weighted(self, query: Query, weight: float) -> Query:
        """Build a boost query."""
        return query if weight == 1 else Query.boost_query(query, weight)

    def constant(self, query: Query, points: float) -> Query:
        """Build a query with a constant score."""
        return Query.const_score_query(query, points)

    def term(self, field: str, term: str, weight: float = 1.0) -> Query:
        """Build a term query with frequencies."""
        return self.weighted(Query.term_query(self._schema, field, term, "freq"), weight)

    def any_term(self, field: str, terms: Iterable[str]) -> Query:
        """Build an optional term query for each stem."""
        return self.any_of([self.term(field, term) for term in terms])

    def exact_term(self, field: str, form: str) -> Query:
        """Build a term query on the exact field."""
        return self.term(exact_field(field), form)

    def prefix(self, field: str, prefix: str) -> Query:
        """Build a fuzzy prefix on the exact field that allows no edit."""
        # A regular expression has the same matches, but takes 0.2 ms to compile.
        return Query.fuzzy_term_query(self._schema, exact_field(field), prefix, 0, prefix=True)

    def phrase(self, field: str, forms: Sequence[str], slop: int) -> Query:
        """Build a phrase query, or the verified candidates of a proximity phrase."""
        if not forms:
            return Query.empty_query()
        if len(forms) == 1:
            return Query.term_query(self._schema, exact_field(field), forms[0], "position")
        if slop:
            return self._proximity.query(field, tuple(forms), slop)
        return Query.phrase_query(self._schema, exact_field(field), list(forms))

    def phrase_prefix(self, field: str, forms: Sequence[str]) -> Query:
        """Build a phrase query for each of the words that the prefix stands for."""
        return self._proximity.with_prefix(field, forms)

    def value(self, facet: str, value: str) -> Query:
        """Build a term query on the facet."""
        return Query.term_query(self._schema, facet, value, "basic")

    def any_value(self, facet: str, values: Sequence[str]) -> Query:
        """Build a term query for each of a few values, a term-set query for many."""
        if len(values) > _MANY_VALUES:
            # Its automaton costs more than reading a few lists of articles.
            return Query.term_set_query(self._schema, facet, list(values))
        return self.any_of([self.value(facet, value) for value in values])

    def articles(self, ids: Sequence[str]) -> Query:
        """Build a term query for each of a few ids, a term-set query for many."""
        return self.any_value("id", ids)

    def days(self, first: dt.date | None, last: dt.date | None) -> Query:
        """Build a range of day numbers (`yyyymmdd`)."""
        low = day_number(first.year, first.month, first.day) if first else 0
        high = day_number(last.year, last.month, last.day) if last else _LAST_DAY
        return Query.range_query(self._schema, "day", tantivy.FieldType.Unsigned, low, high)


def _should(queries: Iterable[Query]) -> list[tuple[Occur, Query]]:
    return [(Occur.Should, query) for query in queries]


def _unscored(query: Query) -> Query:
    return Query.const_score_query(query, 0.0)
