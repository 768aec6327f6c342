"""A fair queue: clients take turns, however many tasks each of them has waiting.

The standard library has no such thing: `queue.Queue` and `threading.Semaphore` serve in order of
arrival or in no order, so one client with many tasks would delay all others.
"""

import threading
from collections import OrderedDict, deque

__all__ = ["FairQueue"]


class FairQueue:
    """A semaphore with `max_concurrent` turns that serves the waiting clients round-robin.

    The tasks of one client are served in order of arrival.
    """

    def __init__(self, max_concurrent: int) -> None:
        self._lock = threading.Lock()
        self._free = max_concurrent
        self._waiting: OrderedDict[str, deque[threading.Event]] = OrderedDict()

    def acquire(self, client: str, timeout_seconds: float) -> bool:
        """Wait for a turn and return whether it came in time. Call `release()` after it."""
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            turn = threading.Event()
            self._waiting.setdefault(client, deque()).append(turn)
        if turn.wait(timeout_seconds):
            return True
        with self._lock:
            # The turn may have come after the timeout.
            if not turn.is_set():
                self._remove(client, turn)
            return turn.is_set()

    def release(self) -> None:
        """End a turn and give it to the task of the next client that has waited longest."""
        with self._lock:
            if not self._waiting:
                self._free += 1
                return
            client, turns = self._waiting.popitem(last=False)
            turns.popleft().set()
            if turns:
                self._waiting[client] = turns

    def _remove(self, client: str, turn: threading.Event) -> None:
        self._waiting[client].remove(turn)
        if not self._waiting[client]:
            del self._waiting[client]

    def waiting_count(self, client: str) -> int:
        """Return the number of waiting tasks of a client."""
        with self._lock:
            return len(self._waiting.get(client, ()))

    def turns_ahead(self, client: str) -> int:
        """Return how many waiting tasks would be served before a new one of this client."""
        with self._lock:
            own = len(self._waiting.get(client, ())) + 1
            return sum(min(len(turns), own) for turns in self._waiting.values())
