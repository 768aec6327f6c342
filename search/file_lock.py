"""One writer at a time, by a lock that the system drops when its holder dies."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from search.errors import IndexLocked, WriteFailed
from search.file_access import WRITE, first_refused, refusal
from search.file_owners import give_to_folder
from search.write_problems import write_failed

__all__ = ["exclusive"]

_RETRY_SECONDS = 0.1


@contextmanager
def exclusive(path: Path, task: str, wait: float) -> Iterator[None]:
    """Hold the lock file at `path` while the block runs; `wait` at most so many seconds for it.

    Raises:
        IndexLocked: another process holds it; the message names its number and task.
        WriteFailed: its folder cannot be written.

    """
    deadline = time.monotonic() + wait
    with _opened(path) as file:
        while not _taken(file.fileno()):
            if time.monotonic() >= deadline:
                file.seek(0)
                holder = file.read().strip() or "another process"
                raise IndexLocked(f"{holder} is writing in {path.parent}; try again later, or wait with --wait SECONDS")
            time.sleep(_RETRY_SECONDS)
        _write_holder(file, f"process {os.getpid()} ({task})")
        try:
            yield
        finally:
            _write_holder(file, "")


def _opened(path: Path) -> IO[str]:
    """Open the lock file, which belongs to its folder's owner; one of another user who shares the folder is locked unwritten."""
    folder = path.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if refused := first_refused([folder], WRITE):
            raise WriteFailed(f"{refusal(refused, WRITE, folder)}; nothing changed")
        new = not path.exists()
        try:
            file = path.open("a+", encoding="utf-8")
        except PermissionError:
            return path.open(encoding="utf-8")
        if new:
            give_to_folder(file.fileno(), folder)
    except OSError as error:
        raise write_failed("the lock", path, error, after="; nothing changed") from error
    return file


def _write_holder(file: IO[str], holder: str) -> None:
    """Say in the lock file who holds it, where it can be written; a full disk does not keep from locking."""
    if not file.writable():
        return
    with suppress(OSError):
        os.ftruncate(file.fileno(), 0)
        os.write(file.fileno(), holder.encode())


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
