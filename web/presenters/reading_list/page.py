"""The template variables of a list's page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from search.model.article import Article
from search.model.query import SearchQuery
from search.model.value_labels import ValueLabels
from search.results.collation import name_key
from search.results.highlighting.highlighter import Highlighter
from web.params.list_params import ListOrder, ListParameters, ListView
from web.presenters.article_body import ArticleBody, render_body
from web.presenters.chips import Chip, chips
from web.presenters.citations import STYLES, Reference
from web.presenters.reading_list.addresses import ListAddresses, share_path
from web.presenters.reading_list.chart import list_chart
from web.presenters.reading_list.data import ReadingListData
from web.presenters.reading_list.saved_searches import saved_rows
from web.reader_data.reading_list import MAX_LISTED, ReadingList, key_text
from web.reader_data.saved_searches import MAX_SAVED
from web.urls import article_path, list_download_path, list_path, web_link

__all__ = ["MAX_ADDED", "list_page"]

MAX_ADDED = 200
"""Matches of a search that can be added all at once."""
_MAX_TEXTS_LENGTH = 1_000_000
"""Characters of the bodies on one page of whole texts; the first one is shown in any case."""
_DOWNLOADS = {"bib": "BibTeX", "ris": "RIS", "csv": "CSV", "jsonl": "JSON Lines"}
_NO_HIGHLIGHTS = Highlighter(None, ())


@dataclass(frozen=True, slots=True)
class ListedArticle:
    """An article of the list; `reference` and `text` are there if the page shows them."""

    article: Article
    path: str
    key: str
    address: str
    source_link: str
    reference: Reference | None = None
    text: ArticleBody | None = None


def list_page(data: ReadingListData, host: str, site: str, labels: ValueLabels) -> dict[str, Any]:
    """Return the template variables of a list's page; `host` is the site's own address.

    Citations have the labels of values.
    """
    parameters = data.parameters
    matching = _in_order(data)
    articles = [article for article in matching if parameters.has_day(article.day)]
    days = sorted(article.published for article in articles)
    rows = _rows(articles, parameters, host, site, labels)
    here = ListAddresses(data)
    searches = saved_rows(data.searches)
    return {
        "listed": data.listed,
        "is_own": data.is_own,
        "missing": data.missing,
        "in_archive": data.in_archive,
        "rows": rows,
        "matching": len(matching),
        "total": len(articles),
        "period": (days[0], days[-1]) if days else None,
        "days": _days(parameters),
        "chart": list_chart(matching, parameters, here),
        "parameters": parameters,
        "view": parameters.view.value,
        "views": here.choices("view", ListView, parameters.view, "start"),
        "orders": here.choices("order", ListOrder, parameters.order, "start"),
        "downloads": [
            (label, list_download_path(form, here.shared)) for form, label in _DOWNLOADS.items()
        ],
        "share_address": host + share_path(data),
        "kept": here.pairs("q", "start"),
        "all_url": list_path(*here.pairs("q", "from", "to", "start")),
        "next_texts": _next_texts(here, articles, rows, parameters),
        "undone": _undone(data),
        "max_listed": MAX_LISTED,
        "max_saved": MAX_SAVED,
        "saved": data.saved,
        "unsaved": parameters.unsaved.text if parameters.unsaved and data.is_own else "",
        "searches": searches,
        "with_news": sum(1 for row in searches if row.recent_total),
    }


def _days(parameters: ListParameters) -> Chip | None:
    """Return the days that are shown as a filter, None if all are."""
    days = SearchQuery(first_day=parameters.first_day, last_day=parameters.last_day)
    return next(iter(chips(days)), None)


def _in_order(data: ReadingListData) -> Sequence[Article]:
    match data.parameters.order:
        case ListOrder.ADDED:
            places: Mapping[str, int] = {
                key: place for place, key in enumerate(_key_texts(data.listed))
            }
            return sorted(data.articles, key=lambda article: places[key_text(article.id)])
        case ListOrder.TITLE:
            return sorted(data.articles, key=lambda article: name_key(article.title))
        case ListOrder.DATE:
            # Those of one time keep the engine's order.
            return sorted(data.articles, key=lambda article: article.timestamp, reverse=True)


def _key_texts(listed: ReadingList) -> list[str]:
    return [ReadingList((key,)).text for key in listed.keys]


def _rows(
    articles: Sequence[Article],
    parameters: ListParameters,
    host: str,
    site: str,
    labels: ValueLabels,
) -> list[ListedArticle]:
    cite = STYLES.get(parameters.view.value)
    with_texts = parameters.view is ListView.TEXTS
    rows: list[ListedArticle] = []
    length = 0
    for article in articles[_start(articles, parameters) - 1 :] if with_texts else articles:
        path = article_path(article.id)
        length += len(article.body)
        if with_texts and rows and length > _MAX_TEXTS_LENGTH:
            break
        rows.append(
            ListedArticle(
                article,
                path,
                key_text(article.id),
                host + path,
                web_link(article.source_url),
                cite(labels.named(article), host + path, site) if cite else None,
                render_body(article.body, _NO_HIGHLIGHTS, article.language) if with_texts else None,
            )
        )
    return rows


def _start(articles: Sequence[Article], parameters: ListParameters) -> int:
    """Return the number of the first whole text, 1 where a list has become shorter than that."""
    return parameters.start if parameters.start <= len(articles) else 1


def _next_texts(
    here: ListAddresses,
    articles: Sequence[Article],
    rows: Sequence[ListedArticle],
    parameters: ListParameters,
) -> str:
    """Return the page of the whole texts that follow, "" if there are none."""
    following = _start(articles, parameters) + len(rows)
    if parameters.view is not ListView.TEXTS or following > len(articles):
        return ""
    return list_path(*here.pairs(), ("start", str(following)))


def _undone(data: ReadingListData) -> tuple[str, int] | None:
    """Return the list before its last change, and how many articles were removed by it."""
    former = data.parameters.undo
    if former is None or not data.is_own or data.parameters.opened is not None:
        return None
    removed = former.removing(data.listed)
    return (former.text, len(removed)) if removed else None
