"""Which articles stand before and after one among the results that a reader came from."""

from collections.abc import Iterable
from dataclasses import dataclass

from search.errors import CursorExpired, InvalidQuery
from search.index.protocols import SearchEngine
from search.model.article import Article
from search.model.query import MAX_PAGED_HITS, SearchQuery
from search.model.results import Hit, SearchPage
from web.presenters.search_page import shown_hits
from web.urls import article_path

__all__ = ["ResultNavigation", "result_navigation"]


@dataclass(frozen=True, slots=True)
class ResultNavigation:
    """An article's place among all matches, from 1, and the pages of those beside it; None where there is none."""

    number: int
    total: int
    before: str | None
    following: str | None


def result_navigation(
    engine: SearchEngine, query: SearchQuery, article_id: str
) -> ResultNavigation | None:
    """Find an article on the page of results that a query stands for; None where it is not there, or nothing was searched."""
    if query.on_page(1) == SearchQuery():
        return None
    try:
        page = engine.search(query)
    except (CursorExpired, InvalidQuery):
        # The article is shown all the same; its results have changed since.
        return None
    rows = list(shown_hits(page))
    place = next(
        (
            place
            for place, (_, hit, others) in enumerate(rows)
            if _is_among(article_id, hit, others)
        ),
        None,
    )
    if place is None:
        return None
    before = _path(rows[place - 1][1], query) if place else _last_before(engine, query)
    following = (
        _path(rows[place + 1][1], query) if place + 1 < len(rows) else _first_after(engine, page)
    )
    return ResultNavigation(rows[place][0], page.total, before, following)


def _is_among(article_id: str, hit: Hit, reprints: Iterable[Article]) -> bool:
    return article_id == hit.article.id or any(other.id == article_id for other in reprints)


def _path(hit: Hit, query: SearchQuery) -> str:
    return article_path(hit.article.id, query)


def _last_before(engine: SearchEngine, query: SearchQuery) -> str | None:
    if query.page == 1:
        return None
    page = engine.search(query.on_page(query.page - 1))
    rows = list(shown_hits(page))
    return _path(rows[-1][1], page.query) if rows else None


def _first_after(engine: SearchEngine, page: SearchPage) -> str | None:
    if page.next_cursor is None:
        return None
    query = page.query
    paged = not query.cursor and (query.page + 1) * query.size <= MAX_PAGED_HITS
    following = engine.search(
        query.on_page(query.page + 1) if paged else query.with_cursor(page.next_cursor)
    )
    return next((_path(hit, following.query) for _, hit, _ in shown_hits(following)), None)
