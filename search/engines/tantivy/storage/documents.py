"""Reads stored articles, in the order of time, and translates errors of damaged files."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import tantivy
from tantivy import Query

from search.engines.tantivy.storage.checksums import RECORD_FILE, files_of
from search.errors import EngineUnavailable, IndexDamaged, IndexForbidden
from search.files.access import READ, first_refused, refusal
from search.model.article import Article
from search.model.cursor import Cursor

__all__ = [
    "forbidden",
    "in_order",
    "read_article",
    "read_line",
    "reading",
    "sorted_past",
    "stored_articles",
    "unreadable",
]

_BATCH_SIZE = 1000
_PANIC = "PanicException"
"""The class of a panic in Tantivy: not an Exception, and not importable."""


@contextmanager
def reading(directory: Path) -> Iterator[None]:
    """Translate Tantivy's errors and panics in the block.

    Raises:
        IndexDamaged: the index in the directory cannot be read.
        IndexForbidden: this user may not read it.

    """
    try:
        yield
    except BaseException as error:
        if isinstance(error, ValueError) or type(error).__name__ == _PANIC:
            raise unreadable(directory, str(error)) from error
        raise


def stored_articles(directory: Path) -> Iterator[Article]:
    """Yield the articles of an index of any schema, as far as they can be read.

    Raises:
        IndexDamaged: no article, or no further one, can be read.

    """
    with reading(directory):
        # Opened by its own schema, not by this version's.
        index = tantivy.Index.open(str(directory / "index"))
        searcher = index.searcher()
        cursor = Cursor("", 0)
        while True:
            past = sorted_past(index.schema, cursor.key, newest=False)
            hits = in_order(searcher, past, newest=False, limit=_BATCH_SIZE, offset=cursor.skip)
            for _, address in hits:
                yield read_article(searcher, address)
            if len(hits) < _BATCH_SIZE:
                return
            cursor = cursor.past([key for key, _ in hits])


def read_article(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> Article:
    """Read a stored article."""
    return Article.from_json(read_line(searcher, address))


def read_line(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> bytes:
    """Read a stored article as `Article.to_json` wrote it."""
    stored = searcher.doc(address).get_first("article")
    assert isinstance(stored, bytes)
    return stored


def in_order(
    searcher: tantivy.Searcher, query: Query, *, newest: bool, limit: int, offset: int = 0
) -> list[tuple[int, tantivy.DocAddress]]:
    """Find matches by date, with their sort keys."""
    order = tantivy.Order.Desc if newest else tantivy.Order.Asc
    result = searcher.search(
        query, limit=limit, offset=offset, count=False, order_by_field="sort_key", order=order
    )
    return [(int(key), address) for key, address in result.hits]


def sorted_past(schema: tantivy.Schema, key: int | None, *, newest: bool) -> Query:
    """Match articles at or past a sort key, or all articles if it is None."""
    if key is None:
        return Query.all_query()
    low, high = (None, key) if newest else (key, None)
    return Query.range_query(schema, "sort_key", tantivy.FieldType.Unsigned, low, high)


def unreadable(directory: Path, what: str) -> EngineUnavailable:
    """Return the error for a generation that cannot be read: damaged, or closed to this user."""
    if error := forbidden(directory):
        return error
    return IndexDamaged(
        f"the index in {directory} cannot be read ({what}); run dateline check --repair, "
        "dateline rollback, or dateline rebuild SOURCE…"
    )


def forbidden(directory: Path) -> IndexForbidden | None:
    """Return the error for a generation with a file that this process may not read, or None."""
    if _all_readable(directory) and _all_readable(directory / "index"):
        return None
    paths = [
        directory,
        directory / RECORD_FILE,
        directory / "index",
        *(path for _, path in files_of(directory)),
    ]
    refused = first_refused(paths, READ)
    if refused is None:
        return None
    return IndexForbidden(refusal(refused, READ, directory.parent.parent))


def _all_readable(folder: Path) -> bool:
    """Return whether everything in a folder can be read; a fast check of the usual case."""
    try:
        with os.scandir(folder) as entries:
            return all(os.access(entry.path, READ, effective_ids=True) for entry in entries)
    except OSError:
        return False
