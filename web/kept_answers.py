"""Keeps finished answers that many clients ask for: the home page, and the same of the API.

They differ by generation and by few properties of a request, so a few of them are enough.
"""

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

__all__ = ["KeptAnswers"]

_Answer = TypeVar("_Answer")
_MAX_ANSWERS = 32
"""Up to 50 kB each."""


class KeptAnswers(Generic[_Answer]):
    """A small LRU cache. Answers are made without a lock, so one may be made twice."""

    def __init__(self, max_answers: int = _MAX_ANSWERS) -> None:
        self._max_answers = max_answers
        self._lock = threading.Lock()
        self._answers: dict[Hashable, _Answer] = {}

    def get(self, key: Hashable, make: Callable[[], _Answer]) -> _Answer:
        """Return the answer of a key, which `make` makes if it is not kept."""
        with self._lock:
            answer = self._answers.pop(key, None)
            if answer is not None:
                self._answers[key] = answer
                return answer
        answer = make()
        with self._lock:
            self._answers[key] = answer
            while len(self._answers) > self._max_answers:
                del self._answers[next(iter(self._answers))]
        return answer
