"""The page of what the archive holds, and its table as CSV."""

from flask import Blueprint, Response, render_template

from search.index.protocols import EngineProvider, SearchEngine
from search.model.coverage import Coverage
from web.media_types import EXPORTS
from web.middleware.http_cache import (
    conditional,
    html_response,
    not_modified,
    page_etag,
    vary_by_page,
)
from web.middleware.site_address import site_address, tag_with_mount_path
from web.presenters.coverage.data import coverage_table
from web.presenters.coverage.page import coverage_page
from web.presenters.downloads.file_names import attachment

__all__ = ["create_coverage", "load_coverage"]

_FILE_NAME, _CSV = "coverage", "csv"


def create_coverage(store: EngineProvider, version: str) -> Blueprint:
    """Create the routes; `version` is the site's, which is part of the page's entity tag."""
    pages = Blueprint("coverage", __name__)

    @pages.get("/coverage")
    def show() -> Response:
        engine = store.serving()
        tag = page_etag(engine.generation, version)
        if known := not_modified(tag):
            return vary_by_page(known)
        page = coverage_page(load_coverage(engine), site_address())
        return html_response(render_template("chronicle/coverage.html", **page), tag)

    @pages.get("/coverage.csv")
    def table() -> Response:
        engine = store.serving()
        tag = tag_with_mount_path(engine.generation)
        if known := not_modified(tag):
            return known
        response = Response(coverage_table(load_coverage(engine)), content_type=EXPORTS[_CSV])
        response.headers["Content-Disposition"] = attachment(_FILE_NAME, _CSV)
        return conditional(response, tag)

    return pages


def load_coverage(engine: SearchEngine) -> Coverage:
    """Return what the page needs, in one call of the engine, which remembers the answer."""
    return engine.coverage()
