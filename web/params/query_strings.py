"""Writes searches as query strings, by the declarations of their parameters."""

from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import quote

from search.model.query import SearchQuery
from search.results.facet_values import FacetValueQuery
from web.params.declarations import write_pairs
from web.params.search_params import FACET_VALUE_PARAMETERS, PAGE_PARAMETERS, facet_names

__all__ = [
    "QueryString",
    "api_query_string",
    "facet_value_query_string",
    "query_string",
    "quoted",
    "url_pairs",
]

_CACHE_SIZE = 8_192
_POSITIONS = {name: position for position, name in enumerate(PAGE_PARAMETERS)}


class QueryString:
    """The query string of a search and of others that have one more parameter.

    A page has about 150 links that differ from its own address in one value. Each parameter of
    the search is encoded once; a link joins the encoded parameters with its own in their order.
    """

    def __init__(self, query: SearchQuery) -> None:
        self._encoded = [
            (_POSITIONS[name], _encode(name, value)) for name, value in url_pairs(query)
        ]
        self._around: dict[str, tuple[str, str]] = {}

    def __str__(self) -> str:
        """Return the search's own query string, "" when all of it is at its default."""
        return _join([text for _, text in self._encoded])

    def adding(self, name: str, value: str) -> str:
        """Return the query string of the search with one more value of a parameter."""
        before, after = self.around(name)
        return f"{before}{quoted(value)}{after}"

    def around(self, name: str) -> tuple[str, str]:
        """Return the texts before and after one more encoded value of a parameter."""
        found = self._around.get(name)
        if found is None:
            position = _POSITIONS[name]
            before = [text for other, text in self._encoded if other <= position]
            after = [text for other, text in self._encoded if other > position]
            found = self._around[name] = _join([*before, f"{name}="]), "&".join(["", *after])
        return found


def url_pairs(query: SearchQuery) -> list[tuple[str, str]]:
    """Return the parameters of a search that are not at their default, in their fixed order."""
    return list(write_pairs(query, PAGE_PARAMETERS.values()))


def query_string(query: SearchQuery) -> str:
    """Return a search as `?…`, "" when all of it is at its default."""
    return _encoded(url_pairs(query))


def api_query_string(query: SearchQuery) -> str:
    """Return a search of the API as `?…`, "" when all of it is at its default."""
    return _encoded([*url_pairs(query), *facet_names(query)])


def facet_value_query_string(query: SearchQuery, value_query: FacetValueQuery) -> str:
    """Return a search and the selection of a facet's values as `?…`.

    A search of a page names no facets to count, one of the API may.
    """
    values = write_pairs(value_query, FACET_VALUE_PARAMETERS.values())
    return _encoded([*url_pairs(query), *values, *facet_names(query)])


def _encoded(pairs: Iterable[tuple[str, str]]) -> str:
    return _join([_encode(name, value) for name, value in pairs if value])


def _join(parameters: list[str]) -> str:
    return f"?{'&'.join(parameters)}" if parameters else ""


def _encode(name: str, value: str) -> str:
    return f"{name}={quoted(value)}"


# The links of a page share most of their values.
@lru_cache(maxsize=_CACHE_SIZE)
def quoted(value: str) -> str:
    """Return a value percent-encoded for a query string."""
    return quote(value, safe="")
