"""Upper bounds of how many articles a search matches, from document frequencies alone."""

import math

import tantivy

from search.engines.field_names import exact_field
from search.engines.query_builder import exact_forms
from search.index.document import EXACT_FIELDS
from search.model.facets import VALUE_FACETS
from search.query.clauses import QueryClauses
from search.query.minimum_match import MatchSpec
from search.query.syntax import And, Dates, Node, Not, Or, Phrase, Prefix, Signs, Word
from search.query.terms import IndexStemmer

__all__ = ["Estimates"]


class Estimates:
    """Estimates matches; a search is never larger, but may be much smaller."""

    def __init__(self, searcher: tantivy.Searcher, stemmer: IndexStemmer) -> None:
        self._doc_freq = searcher.doc_freq
        self._articles = searcher.num_docs
        self._stemmer = stemmer

    def most_matches(self, spec: MatchSpec) -> int:
        """Return a number of articles that the matches of a search do not exceed."""
        clauses, filters = spec.clauses, spec.filters
        bounds = [self._articles, *map(self._most, clauses.must)]
        should = [self._most(clause) for clause in clauses.should]
        if should:
            is_strict = spec.minimum_should_match >= len(should)
            bounds.append(min(should) if is_strict else sum(should))
        bounds += [
            sum(self._doc_freq(facet.name, value) for value in values)
            for facet in VALUE_FACETS
            if (values := filters.selected(facet.name))
        ]
        return min(bounds)

    def expected_full_matches(self, clauses: QueryClauses) -> float:
        """Estimate how many articles match every clause, as if words were independent."""
        if not self._articles:
            return 0.0
        parts = [self._most(clause) for clause in (*clauses.must, *clauses.should)]
        return self._articles * math.prod(min(part / self._articles, 1) for part in parts)

    def _most(self, node: Node) -> int:
        match node:
            case And(children):
                return min((self._most(child) for child in children), default=self._articles)
            case Or(children):
                return sum(map(self._most, children))
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
