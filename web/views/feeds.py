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

__all__ = ["create_feeds"]


def create_feeds(store: EngineProvider, site: str) -> Blueprint:
    """Create the route; `site` is the name that the feed has."""
    feeds = Blueprint("feeds", __name__)

    @feeds.get("/feed.atom")
    def atom() -> Response:
        query = read_query(request.args.items(multi=True), strict=False)
        if query.sort is None and query.order is not SortOrder.NEWEST:
            # Not sorted_by(), which leaves the page and its cursor.
            query = replace(query, sort=SortOrder.NEWEST)
        engine = store.serving()
        tag = tag_with_address(engine.generation)
        if known := not_modified(tag):
            return known
        page = engine.search(query.counting(()))
        check_hits(query, page.hits)
        return conditional(Response(atom_feed(page, site_address(), site), content_type=ATOM), tag)

    return feeds
