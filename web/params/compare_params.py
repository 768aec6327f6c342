"""The parameters of a comparison: two texts under the same filters."""

from collections.abc import Iterable
from dataclasses import dataclass

from search.errors import InvalidQuery
from search.model.query import MAX_TEXT_LENGTH, Match, SearchQuery
from web.params.declarations import read_attributes, text
from web.params.reader import InvalidParameters, Problem, read_parameters
from web.params.trend_params import TRENDS_PARAMETERS

__all__ = ["CompareRequest", "read_comparison"]

_TEXTS = {
    name: text(name, f"The {place} text, in the query language.")
    for name, place in (("a", "first"), ("b", "second"))
}
_OTHERS = ("s", "by", "match")
_FILTERS = {name: parameter for name, parameter in TRENDS_PARAMETERS.items() if name not in _OTHERS}
"""The parameters of a search that both texts share. Every word of a text is required."""


@dataclass(frozen=True, slots=True)
class CompareRequest:
    """Two texts under the filters of a search, which has none itself.

    The texts may be missing, or too long to be searched.
    """

    first: str
    second: str
    filters: SearchQuery

    @property
    def texts(self) -> tuple[str, str]:
        """Both texts."""
        return self.first, self.second

    @property
    def too_long(self) -> int:
        """The length of the first text that is too long, 0 if both can be searched."""
        return next((len(each) for each in self.texts if len(each) > MAX_TEXT_LENGTH), 0)

    @property
    def is_complete(self) -> bool:
        """Return whether there are two texts that can be compared."""
        return bool(self.first and self.second) and not self.too_long and not self.is_same

    @property
    def is_same(self) -> bool:
        """Return whether both texts are the same."""
        return bool(self.first) and self.first == self.second


def read_comparison(pairs: Iterable[tuple[str, str]]) -> CompareRequest:
    """Read the parameters of the page; unknown ones are ignored.

    Raises:
        InvalidParameters: with every problem.

    """
    values, problems = read_parameters(pairs, _TEXTS | _FILTERS, strict=False)
    first, second = (" ".join(values.pop(name, "").split()) for name in _TEXTS)
    filters = SearchQuery()
    if not problems:
        try:
            filters = SearchQuery(**read_attributes(values, _FILTERS.values()))
        except InvalidQuery as error:
            problems.append(Problem(error.parameter, str(error)))
    if problems:
        raise InvalidParameters(problems)
    return CompareRequest(first, second, filters.matching(Match.ALL))
