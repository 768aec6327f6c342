"""Clients that send requests continuously and compare responses with those of a calm cluster."""

import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

import httpx

from tests.support.load_generator import PATIENCE_SECONDS, LoadGenerator

__all__ = ["Readers", "telling"]


def telling(answer: httpx.Response) -> Any:
    """Return a response without the parts that differ each time."""
    data = answer.json()
    if isinstance(data, dict):
        data.pop("took_ms", None)
    return data


class Readers(LoadGenerator):
    """Requests paths in turn; `seen` counts the responses: right, wrong, or an error's status."""

    def __init__(self, url: str, paths: Sequence[str], threads: int = 3) -> None:
        super().__init__(url, threads)
        self._paths = paths
        with httpx.Client(base_url=url, timeout=PATIENCE_SECONDS) as client:
            self._calm = {path: telling(client.get(path).raise_for_status()) for path in paths}
        self.seen: Counter[str] = Counter()
        self.slowest = 0.0

    @property
    def failed(self) -> dict[str, int]:
        """The counts of responses that were not right."""
        return {what: number for what, number in self.seen.items() if what != "right"}

    def send(self, client: httpx.Client, turn: int) -> None:
        """Request the next path."""
        path = self._paths[turn % len(self._paths)]
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
