"""SQLite files of a data folder, opened without following links: another user may write that folder."""

import os
import sqlite3
from pathlib import Path
from urllib.parse import quote

from search.files.regular_files import NotRegular

__all__ = ["open_database"]


def open_database(
    path: Path, *, timeout: float = 0.0, one_thread: bool = True
) -> sqlite3.Connection:
    """Open an SQLite file that exists, in autocommit mode; nothing is made or changed behind a link.

    Raises:
        NotRegular: it is a link.
        OSError: it is not there.
        sqlite3.Error: it cannot be opened.

    """
    found = path.lstat()
    # SQLite follows links; the files next to a database it opens without.
    database = sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?mode=rw",
        uri=True,
        timeout=timeout,
        isolation_level=None,
        check_same_thread=one_thread,
    )
    try:
        # A link may have been put there meanwhile, too. Nothing has been read or written yet.
        opened = Path(database.execute("PRAGMA database_list").fetchone()[2])
        _check_same(path, found, opened)
    except BaseException:
        database.close()
        raise
    return database


def _check_same(path: Path, found: os.stat_result, opened: Path) -> None:
    if not os.path.samestat(found, opened.lstat()):
        raise NotRegular(str(path), path.lstat().st_mode)
