"""Dateline's syntax tree and filters as OpenSearch queries.

Scores are those of the embedded engine: both rank by BM25 with the same constants, but Lucene leaves out its factor
k1 + 1, which changes no order among words and would change it between words and points.
"""

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence

from search.analysis.analyzer import analyzer
from search.engines.opensearch.storage.client import EVERYTHING, Query
from search.engines.opensearch.storage.schema import document_id, exact_field
from search.index.document import EXACT_FIELDS
from search.model.facets import DATE, VALUE_FACETS
from search.model.query import SearchQuery
from search.query.clauses import QueryClauses
from search.query.proximity import MAX_UNORDERED_TERMS
from search.query.syntax import And, Dates, Node, Not, Or, Phrase, Prefix, Word, write
from search.ranking.more_like_this import InterestingTerm
from search.ranking.tuning import Boost
from search.ranking.weights import (
    OTHER_PHRASE_POINTS,
    PAIR_WEIGHT,
    PAIRED_FIELDS,
    PIN_BONUS,
    RELATED_BY,
    STRICT_BONUS,
    SYNONYM_WEIGHT,
    TITLE_WEIGHT,
)

__all__ = ["OpenSearchQueries", "together"]

_NOTHING: Query = {"match_none": {}}
_K1_AND_ONE = 2.2
_MAX_LEAVES = 1000
"""A cluster refuses a query of 1,024 parts (indices.query.bool.max_clause_count)."""
_SIDE_BY_SIDE = 2


class OpenSearchQueries:
    """Builds queries over one index, whose articles are in the given languages."""

    def __init__(self, languages: Sequence[str], boosts: Sequence[Boost] = ()) -> None:
        self._boosts = boosts
        self._analyzers = [analyzer(language) for language in languages] or [analyzer("en")]

    def matching(self, plan: QueryClauses, minimum_should_match: int) -> Query:
        """Match articles that hold what is required and at least so many of the clauses; scores mean nothing."""
        return self._held(
            plan, [self._node(clause) for clause in plan.should], minimum_should_match
        )

    def ranking(
        self, plan: QueryClauses, minimum_should_match: int, pinned: str | None, *, named: bool
    ) -> Query:
        """Match what `matching` matches, scored; the pinned one and those that hold all clauses come first.

        With `named` every part that adds to a score is named by what it is.
        """
        strict = minimum_should_match < len(plan.should)
        # Of a text of hundreds of words each may be looked for once; what only refines the order is left out.
        leaves = len(plan.should) * len(self._analyzers)
        plain = leaves * (3 if strict else 2) > _MAX_LEAVES
        clauses = [] if plain else self._clauses(plan)
        optional_clauses = [] if plain else self._wishes(plan)
        if plain:
            clauses = [
                (write(clause), self._node(clause, scored=True, title=False))
                for clause in plan.should
            ]
        if named:
            clauses, optional_clauses = (
                [(what, _named(part, what)) for what, part in clauses],
                [(what, _named(part, what)) for what, part in optional_clauses],
            )
        scored = self._held(plan, [part for _, part in clauses], minimum_should_match)
        wished = [part for _, part in optional_clauses]
        if strict and leaves * 2 <= _MAX_LEAVES:
            wished.append(_points(self.matching(plan, len(plan.should)), STRICT_BONUS))
        if pinned is not None:
            wished.append(_points(self.article(pinned), PIN_BONUS))
        return {"bool": {"must": [scored], "should": wished}} if wished else scored

    def _clauses(self, plan: QueryClauses) -> list[tuple[str, Query]]:
        return [
            (write(clause), _weighted(self._node(clause, scored=True), math.sqrt(repeated)))
            for clause, repeated in zip(plan.should, plan.counts, strict=True)
        ]

    def _wishes(self, plan: QueryClauses) -> list[tuple[str, Query]]:
        pairs = [
            (
                f'"{one} {other}" side by side in the {name}',
                _phrase(exact_field(name), _exact(f"{one} {other}"), 0),
            )
            for one, other in plan.bigrams
            for name in PAIRED_FIELDS
        ]
        found = [(what, _weighted(part, _K1_AND_ONE * PAIR_WEIGHT)) for what, part in pairs]
        return found + [
            (
                f"boost of {boost.facet}:{boost.value}",
                _points(_value(boost.facet, boost.value), boost.points),
            )
            for boost in self._boosts
        ]

    def matched_clause_count(self, plan: QueryClauses) -> Query:
        """Match articles that hold what is required and any clause, scored by the number of clauses they hold."""
        return self._held(plan, [_points(self._node(clause), 1.0) for clause in plan.should], 1)

    def selections(self, query: SearchQuery) -> dict[str, Query]:
        """Return what a match must hold of each facet of which something is chosen, by the facet's name."""
        found: dict[str, Query] = {
            facet.name: {"terms": {facet.name: list(chosen)}}
            for facet in VALUE_FACETS
            if (chosen := query.selected(facet.name))
        }
        if periods := query.periods:
            found[DATE.name] = _any([self.days(period.first, period.last) for period in periods])
        return found

    def bounds(self, query: SearchQuery) -> list[Query]:
        """Return the other filters, which every list of a facet is under: exclusions and days."""
        parts: list[Query] = [
            _but({"terms": {facet.name: list(left_out)}})
            for facet in VALUE_FACETS
            if (left_out := query.excluded(facet.name))
        ]
        if query.first_day or query.last_day:
            parts.append(self.days(query.first_day, query.last_day))
        return parts

    @staticmethod
    def days(first: dt.date | None, last: dt.date | None) -> Query:
        """Match articles of these days."""
        ends = {"gte": first, "lte": last}
        return {
            "range": {"day": {end: f"{day:%Y%m%d}".zfill(8) for end, day in ends.items() if day}}
        }

    @staticmethod
    def article(article_id: str) -> Query:
        """Match the article of this id."""
        return {"ids": {"values": [document_id(article_id)]}}

    def related(self, article_id: str, words: Sequence[InterestingTerm]) -> Query:
        """Match other articles that hold several of the words, scored by how much those say."""
        wished = [_term("text", stem, _K1_AND_ONE * weight) for stem, weight in words]
        near = {"should": wished, "minimum_should_match": min(RELATED_BY, len(words))}
        return {"bool": near | {"must_not": [self.article(article_id)]}}

    @staticmethod
    def title_beginning(text: str) -> Query | None:
        """Match articles in whose title the words stand side by side, the last one begun; None without a word."""
        forms = _exact(text)
        field = exact_field("title")
        if len(forms) < _SIDE_BY_SIDE:
            return {"prefix": {field: forms[0]}} if forms else None
        return {"match_phrase_prefix": {field: " ".join(forms)}}

    @staticmethod
    def like(sketches: Mapping[str, Iterable[int]]) -> Query:
        """Match articles that share a hash with one of these, by its field."""
        return _any([{"terms": {field: sorted(values)}} for field, values in sketches.items()])

    def stems(self, word: str) -> list[str]:
        """Return the stems of a word in the languages of the index."""
        return list(dict.fromkeys(words.stem(word) for words in self._analyzers))

    def _held(self, plan: QueryClauses, clauses: list[Query], minimum_should_match: int) -> Query:
        required = [self._node(part) for part in plan.must]
        if not clauses:
            return together(required)
        if minimum_should_match >= len(clauses):
            held: Query = {"must": clauses}
        else:
            held = {"should": clauses, "minimum_should_match": minimum_should_match}
        return {"bool": held | {"filter": required}}

    def _node(self, node: Node, *, scored: bool = False, title: bool = True) -> Query:
        match node:
            case And(children):
                parts = [self._node(child, scored=scored, title=title) for child in children]
                return parts[0] if len(parts) == 1 else {"bool": {"must": parts}}
            case Or(children, same):
                alternatives = [self._node(child, scored=scored, title=title) for child in children]
                if not (same and scored):
                    return _any(alternatives)
                # The first is what was typed.
                others = [_weighted(other, SYNONYM_WEIGHT) for other in alternatives[1:]]
                return {"dis_max": {"queries": [alternatives[0], *others]}}
            case Not(child):
                return _but(self._node(child))
            case Dates(first, last):
                return self.days(first, last)
            case Word():
                return self._word(node, scored=scored, title=title)
            case Prefix(text, field):
                form = _last(_exact(text))
                return _any([{"prefix": {exact_field(name): form}} for name in _fields(field)])
            case Phrase(words, slop, field):
                forms = [form for word in words for form in _exact(word)]
                phrase = _scored_phrase if scored else _phrase_in
                return _any([phrase(name, forms, slop) for name in _fields(field)])

    def _word(self, word: Word, *, scored: bool, title: bool) -> Query:
        if word.field not in (None, "title"):
            return _phrase(exact_field(word.field), _exact(word.text), 0)
        stems = self.stems(word.text)
        if not scored:
            return {"terms": {word.field or "text": stems}}
        if word.field == "title":
            return _any([_term("title", stem, _K1_AND_ONE) for stem in stems])
        weights = {"text": 1.0} | ({"title": TITLE_WEIGHT} if title else {})
        return _any(
            [
                _term(field, stem, _K1_AND_ONE * weight)
                for stem in stems
                for field, weight in weights.items()
            ]
        )


def together(parts: Sequence[Query]) -> Query:
    """Match what every part matches, unscored; everything when there is none."""
    if not parts:
        return EVERYTHING
    return parts[0] if len(parts) == 1 else {"bool": {"filter": list(parts)}}


def _scored_phrase(name: str, forms: list[str], slop: int) -> Query:
    """Match as `_phrase` does; words that may stand apart score each for itself."""
    field = exact_field(name)
    phrase = _phrase(field, forms, slop)
    if name not in PAIRED_FIELDS:
        return _points(phrase, OTHER_PHRASE_POINTS)
    if not slop:
        return _weighted(phrase, _K1_AND_ONE)
    words = [_term(field, form, _K1_AND_ONE) for form in dict.fromkeys(forms)]
    return {"bool": {"filter": [phrase], "should": words}}


def _phrase_in(name: str, forms: list[str], slop: int) -> Query:
    return _phrase(exact_field(name), forms, slop)


def _phrase(field: str, forms: list[str], slop: int) -> Query:
    if not forms:
        return _NOTHING
    if len(forms) == 1:
        return {"term": {field: forms[0]}}
    if slop == 0:
        return {"match_phrase": {field: " ".join(forms)}}
    near = {"query": " ".join(forms), "max_gaps": slop, "ordered": len(forms) > MAX_UNORDERED_TERMS}
    return {"intervals": {field: {"match": near}}}


def _term(field: str, term: str, boost: float) -> Query:
    return {"term": {field: {"value": term, "boost": boost}}}


def _value(facet: str, value: str) -> Query:
    return {"term": {facet: value}}


def _fields(field: str | None) -> tuple[str, ...]:
    return (field,) if field else EXACT_FIELDS


def _exact(text: str) -> list[str]:
    return analyzer("en").exact(text).split()


def _last(forms: list[str]) -> str:
    return forms[-1] if forms else ""


def _any(parts: Sequence[Query]) -> Query:
    return (
        parts[0]
        if len(parts) == 1
        else {"bool": {"should": list(parts), "minimum_should_match": 1}}
    )


def _weighted(part: Query, weight: float) -> Query:
    return part if weight == 1 else {"bool": {"must": [part], "boost": weight}}


def _named(part: Query, name: str) -> Query:
    return {"bool": {"must": [part], "_name": name}}


def _points(part: Query, points: float) -> Query:
    return {"constant_score": {"filter": part, "boost": points}}


def _but(part: Query) -> Query:
    return {"bool": {"must_not": [part]}}
