"""The page of all values of a facet over the matches of a search."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from search.model.facets import FACETS, Facet
from search.model.query import SearchQuery
from search.model.results import FacetResult
from search.results.facet_values import FacetValuePage, FacetValueQuery, ValueOrder
from web.chronicle_urls import VALUE_PAGE_FACETS, value_page_path
from web.params.query_strings import url_pairs
from web.presenters.chips import chips, search_box
from web.presenters.facets import ValueRow, facet_row
from web.presenters.page_links import PageLink
from web.urls import browse_path, search_path

__all__ = ["facet_page", "facet_value_page"]


def facet_page(
    facet: Facet,
    query: SearchQuery,
    searched_text: str,
    value_query: FacetValueQuery,
    facets: Sequence[Facet],
) -> dict[str, Any]:
    """Return the template variables that the pages of all facets share.

    `searched_text` is the search's text, or the spelling that was searched in its place. `facets`
    are those with values; the page links to them and names its own in any case.
    """
    first_page = replace(value_query, page=1)
    return {
        "facet": facet,
        "query": query,
        "searched_text": searched_text,
        **search_box(query, lambda other: browse_path(facet, other, first_page)),
        # A facet's own selection does not reduce its list.
        "chips": chips(query.without_facet(facet.name)),
        "back_url": search_path(query),
        "swapped_url": browse_path(facet, query.with_days_swapped()),
        "facets": [
            (other, browse_path(other, query))
            for other in FACETS
            if other in facets or other is facet
        ],
    }


def facet_value_page(
    page: FacetValuePage, query: SearchQuery, searched_text: str, facets: Sequence[Facet]
) -> dict[str, Any]:
    """Return the template variables of a page of a facet's values; see `facet_page`."""
    facet, asked = page.facet, page.query

    def path(**changes: Any) -> str:
        return browse_path(facet, query, replace(asked, **changes))

    return facet_page(facet, query, searched_text, asked, facets) | {
        "rows": [
            (row, _value_url(row, query))
            for row in facet_row(FacetResult(facet, page.values), query).values
        ],
        "page": page,
        "asked": asked,
        "kept": url_pairs(query.on_page(1)),
        "orders": [
            PageLink(order, path(order=order, page=1), order is asked.order) for order in ValueOrder
        ],
        "initials": [
            PageLink(
                letter,
                path(prefix=letter.lower(), order=ValueOrder.NAME, page=1),
                letter.lower() == asked.prefix.lower(),
            )
            for letter in page.initials
        ],
        "all_url": path(prefix="", page=1),
        "before": path(page=asked.page - 1) if asked.page > 1 else None,
        "following": path(page=asked.page + 1) if asked.page < page.pages else None,
    }


def _value_url(row: ValueRow, query: SearchQuery) -> str | None:
    """Return where a value's name leads: to its page, or in a search to the search with it."""
    if row.facet in VALUE_PAGE_FACETS and not url_pairs(query.on_page(1)):
        return value_page_path(row.facet.name, row.value)
    return row.browse_url
