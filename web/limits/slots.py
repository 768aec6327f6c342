"""Slots that few may hold at once: so many in all, and so many of one address."""

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

    def __init__(self, in_all: int, of_address: int) -> None:
        self._in_all = in_all
        self._of_address = of_address
        self._lock = threading.Lock()
        self._held: Counter[str] = Counter()

    def take(self, address: str) -> Callable[[], None] | None:
        """Return what gives a place back, None where there is none to take."""
        with self._lock:
            is_full = self._held.total() >= self._in_all
            if is_full or self._held[address] >= self._of_address:
                return None
            self._held[address] += 1

        def leave() -> None:
            with self._lock:
                self._held[address] -= 1
                self._held += Counter()

        return leave


class AddressSlots:
    """So many slots of each address, over all processes that share a file.

    The file holds a row for each place: the process, the address's name and a token. Rows of
    processes that are no more count as free.
    """

    def __init__(self, path: Path, of_address: int) -> None:
        self._path = path
        self._of_address = of_address

    def take(self, address: str) -> Callable[[], None] | None:
        """Return what gives a place back, None where the address holds all of its own."""
        token = token_hex(8)
        with self._rows() as rows:
            if sum(row[1] == address for row in rows) >= self._of_address:
                return None
            rows.append([os.getpid(), address, token])

        def leave() -> None:
            with self._rows() as rows:
                rows[:] = [row for row in rows if row[2] != token]

        return leave

    @contextmanager
    def _rows(self) -> Iterator[list[list[object]]]:
        """Give the rows to change; they are written when the block ends."""
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(handle, "r+b") as file:
            # It ends with the file.
            fcntl.flock(file, fcntl.LOCK_EX)
            written = file.read()
            rows = [row for row in orjson.loads(written or b"[]") if is_running(row[0])]
            yield rows
            file.seek(0)
            # Spaces rather than an end that is cut off: that would wait for the disk (auto_da_alloc, ext4(5)).
            file.write(orjson.dumps(rows).ljust(len(written)))
