"""Which articles stand before and after one among the results that a reader came from."""

from dataclasses import dataclass

from search.engine import SearchEngine
from search.errors import CursorExpired, InvalidQuery
from search.query import MAX_PAGED_HITS, SearchQuery
from search.results import SearchPage
from web.present import HitRow, hit_rows

__all__ = ["Neighbours", "neighbours"]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """An article's place among all matches, from 1, and the pages of those beside it; None where there is none."""

    number: int
    total: int
    before: str | None
    following: str | None


def neighbours(engine: SearchEngine, query: SearchQuery, article_id: str) -> Neighbours | None:
    """Find an article on the page of results that a query stands for; None where it is not there, or nothing was searched."""
    if query.on_page(1) == SearchQuery():
        return None
    try:
        page = engine.search(query)
    except (CursorExpired, InvalidQuery):
        # The article is shown all the same; its results have changed since.
        return None
    rows = hit_rows(page)
    place = next((place for place, row in enumerate(rows) if _holds(row, article_id)), None)
    if place is None:
        return None
    before = rows[place - 1].path if place else _last_before(engine, query)
    following = rows[place + 1].path if place + 1 < len(rows) else _first_after(engine, page)
    return Neighbours(rows[place].number, page.total, before, following)


def _holds(row: HitRow, article_id: str) -> bool:
    return article_id == row.hit.article.id or any(other.id == article_id for other, _ in row.reprints)


def _last_before(engine: SearchEngine, query: SearchQuery) -> str | None:
    if query.page == 1:
        return None
    rows = hit_rows(engine.search(query.on_page(query.page - 1)))
    return rows[-1].path if rows else None


def _first_after(engine: SearchEngine, page: SearchPage) -> str | None:
    if page.next_cursor is None:
        return None
    query = page.query
    paged = not query.cursor and (query.page + 1) * query.size <= MAX_PAGED_HITS
    rows = hit_rows(engine.search(query.on_page(query.page + 1) if paged else query.after(page.next_cursor)))
    return rows[0].path if rows else None
