"""Why something was not written, in words that lead to the cause."""

import errno
import os
import resource
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from search.files.write_errors import disk_full_reason, reason

TANTIVY = "An error occurred in a thread: 'An index writer was killed.. A worker thread encountered an error (io::Error most likely) or panicked.'"


@pytest.mark.parametrize(
    ("error", "said"),
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
def test_a_full_disk_is_told_from_other_errors(tmp_path: Path, error: Exception, said: str) -> None:
    """Each library says it in its own way, and one not at all."""
    found = disk_full_reason(error, tmp_path / "not" / "yet" / "there", needed=3_500_000)
    assert said in found
    assert bool(found) == bool(said)
    assert ("about 3.5 MB needed" in found) == ("disk" in said or "quota" in said)


def test_the_cause_that_a_killed_writer_hides_is_found_out(tmp_path: Path) -> None:
    """Tantivy's threads end with one sentence, whatever happened to them."""
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, limit[1]))
    try:
        assert "ulimit -f" in disk_full_reason(ValueError(TANTIVY), tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)


def test_a_full_database_is_called_so(tmp_path: Path) -> None:
    """SQLite's own words for it do not tell which disk, nor how full it is."""
    with closing(sqlite3.connect(tmp_path / "a.sqlite")) as database:
        database.execute("PRAGMA max_page_count = 2")
        database.execute("CREATE TABLE t (x)")
        with pytest.raises(sqlite3.OperationalError) as caught:
            database.execute("INSERT INTO t VALUES (zeroblob(100000))")
    assert "no room left" in disk_full_reason(caught.value, tmp_path)


def test_what_is_wrong_otherwise_keeps_its_words(tmp_path: Path) -> None:
    """A place that does not exist is neither full nor anybody's."""
    error = FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    assert reason(error, tmp_path / "no" / "folder") == "No such file or directory"
