"""Hits as rows with links."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from markupsafe import escape

from search.model.article import Article
from search.model.query import SearchQuery
from search.model.results import Highlights, Hit, HitWindow, SearchPage
from search.model.value_labels import NO_LABELS, ValueLabels
from web.chronicle_urls import reprints_path, value_page_path
from web.params.query_strings import query_string
from web.urls import article_path

__all__ = ["HitRow", "ShownHit", "Tag", "hit_rows", "marked_value", "shown_hits", "window_rows"]

_MARK = re.compile(r"(</?mark>)")
_CUT = "… "
"""Characters at either end of a fragment where the text goes on."""
_MAX_TAGS = 3
"""Values of one facet that are shown with a hit."""

ShownHit = tuple[int, Hit, tuple[Article, ...]]
"""A hit with its number among all matches, and the reprints that are shown under it."""


class Tag(NamedTuple):
    """A value of an article, highlighted, and its page."""

    marked: str
    url: str


class HitRow(NamedTuple):
    """An article of a page, with its number among all matches and the reprints shown under it."""

    hit: Hit
    path: str
    number: int
    reprints: list[tuple[Article, str]]
    differences_url: str
    """The page of the differences between these and the article, "" without reprints."""
    authors: list[Tag]
    source: list[Tag]
    tags: list[Tag]
    """Regions, themes and reports."""
    fragments: list[str]
    """Highlighted parts of the body, without one that repeats the deck."""


def hit_rows(page: SearchPage, labels: ValueLabels = NO_LABELS) -> list[HitRow]:
    """Return the rows of a page of results, with the labels of values."""
    return _rows(page.query, page.first, page.hits, labels)


def window_rows(query: SearchQuery, window: HitWindow) -> list[HitRow]:
    """Return the rows of hits without highlights, and so without tags."""
    return _rows(query, window.first, window.hits, NO_LABELS)


def marked_value(labels: ValueLabels, facet: str, value: str, marked: str) -> str:
    """Return a highlighted value as HTML under its label.

    All of the label is highlighted if a part of the value is: its words are not the value's.
    """
    label = labels.of_facet(facet).get(value)
    if label is None:
        return marked
    return f"<mark>{escape(label)}</mark>" if "<mark>" in marked else str(escape(label))


def shown_hits(query: SearchQuery, first: int, hits: Sequence[Hit]) -> Iterator[ShownHit]:
    """Yield each hit that has a row of its own; reprints of an earlier hit are grouped under it."""
    grouped: set[str] = set()
    for number, hit in enumerate(hits, first + 1):
        if hit.article.id not in grouped:
            reprints = () if query.all_reprints else hit.reprints
            grouped.update(article.id for article in reprints)
            yield number, hit, reprints


def _rows(query: SearchQuery, first: int, hits: Sequence[Hit], labels: ValueLabels) -> list[HitRow]:
    suffix = query_string(query)
    first_page = query_string(query.on_page(1).charting(by_share=False))

    def tags(facet: str, values: tuple[str, ...], marked: tuple[str, ...]) -> list[Tag]:
        return [
            Tag(
                marked_value(labels, facet, value, text), value_page_path(facet, value) + first_page
            )
            for value, text in zip(values[:_MAX_TAGS], marked, strict=False)
        ]

    def row(number: int, hit: Hit, reprints: tuple[Article, ...]) -> HitRow:
        article, marked = hit.article, hit.highlights
        return HitRow(
            hit,
            article_path(article.id) + suffix,
            number,
            [(reprint, article_path(reprint.id) + suffix) for reprint in reprints],
            reprints_path(article.id) if reprints else "",
            authors=tags("author", article.authors, marked.authors),
            source=tags("source", (article.source,), (marked.source,)) if article.source else [],
            tags=[
                *tags("region", article.regions, marked.regions),
                *tags("theme", article.themes, marked.themes),
                *tags("report", article.reports, marked.reports),
            ],
            fragments=_new_fragments(marked),
        )

    return [row(*shown) for shown in shown_hits(query, first, hits)]


def _new_fragments(marked: Highlights) -> list[str]:
    """Return the fragments of the body without those that repeat the deck.

    A body often begins with its deck. What follows in the same fragment is kept if it has a mark.
    """
    deck = _plain(marked.deck)
    if not deck:
        return list(marked.body)
    rests = (_without_deck(fragment, deck) for fragment in marked.body)
    return [rest for rest in rests if rest]


def _without_deck(fragment: str, deck: str) -> str:
    """Return a fragment after the deck that it begins with, "" if that is nothing new."""
    text = _MARK.sub("", fragment)
    begun = text.lstrip(_CUT)
    if begun.rstrip(_CUT) in deck:
        return ""
    if not begun.startswith(deck):
        return fragment
    left = len(text) - len(begun) + len(deck)
    parts = iter(_MARK.split(fragment))
    for part in parts:
        if _MARK.fullmatch(part):
            continue
        if len(part) >= left:
            rest = part[left:] + "".join(parts)
            # A mark that began in the deck ends after it.
            is_whole = rest.count("<mark>") == rest.count("</mark>")
            return rest.strip() if is_whole and "<mark>" in rest else ""
        left -= len(part)
    return ""


def _plain(html: str) -> str:
    """Return a highlighted text without its marks and the signs that it was cut."""
    return _MARK.sub("", html).strip(_CUT)
