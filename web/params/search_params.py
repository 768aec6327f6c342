"""The parameters of a search and of a facet's values, and how a request's are read.

Each is declared once: reading, the links of `query_strings.py`, the OpenAPI document and its page
are made from the declarations.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from search.errors import InvalidQuery
from search.model.facets import FACETS
from search.model.query import (
    DEFAULT_FACET_SIZE,
    DEFAULT_SIZE,
    MAX_FACET_SIZE,
    MAX_IDS,
    MAX_PAGED_HITS,
    MAX_SIZE,
    MAX_TEXT_LENGTH,
    Match,
    SearchQuery,
    SortOrder,
)
from search.results.facet_values import MAX_PART_LENGTH, FacetValueQuery, ValueOrder
from web.params.declarations import (
    Allowance,
    choice,
    day,
    integer,
    read_attributes,
    text,
)
from web.params.filter_params import FILTER_PARAMETERS
from web.params.reader import InvalidParameters, Problem, read_parameters

__all__ = [
    "API_SEARCH_PARAMETERS",
    "FACET_VALUE_PARAMETERS",
    "PAGE_PARAMETERS",
    "SEARCH_PARAMETERS",
    "VALUES_PARAMETERS",
    "facet_names",
    "read_facet_value_query",
    "read_query",
]

_IDS = Allowance(MAX_IDS, "ids")


def _words(value: str) -> str:
    """Return a query as it was typed; one of spaces alone is no query."""
    return value if value.strip() else ""


_SEARCH = (
    text(
        "q",
        "The query, in the query language.",
        MAX_TEXT_LENGTH,
        attribute="text",
        read=_words,
        examples=("harbour", '"salt lake"~3 -copper'),
    ),
    *FILTER_PARAMETERS,
    day("from", "First day, inclusive.", attribute="first_day"),
    day("to", "Last day, inclusive.", attribute="last_day"),
    text(
        "id",
        f"Keep these articles alone; repeat for more. At most {MAX_IDS} in one request.",
        attribute="ids",
        repeated=True,
        allowance=_IDS,
    ),
    choice("sort", "The order; relevance is the default with `q`, newest without.", SortOrder),
    choice("match", "How many of the words must match.", Match, Match.AUTO),
    integer(
        "page",
        f"Counted from 1; pages reach the first {MAX_PAGED_HITS:,} matches.",
        maximum=MAX_PAGED_HITS,
        default=1,
    ),
    integer("size", "Hits per page.", maximum=MAX_SIZE, default=DEFAULT_SIZE),
    text("cursor", "Instead of `page`: the token in `links.next`, to walk any number of matches."),
    # Pages list fewer values than the API, so no number is left out of an address.
    replace(
        integer(
            "facet_size",
            "Values listed per facet.",
            maximum=MAX_FACET_SIZE,
            default=DEFAULT_FACET_SIZE,
        ),
        default=None,
    ),
    choice(
        "explain",
        "With 1 each hit has `score_parts`, whose sum is its score.",
        {"0": False, "1": True},
        "0",
    ),
    choice(
        "reprints",
        "Whether the page groups articles of the same text under one of them; `hits` always has "
        "all of them.",
        {"grouped": False, "all": True},
        "grouped",
        attribute="all_reprints",
    ),
    choice(
        "spelling",
        "With typed the text is searched as it is, without correcting its spelling.",
        {"corrected": False, "typed": True},
        "corrected",
        attribute="as_typed",
    ),
)
SEARCH_PARAMETERS = {parameter.name: parameter for parameter in _SEARCH}
"""All parameters of a search, in the order in which URLs have them."""

_CHART = choice(
    "chart",
    "Whether the chart shows the number of matches of each period, or their share of its articles.",
    {"number": False, "share": True},
    "number",
    attribute="by_share",
)
PAGE_PARAMETERS = SEARCH_PARAMETERS | {_CHART.name: _CHART}
"""All parameters of a search's page: those of the search and of what else is drawn."""

_NO_FACETS = "none"
_COUNTED_FACETS = choice(
    "facets",
    f"Facets that are counted; repeat for more. `{_NO_FACETS}` is no facet, which is fastest. "
    "Without it all are counted.",
    {name: name for name in (*(facet.name for facet in FACETS), _NO_FACETS)},
    repeated=True,
    examples=("region", _NO_FACETS),
)
API_SEARCH_PARAMETERS = SEARCH_PARAMETERS | {_COUNTED_FACETS.name: _COUNTED_FACETS}
"""All parameters of a search of the API; pages show all facets."""

_FACET_VALUES = (
    text(
        "contains",
        "Values that contain this text, ignoring case and accents.",
        MAX_PART_LENGTH,
    ),
    text("prefix", "Values that begin with this text, ignoring case and accents.", MAX_PART_LENGTH),
    choice("order", "By count and then name, or by name.", ValueOrder, ValueOrder.COUNT),
    integer(
        "values_page",
        "Counted from 1; a page has `facet_size` values.",
        default=1,
        attribute="page",
    ),
)
FACET_VALUE_PARAMETERS = {parameter.name: parameter for parameter in _FACET_VALUES}
"""The parameters that select among a facet's values."""
VALUES_PARAMETERS = API_SEARCH_PARAMETERS | FACET_VALUE_PARAMETERS
"""All parameters of a request for a facet's values: those of the search and of the values."""


def read_query(pairs: Iterable[tuple[str, str]], *, strict: bool) -> SearchQuery:
    """Read a search from the parameters of the API if `strict`, otherwise from those of a page.

    Raises:
        InvalidParameters: with every problem.

    """
    declared = API_SEARCH_PARAMETERS if strict else PAGE_PARAMETERS
    return _query(*read_parameters(pairs, declared, strict=strict))


def read_facet_value_query(
    pairs: Iterable[tuple[str, str]], *, strict: bool
) -> tuple[SearchQuery, FacetValueQuery]:
    """Read a search, as `read_query` does, and the selection of a facet's values.

    Raises:
        InvalidParameters: with every problem.

    """
    declared = VALUES_PARAMETERS if strict else PAGE_PARAMETERS | FACET_VALUE_PARAMETERS
    values, problems = read_parameters(pairs, declared, strict=strict)
    query = _query(values, problems)
    return query, FacetValueQuery(**read_attributes(values, FACET_VALUE_PARAMETERS.values()))


def facet_names(query: SearchQuery) -> list[tuple[str, str]]:
    """Return the parameters of the API for the facets that a search counts."""
    if query.facets is None:
        return []
    return [(_COUNTED_FACETS.name, name) for name in query.facets or (_NO_FACETS,)]


def _query(values: Mapping[str, Any], problems: list[Problem]) -> SearchQuery:
    attributes = read_attributes(values, (API_SEARCH_PARAMETERS | PAGE_PARAMETERS).values())
    if _NO_FACETS in attributes.get(_COUNTED_FACETS.attribute, ()):
        if len(attributes[_COUNTED_FACETS.attribute]) > 1:
            name = _COUNTED_FACETS.name
            problems.append(
                Problem(
                    name, f"{name}={_NO_FACETS} is no facet; leave it out or the names of facets"
                )
            )
        attributes[_COUNTED_FACETS.attribute] = ()
    try:
        query = SearchQuery(**attributes)
    except InvalidQuery as error:
        problems.append(Problem(error.parameter, str(error)))
    if problems:
        raise InvalidParameters(problems)
    return query
