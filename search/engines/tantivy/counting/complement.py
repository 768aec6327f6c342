"""The articles that a search does not match, where these are few.

Their counts are subtracted from those of all articles, which are counted once.
"""

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

import tantivy

from search.engines.query_builder import QueryBuilder
from search.engines.tantivy.counting.estimates import Estimates
from search.model.facets import DATE, VALUE_FACETS
from search.query.minimum_match import MatchSpec
from search.query.syntax import Dates, Node, Not

__all__ = ["Complements"]

_FEW = 0.45
"""The share of articles up to which those of excluded days, values and words are counted."""
_FEW_WITHOUT = 0.3
"""The share up to which articles without a word are counted: it takes a pass over all of them."""
_ONE_DAY = dt.timedelta(days=1)


class _Part(NamedTuple):
    """Articles that a search does not match, and about how many these are at most.

    They are those of a query, or those that do not match a clause.
    """

    query: tantivy.Query | None
    most: int
    clause: Node | None = None


class Complements:
    """Builds queries for what searches over one index do not match."""

    def __init__(
        self, queries: QueryBuilder[tantivy.Query], estimates: Estimates, articles: int
    ) -> None:
        self._queries = queries
        self._estimates = estimates
        self._articles = articles

    def of(self, spec: MatchSpec, skipped_facet: str = "") -> tantivy.Query | None:
        """Return a query for all other articles, None if they may be too many.

        The selection of one facet can be skipped.
        """
        filters = spec.filters
        selected = {chosen.facet for chosen in filters.filters if not chosen.excluded}
        selected.discard(skipped_facet)
        periods = filters.periods if DATE.name in selected else ()
        if selected - {DATE.name} or len(periods) > 1 or filters.ids:
            return None
        parts = [
            *(part for clause in spec.clauses.must for part in self._of_clause(clause)),
            *map(self._without, spec.clauses.should),
            *(
                _Part(
                    self._queries.any_value(facet.name, values),
                    self._estimates.with_any_value(facet.name, values),
                )
                for facet in VALUE_FACETS
                if (values := filters.excluded(facet.name))
            ),
            *self._outside_days(filters.first_day, filters.last_day),
            *(part for each in periods for part in self._outside_days(each.first, each.last)),
        ]
        missed = [part.clause for part in parts if part.clause is not None]
        few = self._articles * (_FEW_WITHOUT if missed else _FEW)
        if sum(part.most for part in parts) > few:
            return None
        if len(missed) > 1:
            return self._queries.without(self._queries.filtered(spec, skipped_facet))
        queries = [part.query for part in parts if part.query is not None]
        queries += [self._queries.without(self._queries.node(clause)) for clause in missed]
        return self._queries.any_of(queries) if queries else tantivy.Query.empty_query()

    def _of_clause(self, clause: Node) -> Iterator[_Part]:
        match clause:
            case Not(child):
                yield _Part(self._queries.node(child), self._estimates.most(child))
            case Dates(first, last):
                yield from self._outside_days(first, last)
            case _:
                yield self._without(clause)

    def _without(self, clause: Node) -> _Part:
        return _Part(None, self._articles - self._estimates.least(clause), clause)

    def _outside_days(self, first: dt.date | None, last: dt.date | None) -> Iterator[_Part]:
        if first and first > dt.date.min:
            yield _Part(
                self._queries.days(None, first - _ONE_DAY), self._estimates.in_months(None, first)
            )
        if last and last < dt.date.max:
            yield _Part(
                self._queries.days(last + _ONE_DAY, None), self._estimates.in_months(last, None)
            )
