"""An article's page, with the words of the search that it was found by highlighted."""

from dataclasses import dataclass
from textwrap import shorten
from typing import Any

from search.analysis.near_duplicates import NearDuplicates
from search.analysis.plain_text import plain_text
from search.model.article import Article
from search.model.query import SearchQuery
from search.model.results import Hit
from search.model.value_labels import ValueLabels
from search.results.highlighting.highlighter import Highlighter
from web.article_ids import quoted_id
from web.chronicle_urls import value_page_path
from web.presenters.article.navigation import ResultPosition, result_navigation
from web.presenters.article_body import render_body
from web.presenters.chips import search_box
from web.presenters.facets import article_facets
from web.presenters.hits import marked_value
from web.presenters.json_ld import json_ld
from web.presenters.reprints.versions import may_have_more, versions
from web.urls import article_path, search_path, web_link

__all__ = ["MAX_RELATED_SHOWN", "ArticlePageData", "article_page"]

MAX_RELATED_SHOWN = 5

_SUMMARY_LENGTH = 160
"""Characters of the description that other sites show."""
_SUMMARIZED_LENGTH = 5_000
"""Characters of a body that are read for it, with their markup."""


@dataclass(frozen=True, slots=True)
class ArticlePageData:
    """The engine's answers for an article's page.

    `reprints` are articles of the same text, which may be among the `related` ones, too.
    `position` is the article's place among the results.
    """

    article: Article
    query: SearchQuery
    highlighter: Highlighter
    reprints: tuple[Article, ...]
    related: tuple[Hit, ...]
    position: ResultPosition | None


def article_page(
    data: ArticlePageData, host: str, site: str, labels: ValueLabels
) -> dict[str, Any]:
    """Return the template variables of an article's page; `host` is the site's own address."""
    article, query = data.article, data.query
    address = host + article_path(article.id)
    rows = versions(article, data.reprints, query) if data.reprints else []

    def mark(text: str, field: str) -> str:
        return data.highlighter.mark(text, article.language, field)

    def mark_value(value: str, facet: str) -> str:
        return marked_value(labels, facet, value, mark(value, facet))

    return {
        "article": article,
        "query": query,
        **search_box(query, lambda other: article_path(article.id, other)),
        "summary": _summary(article),
        "title": mark(article.title, "title"),
        "deck": mark(article.deck, "deck"),
        # A by-line that is the author's name and nothing else is shown as a link.
        "byline": "" if (article.byline,) == article.authors else mark(article.byline, "author"),
        "authors": [
            (mark_value(name, "author"), value_page_path("author", name))
            for name in article.authors
        ],
        "prose": render_body(article.body, data.highlighter, article.language),
        "facets": [
            (facet, [(mark_value(value, facet.name), url) for value, url in values])
            for facet, values in article_facets(article)
        ],
        "source": mark_value(article.source, "source"),
        "source_link": web_link(article.source_url),
        "source_path": value_page_path("source", article.source) if article.source else "",
        "own_link": web_link(article.url),
        "back_url": search_path(query),
        "around": result_navigation(data.position),
        "versions": rows,
        "has_more_versions": may_have_more(rows),
        "related": [(hit, article_path(hit.article.id)) for hit in _related(data)],
        "address": address,
        "cite_path": quoted_id(article.id),
        "json_ld": json_ld(article, labels, host, site),
    }


def _related(data: ArticlePageData) -> list[Hit]:
    """Return the first related articles of another text, each text once."""
    same_text = {reprint.id for reprint in data.reprints}
    near_duplicates = NearDuplicates()
    shown: list[Hit] = []
    for hit in data.related:
        article = hit.article
        is_shown = any(
            article.title == other.article.title
            and near_duplicates.are_similar(article, other.article)
            for other in shown
        )
        if article.id not in same_text and not is_shown:
            shown.append(hit)
    return shown[:MAX_RELATED_SHOWN]


def _summary(article: Article) -> str:
    """Return the deck or the beginning of the body or the title, whichever there is."""
    if article.deck:
        return article.deck
    beginning = plain_text(article.body[:_SUMMARIZED_LENGTH])
    return shorten(beginning, _SUMMARY_LENGTH, placeholder=" …") or article.title
