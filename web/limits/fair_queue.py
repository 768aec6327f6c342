"""FairQueue that clients take one after another, however many tasks each of them has waiting."""

import threading
from collections import OrderedDict, deque

__all__ = ["FairQueue"]


class FairQueue:
    """So many turns at once. First come, first served within each client; clients are served in rotation."""

    def __init__(self, at_once: int) -> None:
        self._lock = threading.Lock()
        self._free = at_once
        self._waiting: OrderedDict[str, deque[threading.Event]] = OrderedDict()

    def take(self, client: str, seconds: float) -> bool:
        """Wait so long for a turn; tell whether it came. `give_back` ends it."""
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            turn = threading.Event()
            self._waiting.setdefault(client, deque()).append(turn)
        if turn.wait(seconds):
            return True
        with self._lock:
            # It may have come just now.
            if not turn.is_set():
                self._forget(client, turn)
            return turn.is_set()

    def give_back(self) -> None:
        """End a turn: it goes to the next client's longest waiting task."""
        with self._lock:
            if not self._waiting:
                self._free += 1
                return
            client, turns = self._waiting.popitem(last=False)
            turns.popleft().set()
            if turns:
                self._waiting[client] = turns

    def _forget(self, client: str, turn: threading.Event) -> None:
        self._waiting[client].remove(turn)
        if not self._waiting[client]:
            del self._waiting[client]

    def waiting(self, client: str) -> int:
        """Return how many tasks of a client wait."""
        with self._lock:
            return len(self._waiting.get(client, ()))

    def before(self, client: str) -> int:
        """Return how many turns that are waited for come before a new one of a client's, if nobody else comes."""
        with self._lock:
            own = len(self._waiting.get(client, ())) + 1
            return sum(min(len(turns), own) for turns in self._waiting.values())
