"""The feed of a search, newest first unless an order is named."""

from dataclasses import replace

from flask import Blueprint, Response, request

from search.index.protocols import EngineProvider
from search.model.query import SortOrder
from web.media_types import ATOM
from web.middleware.http_cache import conditional, not_modified
from web.middleware.site_address import site_address, tag_with_address
from web.params.search_params import read_query
from web.presenters.answer_size import check_hits
from web.presenters.downloads.atom_feed import atom_feed
from web.theme.site import Site

__all__ = ["create_feeds"]


def create_feeds(store: EngineProvider, site: Site) -> Blueprint:
    """Create the route; the feed has the site's name and its labels of values."""
    feeds = Blueprint("feeds", __name__)

    @feeds.get("/feed.atom")
    def atom() -> Response:
        query = read_query(request.args.items(multi=True), strict=False)
        if query.sort is None and query.order is not SortOrder.NEWEST:
            # Not sorted_by(), which leaves the page and its cursor.
            query = replace(query, sort=SortOrder.NEWEST)
        engine = store.serving()
        tag = tag_with_address(f"{engine.generation}-{site.version}")
        if known := not_modified(tag):
            return known
        page = engine.search(query.counting(()))
        check_hits(query, page.hits)
        feed = atom_feed(page, site_address(), site.title, site.labels)
        return conditional(Response(feed, content_type=ATOM), tag)

    return feeds
