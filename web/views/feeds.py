"""A search as an Atom feed (RFC 4287), in the search's order."""

from urllib.parse import quote, urlsplit
from xml.etree import ElementTree as ET

from flask import Blueprint, Response, request

from search.index.protocols import EngineProvider
from search.model.article import Article
from web.media_types import ATOM
from web.middleware.http_cache import conditional, not_modified
from web.middleware.site_address import site_address, tag_with_address
from web.params.search_params import query_string, read_query
from web.presenters.answer_size import check_hits
from web.urls import article_path, search_path

__all__ = ["create_feeds"]

_ATOM = "http://www.w3.org/2005/Atom"


def create_feeds(store: EngineProvider, site: str) -> Blueprint:
    """Make the feed's route over a store."""
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
        base = site_address()
        feed = ET.Element("feed", xmlns=_ATOM)
        here = f"{base}/feed.atom{query_string(query)}"
        _add(feed, "id", here)
        _add(feed, "title", f"{query.text} · {site}" if query.text else site)
        _add(
            feed,
            "updated",
            max((_moment(hit.article) for hit in page.hits), default="1970-01-01T00:00:00Z"),
        )
        ET.SubElement(feed, "link", rel="self", href=here)
        ET.SubElement(feed, "link", rel="alternate", href=base + search_path(query))
        ET.SubElement(
            feed, "link", rel="first", href=f"{base}/feed.atom{query_string(query.on_page(1))}"
        )
        if page.next_cursor:
            following = f"{base}/feed.atom{query_string(query.with_cursor(page.next_cursor))}"
            ET.SubElement(feed, "link", rel="next", href=following)
        for hit in page.hits:
            _add_entry(feed, hit.article, base, site)
        body = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
        return conditional(Response(body, content_type=ATOM), tag)

    return feeds


def _add_entry(feed: ET.Element, article: Article, base: str, site: str) -> None:
    entry = ET.SubElement(feed, "entry")
    address = base + article_path(article.id)
    _add(entry, "id", _tag(article, base))
    _add(entry, "title", article.title)
    _add(entry, "updated", _moment(article))
    ET.SubElement(entry, "link", rel="alternate", href=address)
    for name in article.authors or (article.source or site,):
        _add(ET.SubElement(entry, "author"), "name", name)
    for value in (*article.regions, *article.themes, *article.reports):
        ET.SubElement(entry, "category", term=value)
    if article.deck:
        _add(entry, "summary", article.deck)


def _tag(article: Article, base: str) -> str:
    """Return an id that stays when the article's address changes (RFC 4151)."""
    return f"tag:{urlsplit(base).hostname},{article.day.isoformat()}:{quote(article.id, safe='')}"


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text


def _moment(article: Article) -> str:
    """Write the date of publication as RFC 3339 asks; one without a time or zone counts as UTC."""
    published = article.published
    if len(published) == len("2017-07-12"):
        return f"{published}T00:00:00Z"
    zoned = published[19:].lstrip(".0123456789") != ""
    return published if zoned else f"{published}Z"
