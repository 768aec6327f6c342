"""How many articles a search matches, from document frequencies and the counts of months."""

import datetime as dt
import math
from collections.abc import Callable, Iterable, Mapping

import tantivy

from search.engines.field_names import exact_field
from search.engines.query_builder import exact_forms
from search.index.document import EXACT_FIELDS
from search.model.facets import DATE, VALUE_FACETS
from search.query.clauses import QueryClauses
from search.query.minimum_match import MatchSpec
from search.query.syntax import And, Dates, Node, Not, Or, Phrase, Prefix, Signs, Word
from search.query.terms import IndexStemmer

__all__ = ["Estimates"]


class Estimates:
    """Estimates matches; `months` returns the articles of each month (`yyyymm`).

    Deleted articles are among the document frequencies of an updated index, so that only upper
    bounds are certain.
    """

    def __init__(
        self,
        searcher: tantivy.Searcher,
        stemmer: IndexStemmer,
        months: Callable[[], Mapping[int, int]],
    ) -> None:
        self._doc_freq = searcher.doc_freq
        self._articles = searcher.num_docs
        self._stemmer = stemmer
        self._months = months

    def most_matches(self, spec: MatchSpec, skipped_facet: str = "") -> int:
        """Return a number of articles that the matches of a search do not exceed.

        The selection of one facet can be skipped, here and below.
        """
        clauses, filters = spec.clauses, spec.filters
        bounds = [self._articles, *map(self.most, clauses.must)]
        should = [self.most(clause) for clause in clauses.should]
        if should:
            is_strict = spec.minimum_should_match >= len(should)
            bounds.append(min(should) if is_strict else sum(should))
        bounds += [
            self.with_any_value(facet.name, values)
            for facet in VALUE_FACETS
            if facet.name != skipped_facet and (values := filters.selected(facet.name))
        ]
        if filters.ids:
            bounds.append(len(filters.ids))
        return min(bounds)

    def expected_full_matches(self, clauses: QueryClauses) -> float:
        """Estimate how many articles match every clause, as if words were independent."""
        if not self._articles:
            return 0.0
        parts = [self.most(clause) for clause in (*clauses.must, *clauses.should)]
        return self._articles * math.prod(min(part / self._articles, 1) for part in parts)

    def expected_share(self, spec: MatchSpec, skipped_facet: str = "") -> float:
        """Estimate the share of articles that match, as if clauses and filters were independent.

        Of a search that may be relaxed, these are the full matches.
        """
        if not self._articles:
            return 0.0
        filters = spec.filters
        parts: list[float] = [
            self.with_any_value(facet.name, values)
            for facet in VALUE_FACETS
            if facet.name != skipped_facet and (values := filters.selected(facet.name))
        ]
        if filters.first_day or filters.last_day:
            parts.append(self.in_months(filters.first_day, filters.last_day))
        if filters.periods and skipped_facet != DATE.name:
            parts.append(sum(self.in_months(each.first, each.last) for each in filters.periods))
        if filters.ids:
            parts.append(len(filters.ids))
        parts.append(self.expected_full_matches(spec.clauses))
        return math.prod(min(part / self._articles, 1) for part in parts)

    def with_any_value(self, facet: str, values: Iterable[str]) -> int:
        """Return a number that articles with any of some values of a facet do not exceed."""
        return sum(self._doc_freq(facet, value) for value in values)

    def in_months(self, first: dt.date | None, last: dt.date | None) -> int:
        """Count the articles of the months of some days."""
        low = first.year * 100 + first.month if first else 0
        high = last.year * 100 + last.month if last else math.inf
        return sum(count for month, count in self._months().items() if low <= month <= high)

    def least(self, node: Node) -> int:
        """Return about how many articles at least match a clause.

        Deleted articles may be among them.
        """
        match node:
            case And(children):
                return self._articles - sum(self._articles - self.least(c) for c in children)
            case Or(children):
                return max(map(self.least, children), default=0)
            case Not(child):
                return self._articles - self.most(child)
            case Word(text, None | "title" as field):
                groups = self._stemmer.alternatives(text)
                return max(
                    (self._doc_freq(field or "text", g[0]) for g in groups if len(g) == 1),
                    default=0,
                )
            case _:
                return 0

    def most(self, node: Node) -> int:
        """Return a number that the matches of a clause do not exceed."""
        match node:
            case And(children):
                return min((self.most(child) for child in children), default=self._articles)
            case Or(children):
                return sum(map(self.most, children))
            case Word(text, None | "title" as field):
                groups = self._stemmer.alternatives(text)
                if node.compound:
                    groups += self._stemmer.alternatives(node.compound)
                return sum(
                    min((self._doc_freq(field or "text", stem) for stem in group), default=0)
                    for group in groups
                )
            case Word(text, field):
                return self._most_with_forms(exact_forms(text), field)
            case Phrase(words, _, field):
                forms = [form for word in words for form in exact_forms(word)]
                return self._most_with_forms(forms, field)
            case Signs():
                return 0
            case Not() | Prefix() | Dates():
                return self._articles

    def _most_with_forms(self, forms: list[str], field: str | None) -> int:
        fields = (field,) if field else EXACT_FIELDS
        return sum(
            min((self._doc_freq(exact_field(name), form) for form in forms), default=0)
            for name in fields
        )
