"""Articles as they are stored, in the order of time, and what it is called when they cannot be read."""

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
    "BATCH",
    "forbidden",
    "in_order",
    "read_article",
    "read_line",
    "reading",
    "sorted_past",
    "stored_articles",
    "unreadable",
]

BATCH = 1000
"""Articles that are found at once where all are read."""
_PANIC = "PanicException"
"""What a panic of Tantivy's comes as: no Exception, and of a class that cannot be imported."""


@contextmanager
def reading(directory: Path) -> Iterator[None]:
    """Say of whatever Tantivy stumbles over in a damaged file what it is.

    Raises:
        IndexDamaged: the index in the directory cannot be read.
        IndexForbidden: another user's right is needed to read it.

    """
    try:
        yield
    except BaseException as error:
        if isinstance(error, ValueError) or type(error).__name__ == _PANIC:
            raise unreadable(directory, str(error)) from error
        raise


def stored_articles(directory: Path) -> Iterator[Article]:
    """Yield the articles in the index of a generation's directory, whatever its schema, as far as they can be read.

    Raises:
        IndexDamaged: they cannot be, or no further.

    """
    with reading(directory):
        # Opened by its own schema, not by this version's.
        index = tantivy.Index.open(str(directory / "index"))
        searcher = index.searcher()
        cursor = Cursor("", 0)
        while True:
            past = sorted_past(index.schema, cursor.key, newest=False)
            found = in_order(searcher, past, newest=False, limit=BATCH, offset=cursor.skip)
            for _, address in found:
                yield read_article(searcher, address)
            if len(found) < BATCH:
                return
            cursor = cursor.past([key for key, _ in found])


def read_article(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> Article:
    """Read an article as it was stored."""
    return Article.from_json(read_line(searcher, address))


def read_line(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> bytes:
    """Read an article as `Article.to_json` wrote it."""
    stored = searcher.doc(address).get_first("article")
    assert isinstance(stored, bytes)
    return stored


def in_order(
    searcher: tantivy.Searcher, query: Query, *, newest: bool, limit: int, offset: int = 0
) -> list[tuple[int, tantivy.DocAddress]]:
    """Find matches in the order of time: their sort keys and addresses."""
    order = tantivy.Order.Desc if newest else tantivy.Order.Asc
    found = searcher.search(
        query, limit=limit, offset=offset, count=False, order_by_field="sort_key", order=order
    )
    return [(int(key), address) for key, address in found.hits]


def sorted_past(schema: tantivy.Schema, key: int | None, *, newest: bool) -> Query:
    """Match articles at or past a sort key; all when it is None."""
    if key is None:
        return Query.all_query()
    low, high = (None, key) if newest else (key, None)
    return Query.range_query(schema, "sort_key", tantivy.FieldType.Unsigned, low, high)


def unreadable(directory: Path, what: str) -> EngineUnavailable:
    """Make the error for a generation that cannot be read: damaged, or closed to this user.

    It names what is wrong and the ways out.
    """
    if said := forbidden(directory):
        return said
    return IndexDamaged(
        f"the index in {directory} cannot be read ({what}); run dateline check --repair, dateline rollback, or "
        "dateline rebuild SOURCE…"
    )


def forbidden(directory: Path) -> IndexForbidden | None:
    """Make the error for a generation with a file that this process has no right to read; None where it may read all."""
    if _all_open(directory) and _all_open(directory / "index"):
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


def _all_open(folder: Path) -> bool:
    """Check cheaply that everything in a folder can be read, as it usually can."""
    try:
        with os.scandir(folder) as entries:
            return all(os.access(entry.path, READ, effective_ids=True) for entry in entries)
    except OSError:
        return False
