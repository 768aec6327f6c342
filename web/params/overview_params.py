"""The parameters of an overview: those of a search that decide which articles match."""

from collections.abc import Iterable

from search.errors import InvalidQuery
from search.model.query import SearchQuery
from web.params.declarations import read_attributes
from web.params.reader import InvalidParameters, Problem, read_parameters
from web.params.search_params import SEARCH_PARAMETERS

__all__ = ["OVERVIEW_PARAMETERS", "read_overview"]

_OTHERS = ("sort", "page", "size", "cursor", "facet_size", "explain", "reprints")
OVERVIEW_PARAMETERS = {
    name: parameter for name, parameter in SEARCH_PARAMETERS.items() if name not in _OTHERS
}
"""All parameters of an overview of the API, in the order in which URLs have them."""


def read_overview(pairs: Iterable[tuple[str, str]]) -> SearchQuery:
    """Read the search that an overview of the API is of.

    Raises:
        InvalidParameters: with every problem, unknown parameters among them.

    """
    values, problems = read_parameters(pairs, OVERVIEW_PARAMETERS, strict=True)
    try:
        query = SearchQuery(**read_attributes(values, OVERVIEW_PARAMETERS.values()))
    except InvalidQuery as error:
        problems.append(Problem(error.parameter, str(error)))
    if problems:
        raise InvalidParameters(problems)
    return query
