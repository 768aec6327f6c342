"""Messages for failed writes name the cause."""

import errno
import os
import resource
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from search.files.write_errors import disk_full_reason, reason

TANTIVY = (
    "An error occurred in a thread: 'An index writer was killed.. A worker thread encountered an "
    "error (io::Error most likely) or panicked.'"
)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "no room left on its disk"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "the quota is used up"),
        (OSError(errno.EFBIG, "File too large"), "ulimit -f"),
        (
            ValueError("IoError { io_error: Os { code: 28, kind: StorageFull } }"),
            "no room left on its disk",
        ),
        (ValueError("No space left on device (os error 28)"), "no room left on its disk"),
        (OSError(errno.EIO, "Input/output error"), ""),
        (ValueError(TANTIVY), ""),
        (ValueError("schema does not match"), ""),
    ],
)
def test_a_full_disk_is_recognised(tmp_path: Path, error: Exception, message: str) -> None:
    """Each library reports it differently, and one not at all."""
    actual = disk_full_reason(error, tmp_path / "not" / "yet" / "there", needed=3_500_000)
    assert message in actual
    assert bool(actual) == bool(message)
    assert ("about 3.5 MB needed" in actual) == ("disk" in message or "quota" in message)


def test_the_cause_of_a_killed_writer_is_determined(tmp_path: Path) -> None:
    """Tantivy's threads report the same message for every error."""
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, limit[1]))
    try:
        assert "ulimit -f" in disk_full_reason(ValueError(TANTIVY), tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)


def test_a_full_database_is_recognised(tmp_path: Path) -> None:
    """SQLite's message names neither the disk nor its free space."""
    with closing(sqlite3.connect(tmp_path / "a.sqlite")) as database:
        database.execute("PRAGMA max_page_count = 2")
        database.execute("CREATE TABLE t (x)")
        with pytest.raises(sqlite3.OperationalError) as caught:
            database.execute("INSERT INTO t VALUES (zeroblob(100000))")
    assert "no room left" in disk_full_reason(caught.value, tmp_path)


def test_other_errors_keep_their_messages(tmp_path: Path) -> None:
    """A missing folder is neither a full disk nor a missing permission."""
    error = FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    assert reason(error, tmp_path / "no" / "folder") == "No such file or directory"


def test_a_disk_without_inodes_is_not_called_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever reads of 67 MB free looks in the wrong place."""
    real = os.statvfs(tmp_path)
    used_up = os.statvfs_result((real.f_bsize, real.f_frsize, 100, 50, 50, 20, 0, 0, 0, 255))
    monkeypatch.setattr(os, "statvfs", lambda _: used_up)
    said = disk_full_reason(OSError(errno.ENOSPC, "No space left on device"), tmp_path)
    assert said == "its disk can hold no more files (its inodes are used up, see df -i)"
