"""The plan of a count: the query, the facets, and the expected number of matches."""

from dataclasses import dataclass

import tantivy

from search.engines.tantivy.counting.aggregation import ALL_VALUES
from search.engines.tantivy.counting.columns import CountedDates
from search.model.facets import Facet
from search.model.results import MAX_COUNTED_VALUES
from search.query.minimum_match import MatchSpec
from search.query.syntax import Phrase, Prefix, leaves

__all__ = ["LONG_LIST", "Plan"]

LONG_LIST = MAX_COUNTED_VALUES + 2
"""A list that is cut at this length proves that there are more than MAX_COUNTED_VALUES values."""
_SHORT_LIST = 100
"""Values of a column that are listed first; a longer list costs as much as counting does."""
_FEW_MATCHES = 2_000
"""Matches up to which all values are listed at once."""
_MANY_MATCHES = 20_000
"""Matches from which the short list is likely to be enough, and a second thread pays."""
_MATCHES_BY_YEAR = 10_000
"""Matches up to which to count years takes less time than to list hundreds of months."""
_LISTED_PER_VALUE = 4
"""Values that are listed for each one wanted, since columns and segments differ."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A query, the facets to count over its matches, and a number that the matches do not exceed.

    The query is under the filters of all facets, or of all but the one facet. `share` is the share
    of all articles that are expected to match, and `rest` the articles that do not match if these
    are to be counted instead.
    """

    spec: MatchSpec
    query: tantivy.Query
    facets: tuple[Facet, ...]
    most_matches: int
    share: float = 0.0
    rest: tantivy.Query | None = None

    @property
    def has_many_matches(self) -> bool:
        """Return whether counting may take much time."""
        return self.most_matches >= _MANY_MATCHES

    @property
    def knows_share(self) -> bool:
        """Return whether the expected share of articles is reliable; it is not for phrases."""
        return self.rest is not None or (self.has_many_matches and not self.is_expensive)

    @property
    def dates(self) -> CountedDates:
        """Return how to count the total.

        A list shows the months of selected years only, which are counted apart.
        """
        return "years" if self.most_matches <= _MATCHES_BY_YEAR else "months"

    @property
    def is_expensive(self) -> bool:
        """Return whether evaluating the query may cost more than counting."""
        clauses = self.spec.clauses
        return any(
            isinstance(leaf, Phrase | Prefix)
            for clause in (*clauses.must, *clauses.should)
            for leaf in leaves(clause)
        )

    def listed_first(self, size: int) -> int:
        """Return how many values of a facet with many to list first, if `size` are wanted."""
        least = _LISTED_PER_VALUE * size
        if self.most_matches <= _FEW_MATCHES or least > self.most_matches:
            return ALL_VALUES
        if not self.has_many_matches or self.is_expensive:
            # A second pass would cost more than the longer list.
            return max(LONG_LIST, least)
        return max(_SHORT_LIST, least)
