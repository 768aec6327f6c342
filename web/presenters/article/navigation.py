"""The previous and next article among the results that a reader came from."""

from collections.abc import Sequence
from dataclasses import dataclass

from search.model.query import SearchQuery
from search.model.results import Hit
from web.presenters.hits import shown_hits
from web.urls import article_path

__all__ = [
    "AdjacentArticle",
    "AdjacentHit",
    "FoundRow",
    "ResultNavigation",
    "ResultPosition",
    "find_row",
    "result_navigation",
]


@dataclass(frozen=True, slots=True)
class AdjacentHit:
    """A hit, and the search whose page has it."""

    hit: Hit
    query: SearchQuery


@dataclass(frozen=True, slots=True)
class ResultPosition:
    """An article's number among all matches, from 1, and the hits before and after it."""

    number: int
    total: int
    before: AdjacentHit | None
    following: AdjacentHit | None


@dataclass(frozen=True, slots=True)
class AdjacentArticle:
    """The title, its language, and the page of an article before or after another."""

    title: str
    language: str
    path: str


@dataclass(frozen=True, slots=True)
class ResultNavigation:
    """An article's number among all matches, and the articles before and after it."""

    number: int
    total: int
    before: AdjacentArticle | None
    following: AdjacentArticle | None


@dataclass(frozen=True, slots=True)
class FoundRow:
    """An article's row on a page of results, with the rows before and after it on that page."""

    number: int
    before: Hit | None
    following: Hit | None


def find_row(
    query: SearchQuery, first: int, hits: Sequence[Hit], article_id: str
) -> FoundRow | None:
    """Find the row that shows an article, by itself or as a reprint under another."""
    rows = list(shown_hits(query, first, hits))
    for index, (number, hit, reprints) in enumerate(rows):
        if article_id in (hit.article.id, *(reprint.id for reprint in reprints)):
            before = rows[index - 1][1] if index else None
            following = rows[index + 1][1] if index + 1 < len(rows) else None
            return FoundRow(number, before, following)
    return None


def result_navigation(position: ResultPosition | None) -> ResultNavigation | None:
    """Return the links of an article's page to those around it; None if it is not a result."""
    if position is None:
        return None
    return ResultNavigation(
        position.number, position.total, _article(position.before), _article(position.following)
    )


def _article(adjacent: AdjacentHit | None) -> AdjacentArticle | None:
    if adjacent is None:
        return None
    article = adjacent.hit.article
    return AdjacentArticle(
        article.title, article.language, article_path(article.id, adjacent.query)
    )
