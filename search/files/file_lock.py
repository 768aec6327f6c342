"""A lock file for one writer at a time; the system releases it when its holder dies."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from search.errors import IndexLocked, WriteFailed
from search.files.access import WRITE, first_refused, refusal
from search.files.ownership import inherit_owner, widen_mode
from search.files.regular_files import NotRegular, open_regular
from search.files.write_errors import write_failed

__all__ = ["exclusive"]

_RETRY_SECONDS = 0.1
_MODE = 0o666


@contextmanager
def exclusive(path: Path, task: str, wait: float) -> Iterator[None]:
    """Hold the lock file at `path` while the block runs; wait at most `wait` seconds for it.

    Raises:
        IndexLocked: another process holds it; the message contains its process id and task.
        WriteFailed: the folder is not writable, or the lock is a link or another kind of file.

    """
    deadline = time.monotonic() + wait
    with _opened(path) as file:
        while not _try_lock(file.fileno()):
            if time.monotonic() >= deadline:
                file.seek(0)
                holder = file.read().strip() or "another process"
                raise IndexLocked(
                    f"{holder} is writing in {path.parent}; try again later, or wait with --wait "
                    "SECONDS"
                )
            time.sleep(_RETRY_SECONDS)
        _write_holder(file, f"process {os.getpid()} ({task})")
        try:
            yield
        finally:
            _write_holder(file, "")


def _opened(path: Path) -> IO[str]:
    """Open the lock file, which belongs to the owner of its folder.

    A lock file of another user is opened read-only if necessary, which suffices to lock it.
    """
    folder = path.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if refused := first_refused([folder], WRITE):
            raise WriteFailed(f"{refusal(refused, WRITE, folder)}; nothing changed")
        return _create_or_open(path)
    except NotRegular as error:
        raise WriteFailed(
            f"{path} is {error.kind} instead of a lock file; remove it, and the next command "
            "creates the lock file again; nothing changed"
        ) from error
    except OSError as error:
        raise write_failed("the lock", path, error, after="; nothing changed") from error


def _create_or_open(path: Path) -> IO[str]:
    """Create the lock file and set its owner, or open an existing one."""
    try:
        handle = open_regular(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, _MODE)
    except FileExistsError:
        try:
            handle = open_regular(path, os.O_RDWR)
        except PermissionError:
            return os.fdopen(open_regular(path), encoding="utf-8")
        widen_mode(handle, _MODE)
    else:
        inherit_owner(handle, path.parent)
    return os.fdopen(handle, "r+", encoding="utf-8")


def _write_holder(file: IO[str], holder: str) -> None:
    """Write the holder to the lock file; a full disk does not prevent locking."""
    if not file.writable():
        return
    with suppress(OSError):
        os.ftruncate(file.fileno(), 0)
        os.pwrite(file.fileno(), holder.encode(), 0)


def _try_lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
