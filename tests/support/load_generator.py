"""Threads that ask a server all the time, until a block ends."""

import threading
from typing import Self

import httpx

__all__ = ["PATIENCE_SECONDS", "Asking"]

PATIENCE_SECONDS = 90.0


class Asking:
    """Asks from several threads while a block runs; what is asked, and of whom, is a subclass's."""

    def __init__(self, url: str, threads: int) -> None:
        self._url = url
        self._ended = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, args=(each,), daemon=True) for each in range(threads)
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join(PATIENCE_SECONDS)

    def _run(self, thread: int) -> None:
        turn = thread
        with httpx.Client(base_url=self._url, timeout=PATIENCE_SECONDS) as client:
            while not self._ended.is_set():
                self.ask(client, turn)
                turn += 1

    def ask(self, client: httpx.Client, turn: int) -> None:
        """Ask once, and note what came of it."""
        raise NotImplementedError
