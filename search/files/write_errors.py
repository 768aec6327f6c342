"""Why something could not be written: a full disk, a limit and another user's folder are called by their names."""

import errno
import os
import shutil
import sqlite3
import tempfile
from pathlib import Path

from search.errors import WriteFailed
from search.files.access import WRITE, first_refused, refusal

__all__ = ["no_room", "reason", "write_failed"]

_MEGABYTE = 1_000_000
_PROBED_BYTES = 1 << 20
_FULL = {errno.ENOSPC: "room", errno.EDQUOT: "quota", errno.EFBIG: "limit"}
_WRITER_KILLED = "writer was killed"
"""In Tantivy's message for any error in a thread of its writer."""


def write_failed(
    what: str, place: Path, error: BaseException, *, needed: int = 0, after: str = ""
) -> WriteFailed:
    """Make the error for something that could not be written to `place`; `after` ends the message.

    `needed` is how many bytes it takes in all, where that is known.
    """
    return WriteFailed(
        f"{what} could not be written to {place}: {reason(error, place, needed)}{after}"
    )


def reason(error: BaseException, place: Path, needed: int = 0) -> str:
    """Say why writing to `place` failed."""
    if full := no_room(error, place, needed):
        return full
    if isinstance(error, PermissionError) and (
        path := first_refused([place, _existing(place)], WRITE)
    ):
        return refusal(path, WRITE, None)
    if isinstance(error, BrokenPipeError):
        return "its reader has left"
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return str(error)


def no_room(error: BaseException, place: Path, needed: int = 0) -> str:
    """Say that the disk is full or a limit is reached, if that is what the error means; "" otherwise."""
    folder = _existing(place)
    kind = _kind_of_full(error, folder)
    if kind == "limit":
        return "a file would be larger than this process may write (ulimit -f)"
    if not kind:
        return ""
    takes = f", about {_megabytes(needed)} needed" if needed else ""
    if kind == "room" and _has_no_more_files(folder):
        return "its disk can hold no more files (its inodes are used up, see df -i)"
    used = "the quota is used up" if kind == "quota" else "there is no room left"
    return f"{used} on its disk ({_megabytes(shutil.disk_usage(folder).free)} free{takes})"


def _has_no_more_files(folder: Path) -> bool:
    """Tell a file system that is full of files from one that is full of bytes; some count no files."""
    status = os.statvfs(folder)
    return status.f_files > 0 and status.f_favail == 0 and status.f_bavail > 0


def _kind_of_full(error: BaseException, folder: Path) -> str:
    if isinstance(error, OSError):
        return _FULL.get(error.errno or 0, "")
    said = str(error)
    if isinstance(error, sqlite3.Error):
        # The low byte tells the kind; what comes above it, the place.
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_FULL:
            return "room"
        return _probed(folder) if code == sqlite3.SQLITE_IOERR else ""
    for code, kind in _FULL.items():
        if f"os error {code}" in said or f"code: {code}," in said:
            return kind
    # The writer does not hand on the cause, but the disk is still as full.
    return _probed(folder) if _WRITER_KILLED in said else ""


def _probed(folder: Path) -> str:
    """Write a little, and return what stops it."""
    try:
        with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
            left = memoryview(bytes(_PROBED_BYTES))
            while left:
                left = left[file.write(left) :]
            os.fsync(file.fileno())
    except OSError as error:
        return _FULL.get(error.errno or 0, "")
    return ""


def _existing(place: Path) -> Path:
    """Return the nearest folder that exists and may be entered."""
    return next(folder for folder in (place, *place.absolute().parents) if _is_folder(folder))


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _megabytes(size: int) -> str:
    return f"{size / _MEGABYTE:,.1f} MB"
