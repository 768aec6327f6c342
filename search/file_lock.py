"""One writer at a time, by a lock that the system drops when its holder dies."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from search.errors import IndexLocked

__all__ = ["exclusive"]

_RETRY_SECONDS = 0.1


@contextmanager
def exclusive(path: Path, task: str, wait: float) -> Iterator[None]:
    """Hold the lock file at `path` while the block runs; `wait` at most so many seconds for it.

    Raises:
        IndexLocked: another process holds it; the message names its number and task.

    """
    path.parent.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + wait
    with path.open("a+", encoding="utf-8") as file:
        while not _taken(file.fileno()):
            if time.monotonic() >= deadline:
                file.seek(0)
                holder = file.read().strip() or "another process"
                raise IndexLocked(f"{holder} is writing in {path.parent}; try again later, or wait with --wait SECONDS")
            time.sleep(_RETRY_SECONDS)
        file.truncate(0)
        file.write(f"process {os.getpid()} ({task})")
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
