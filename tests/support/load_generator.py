"""Threads that send requests to a server until a block ends."""

import threading
from typing import Self

import httpx

__all__ = ["PATIENCE_SECONDS", "LoadGenerator"]

PATIENCE_SECONDS = 90.0


class LoadGenerator:
    """Sends requests from several threads while a block runs; subclasses define the requests."""

    def __init__(self, url: str, threads: int) -> None:
        self._url = url
        self._ended = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, args=(number,), daemon=True)
            for number in range(threads)
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join(PATIENCE_SECONDS)

    def _run(self, number: int) -> None:
        turn = number
        with httpx.Client(base_url=self._url, timeout=PATIENCE_SECONDS) as client:
            while not self._ended.is_set():
                self.send(client, turn)
                turn += 1

    def send(self, client: httpx.Client, turn: int) -> None:
        """Send a request and check the response."""
        raise NotImplementedError
