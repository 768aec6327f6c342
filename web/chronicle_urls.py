"""The addresses of the pages that tell about searches, values and the archive itself.

Those of searches and articles are in `urls.py`.
"""

from collections.abc import Sequence
from urllib.parse import quote

from search.model.facets import VALUE_FACETS
from search.model.query import MAX_TEXT_LENGTH, SearchQuery
from search.model.timeline import Level
from web.article_ids import quoted_id
from web.mount_path import mounted
from web.params.query_strings import query_string, url_pairs
from web.params.trend_params import TrendScale, TrendsRequest, trends_pairs
from web.urls import API

__all__ = [
    "VALUE_PAGE_FACETS",
    "api_trends_path",
    "compare_path",
    "coverage_path",
    "mentions_at_path",
    "mentions_path",
    "overview_path",
    "reprints_path",
    "search_trends_path",
    "trends_path",
    "value_page_path",
]

VALUE_PAGE_FACETS = tuple(facet for facet in VALUE_FACETS if facet.name != "language")
"""The facets whose values have a page each."""
_TEXT = "q"


def trends_path(
    texts: Sequence[str],
    filters: SearchQuery,
    ending: str = "",
    *,
    by: Level | None = None,
    scale: TrendScale = TrendScale.NUMBER,
) -> str:
    """Return the page of texts over time under the filters of a search.

    With an ending, such as `csv`, it is that download.
    """
    request = TrendsRequest(texts=tuple(texts), filters=filters, by=by, scale=scale)
    return mounted(f"/trends{ending and f'.{ending}'}{_encoded(trends_pairs(request))}")


def search_trends_path(query: SearchQuery, searched: str) -> str:
    """Return a search over time.

    `searched` finds the same as a text that was rewritten, "" for any other.
    """
    return trends_path([searched if 0 < len(searched) <= MAX_TEXT_LENGTH else query.text], query)


def api_trends_path(texts: Sequence[str], filters: SearchQuery, by: Level | None = None) -> str:
    """Return texts over time of the API."""
    request = TrendsRequest(texts=tuple(texts), filters=filters, by=by)
    return mounted(f"{API}/trends{_encoded(trends_pairs(request))}")


def overview_path(query: SearchQuery) -> str:
    """Return the overview of a search."""
    return mounted(f"/overview{query_string(query.on_page(1).charting(by_share=False))}")


def mentions_path(query: SearchQuery, ending: str = "") -> str:
    """Return every occurrence of a search's words; with an ending, that download."""
    first_page = query.on_page(1).charting(by_share=False)
    return mounted(f"/mentions{ending and f'.{ending}'}{query_string(first_page)}")


def mentions_at_path(query: SearchQuery, cursor: str) -> str:
    """Return the page of mentions at a cursor."""
    return mounted(f"/mentions{query_string(query.charting(by_share=False).with_cursor(cursor))}")


def compare_path(first: str, second: str, filters: SearchQuery) -> str:
    """Return the comparison of two texts under the filters of a search."""
    return mounted(f"/compare{_encoded([('a', first), ('b', second), *_filters(filters)])}")


def coverage_path() -> str:
    """Return what the archive holds by month and source."""
    return mounted("/coverage")


def value_page_path(facet: str, value: str, search: SearchQuery | None = None) -> str:
    """Return the page of a value; `value` may hold any characters.

    With the search that a reader comes from, the page offers to narrow it to the value.
    """
    return mounted(f"/{facet}/{quoted_id(value)}{query_string(search) if search else ''}")


def reprints_path(article_id: str, other: str = "") -> str:
    """Return the reprints of an article; with another's id, what differs between the two."""
    compared = [("with", other)] if other else []
    return mounted(f"/reprints{_encoded([('id', article_id), *compared])}")


def _filters(query: SearchQuery) -> list[tuple[str, str]]:
    """Return the parameters of a search that are shared by several texts."""
    first_page = query.on_page(1).charting(by_share=False).sorted_by(None)
    return [(name, value) for name, value in url_pairs(first_page) if name != _TEXT]


def _encoded(parameters: Sequence[tuple[str, str]]) -> str:
    pairs = "&".join([f"{name}={quote(value, safe='')}" for name, value in parameters])
    return f"?{pairs}" if pairs else ""
