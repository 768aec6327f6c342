"""The links to other pages, orders, page sizes and formats of a search."""

from dataclasses import dataclass

from search.model.query import DEFAULT_SIZE, MAX_PAGED_HITS, SearchQuery, SortOrder
from search.model.results import SearchPage
from web.urls import ChoiceUrls, SearchUrls, search_path

__all__ = [
    "PageLink",
    "Pagination",
    "download_links",
    "pagination",
    "size_links",
    "sort_links",
]

_SIZES = (10, 25, 50, 100)
_FORMATS = {"csv": "CSV", "jsonl": "JSON Lines", "bib": "BibTeX", "ris": "RIS"}
"""The names of the formats in which all matches can be downloaded, by ending."""
_ADJACENT = 2
"""Numbered pages on either side of the current one."""


@dataclass(frozen=True, slots=True)
class PageLink:
    """One of several choices, such as a page's number; gaps and the current page have no `url`."""

    value: str | int
    url: str | None
    current: bool = False


@dataclass(frozen=True, slots=True)
class Pagination:
    """The previous page, the numbered pages and the next page."""

    before: str | None
    numbers: list[PageLink]
    following: str | None


def pagination(page: SearchPage) -> Pagination:
    """Return the links to the other pages of a search; beyond the numbered ones to a cursor."""
    query = page.query
    on_page = ChoiceUrls(query.on_page(1), "page", "1")
    following = search_path(query.with_cursor(page.next_cursor)) if page.next_cursor else None
    if query.cursor:
        return Pagination(on_page.of("1"), [], following)
    last_reachable = MAX_PAGED_HITS // query.size
    last = -(-min(page.total, MAX_PAGED_HITS) // query.size)
    if following and query.page < last and query.page < last_reachable:
        following = on_page.of(str(query.page + 1))
    before = on_page.of(str(query.page - 1)) if 1 < query.page <= last + 1 else None
    numbers = _numbers(query.page, min(last, last_reachable))
    links: list[PageLink] = []
    for position, number in enumerate(numbers):
        if position and number > numbers[position - 1] + 1:
            links.append(PageLink("…", None))
        current = number == query.page
        links.append(PageLink(number, None if current else on_page.of(str(number)), current))
    return Pagination(before, links if len(numbers) > 1 else [], following)


def _numbers(current: int, last: int) -> list[int]:
    """Return the numbered pages: the first, the last, and those around the current one."""
    around = range(max(1, current - _ADJACENT), min(last, current + _ADJACENT) + 1)
    return sorted({1, last, *around} - {0})


def sort_links(query: SearchQuery) -> list[PageLink]:
    """Return the orders to choose from; relevance only for a search with a text."""
    has_text = bool(query.text.strip())
    default = SortOrder.RELEVANCE if has_text else SortOrder.NEWEST
    urls = ChoiceUrls(query.sorted_by(None), "sort", default)
    return [
        PageLink(order, urls.of(order), order is query.order)
        for order in SortOrder
        if has_text or order is not SortOrder.RELEVANCE
    ]


def size_links(query: SearchQuery) -> list[PageLink]:
    """Return the page sizes to choose from, the current one among them."""
    urls = ChoiceUrls(query.with_page_size(DEFAULT_SIZE), "size", str(DEFAULT_SIZE))
    return [
        PageLink(size, urls.of(str(size)), size == query.size)
        for size in sorted({*_SIZES, query.size})
    ]


def download_links(query: SearchQuery) -> list[PageLink]:
    """Return the downloads of all matches of a search, by the names of their formats."""
    urls = SearchUrls(query)
    return [PageLink(name, urls.export(ending)) for ending, name in _FORMATS.items()]
