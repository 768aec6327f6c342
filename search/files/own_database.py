"""SQLite files of a data folder, opened without following links.

Another user may be able to write that folder.
"""

import os
import sqlite3
from pathlib import Path
from urllib.parse import quote

from search.files.regular_files import NotRegular

__all__ = ["open_database"]


def open_database(
    path: Path, *, timeout: float = 0.0, one_thread: bool = True
) -> sqlite3.Connection:
    """Open an existing SQLite file in autocommit mode; links are refused.

    Raises:
        NotRegular: the path is a link.
        OSError: the file does not exist.
        sqlite3.Error: the file cannot be opened.

    """
    status = path.lstat()
    # SQLite follows links to the database, but not to the files next to it.
    database = sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?mode=rw",
        uri=True,
        timeout=timeout,
        isolation_level=None,
        check_same_thread=one_thread,
    )
    try:
        # A link may have appeared in the meantime. Nothing has been read or written yet.
        opened = Path(database.execute("PRAGMA database_list").fetchone()[2])
        _check_same(path, status, opened)
    except BaseException:
        database.close()
        raise
    return database


def _check_same(path: Path, status: os.stat_result, opened: Path) -> None:
    if not os.path.samestat(status, opened.lstat()):
        raise NotRegular(str(path), path.lstat().st_mode)
