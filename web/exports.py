"""Every match of a search as CSV (RFC 4180) or JSON Lines, streamed in bounded memory."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator

from flask import Blueprint, Response, request

from search.article import ARTICLE_KEYS, Article
from search.engine import GenerationStore
from web.headers import by_generation
from web.params import read_query

__all__ = ["create_exports"]

_ROWS_A_CHUNK = 200
# A spreadsheet would run a cell that begins so as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_BETWEEN_VALUES = "; "


def create_exports(store: GenerationStore) -> Blueprint:
    """Make the exports' routes over a store."""
    exports = Blueprint("exports", __name__)

    @exports.get("/export.csv")
    def as_csv() -> Response:
        return _answer(_csv, "text/csv; charset=utf-8", "dateline.csv")

    @exports.get("/export.jsonl")
    def as_json_lines() -> Response:
        return _answer(_json_lines, "application/jsonl", "dateline.jsonl")

    def _answer(write: Callable[[Iterable[Article]], Iterable[bytes]], kind: str, name: str) -> Response:
        engine = store.serving()
        query = read_query(request.args.items(multi=True), strict=False)
        response = Response(write(engine.matches(query)), content_type=kind)
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return by_generation(response, engine.generation)

    return exports


def _csv(articles: Iterable[Article]) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(ARTICLE_KEYS)
    for number, article in enumerate(articles, 1):
        writer.writerow([_cell(getattr(article, key)) for key in ARTICLE_KEYS])
        if number % _ROWS_A_CHUNK == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def _cell(value: str | tuple[str, ...]) -> str:
    text = value if isinstance(value, str) else _BETWEEN_VALUES.join(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _json_lines(articles: Iterable[Article]) -> Iterator[bytes]:
    for article in articles:
        yield article.to_json() + b"\n"
