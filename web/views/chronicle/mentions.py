"""Every mention of a search's words: a page of them, and a table of all."""

from itertools import chain

from flask import Blueprint, Response, render_template, request

from search.index.protocols import EngineProvider, SearchEngine
from search.model.mentions import MentionPage
from search.model.query import SearchQuery, SortOrder
from search.results.highlighting.highlighter import Highlighter
from web.limits.export_slots import ExportSlots
from web.media_types import EXPORTS
from web.middleware.http_cache import (
    html_response,
    not_modified,
    page_etag,
    set_cache_headers,
    vary_by_page,
)
from web.middleware.site_address import site_address, tag_with_address
from web.params.export_params import read_byte_order_mark
from web.params.search_params import read_query
from web.presenters.downloads.file_names import attachment, search_file_name
from web.presenters.mentions.page import mentions_page
from web.presenters.mentions.table import mention_chunks
from web.theme.site import Site

__all__ = ["create_mentions", "load_mentions"]

_TABLE = "csv"


def create_mentions(store: EngineProvider, site: Site, slots: ExportSlots) -> Blueprint:
    """Create the routes; a table takes one of the slots of downloads."""
    mentions = Blueprint("mentions", __name__)

    @mentions.get("/mentions")
    def show() -> Response:
        query = read_query(request.args.items(multi=True), strict=False)
        engine = store.serving()
        tag = page_etag(engine.generation, site.version)
        if known := not_modified(tag):
            return vary_by_page(known)
        variables = mentions_page(load_mentions(engine, query), site_address())
        return html_response(render_template("chronicle/mentions.html", **variables), tag)

    @mentions.get(f"/mentions.{_TABLE}")
    def table() -> Response:
        query = read_query(request.args.items(multi=True), strict=False)
        has_mark = read_byte_order_mark(request.args.items(multi=True))
        engine = store.serving()
        tag = tag_with_address(f"{engine.generation}-{site.version}")
        if known := not_modified(tag):
            return known
        highlighter = Highlighter(engine.understand(query).searched, engine.languages)
        articles = engine.matches(query.sorted_by(SortOrder.OLDEST))
        chunks = mention_chunks(articles, highlighter, site_address(), has_mark=has_mark)
        with slots.take() as cleanup:
            # An index that cannot be read is an error; a later failure aborts the download.
            first = next(chunks, b"")
            response = Response(chain([first], chunks), content_type=EXPORTS[_TABLE])
            name = f"{search_file_name(query, site.labels)}-mentions"
            response.headers["Content-Disposition"] = attachment(name, _TABLE)
            response.call_on_close(cleanup.pop_all().close)
        return set_cache_headers(response, tag)

    return mentions


def load_mentions(engine: SearchEngine, query: SearchQuery) -> MentionPage:
    """Return everything that a page of mentions needs from the engine: one call."""
    return engine.mentions(query)
