"""Readers who ask a server all the time and hold every answer against the one of a calm cluster."""

import threading
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any, Self

import httpx

__all__ = ["Readers", "telling"]

_PATIENCE = 90.0


def telling(answer: httpx.Response) -> Any:
    """Return what an answer says, less what differs each time."""
    data = answer.json()
    if isinstance(data, dict):
        data.pop("took_ms", None)
    return data


class Readers:
    """Threads that ask the paths in turn; `seen` counts their answers: right, wrong, or the status of a failure."""

    def __init__(self, url: str, paths: Sequence[str], threads: int = 3) -> None:
        self._url = url
        self._paths = paths
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(each,), daemon=True) for each in range(threads)]
        with httpx.Client(base_url=url, timeout=_PATIENCE) as client:
            self._calm = {path: telling(client.get(path).raise_for_status()) for path in paths}
        self.seen: Counter[str] = Counter()
        self.slowest = 0.0

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join(_PATIENCE)

    @property
    def failed(self) -> dict[str, int]:
        """What was not right, by what it was."""
        return {what: number for what, number in self.seen.items() if what != "right"}

    def _ask(self, first: int) -> None:
        place = first
        with httpx.Client(base_url=self._url, timeout=_PATIENCE) as client:
            while not self._ended.is_set():
                path = self._paths[place % len(self._paths)]
                place += 1
                started = time.monotonic()
                try:
                    answer = client.get(path)
                    if answer.status_code != httpx.codes.OK:
                        what = f"status {answer.status_code}"
                    else:
                        what = "right" if telling(answer) == self._calm[path] else "wrong"
                except httpx.HTTPError as error:
                    what = type(error).__name__
                self.slowest = max(self.slowest, time.monotonic() - started)
                self.seen[what] += 1
