"""Slots with two limits: a total one, and one for each client address.

Semaphores of the standard library have a single limit, and `multiprocessing.Semaphore` keeps the
slot of a process that was killed.
"""

import fcntl
import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

import orjson

from web.processes.supervision import is_running

__all__ = ["AddressSlots", "Slots"]


class Slots:
    """Slots within one process."""

    def __init__(self, total: int, per_address: int) -> None:
        self._total = total
        self._per_address = per_address
        self._lock = threading.Lock()
        self._taken: Counter[str] = Counter()

    def take(self, address: str) -> Callable[[], None] | None:
        """Take a slot and return the function that releases it; None if no slot is free."""
        with self._lock:
            is_full = self._taken.total() >= self._total
            if is_full or self._taken[address] >= self._per_address:
                return None
            self._taken[address] += 1

        def release() -> None:
            with self._lock:
                self._taken[address] -= 1
                self._taken += Counter()

        return release


class AddressSlots:
    """Slots for each address, shared by all processes that use the same file.

    The file holds a row for each slot taken: process id, address and a token. Rows of processes
    that no longer run count as free.
    """

    def __init__(self, path: Path, per_address: int) -> None:
        self._path = path
        self._per_address = per_address

    def take(self, address: str) -> Callable[[], None] | None:
        """Take a slot and return the function that releases it; None if it has all of its own."""
        token = token_hex(8)
        with self._rows() as rows:
            if sum(row[1] == address for row in rows) >= self._per_address:
                return None
            rows.append([os.getpid(), address, token])

        def release() -> None:
            with self._rows() as rows:
                rows[:] = [row for row in rows if row[2] != token]

        return release

    @contextmanager
    def _rows(self) -> Iterator[list[list[object]]]:
        """Yield the rows for modification; they are written when the block ends."""
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(handle, "r+b") as file:
            # Closing the file releases the lock.
            fcntl.flock(file, fcntl.LOCK_EX)
            content = file.read()
            rows = [row for row in orjson.loads(content or b"[]") if is_running(row[0])]
            yield rows
            file.seek(0)
            # Pad with spaces instead of truncating, which waits for the disk (auto_da_alloc,
            # ext4(5)).
            file.write(orjson.dumps(rows).ljust(len(content)))
