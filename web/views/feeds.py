"""A search as an Atom feed (RFC 4287), in the search's order."""

from urllib.parse import quote, urlsplit
from xml.etree import ElementTree as ET

from flask import Blueprint, Response, request

from search.index.protocols import EngineProvider
from search.model.article import Article
from search.model.results import SearchPage
from web.media_types import ATOM
from web.middleware.http_cache import conditional, not_modified
from web.middleware.site_address import site_address, tag_with_address
from web.params.search_params import read_query
from web.presenters.answer_size import check_hits
from web.urls import article_path, feed_path, search_path

__all__ = ["create_feeds"]

_ATOM = "http://www.w3.org/2005/Atom"
_EPOCH = "1970-01-01T00:00:00Z"
"""The required date of a feed without entries."""


def create_feeds(store: EngineProvider, site: str) -> Blueprint:
    """Create the route; `site` is the name that the feed has."""
    feeds = Blueprint("feeds", __name__)

    @feeds.get("/feed.atom")
    def atom() -> Response:
        query = read_query(request.args.items(multi=True), strict=False)
        engine = store.serving()
        tag = tag_with_address(engine.generation)
        if known := not_modified(tag):
            return known
        page = engine.search(query)
        check_hits(query, page.hits)
        return conditional(Response(_feed(page, site_address(), site), content_type=ATOM), tag)

    return feeds


def _feed(page: SearchPage, base: str, site: str) -> bytes:
    query = page.query
    own_address = base + feed_path(query)
    feed = ET.Element("feed", xmlns=_ATOM)
    _add(feed, "id", own_address)
    _add(feed, "title", f"{query.text} · {site}" if query.text else site)
    _add(feed, "updated", max((_timestamp(hit.article) for hit in page.hits), default=_EPOCH))
    _link(feed, "self", own_address)
    _link(feed, "alternate", base + search_path(query))
    _link(feed, "first", base + feed_path(query.on_page(1)))
    if page.next_cursor:
        _link(feed, "next", base + feed_path(query.with_cursor(page.next_cursor)))
    for hit in page.hits:
        _add_entry(feed, hit.article, base, site)
    body: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return body


def _add_entry(feed: ET.Element, article: Article, base: str, site: str) -> None:
    entry = ET.SubElement(feed, "entry")
    _add(entry, "id", _entry_id(article, base))
    _add(entry, "title", article.title)
    _add(entry, "updated", _timestamp(article))
    _link(entry, "alternate", base + article_path(article.id))
    for name in article.authors or (article.source or site,):
        _add(ET.SubElement(entry, "author"), "name", name)
    for value in (*article.regions, *article.themes, *article.reports):
        ET.SubElement(entry, "category", term=value)
    if article.deck:
        _add(entry, "summary", article.deck)


def _entry_id(article: Article, base: str) -> str:
    """Return a tag URI (RFC 4151), which stays when the article's address changes."""
    return f"tag:{urlsplit(base).hostname},{article.day.isoformat()}:{quote(article.id, safe='')}"


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text


def _link(parent: ET.Element, relation: str, address: str) -> None:
    ET.SubElement(parent, "link", rel=relation, href=address)


def _timestamp(article: Article) -> str:
    """Return the date of publication as RFC 3339; one without a time or zone counts as UTC."""
    published = article.published
    if len(published) == len("2017-07-12"):
        return f"{published}T00:00:00Z"
    has_zone = published[19:].lstrip(".0123456789") != ""
    return published if has_zone else f"{published}Z"
