"""The catalog of a generation: an SQLite file beside its index, finished with it and never written again."""

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
from search.index.document import PreparedDocument
from search.index.protocols import CatalogEntry

__all__ = ["CATALOG_FILE", "TantivyCatalog", "TantivyCatalogWriter"]

CATALOG_FILE = "catalog.sqlite"
"""The name of the file in a generation's directory."""

_BUFFERED_ROWS = 1000
_ASKED_AT_ONCE = 500
_CACHE_KIB = 64_000
_MAPPED_BYTES = 1 << 30


class TantivyCatalog:
    """The Catalog in a generation's directory, which is held against its `mark`, where there is one, before it is read.

    Raises:
        IndexDamaged: the file is missing, was changed or cannot be read; so does every method.

    """

    def __init__(self, directory: Path, mark: FileChecksum | None) -> None:
        path = self._path = directory / CATALOG_FILE
        with self._reading():
            if mark and digest(path) != mark.sha256:
                raise sqlite3.DatabaseError("it was changed since it was written")
            # An immutable file needs no lock, and its folder no right to write.
            address = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
            self._database = sqlite3.connect(address, uri=True, check_same_thread=False)
            self._database.execute(f"PRAGMA mmap_size={_MAPPED_BYTES}")

    def __reduce__(self) -> "tuple[type[TantivyCatalog], tuple[Path, None]]":
        # Held against its mark once is enough.
        return TantivyCatalog, (self._path.parent, None)

    def __len__(self) -> int:
        return int(self._rows("SELECT count(*) FROM article")[0][0])

    def ids_of_records(self, records: Sequence[int]) -> dict[int, str]:
        """Return the ids of those raw records that articles were read from."""
        return dict(self._chosen("SELECT record, id FROM article WHERE record IN", records))

    def fingerprints(self, ids: Sequence[str]) -> dict[str, int]:
        """Return the fingerprints of those articles that there are."""
        return dict(self._chosen("SELECT id, fingerprint FROM article WHERE id IN", ids))

    def entries(self) -> Iterator[CatalogEntry]:
        """Yield what is known of every article, in no particular order."""
        with self._reading(), closing(self._database.cursor()) as cursor:
            for row in cursor.execute("SELECT id, fingerprint, record FROM article"):
                yield CatalogEntry(*row)

    def _chosen(self, question: str, values: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
        for start in range(0, len(values), _ASKED_AT_ONCE):
            asked = values[start : start + _ASKED_AT_ONCE]
            yield from self._rows(f"{question} ({','.join('?' * len(asked))})", asked)

    def _rows(self, question: str, values: Sequence[Any] = ()) -> list[Any]:
        with self._reading():
            return self._database.execute(question, values).fetchall()

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
    """Fills a catalog: a new one, or a copy of one that is at `path` already.

    Raises:
        OSError, sqlite3.Error: it cannot be written; so does every method.

    """

    def __init__(self, path: Path, *, new: bool) -> None:
        self._new = new
        self._repeated = False
        self._rows: list[tuple[str, int, int]] = []
        if new:
            write_new(path, b"")
        # One thread finishes what another one fills.
        self._database = open_database(path, one_thread=False)
        # What a killed writer leaves is thrown away whole, so nothing is journalled; the finished file is synced once.
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
                "CREATE TABLE article (number INTEGER PRIMARY KEY, id TEXT, fingerprint INT, record INT)"
            )

    def add(self, document: PreparedDocument) -> None:
        """Note an article whose id is not there."""
        self._rows.append((document.id, document.fingerprint, document.record))
        if len(self._rows) >= _BUFFERED_ROWS:
            self._flush()

    def replace(self, document: PreparedDocument) -> None:
        """Note an article in the place of the one with its id."""
        if self._new:
            # Without an index the older row is found only at the end, for all at once.
            self._repeated = True
        else:
            self.delete(document.id)
        self.add(document)

    def delete(self, article_id: str) -> None:
        """Forget an article of a copied catalog."""
        self._flush()
        self._database.execute("DELETE FROM article WHERE id = ?", (article_id,))

    def finish(self) -> None:
        """Complete the file."""
        self._flush()
        if self._repeated:
            self._database.execute(
                "DELETE FROM article WHERE number NOT IN (SELECT max(number) FROM article GROUP BY id)"
            )
        if self._new:
            self._database.execute("CREATE UNIQUE INDEX article_id ON article (id)")
            self._database.execute("CREATE INDEX article_record ON article (record, id)")
        self._database.execute("COMMIT")
        self._database.close()

    def abort(self) -> None:
        """Give up."""
        self._database.close()

    def _flush(self) -> None:
        self._database.executemany(
            "INSERT INTO article (id, fingerprint, record) VALUES (?, ?, ?)", self._rows
        )
        self._rows.clear()
