"""A page of mentions as rows with links."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from search.model.article import Article
from search.model.mentions import ArticleMentions, Mention, MentionPage
from search.model.query import SearchQuery
from web.chronicle_urls import mentions_at_path, mentions_path
from web.presenters.article_body import MAX_MARKS, is_shown_whole
from web.presenters.chips import chips, search_box
from web.urls import article_path, search_path

__all__ = ["ArticleRow", "MentionRow", "mentions_page"]


class MentionRow(NamedTuple):
    """A mention, and the place of its mark in the article's page, "" if it has none."""

    mention: Mention
    url: str


class ArticleRow(NamedTuple):
    """An article with its mentions, and its page with the search's words marked."""

    article: Article
    number: int
    is_continued: bool
    path: str
    rows: list[MentionRow]


def mentions_page(page: MentionPage, site_address: str) -> dict[str, Any]:
    """Return the template variables of a page of mentions; printed, it names its address."""
    query = page.query
    first_page = query.on_page(1)
    return {
        "page": page,
        "query": query,
        **search_box(query, mentions_path),
        "searched_text": page.corrected or query.text,
        "chips": chips(query),
        "articles": [_article_row(found, first_page) for found in page.found],
        "address": site_address
        + (mentions_at_path(query, query.cursor) if query.cursor else mentions_path(query)),
        "back_url": search_path(first_page),
        "first_url": mentions_path(first_page),
        "table_url": mentions_path(first_page, "csv"),
        "as_typed_url": (mentions_path(first_page.without_correction()) if page.corrected else ""),
        "before_url": mentions_at_path(query, page.before) if page.before else "",
        "following_url": mentions_at_path(query, page.following) if page.following else "",
    }


def _article_row(found: ArticleMentions, query: SearchQuery) -> ArticleRow:
    article = found.article
    path = article_path(article.id, query)
    rows = list(_mention_rows(found, path))
    return ArticleRow(article, found.number, found.is_continued, path, rows)


def _mention_rows(found: ArticleMentions, path: str) -> Iterator[MentionRow]:
    """Yield the mentions of an article; its page marks the first ones of a long text only."""
    is_whole = is_shown_whole(found.article.body)
    for mention in found.mentions:
        is_marked = is_whole and 0 < mention.number <= MAX_MARKS
        yield MentionRow(mention, f"{path}#hit-{mention.number}" if is_marked else "")
