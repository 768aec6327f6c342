"""The page about all matches of a search."""

from flask import Blueprint, Response, render_template, request

from search.index.protocols import EngineProvider, SearchEngine
from search.model.query import SearchQuery, SortOrder
from web.middleware.http_cache import html_response, not_modified, page_etag, vary_by_page
from web.params.search_params import read_query
from web.presenters.overview.page import OverviewData, overview_page

__all__ = ["create_overview", "load_overview"]


def create_overview(store: EngineProvider, version: str) -> Blueprint:
    """Create the route; `version` is the site's, which is part of the page's entity tag."""
    pages = Blueprint("overview", __name__)

    @pages.get("/overview")
    def show() -> Response:
        query = read_query(request.args.items(multi=True), strict=False)
        engine = store.serving()
        tag = page_etag(engine.generation, version)
        if known := not_modified(tag):
            return vary_by_page(known)
        page = overview_page(load_overview(engine, query))
        return html_response(render_template("chronicle/overview.html", **page), tag)

    return pages


def load_overview(engine: SearchEngine, query: SearchQuery) -> OverviewData:
    """Return what the page needs: the overview, and the first and the last of its articles."""
    overview = engine.overview(query)
    one = query.with_page_size(1)
    first = engine.hits(one.sorted_by(SortOrder.OLDEST)) if overview.total else None
    last = engine.hits(one.sorted_by(SortOrder.NEWEST)) if overview.total > 1 else None
    rewritten = engine.understand(query)
    return OverviewData(overview, rewritten.corrected, rewritten.searched_string, first, last)
