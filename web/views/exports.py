"""Every match of a search as CSV (RFC 4180), JSON Lines, BibTeX or RIS, streamed in bounded memory."""

import csv
import io
import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import chain, islice
from pathlib import Path

from flask import Blueprint, Response, request

from search.index.protocols import EngineProvider, SearchEngine
from search.model.article import ARTICLE_KEYS, Article
from web.errors import ArticleMissing
from web.limits.client_address import client_address
from web.limits.concurrency import TooManyExports, TooManyExportsOfAddress
from web.limits.slots import AddressSlots, Slots
from web.media_types import EXPORTS
from web.middleware.http_cache import not_modified, set_cache_headers
from web.middleware.site_address import site_address, tag_with_address
from web.monitoring.metrics import SHARED_FOLDER
from web.params.export_params import read_byte_order_mark
from web.params.search_params import read_query
from web.presenters.citations import bibtex, ris
from web.urls import article_path

__all__ = ["create_exports"]

_CHUNK_BYTES = 262_144
"""What is handed to the server at once, and no more than some rows beyond; it holds five such for each reader."""
_ROWS_A_CHUNK = 1_000
_ROWS_A_BLOCK = 8
_OF_ADDRESS = 2
"""Exports at once of one address."""
_PLACES_FILE = "exports"
# A spreadsheet would run a cell that begins so as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_CITED = {"bib": bibtex, "ris": ris}
_BETWEEN_VALUES = "; "
_MARK = "\ufeff"
"""By which some spreadsheets tell that a file is UTF-8."""


def create_exports(store: EngineProvider, site: str, at_once: int) -> Blueprint:
    """Make the exports' routes over a store; `site` is what articles without a source are cited from.

    Each export holds a thread as long as its reader takes; so that searches have theirs, there are so many at once.
    """
    exports = Blueprint("exports", __name__)
    slots = threading.BoundedSemaphore(at_once)
    folder = os.environ.get(SHARED_FOLDER)
    of_address = (
        AddressSlots(Path(folder) / _PLACES_FILE, _OF_ADDRESS)
        if folder
        else Slots(at_once, _OF_ADDRESS)
    )

    @exports.get("/export.<any(csv, jsonl, bib, ris):form>")
    def export(form: str) -> Response:
        engine = store.serving()
        query = read_query(request.args.items(multi=True), strict=False)
        marked = form == "csv" and read_byte_order_mark(request.args.items(multi=True))
        if known := not_modified(_tag(engine, form)):
            return known
        if form in _CITED:
            written = _cited(engine.matches(query), form, site)
        elif form == "csv":
            written = _csv(engine.matches(query), marked=marked)
        else:
            written = _in_chunks(line + b"\n" for line in engine.lines(query))
        with ExitStack() as held:
            if not slots.acquire(blocking=False):
                raise TooManyExports(
                    "As many exports are under way as this server sends at once; try again when one has ended."
                )
            held.callback(slots.release)
            leave = of_address.take(client_address(request.environ))
            if leave is None:
                raise TooManyExportsOfAddress(
                    f"{_OF_ADDRESS} exports of yours are under way, as many as one address may have; "
                    "try again when one has ended."
                )
            held.callback(leave)
            response = _answer(engine, written, form, "dateline")
            response.call_on_close(held.pop_all().close)
        return response

    @exports.get("/cite/<any(bib, ris):form>/<everything:article_id>")
    def cite(form: str, article_id: str) -> Response:
        engine = store.serving()
        article = engine.article(article_id)
        if article is None:
            raise ArticleMissing("This article is not in the archive, so it cannot be cited.")
        return _answer(engine, _cited([article], form, site), form, "article")

    return exports


def _answer(engine: SearchEngine, written: Iterator[bytes], form: str, name: str) -> Response:
    # What cannot be read at all is said by a status; what breaks later breaks the download off.
    first = next(written, b"")
    response = Response(chain([first], written), content_type=EXPORTS[form])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return set_cache_headers(response, _tag(engine, form))


def _tag(engine: SearchEngine, form: str) -> str:
    return tag_with_address(engine.generation) if form in _CITED else engine.generation


def _cited(articles: Iterable[Article], form: str, site: str) -> Iterator[bytes]:
    base = site_address()
    write = _CITED[form]
    return _in_chunks(
        write(each, base + article_path(each.id), site).encode("utf-8", "replace")
        for each in articles
    )


def _csv(articles: Iterable[Article], *, marked: bool) -> Iterator[bytes]:
    buffer = io.StringIO()
    if marked:
        buffer.write(_MARK)
    writer = csv.writer(buffer)
    writer.writerow(ARTICLE_KEYS)
    for number, article in enumerate(articles, 1):
        writer.writerow([_cell(getattr(article, key)) for key in ARTICLE_KEYS])
        if buffer.tell() >= _CHUNK_BYTES or number % _ROWS_A_CHUNK == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def _cell(value: str | tuple[str, ...]) -> str:
    text = value if isinstance(value, str) else _BETWEEN_VALUES.join(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _in_chunks(pieces: Iterator[bytes]) -> Iterator[bytes]:
    # Each chunk that is handed to the server costs as much as writing a line.
    chunk: list[bytes] = []
    size = 0
    while block := list(islice(pieces, _ROWS_A_BLOCK)):
        chunk += block
        size += sum(map(len, block))
        if size >= _CHUNK_BYTES or len(chunk) >= _ROWS_A_CHUNK:
            yield b"".join(chunk)
            chunk.clear()
            size = 0
    if chunk:
        yield b"".join(chunk)
