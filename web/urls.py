"""The addresses of searches, articles and facets, all written here.

Every function adds the path that the service is mounted under. `web.mount_path.mounted` does so
for an address that is written elsewhere.
"""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from urllib.parse import quote, urlsplit

from search.model.facets import DATE, Facet
from search.model.query import Filter, SearchQuery, SortOrder
from search.results.facet_values import FacetValueQuery
from search.results.suggester import Suggestion
from web.article_ids import quoted_id
from web.mount_path import mounted
from web.params.filter_params import EXCLUDED_SYNONYM, exclusion
from web.params.query_strings import (
    QueryString,
    api_query_string,
    facet_value_query_string,
    query_string,
)
from web.params.search_params import facet_names

__all__ = [
    "API",
    "API_SEARCH",
    "ChoiceUrls",
    "DayRangeUrls",
    "FacetValueUrls",
    "SearchUrls",
    "api_facet_path",
    "api_search_path",
    "article_path",
    "browse_path",
    "facet_value_urls",
    "feed_path",
    "feed_to_follow_path",
    "help_path",
    "is_web_address",
    "list_download_path",
    "list_path",
    "search_path",
    "suggestion_path",
    "synonym_exclusion_path",
    "value_path",
    "web_link",
]

API = "/api/v1"
API_SEARCH = f"{API}/search"
_CACHE_SIZE = 256
_SORT = "sort"
_CURSOR = "cursor"
_FIRST_DAY, _LAST_DAY = "from", "to"
_ILLEGAL = re.compile(r"[\x00-\x20\x7f\"<>\\^`{|}]")
"""The ASCII characters that a URL cannot contain (RFC 3986, section 2)."""


@lru_cache(maxsize=_CACHE_SIZE)
def _parameters(query: SearchQuery) -> QueryString:
    """Return a search's encoded parameters; the links of a page share them."""
    return QueryString(query)


@lru_cache(maxsize=_CACHE_SIZE)
def facet_value_urls(query: SearchQuery, facet: str) -> "FacetValueUrls":
    """Return the links of a facet's values; the parts of a page share them."""
    return FacetValueUrls(query, facet)


def _counted_facets(query: SearchQuery) -> str:
    """Return the parameters of the API for the facets that are counted, after others."""
    return "".join([f"&{name}={text}" for name, text in facet_names(query)])


def _first(parameters: str) -> str:
    """Return parameters that follow others as those that a query string begins with."""
    return f"?{parameters[1:]}" if parameters else ""


class FacetValueUrls:
    """The query strings that a facet's values lead to, all on the first page.

    A page has more than a hundred of them. They equal those of `query.only(facet, value)` and so
    on, without the 10 µs that making and writing such a query takes.
    """

    def __init__(self, query: SearchQuery, facet: str) -> None:
        first_page = query.on_page(1)
        self._facet = facet
        self._exclusion = exclusion(facet)
        self._query = _parameters(first_page)
        self._without_facet = (
            _parameters(first_page.without_facet(facet)) if query.selected(facet) else self._query
        )
        self._counted_facets = _counted_facets(query)

    def only(self, value: str) -> str:
        """Return the search with this value alone in its facet."""
        return self._without_facet.adding(self._facet, value)

    def only_in_both(self, value: str) -> tuple[str, str]:
        """Return the search with this value alone, of pages and of the API.

        That of the API counts the same facets.
        """
        only = self.only(value)
        return only, only + self._counted_facets

    def adding(self, value: str) -> str:
        """Return the search with a value that is not chosen yet; not for periods."""
        return self._query.adding(self._facet, value)

    def excluding(self, value: str) -> str:
        """Return the search without the articles that have a value that is not chosen."""
        return self._query.adding(self._exclusion, value)


class DayRangeUrls:
    """The pages of a search from one day to another, instead of its own days and periods."""

    def __init__(self, query: SearchQuery) -> None:
        self._first_day, self._last_day = query.first_day, query.last_day
        self._parameters = _parameters(query.without_facet(DATE.name).without_days())

    def within(self, first: dt.date, last: dt.date) -> str:
        """Return the search from a first to a last day, as far as they are within its own."""
        return self.between(max(first, self._first_day or first), min(last, self._last_day or last))

    def between(self, first: dt.date, last: dt.date) -> str:
        """Return the search from a first to a last day."""
        before, after = self._parameters.around(_FIRST_DAY)
        return mounted(f"/{before}{first.isoformat()}&{_LAST_DAY}={last.isoformat()}{after}")


class SearchUrls:
    """The addresses of a search in other formats, and of its next page.

    The search is encoded once for all of them. Only a page has a chart.
    """

    def __init__(self, query: SearchQuery) -> None:
        self._page = _parameters(query)
        query = query.charting(by_share=False)
        first_page = query.on_page(1)
        self._query = query
        self._own = _parameters(query)
        self._first = self._own if first_page is query else _parameters(first_page)
        self._counted_facets = _counted_facets(query)

    @property
    def html(self) -> str:
        """The page."""
        return mounted(f"/{self._page}")

    @property
    def api(self) -> str:
        """The same search of the API."""
        own, counted = str(self._own), self._counted_facets
        return mounted(f"{API_SEARCH}{own}{counted}" if own else API_SEARCH + _first(counted))

    def api_from(self, cursor: str) -> str:
        """Return the search of the API that continues at a cursor."""
        if self._query.cursor is not None:
            return api_search_path(self._query.with_cursor(cursor))
        return mounted(f"{API_SEARCH}{self._first.adding(_CURSOR, cursor)}{self._counted_facets}")

    def export(self, ending: str) -> str:
        """Return the export of all matches in a format."""
        return mounted(f"/export.{ending}{self._first}")


class ChoiceUrls:
    """The pages of a search with other values of one parameter that it has at its default."""

    def __init__(self, query: SearchQuery, name: str, default: str) -> None:
        self._parameters = _parameters(query)
        self._name = name
        self._default = default

    def of(self, value: str) -> str:
        """Return the search's page with a value."""
        if value == self._default:
            return mounted(f"/{self._parameters}")
        return mounted(f"/{self._parameters.adding(self._name, value)}")


def article_path(article_id: str, query: SearchQuery | None = None) -> str:
    """Return an article's page.

    With a query its words are highlighted there, and the page links back to the results.
    """
    return mounted(f"/articles/{quoted_id(article_id)}{query_string(query) if query else ''}")


def search_path(query: SearchQuery) -> str:
    """Return a search's page."""
    return mounted(f"/{query_string(query)}")


def api_search_path(query: SearchQuery) -> str:
    """Return a search of the API."""
    return mounted(API_SEARCH + api_query_string(query.charting(by_share=False)))


def feed_path(query: SearchQuery) -> str:
    """Return a search's feed."""
    return mounted(f"/feed.atom{query_string(query.charting(by_share=False))}")


def feed_to_follow_path(query: SearchQuery) -> str:
    """Return the feed that tells a reader of new matches: newest first, whatever the page's order.

    The order is named only where it is not the default.
    """
    first_page = query.on_page(1).charting(by_share=False)
    if first_page.sort is not None:
        first_page = first_page.sorted_by(None)
    if first_page.order is SortOrder.NEWEST:
        return feed_path(first_page)
    return mounted(f"/feed.atom{_parameters(first_page).adding(_SORT, SortOrder.NEWEST)}")


def help_path(query: SearchQuery) -> str:
    """Return the help page, which offers the downloads of a search."""
    return mounted(f"/help{_parameters(query.on_page(1))}")


def synonym_exclusion_path(query: SearchQuery, synonym: str) -> str:
    """Return the page of a search without one more of its synonyms."""
    return mounted(f"/{_parameters(query.on_page(1)).adding(EXCLUDED_SYNONYM, synonym)}")


def suggestion_path(suggestion: Suggestion) -> str:
    """Return the page that a suggestion leads to: a search or an article."""
    if suggestion.query:
        return search_path(suggestion.query)
    return article_path(suggestion.article_id)


def value_path(facet: str, value: str) -> str:
    """Return the page of all articles with a value."""
    return search_path(SearchQuery(filters=(Filter(facet, value),)))


def browse_path(
    facet: Facet, query: SearchQuery, value_query: FacetValueQuery | None = None
) -> str:
    """Return the page of all values of a facet over the matches of a search."""
    first_page = query.on_page(1)
    if value_query is None:
        return mounted(f"/browse/{facet.name}{_parameters(first_page)}")
    return mounted(f"/browse/{facet.name}{facet_value_query_string(first_page, value_query)}")


def api_facet_path(
    facet: Facet, query: SearchQuery, value_query: FacetValueQuery, page: int
) -> str:
    """Return a page of a facet's values over the matches of a search, of the API."""
    values = facet_value_query_string(query, replace(value_query, page=page))
    return mounted(f"{API}/facets/{facet.name}{values}")


def list_path(*parameters: tuple[str, str]) -> str:
    """Return the page of a reader's list: the reader's own, or one that the parameters name."""
    return mounted(f"/list{_encoded(parameters)}")


def list_download_path(ending: str, keys: str) -> str:
    """Return a list's download in a format, of the reader's own list if there are no keys."""
    return mounted(f"/list.{ending}{_encoded([('keys', keys)] if keys else [])}")


def _encoded(parameters: Iterable[tuple[str, str]]) -> str:
    return _first("".join([f"&{name}={quote(value, safe='')}" for name, value in parameters]))


def web_link(address: str) -> str:
    """Return an address with illegal characters percent-encoded, "" unless it is a web address."""
    return _ILLEGAL.sub(lambda match: quote(match[0]), address) if is_web_address(address) else ""


def is_web_address(address: str) -> bool:
    """Return whether an address may be linked: only http and https may."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)
