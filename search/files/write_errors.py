"""Messages for failed writes that name the cause: a full disk, a limit, missing permissions."""

import errno
import os
import shutil
import sqlite3
import tempfile
from pathlib import Path

from search.errors import WriteFailed
from search.files.access import WRITE, first_refused, refusal

__all__ = ["disk_full_reason", "reason", "write_failed"]

_MEGABYTE = 1_000_000
_PROBE_BYTES = 1 << 20
_FULL = {errno.ENOSPC: "room", errno.EDQUOT: "quota", errno.EFBIG: "limit"}
_WRITER_KILLED = "writer was killed"
"""Part of Tantivy's message for any error in a thread of its writer."""


def write_failed(
    what: str, target: Path, error: BaseException, *, needed: int = 0, after: str = ""
) -> WriteFailed:
    """Return the error for `what`, which could not be written to `target`.

    `needed` is its size in bytes, if known; `after` is appended to the message.
    """
    return WriteFailed(
        f"{what} could not be written to {target}: {reason(error, target, needed)}{after}"
    )


def reason(error: BaseException, target: Path, needed: int = 0) -> str:
    """Return the reason why writing to `target` failed."""
    if full := disk_full_reason(error, target, needed):
        return full
    if isinstance(error, PermissionError) and (
        path := first_refused([target, _existing(target)], WRITE)
    ):
        return refusal(path, WRITE, None)
    if isinstance(error, BrokenPipeError):
        return "its reader has left"
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return str(error)


def disk_full_reason(error: BaseException, target: Path, needed: int = 0) -> str:
    """Return a message if the error means a full disk or a reached limit, "" otherwise."""
    folder = _existing(target)
    kind = _kind_of_full(error, folder)
    if kind == "limit":
        return "a file would be larger than this process may write (ulimit -f)"
    if not kind:
        return ""
    required = f", about {_megabytes(needed)} needed" if needed else ""
    if kind == "room" and _has_no_inodes_left(folder):
        return "its disk can hold no more files (its inodes are used up, see df -i)"
    used = "the quota is used up" if kind == "quota" else "there is no room left"
    return f"{used} on its disk ({_megabytes(shutil.disk_usage(folder).free)} free{required})"


def _has_no_inodes_left(folder: Path) -> bool:
    """Return whether a file system has room but no inodes; some file systems count none."""
    status = os.statvfs(folder)
    return status.f_files > 0 and status.f_favail == 0 and status.f_bavail > 0


def _kind_of_full(error: BaseException, folder: Path) -> str:
    if isinstance(error, OSError):
        return _FULL.get(error.errno or 0, "")
    message = str(error)
    if isinstance(error, sqlite3.Error):
        # The low byte is the primary code; the higher bytes specify the operation.
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_FULL:
            return "room"
        return _probe(folder) if code == sqlite3.SQLITE_IOERR else ""
    for code, kind in _FULL.items():
        if f"os error {code}" in message or f"code: {code}," in message:
            return kind
    # The writer does not report the cause, so try to write to the disk.
    return _probe(folder) if _WRITER_KILLED in message else ""


def _probe(folder: Path) -> str:
    """Write a small file, and return the kind of limit that prevents it."""
    try:
        with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
            remaining = memoryview(bytes(_PROBE_BYTES))
            while remaining:
                remaining = remaining[file.write(remaining) :]
            os.fsync(file.fileno())
    except OSError as error:
        return _FULL.get(error.errno or 0, "")
    return ""


def _existing(target: Path) -> Path:
    """Return the nearest folder that exists and is accessible."""
    return next(folder for folder in (target, *target.absolute().parents) if _is_folder(folder))


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _megabytes(size: int) -> str:
    return f"{size / _MEGABYTE:,.1f} MB"
