"""Walks a parsed query and builds an engine's query from it, the same way for every engine.

An engine subclasses `QueryBuilder` and implements the leaves: terms, phrases, ranges, boolean
combinations. What matches and what counts how much is decided here.
"""

import datetime as dt
import math
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Generic, NamedTuple, TypeVar

from search.analysis.analyzer import analyzer
from search.index.document import EXACT_FIELDS
from search.model.facets import DATE, VALUE_FACETS
from search.model.query import SearchQuery
from search.query.clauses import QueryClauses
from search.query.minimum_match import MatchSpec
from search.query.syntax import And, Dates, Node, Not, Or, Phrase, Prefix, Signs, Word, write
from search.query.terms import IndexStemmer
from search.ranking.tuning import Boost
from search.ranking.weights import (
    NAME_WEIGHT,
    OTHER_PHRASE_POINTS,
    PAIR_WEIGHT,
    PAIRED_FIELDS,
    SYNONYM_WEIGHT,
    TITLE_WEIGHT,
)

__all__ = ["Q", "QueryBuilder", "ScoredClause", "Scoring", "exact_forms"]

Q = TypeVar("Q")
"""An engine's query."""


class Scoring(Enum):
    """How a query is scored: not at all, by the text alone, or by the text and the title."""

    NONE = 0
    TEXT = 1
    FULL = 2


class ScoredClause(NamedTuple, Generic[Q]):
    """A query that adds to the score, with a name for explanations."""

    name: str
    query: Q


class QueryBuilder(ABC, Generic[Q]):
    """Builds queries over one index; `boosts` are the administrator's facet boosts."""

    phrase_scale = 1.0
    """Multiplies the score of phrases, to level engines whose BM25 differs by a constant."""

    def __init__(self, stemmer: IndexStemmer, boosts: Sequence[Boost] = ()) -> None:
        self.stemmer = stemmer
        self._boosts = boosts

    def matching(self, clauses: QueryClauses, minimum_should_match: int) -> Q:
        """Match articles with every required clause and a minimum of the others; unscored."""
        return self._with_required(
            clauses, [self.node(clause) for clause in clauses.should], minimum_should_match
        )

    def full_matching(self, clauses: QueryClauses) -> Q:
        """Match articles with every clause; unscored."""
        return self.matching(clauses.full, len(clauses.full.should))

    def matched_clause_count(self, clauses: QueryClauses) -> Q:
        """Match articles with any clause, scored by the number of clauses that match."""
        return self._with_required(
            clauses, [self.constant(self.node(clause), 1.0) for clause in clauses.should], 1
        )

    def filtered(self, spec: MatchSpec, skipped_facet: str = "") -> Q:
        """Match the articles of a search; the selection of one facet can be skipped."""
        words = self.matching(spec.clauses, spec.minimum_should_match)
        return self.all_of_filters([words, *self.filters(spec.filters, skipped_facet)])

    def filters(self, query: SearchQuery, skipped_facet: str = "") -> list[Q]:
        """Return all filters of a query, except the selection of `skipped_facet`."""
        selections = self.selections(query)
        selections.pop(skipped_facet, None)
        return [*self.exclusions(query), *selections.values()]

    def selections(self, query: SearchQuery) -> dict[str, Q]:
        """Return the filter of each facet with selected values, by the facet's name."""
        selections = {
            facet.name: self.all_of_filters([self.value(facet.name, value) for value in values])
            if facet.name in query.all_values
            else self.any_value(facet.name, values)
            for facet in VALUE_FACETS
            if (values := query.selected(facet.name))
        }
        if periods := query.periods:
            selections[DATE.name] = self.any_of(
                [self.days(period.first, period.last) for period in periods]
            )
        return selections

    def exclusions(self, query: SearchQuery) -> list[Q]:
        """Return the filters that apply to every facet: excluded values, days and ids."""
        filters = [
            self.without(self.any_value(facet.name, values))
            for facet in VALUE_FACETS
            if (values := query.excluded(facet.name))
        ]
        if query.first_day or query.last_day:
            filters.append(self.days(query.first_day, query.last_day))
        if query.ids:
            filters.append(self.articles(query.ids))
        return filters

    def scored_clauses(self, clauses: QueryClauses) -> list[ScoredClause[Q]]:
        """Return the `should` clauses, scored; a repeated one counts more."""
        return [
            ScoredClause(
                write(clause),
                self.weighted(self.node(clause, Scoring.FULL), math.sqrt(count)),
            )
            for clause, count in zip(clauses.should, clauses.counts, strict=True)
        ]

    def optional_clauses(self, clauses: QueryClauses) -> list[ScoredClause[Q]]:
        """Return queries that add to scores without deciding what matches: pairs and boosts."""
        return [
            *(pair for field in PAIRED_FIELDS for pair in self.pairs(clauses, field)),
            *self.boosts(),
        ]

    def pairs(self, clauses: QueryClauses, field: str) -> list[ScoredClause[Q]]:
        """Return queries for words of the query that are also neighbours in a field."""
        return [
            ScoredClause(
                f'"{left} {right}" side by side in the {field}',
                self.weighted(
                    self.phrase(field, exact_forms(f"{left} {right}"), 0),
                    self.phrase_scale * weight,
                ),
            )
            for (left, right), weight in self.pair_weights(clauses).items()
        ]

    def pair_weights(self, clauses: QueryClauses) -> dict[tuple[str, str], float]:
        """Return the pairs of words that add to the score as neighbours, with their weights."""
        return dict.fromkeys(clauses.bigrams, PAIR_WEIGHT) | dict.fromkeys(
            clauses.names, NAME_WEIGHT
        )

    def boosts(self) -> list[ScoredClause[Q]]:
        """Return the administrator's boosts."""
        return [
            ScoredClause(
                f"boost of {boost.facet}:{boost.value}",
                self.constant(self.value(boost.facet, boost.value), boost.points),
            )
            for boost in self._boosts
        ]

    def plain_stems(self, clause: Node) -> tuple[str, ...]:
        """Return the stems of a word in any field; none for a clause that needs more than one."""
        if not isinstance(clause, Word) or clause.field or clause.compound:
            return ()
        groups = self.stemmer.alternatives(clause.text)
        return tuple(group[0] for group in groups) if all(len(g) == 1 for g in groups) else ()

    def title_beginning(self, text: str) -> Q | None:
        """Match titles with the words as a phrase, the last as a prefix; None without a word."""
        forms = exact_forms(text)
        if not forms:
            return None
        return self.phrase_prefix("title", forms) if forms[1:] else self.prefix("title", forms[0])

    def node(self, node: Node, scoring: Scoring = Scoring.NONE) -> Q:
        """Build the query of a syntax node."""
        match node:
            case And(children):
                return self.all_of([self.node(child, scoring) for child in children])
            case Or(children, is_synonym_group):
                alternatives = [self.node(child, scoring) for child in children]
                if not is_synonym_group or scoring is Scoring.NONE:
                    return self.any_of(alternatives)
                # The first alternative is the typed word.
                synonyms = [self.weighted(other, SYNONYM_WEIGHT) for other in alternatives[1:]]
                return self.best_of([alternatives[0], *synonyms])
            case Not(child):
                return self.without(self.node(child))
            case Dates(first, last):
                return self.days(first, last)
            case Signs():
                # A phrase without words matches nothing.
                return self.phrase("title", (), 0)
            case Word():
                return self._word(node, scoring)
            case Prefix(text, field):
                form = next(reversed(exact_forms(text)), "")
                return self.any_of([self.prefix(name, form) for name in _fields(field)])
            case Phrase(words, slop, field):
                forms = [form for word in words for form in exact_forms(word)]
                build = self.phrase if scoring is Scoring.NONE else self._scored_phrase
                return self.any_of([build(name, forms, slop) for name in _fields(field)])

    def _with_required(
        self, clauses: QueryClauses, queries: Sequence[Q], minimum_should_match: int
    ) -> Q:
        required = [self.node(clause) for clause in clauses.must]
        if not queries:
            return self.all_of_filters(required)
        return self.at_least(queries, minimum_should_match, required)

    def _word(self, word: Word, scoring: Scoring) -> Q:
        if word.field not in (None, "title"):
            return self.phrase(word.field, exact_forms(word.text), 0)
        field = word.field or "text"
        alternatives = self.stemmer.alternatives(word.text)
        closed = self.stemmer.closed_forms(word.compound) if word.compound else ()
        if scoring is Scoring.NONE:
            alone = [*(group[0] for group in alternatives if len(group) == 1), *closed]
            together = [
                self.all_of([self.any_term(field, [stem]) for stem in group])
                for group in alternatives
                if len(group) > 1
            ]
            return self.any_of([*([self.any_term(field, alone)] if alone else []), *together])
        weights = {field: 1.0}
        if field == "text" and scoring is Scoring.FULL:
            # A word of the title is a word of the text too, so this does not widen the match.
            weights["title"] = TITLE_WEIGHT
        groups = [group for group in alternatives if len(group) > 1]
        if groups:
            closed = tuple(group[0] for group in alternatives if len(group) == 1)
        scored = self.any_of(
            [
                self.all_of(
                    [
                        self.any_of(
                            [self.term(name, stem, weight) for name, weight in weights.items()]
                        )
                        for stem in group
                    ]
                )
                for group in groups or alternatives
            ]
        )
        if not closed:
            return scored
        # The closed form of a compound is a synonym of its parts.
        synonyms = [self.term(field, stem, SYNONYM_WEIGHT) for stem in closed]
        return self.best_of([scored, *synonyms])

    def _scored_phrase(self, name: str, forms: Sequence[str], slop: int) -> Q:
        """Match as `phrase` does; the words of a proximity phrase are scored one by one."""
        phrase = self.phrase(name, forms, slop)
        if name not in PAIRED_FIELDS:
            return self.constant(phrase, OTHER_PHRASE_POINTS)
        if not slop:
            return self.weighted(phrase, self.phrase_scale)
        words = [self.exact_term(name, form) for form in dict.fromkeys(forms)]
        return self.scored_by(phrase, words)

    # What an engine implements. Fields of phrases and prefixes are those of an article.

    @abstractmethod
    def all_of(self, queries: Sequence[Q]) -> Q:
        """Match what every query matches; scores add up."""

    @abstractmethod
    def all_of_filters(self, queries: Sequence[Q]) -> Q:
        """Match what every query matches, or everything without a query; scores do not matter."""

    @abstractmethod
    def any_of(self, queries: Sequence[Q]) -> Q:
        """Match what any query matches; scores add up."""

    @abstractmethod
    def best_of(self, queries: Sequence[Q]) -> Q:
        """Match what any query matches; the highest score counts."""

    @abstractmethod
    def at_least(self, queries: Sequence[Q], minimum: int, required: Sequence[Q]) -> Q:
        """Match what `minimum` of the queries match and all the required ones, unscored."""

    @abstractmethod
    def scored_by(self, query: Q, optional: Sequence[Q]) -> Q:
        """Match what a query matches, scored by the optional ones alone."""

    @abstractmethod
    def without(self, query: Q) -> Q:
        """Match what a query does not match."""

    @abstractmethod
    def weighted(self, query: Q, weight: float) -> Q:
        """Multiply the score of a query."""

    @abstractmethod
    def constant(self, query: Q, points: float) -> Q:
        """Score every match of a query alike."""

    @abstractmethod
    def term(self, field: str, term: str, weight: float = 1.0) -> Q:
        """Match a stem in the index field `text` or `title`."""

    @abstractmethod
    def any_term(self, field: str, terms: Iterable[str]) -> Q:
        """Match any of several stems, unscored."""

    @abstractmethod
    def exact_term(self, field: str, form: str) -> Q:
        """Match an exact word, scored."""

    @abstractmethod
    def prefix(self, field: str, prefix: str) -> Q:
        """Match exact words with a prefix."""

    @abstractmethod
    def phrase(self, field: str, forms: Sequence[str], slop: int) -> Q:
        """Match exact words in this order, with at most `slop` other words between them."""

    @abstractmethod
    def phrase_prefix(self, field: str, forms: Sequence[str]) -> Q:
        """Match exact words as a phrase, the last one as a prefix."""

    @abstractmethod
    def value(self, facet: str, value: str) -> Q:
        """Match a facet value."""

    @abstractmethod
    def any_value(self, facet: str, values: Sequence[str]) -> Q:
        """Match any of several values of a facet."""

    @abstractmethod
    def articles(self, ids: Sequence[str]) -> Q:
        """Match the articles with any of several ids."""

    @abstractmethod
    def days(self, first: dt.date | None, last: dt.date | None) -> Q:
        """Match articles of these days, both included; None is open."""


def exact_forms(text: str) -> list[str]:
    """Split a text into the exact forms of its words, which are the same in every language."""
    return analyzer("en").exact(text).split()


def _fields(field: str | None) -> tuple[str, ...]:
    return (field,) if field else EXACT_FIELDS
