"""The page of a facet's value: its articles over time, and the newest ones."""

from typing import Any, NamedTuple

from search.model.facets import DATE, Facet
from search.model.query import Filter, SearchQuery
from search.model.timeline import day_of
from search.model.value_labels import ValueLabels
from web.chronicle_urls import overview_path, trends_path, value_page_path
from web.mount_path import mounted
from web.presenters.chips import chips, search_box
from web.presenters.hits import hit_rows
from web.presenters.page_links import download_links
from web.presenters.timeline.chart import timeline_chart
from web.presenters.value_page.companions import companion_facets
from web.presenters.value_page.data import MissingValueData, ValuePageData
from web.presenters.value_page.json_ld import value_json_ld
from web.presenters.value_page.query_text import query_text
from web.urls import browse_path, facet_value_urls, feed_to_follow_path, search_path, web_link

__all__ = ["LinkedDay", "LinkedValue", "missing_value_page", "value_page", "value_query"]

_NO_SEARCH = SearchQuery()


class LinkedDay(NamedTuple):
    """A day, and the articles of the value on it."""

    day: str
    url: str


class LinkedValue(NamedTuple):
    """A value with its number of articles and its page."""

    facet: str
    value: str
    total: int
    url: str


def value_query(facet: Facet, value: str) -> SearchQuery:
    """Return the search for the articles with a value."""
    return SearchQuery(filters=(Filter(facet.name, value),))


def value_page(
    data: ValuePageData, site_address: str, site: str, labels: ValueLabels
) -> dict[str, Any]:
    """Return the template variables of a value's page, with the labels of values."""
    facet, value, page = data.facet, data.value, data.articles
    query = value_query(facet, value)
    address = site_address + value_page_path(facet.name, value)
    name = labels.label(facet.name, value)
    text = query_text(facet.name, value)
    return _frame(facet, value, data.search) | {
        "name": name,
        "total": page.total,
        "days": _days(data, query),
        "chart": timeline_chart(page),
        "companions": companion_facets(data.overview),
        "hits": hit_rows(page, labels),
        "description": data.description,
        "link": web_link(data.description.link),
        "see_also": [
            LinkedValue(other, each, total, value_page_path(other, each))
            for (other, each), total in zip(
                data.description.see_also, data.related_totals, strict=True
            )
            if total
        ],
        "narrowed_total": data.narrowed_total,
        "narrowed_url": (
            search_path(data.search.only(facet.name, value)) if data.narrowed_total else ""
        ),
        "all_url": search_path(query),
        "feed_url": feed_to_follow_path(query),
        "downloads": download_links(query),
        "overview_url": overview_path(query),
        "trends_url": trends_path([text], _NO_SEARCH) if text else "",
        "address": address,
        "json_ld": value_json_ld(data, name, address, site_address, site),
    }


def missing_value_page(data: MissingValueData) -> dict[str, Any]:
    """Return the template variables of the page of a value that no article has."""
    facet = data.facet
    return _frame(facet, data.value, data.search) | {
        "near": [
            LinkedValue(
                facet.name,
                each.value,
                each.count,
                value_page_path(facet.name, each.value, data.search),
            )
            for each in data.near
        ],
    }


def _frame(facet: Facet, value: str, search: SearchQuery) -> dict[str, Any]:
    """Return what both pages have: the value, and the search that led there."""
    return {
        "facet": facet,
        "value": value,
        "query": search,
        **search_box(search, lambda other: value_page_path(facet.name, value, other)),
        "search_chips": chips(search),
        "back_url": search_path(search),
        "browse_url": browse_path(facet, _NO_SEARCH),
    }


def _days(data: ValuePageData, query: SearchQuery) -> tuple[LinkedDay, ...]:
    """Return the days of the first and of the last article; one if they are the same."""
    timeline = data.articles.timeline
    if timeline is None:
        return ()
    urls = facet_value_urls(query, DATE.name)
    days = dict.fromkeys(day_of(day).isoformat() for day in timeline.matches.known_bounds)
    return tuple(LinkedDay(day, mounted(f"/{urls.only(day)}")) for day in days)
