"""The catalog of a generation: an SQLite file next to its index, never changed once finished."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from search.engines.tantivy.storage.checksums import FileChecksum, digest
from search.errors import IndexDamaged, IndexForbidden
from search.files.access import READ, first_refused, refusal
from search.files.own_database import open_database
from search.files.regular_files import write_new
from search.index.article_keys import article_key, ids_by_key
from search.index.document import PreparedDocument
from search.index.protocols import CatalogEntry

__all__ = ["CATALOG_FILE", "TantivyCatalog", "TantivyCatalogWriter"]

CATALOG_FILE = "catalog.sqlite"
"""The name of the file in a generation's directory."""

_BUFFERED_ROWS = 1000
_QUERY_BATCH_SIZE = 500
_CACHE_KIB = 64_000
_MAPPED_BYTES = 1 << 30
_INDEX_KEYS = "CREATE INDEX article_article_key ON article (article_key, id)"


class TantivyCatalog:
    """The Catalog in a generation's directory, verified against its checksum when it is opened.

    Raises:
        IndexDamaged: the file is missing, was changed or cannot be read; every method may raise it.

    """

    def __init__(self, directory: Path, checksum: FileChecksum | None) -> None:
        path = self._path = directory / CATALOG_FILE
        with self._reading():
            if checksum and digest(path) != checksum.sha256:
                raise sqlite3.DatabaseError("it was changed since it was written")
            # An immutable file needs no lock, so its folder need not be writable.
            address = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
            self._database = sqlite3.connect(address, uri=True, check_same_thread=False)
            self._database.execute(f"PRAGMA mmap_size={_MAPPED_BYTES}")

    def __reduce__(self) -> "tuple[type[TantivyCatalog], tuple[Path, None]]":
        # The checksum was verified on first open; skip it after unpickling.
        return TantivyCatalog, (self._path.parent, None)

    def __len__(self) -> int:
        return int(self._rows("SELECT count(*) FROM article")[0][0])

    def ids_of_records(self, records: Sequence[int]) -> dict[int, str]:
        """Return the ids of the articles that were read from these raw records."""
        return dict(self._pairs("SELECT record, id FROM article WHERE record IN", records))

    def fingerprints(self, ids: Sequence[str]) -> dict[str, int]:
        """Return the fingerprints of articles; unknown ids are left out."""
        return dict(self._pairs("SELECT id, fingerprint FROM article WHERE id IN", ids))

    def ids_of_keys(self, keys: Sequence[int]) -> dict[int, str]:
        """Return the ids of the articles with these keys; see Catalog."""
        with self._reading():
            has_keys = _has_keys(self._database)
        if not has_keys:
            return ids_by_key((entry.id for entry in self.entries()), keys)
        pairs = self._pairs("SELECT article_key, id FROM article WHERE article_key IN", keys)
        return ids_by_key((article_id for _, article_id in pairs), keys)

    def entries(self) -> Iterator[CatalogEntry]:
        """Yield the entry of every article, in no particular order."""
        with self._reading(), closing(self._database.cursor()) as cursor:
            for row in cursor.execute("SELECT id, fingerprint, record FROM article"):
                yield CatalogEntry(*row)

    def _pairs(self, statement: str, values: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
        for start in range(0, len(values), _QUERY_BATCH_SIZE):
            batch = values[start : start + _QUERY_BATCH_SIZE]
            yield from self._rows(f"{statement} ({','.join('?' * len(batch))})", batch)

    def _rows(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        with self._reading():
            return self._database.execute(statement, values).fetchall()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            if refused := first_refused([self._path], READ):
                raise IndexForbidden(
                    refusal(refused, READ, self._path.parent.parent.parent)
                ) from error
            raise IndexDamaged(
                f"the catalog {self._path} cannot be read ({error}); run dateline check --repair"
            ) from error


class TantivyCatalogWriter:
    """Fills a catalog: a new one, or a copy that is at `path` already.

    Raises:
        OSError, sqlite3.Error: it cannot be written; every method may raise it.

    """

    def __init__(self, path: Path, *, new: bool) -> None:
        self._new = new
        self._has_repeats = False
        self._rows: list[tuple[str, int, int, int]] = []
        if new:
            write_new(path, b"")
        # Another thread finishes the catalog.
        self._database = open_database(path, one_thread=False)
        # A killed writer's files are deleted, so there is no journal; the finished file is synced
        # once.
        for pragma in (
            "journal_mode=OFF",
            "synchronous=OFF",
            "locking_mode=EXCLUSIVE",
            f"cache_size=-{_CACHE_KIB}",
        ):
            self._database.execute(f"PRAGMA {pragma}")
        self._database.execute("BEGIN")
        if new:
            self._database.execute(
                "CREATE TABLE article (number INTEGER PRIMARY KEY, id TEXT, fingerprint INT, "
                "record INT, article_key INT)"
            )
        elif not _has_keys(self._database):
            self._add_keys()

    def add(self, document: PreparedDocument) -> None:
        """Add an article whose id is not in the catalog."""
        self._rows.append(
            (document.id, document.fingerprint, document.record, article_key(document.id))
        )
        if len(self._rows) >= _BUFFERED_ROWS:
            self._flush()

    def replace(self, document: PreparedDocument) -> None:
        """Replace the article with the same id."""
        if self._new:
            # There is no index on ids yet, so older rows are deleted all together at the end.
            self._has_repeats = True
        else:
            self.delete(document.id)
        self.add(document)

    def delete(self, article_id: str) -> None:
        """Remove an article from a copied catalog."""
        self._flush()
        self._database.execute("DELETE FROM article WHERE id = ?", (article_id,))

    def finish(self) -> None:
        """Complete the file."""
        self._flush()
        if self._has_repeats:
            self._database.execute(
                "DELETE FROM article "
                "WHERE number NOT IN (SELECT max(number) FROM article GROUP BY id)"
            )
        if self._new:
            self._database.execute("CREATE UNIQUE INDEX article_id ON article (id)")
            self._database.execute("CREATE INDEX article_record ON article (record, id)")
            self._database.execute(_INDEX_KEYS)
        self._database.execute("COMMIT")
        self._database.close()

    def abort(self) -> None:
        """Close the file without completing it."""
        self._database.close()

    def _flush(self) -> None:
        self._database.executemany(
            "INSERT INTO article (id, fingerprint, record, article_key) VALUES (?, ?, ?, ?)",
            self._rows,
        )
        self._rows.clear()

    def _add_keys(self) -> None:
        """Add the keys to a copy of a catalog that was written without them."""
        self._database.create_function("key_of_id", 1, article_key, deterministic=True)
        self._database.execute("ALTER TABLE article ADD COLUMN article_key INT")
        self._database.execute("UPDATE article SET article_key = key_of_id(id)")
        self._database.execute(_INDEX_KEYS)


def _has_keys(database: sqlite3.Connection) -> bool:
    columns = database.execute("SELECT name FROM pragma_table_info('article')")
    return ("article_key",) in columns.fetchall()
