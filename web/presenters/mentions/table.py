"""All mentions of a search as a CSV table (RFC 4180), one row each."""

import csv
import io
from collections.abc import Iterable, Iterator

from search.model.article import Article
from search.model.table_cells import guard_formula
from search.results.highlighting.highlighter import Highlighter
from search.results.mentions.occurrences import has_words, mentions_of
from web.urls import article_path

__all__ = ["COLUMNS", "mention_chunks"]

COLUMNS = ("date", "source", "id", "title", "part", "left", "word", "right", "url")
_CHUNK_LENGTH = 262_144
_CHUNK_ARTICLES = 200
"""Articles after which a chunk ends; many may have no mention."""
_BYTE_ORDER_MARK = "\ufeff"


def mention_chunks(
    articles: Iterable[Article], highlighter: Highlighter, address: str, *, has_mark: bool
) -> Iterator[bytes]:
    """Yield a header and one row per mention in chunks; `address` is the site's own."""
    buffer = io.StringIO()
    if has_mark:
        buffer.write(_BYTE_ORDER_MARK)
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    if has_words(highlighter):
        for number, article in enumerate(articles, 1):
            for row in _rows(article, highlighter, address):
                writer.writerow(row)
                if buffer.tell() >= _CHUNK_LENGTH:
                    yield _taken(buffer)
            if number % _CHUNK_ARTICLES == 0 and buffer.tell():
                yield _taken(buffer)
    yield _taken(buffer)


def _rows(article: Article, highlighter: Highlighter, address: str) -> Iterator[list[str]]:
    day, url = article.published[:10], address + article_path(article.id)
    for mention in mentions_of(article, highlighter):
        texts = mention.part, mention.before, mention.text, mention.after
        cells = day, article.source, article.id, article.title, *texts, url
        yield [guard_formula(cell.strip()) for cell in cells]


def _taken(buffer: io.StringIO) -> bytes:
    """Return what a buffer has, and empty it."""
    chunk = buffer.getvalue().encode("utf-8", "replace")
    buffer.seek(0)
    buffer.truncate()
    return chunk
