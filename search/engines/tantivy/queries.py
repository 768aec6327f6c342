"""Dateline's syntax tree and filters as Tantivy queries.

Every method that matches the same articles as another but scores them otherwise says so in its name.
"""

import datetime as dt
import math
import re
from collections.abc import Iterable, Mapping, Sequence

import tantivy
from tantivy import Occur, Query

from search.analysis.analyzer import analyzer
from search.engines.tantivy.proximity import ProximityQueries
from search.engines.tantivy.storage.schema import exact_field
from search.index.document import EXACT_FIELDS, day_number
from search.model.facets import VALUE_FACETS
from search.model.query import SearchQuery
from search.query.clauses import QueryClauses
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

__all__ = ["TantivyQueries"]

_SIDE_BY_SIDE = 2
_SPECIAL = re.compile(r"[\\.+*?()|\[\]{}^$#&\-~@<>\"/]")


class TantivyQueries:
    """Builds queries over one index, whose articles are in the given languages."""

    def __init__(
        self,
        schema: tantivy.Schema,
        near: ProximityQueries,
        languages: Sequence[str],
        boosts: Sequence[Boost] = (),
    ) -> None:
        self._schema = schema
        self._near = near
        self._boosts = [(boost, self.value(boost.facet, boost.value)) for boost in boosts]
        self._analyzers = [analyzer(language) for language in languages] or [analyzer("en")]

    def matching(self, plan: QueryClauses, minimum_should_match: int) -> Query:
        """Match articles that hold what is required and at least so many of the clauses; scores mean nothing."""
        return self._held(
            plan, [self._node(clause) for clause in plan.should], minimum_should_match
        )

    def ranking(
        self,
        plan: QueryClauses,
        minimum_should_match: int,
        filters: Sequence[Query],
        pinned: str | None,
    ) -> Query:
        """Match what `matching` and the filters match, scored; the pinned one and those that hold all clauses come first."""
        scored = self._held(plan, [part for _, part in self.clauses(plan)], minimum_should_match)
        wished = [part for _, part in self.optional_clauses(plan)]
        if minimum_should_match < len(plan.should):
            wished.append(
                Query.const_score_query(self.matching(plan, len(plan.should)), STRICT_BONUS)
            )
        if pinned is not None:
            wished.append(Query.const_score_query(self.article(pinned), PIN_BONUS))
        if wished:
            scored = Query.boolean_query(
                [(Occur.Must, scored), *((Occur.Should, part) for part in wished)]
            )
        return self.together([scored, *map(_unscored, filters)])

    def clauses(self, plan: QueryClauses) -> list[tuple[str, Query]]:
        """Return the scored clauses, each with what it is."""
        return [
            (write(clause), _weighted(self._node(clause, scored=True), math.sqrt(repeated)))
            for clause, repeated in zip(plan.should, plan.counts, strict=True)
        ]

    def optional_clauses(self, plan: QueryClauses) -> list[tuple[str, Query]]:
        """Return what adds to a score and decides nothing, each with what it is."""
        pairs = [
            (f'"{one} {other}" side by side in the {name}', name, _exact(f"{one} {other}"))
            for one, other in plan.bigrams
            for name in PAIRED_FIELDS
        ]
        found = [
            (what, _weighted(self._phrase(name, forms, 0), PAIR_WEIGHT))
            for what, name, forms in pairs
        ]
        return found + [
            (f"boost of {boost.facet}:{boost.value}", Query.const_score_query(part, boost.points))
            for boost, part in self._boosts
        ]

    def matched_clause_count(self, plan: QueryClauses) -> Query:
        """Match articles that hold what is required and any clause, scored by the number of clauses they hold."""
        clauses = [Query.const_score_query(self._node(clause), 1.0) for clause in plan.should]
        return self._held(plan, clauses, 1)

    def filters(self, query: SearchQuery, but: str = "") -> list[Query]:
        """Return what every match must hold: the chosen values but those of the facet `but`, and its days."""
        parts: list[Query] = []
        for facet in VALUE_FACETS:
            if facet.name != but and (chosen := query.selected(facet.name)):
                parts.append(Query.term_set_query(self._schema, facet.name, list(chosen)))
            if left_out := query.excluded(facet.name):
                parts.append(_but(Query.term_set_query(self._schema, facet.name, list(left_out))))
        if but != "date" and (periods := query.periods):
            parts.append(_any([self.days(period.first, period.last) for period in periods]))
        if query.first_day or query.last_day:
            parts.append(self.days(query.first_day, query.last_day))
        return parts

    def days(self, first: dt.date | None, last: dt.date | None) -> Query:
        """Match articles of these days."""
        low = day_number(first.year, first.month, first.day) if first else 0
        high = day_number(last.year, last.month, last.day) if last else 99_999_999
        return Query.range_query(self._schema, "day", tantivy.FieldType.Unsigned, low, high)

    def article(self, article_id: str) -> Query:
        """Match the article of this id."""
        return Query.term_query(self._schema, "id", article_id, "basic")

    def related(self, article_id: str, words: Sequence[InterestingTerm]) -> Query:
        """Match other articles that hold several of the words, scored by how much those say."""
        wished = [
            (Occur.Should, _weighted(self._term("text", stem), weight)) for stem, weight in words
        ]
        near = Query.boolean_query(wished, min(RELATED_BY, len(words)))
        return Query.boolean_query([(Occur.Must, near), (Occur.MustNot, self.article(article_id))])

    def title_beginning(self, text: str) -> Query | None:
        """Match articles in whose title the words stand side by side, the last one begun; None without a word."""
        forms = _exact(text)
        field = exact_field("title")
        if len(forms) < _SIDE_BY_SIDE:
            return self._prefix(field, forms[0]) if forms else None
        return Query.phrase_prefix_query(self._schema, field, list(forms))

    def like(self, sketch: Mapping[str, int]) -> Query:
        """Match articles that share a hash of a sketch, by its column."""
        return _any(
            [
                Query.term_query(self._schema, column, value, "basic")
                for column, value in sketch.items()
            ]
        )

    def value(self, facet: str, value: str) -> Query:
        """Match articles with a facet's value."""
        return Query.term_query(self._schema, facet, value, "basic")

    def stems(self, word: str) -> list[str]:
        """Return the stems of a word in the languages of the index."""
        return list(dict.fromkeys(words.stem(word) for words in self._analyzers))

    @staticmethod
    def together(parts: Sequence[Query]) -> Query:
        """Match what every part matches; everything when there is none."""
        if not parts:
            return Query.all_query()
        return (
            parts[0]
            if len(parts) == 1
            else Query.boolean_query([(Occur.Must, part) for part in parts])
        )

    def _held(self, plan: QueryClauses, clauses: list[Query], minimum_should_match: int) -> Query:
        parts = [_unscored(self._node(part)) for part in plan.must]
        if not clauses:
            return self.together(parts)
        if minimum_should_match >= len(clauses):
            return self.together([*clauses, *parts])
        some = Query.boolean_query(
            [(Occur.Should, clause) for clause in clauses], minimum_should_match
        )
        return self.together([some, *parts])

    def _node(self, node: Node, *, scored: bool = False) -> Query:
        match node:
            case And(children):
                return self.together([self._node(child, scored=scored) for child in children])
            case Or(children, same):
                alternatives = [self._node(child, scored=scored) for child in children]
                if not (same and scored):
                    return _any(alternatives)
                # The first is what was typed.
                others = [_weighted(other, SYNONYM_WEIGHT) for other in alternatives[1:]]
                return Query.disjunction_max_query([alternatives[0], *others])
            case Not(child):
                return _but(self._node(child))
            case Dates(first, last):
                return self.days(first, last)
            case Word():
                return self._word(node, scored=scored)
            case Prefix(text, field):
                form = _last(_exact(text))
                return _any([self._prefix(name, form) for name in _fields(field)])
            case Phrase(words, slop, field):
                forms = [form for word in words for form in _exact(word)]
                names = [field] if field else EXACT_FIELDS
                if scored:
                    return _any([self._scored_phrase(name, forms, slop) for name in names])
                return _any([self._phrase(name, forms, slop) for name in names])

    def _word(self, word: Word, *, scored: bool) -> Query:
        if word.field not in (None, "title"):
            forms = _exact(word.text)
            return self._phrase(word.field, forms, 0)
        stems = self.stems(word.text)
        if word.field == "title":
            return _any([self._term("title", stem) for stem in stems])
        return _any([self._stem(stem, scored=scored) for stem in stems])

    def _stem(self, stem: str, *, scored: bool) -> Query:
        anywhere = self._term("text", stem)
        if not scored:
            return anywhere
        title = Query.boost_query(self._term("title", stem), TITLE_WEIGHT)
        # Two alternatives rather than a demand and a wish: what is in the title is in the text, and Tantivy can skip blocks.
        return Query.boolean_query([(Occur.Should, anywhere), (Occur.Should, title)])

    def _term(self, field: str, term: str) -> Query:
        return Query.term_query(self._schema, field, term, "freq")

    def _prefix(self, field: str, form: str) -> Query:
        return Query.regex_query(self._schema, field, _SPECIAL.sub(r"\\\g<0>", form) + ".*")

    def _scored_phrase(self, name: str, forms: list[str], slop: int) -> Query:
        """Match as `_phrase` does; words that may stand apart score each for itself."""
        phrase = self._phrase(name, forms, slop)
        if name not in PAIRED_FIELDS:
            return Query.const_score_query(phrase, OTHER_PHRASE_POINTS)
        if not slop:
            return phrase
        field = exact_field(name)
        words = [
            (Occur.Should, Query.term_query(self._schema, field, form, "freq"))
            for form in dict.fromkeys(forms)
        ]
        return Query.boolean_query([(Occur.Must, _unscored(phrase)), *words])

    def _phrase(self, name: str, forms: list[str], slop: int) -> Query:
        if not forms:
            return Query.empty_query()
        if len(forms) == 1:
            return Query.term_query(self._schema, exact_field(name), forms[0], "position")
        if slop:
            return self._near.query(name, tuple(forms), slop)
        return Query.phrase_query(self._schema, exact_field(name), list(forms))


def _fields(field: str | None) -> list[str]:
    return [exact_field(name) for name in ((field,) if field else EXACT_FIELDS)]


def _exact(text: str) -> list[str]:
    return analyzer("en").exact(text).split()


def _last(forms: list[str]) -> str:
    return forms[-1] if forms else ""


def _any(parts: Iterable[Query]) -> Query:
    parts = list(parts)
    return (
        parts[0]
        if len(parts) == 1
        else Query.boolean_query([(Occur.Should, part) for part in parts])
    )


def _weighted(part: Query, weight: float) -> Query:
    return part if weight == 1 else Query.boost_query(part, weight)


def _but(part: Query) -> Query:
    return Query.boolean_query([(Occur.Must, Query.all_query()), (Occur.MustNot, part)])


def _unscored(part: Query) -> Query:
    return Query.const_score_query(part, 0.0)
