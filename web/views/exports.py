"""Every match of a search as CSV (RFC 4180), JSON Lines, BibTeX or RIS.

Exports are streamed in bounded memory.
"""

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from flask import Blueprint, Response, request

from search.index.protocols import EngineProvider, SearchEngine
from search.model.article import Article
from search.model.query import SearchQuery
from web.errors import ArticleMissing
from web.limits.export_slots import ExportSlots
from web.media_types import EXPORTS
from web.middleware.http_cache import not_modified, set_cache_headers
from web.middleware.site_address import site_address, tag_with_address
from web.params.export_params import read_byte_order_mark
from web.params.list_params import read_list_parameters
from web.params.search_params import read_query
from web.presenters.citations import bibtex, ris
from web.presenters.downloads.article_table import table_chunks
from web.presenters.downloads.file_names import (
    article_file_name,
    attachment,
    list_file_name,
    search_file_name,
)
from web.theme.site import Site
from web.urls import article_path
from web.views.lists.requested_list import load_list

__all__ = ["create_exports"]

_CHUNK_BYTES = 262_144
"""Size of a chunk handed to the server, which buffers five per client."""
_MAX_CHUNK_ROWS = 1_000
_BLOCK_ROWS = 8
_CITATION_FORMATS = {"bib": bibtex, "ris": ris}


def create_exports(store: EngineProvider, site: Site, slots: ExportSlots) -> Blueprint:
    """Create the routes; articles without a source are cited from the site."""
    exports = Blueprint("exports", __name__)
    downloads = _Downloads(site, slots)

    @exports.get("/export.<any(csv, jsonl, bib, ris):form>")
    def export(form: str) -> Response:
        engine = store.serving()
        query = read_query(request.args.items(multi=True), strict=False)
        has_mark = form == "csv" and read_byte_order_mark(request.args.items(multi=True))
        if known := not_modified(_tag(engine, form, site)):
            return known
        name = search_file_name(query, site.labels)
        return downloads.respond(engine, query, form, name, has_mark=has_mark)

    @exports.get("/list.<any(csv, jsonl, bib, ris):form>")
    def export_list(form: str) -> Response:
        engine = store.serving()
        requested = load_list(engine, read_list_parameters(request.args.items(multi=True)))
        if not requested.ids:
            raise ArticleMissing("The list has no article that is in this archive.")
        query = SearchQuery(ids=requested.ids)
        name = list_file_name(len(requested.ids))
        response = downloads.respond(engine, query, form, name)
        # The same address has the list of each reader.
        response.headers["Cache-Control"] = "private, no-store"
        del response.headers["ETag"]
        response.vary.add("Cookie")
        return response

    @exports.get("/cite/<any(bib, ris):form>/<article_id:article_id>")
    def cite(form: str, article_id: str) -> Response:
        engine = store.serving()
        article = engine.article(article_id)
        if article is None:
            raise ArticleMissing("This article is not in the archive, so it cannot be cited.")
        if known := not_modified(_tag(engine, form, site)):
            return known
        name = article_file_name(article)
        return _answer(engine, _cited([article], form, site), form, name, site)

    return exports


class _Downloads:
    """Streams all matches of searches, a limited number at once."""

    def __init__(self, site: Site, slots: ExportSlots) -> None:
        self._site = site
        self._slots = slots

    def respond(
        self,
        engine: SearchEngine,
        query: SearchQuery,
        form: str,
        name: str,
        *,
        has_mark: bool = False,
    ) -> Response:
        """Respond with all matches of a search in a file of this name.

        Raises:
            TooManyExports, TooManyExportsOfAddress: no slot is free.

        """
        if form in _CITATION_FORMATS:
            chunks = _cited(engine.matches(query), form, self._site)
        elif form == "csv":
            chunks = table_chunks(engine.matches(query), _CHUNK_BYTES, has_mark=has_mark)
        else:
            chunks = _in_chunks(line + b"\n" for line in engine.lines(query))
        with self._slots.take() as cleanup:
            response = _answer(engine, chunks, form, name, self._site)
            response.call_on_close(cleanup.pop_all().close)
        return response


def _answer(
    engine: SearchEngine, chunks: Iterator[bytes], form: str, name: str, site: Site
) -> Response:
    # An index that cannot be read is an error response; a later failure aborts the download.
    first = next(chunks, b"")
    response = Response(chain([first], chunks), content_type=EXPORTS[form])
    response.headers["Content-Disposition"] = attachment(name, form)
    return set_cache_headers(response, _tag(engine, form, site))


def _tag(engine: SearchEngine, form: str, site: Site) -> str:
    if form not in _CITATION_FORMATS:
        return engine.generation
    # Citations have links, and the labels of values.
    return tag_with_address(f"{engine.generation}-{site.version}")


def _cited(articles: Iterable[Article], form: str, site: Site) -> Iterator[bytes]:
    base = site_address()
    write = _CITATION_FORMATS[form]
    return _in_chunks(
        write(article, base + article_path(article.id), site.title, site.labels).encode(
            "utf-8", "replace"
        )
        for article in articles
    )


def _in_chunks(pieces: Iterator[bytes]) -> Iterator[bytes]:
    # Handing a chunk to the server costs as much as writing a line.
    chunk: list[bytes] = []
    size = 0
    while block := list(islice(pieces, _BLOCK_ROWS)):
        chunk += block
        size += sum(map(len, block))
        if size >= _CHUNK_BYTES or len(chunk) >= _MAX_CHUNK_ROWS:
            yield b"".join(chunk)
            chunk.clear()
            size = 0
    if chunk:
        yield b"".join(chunk)
