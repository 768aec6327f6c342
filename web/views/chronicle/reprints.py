"""The versions of a text, and what differs between two of them."""

from flask import Blueprint, Response, render_template, request

from search.index.protocols import EngineProvider, SearchEngine
from web.errors import ArticleMissing
from web.middleware.http_cache import html_response, not_modified, page_etag, vary_by_page
from web.middleware.site_address import site_address
from web.params.reprint_params import read_compared_ids
from web.presenters.reprints.page import ReprintsData, reprints_page
from web.presenters.reprints.versions import day_of
from web.theme.site import Site

__all__ = ["create_reprints", "load_reprints"]


def create_reprints(store: EngineProvider, site: Site) -> Blueprint:
    """Create the route."""
    reprints = Blueprint("reprints", __name__)

    @reprints.get("/reprints")
    def show() -> Response:
        article_id, other_id = read_compared_ids(request.args.items(multi=True))
        engine = store.serving()
        tag = page_etag(engine.generation, site.version)
        if known := not_modified(tag):
            return vary_by_page(known)
        data = load_reprints(engine, article_id, other_id)
        variables = reprints_page(data, site_address())
        return html_response(render_template("chronicle/reprints.html", **variables), tag)

    return reprints


def load_reprints(engine: SearchEngine, article_id: str, other_id: str) -> ReprintsData:
    """Return everything that the page needs from the engine, in three calls at most.

    Without another id, the oldest of the other versions is compared.

    Raises:
        ArticleMissing: one of the ids is unknown.

    """
    article = engine.article(article_id)
    if article is None:
        raise ArticleMissing("This article is not in the archive, so it has no reprints.")
    reprints = engine.reprints(article)
    if not other_id or other_id == article_id:
        oldest = min(reprints, key=lambda each: (day_of(each), each.id), default=None)
        return ReprintsData(article, reprints, oldest)
    known = {each.id: each for each in reprints}
    other = known.get(other_id) or engine.article(other_id)
    if other is None:
        raise ArticleMissing("The article to compare with is not in the archive.")
    return ReprintsData(article, reprints, other)
