"""Where everything is found: the addresses of searches, articles and facets, written in one place."""

import re
from collections.abc import Callable
from functools import cached_property, lru_cache
from urllib.parse import quote, urlsplit

from search.model.facets import Facet
from search.model.query import Filter, SearchQuery
from search.results.facet_values import FacetValueQuery
from web.params.search_params import query_string, query_string_template, quoted, values_string

__all__ = [
    "API",
    "API_FACETS",
    "API_SEARCH",
    "FacetValueUrls",
    "article_path",
    "browse_path",
    "choice_links",
    "is_web_address",
    "search_path",
    "synonym_links",
    "value_path",
    "web_link",
]

API = "/api/v1"
API_SEARCH = f"{API}/search"
API_FACETS = f"{API}/facets/"
_ILLEGAL = re.compile(r"[\x00-\x20\x7f\"<>\\^`{|}]")
"""Signs of ASCII that are none of a URL's (RFC 3986, section 2)."""


@lru_cache(maxsize=256)
def value_links(query: SearchQuery, facet: str) -> "FacetValueUrls":
    """Return the links of a facet's values; the parts of one page share them."""
    return FacetValueUrls(query, facet)


class FacetValueUrls:
    """The query strings that a facet's values lead to.

    A page has a hundred of them, which differ in the value alone: the rest is written once.
    """

    def __init__(self, query: SearchQuery, facet: str) -> None:
        self._query = query.on_page(1)
        self._facet = facet

    @cached_property
    def _alone(self) -> tuple[str, str]:
        return query_string_template(self._query.without_facet(self._facet), self._facet)

    @cached_property
    def _beside(self) -> tuple[str, str]:
        return query_string_template(self._query, self._facet)

    @cached_property
    def _without(self) -> tuple[str, str]:
        return query_string_template(self._query, f"-{self._facet}")

    def only(self, value: str) -> str:
        """Return the string of the search with this value alone in its facet."""
        return self._alone[0] + quoted(value) + self._alone[1]

    def adding(self, value: str) -> str:
        """Return that with a value, which is no period, beside the others."""
        return self._beside[0] + quoted(value) + self._beside[1]

    def excluding(self, value: str) -> str:
        """Return that without the articles that have a value, which is not chosen."""
        return self._without[0] + quoted(value) + self._without[1]


def article_path(article_id: str, query: SearchQuery | None = None) -> str:
    """Return an article's page; with a query, its words are marked there, and the way back leads to its results."""
    return f"/articles/{quote(article_id, safe='')}{query_string(query) if query else ''}"


def search_path(query: SearchQuery) -> str:
    """Return a search's page."""
    return f"/{query_string(query)}"


def choice_links(query: SearchQuery, name: str, default: str) -> Callable[[str], str]:
    """Return what writes a search's page with one of several values of a parameter, which the search has at its default.

    All but the value is written once.
    """
    plain = search_path(query)
    before, after = query_string_template(query, name)
    return lambda value: plain if value == default else f"/{before}{value}{after}"


def synonym_links(query: SearchQuery) -> Callable[[str], str]:
    """Return a function that writes the page of a search without one more of its synonyms."""
    before, after = query_string_template(query.on_page(1), "-synonym")
    return lambda also: f"/{before}{quoted(also)}{after}"


def value_path(facet: str, value: str) -> str:
    """Return the page of all articles with a value."""
    return search_path(SearchQuery(filters=(Filter(facet, value),)))


def browse_path(facet: Facet, query: SearchQuery, asked: FacetValueQuery | None = None) -> str:
    """Return the page of all values of a facet over the matches of a search."""
    return f"/browse/{facet.name}{values_string(query.on_page(1), asked or FacetValueQuery())}"


def web_link(address: str) -> str:
    """Return an address as a link may hold it, "" where it is none of the web: what may not stand in one is percent-encoded."""
    return _ILLEGAL.sub(lambda found: quote(found[0]), address) if is_web_address(address) else ""


def is_web_address(address: str) -> bool:
    """Whether an address may be linked: http and https alone are."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)
