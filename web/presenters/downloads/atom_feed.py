"""A page of a search as an Atom feed (RFC 4287)."""

import datetime as dt
from uuid import UUID, uuid5
from xml.etree import ElementTree as ET

from search.model.article import Article
from search.model.facets import VALUE_FACETS
from search.model.query import DEFAULT_SIZE, SearchQuery
from search.model.results import SearchPage
from search.model.value_labels import NO_LABELS, ValueLabels
from web.legal_text import legal_line
from web.params.query_strings import query_string
from web.urls import article_path, feed_path, search_path

__all__ = ["atom_feed", "search_title"]

_ATOM = "http://www.w3.org/2005/Atom"
_CATEGORIES = tuple(f for f in VALUE_FACETS if f.name in ("region", "theme", "report"))
_EPOCH = "1970-01-01T00:00:00Z"
"""The required date of a feed without entries."""
_ENTRIES = UUID("acb7a9ba-70c6-4f51-b001-c055ed6bc59e")
_FEEDS = UUID("28d519e6-3c07-4e6b-b8e0-ff9384da8614")
"""The namespaces of ids. Changed, every reader's client would show every entry again."""


def atom_feed(page: SearchPage, base: str, site: str, labels: ValueLabels = NO_LABELS) -> bytes:
    """Return the XML of a page; links begin with `base`, and `site` is the site's name.

    Titles, names and labels of categories are the labels of values, terms of categories the values.
    """
    query = page.query
    own_address = base + feed_path(query)
    feed = ET.Element("feed", xmlns=_ATOM)
    _add(feed, "id", _feed_id(query, site))
    _add(
        feed, "title", " · ".join(filter(None, (search_title(query, page.corrected, labels), site)))
    )
    articles = [hit.article for hit in page.hits]
    newest = max(articles, key=lambda article: article.timestamp, default=None)
    _add(feed, "updated", _timestamp(newest) if newest else _EPOCH)
    _link(feed, "self", own_address)
    _link(feed, "alternate", base + search_path(query))
    _link(feed, "first", base + feed_path(query.on_page(1)))
    if page.next_cursor:
        _link(feed, "next", base + feed_path(query.with_cursor(page.next_cursor)))
    for article in articles:
        _add_entry(feed, article, base, site, labels)
    body: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return body


def search_title(
    query: SearchQuery, corrected: str | None = None, labels: ValueLabels = NO_LABELS
) -> str:
    """Return the text and the filters of a search, in words of no language."""
    parts = [legal_line(corrected or query.text)]
    for each in query.filters:
        label = legal_line(labels.label(each.facet, each.value))
        parts.append(f"{'−' * each.excluded}{label}")
    if query.first_day or query.last_day:
        parts.append(f"{query.first_day or ''} – {query.last_day or ''}".strip())
    return ", ".join(filter(None, parts))


def _feed_id(query: SearchQuery, site: str) -> str:
    """Return an id of a search that all of its pages share, on every host and under every path."""
    search = query.on_page(1).with_page_size(DEFAULT_SIZE).with_facet_size(None)
    return uuid5(_FEEDS, f"{legal_line(site)}\n/feed.atom{query_string(search)}").urn


def _add_entry(
    feed: ET.Element, article: Article, base: str, site: str, labels: ValueLabels
) -> None:
    named = labels.named(article)
    entry = ET.SubElement(feed, "entry")
    # Only the id of an article never changes: not its title, its date or the site's address.
    _add(entry, "id", uuid5(_ENTRIES, article.id).urn)
    _add(entry, "title", article.title)
    _add(entry, "published", _timestamp(article))
    _add(entry, "updated", _timestamp(article))
    _link(entry, "alternate", base + article_path(article.id))
    for name in named.authors or (named.source or site,):
        _add(ET.SubElement(entry, "author"), "name", name)
    for facet in _CATEGORIES:
        for value in facet.values(article):
            if term := legal_line(value):
                category = ET.SubElement(entry, "category", term=term)
                label = legal_line(labels.label(facet.name, value))
                if label != term:
                    category.set("label", label)
    if article.deck:
        _add(entry, "summary", article.deck)


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = legal_line(text)


def _link(parent: ET.Element, relation: str, address: str) -> None:
    ET.SubElement(parent, "link", rel=relation, href=address)


def _timestamp(article: Article) -> str:
    """Return the date of publication as RFC 3339; one without a time or zone counts as UTC."""
    published = dt.datetime.fromisoformat(article.published)
    if published.tzinfo is None:
        published = published.replace(tzinfo=dt.UTC)
    # An offset with seconds, as of local mean time, cannot be written.
    if (published.utcoffset() or dt.timedelta()) % dt.timedelta(minutes=1):
        published = published.astimezone(dt.UTC)
    return published.isoformat(timespec="seconds").replace("+00:00", "Z")
