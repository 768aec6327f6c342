"""A separate queue for large responses, so that other requests do not wait for them."""

import threading

from flask import Flask, g, request

from search.settings.all_tables import Settings
from web.limits.client_address import client_address
from web.limits.concurrency import TooManySearches
from web.limits.fair_queue import FairQueue

__all__ = ["LargeResponseLimiter", "register"]

_LARGE_FROM = {"size": 26, "facet_size": 101}
"""Parameter values from which a response costs several times as much as one of default size."""
_MAX_DIGITS = 9
_MAX_WAITING = 16


class LargeResponseLimiter:
    """A concurrency limit with a bounded queue and a timeout."""

    def __init__(self, max_concurrent: int, max_waiting: int, timeout_seconds: float) -> None:
        self._queue = FairQueue(max_concurrent)
        self._lock = threading.Lock()
        self._free = max_concurrent + max_waiting
        self._timeout_seconds = timeout_seconds

    @property
    def has_room(self) -> bool:
        """True if one more request may wait."""
        with self._lock:
            return self._free > 0

    def acquire(self, client: str) -> None:
        """Wait for the client's turn. Call `release()` after it.

        Raises:
            TooManySearches: the queue is full, or the turn did not come in time.

        """
        with self._lock:
            if not self._free:
                raise _too_many()
            self._free -= 1
        if not self._queue.acquire(client, self._timeout_seconds):
            self._leave_queue()
            raise _too_many()

    def release(self) -> None:
        """Start the next waiting request."""
        self._queue.release()
        self._leave_queue()

    def _leave_queue(self) -> None:
        with self._lock:
            self._free += 1


def _too_many() -> TooManySearches:
    return TooManySearches(
        "The server is handling too many large responses; "
        "ask for less with size and facet_size, or try again in a moment."
    )


def register(app: Flask, settings: Settings) -> None:
    """Queue requests for large responses before they use any other resource."""
    limiter = LargeResponseLimiter(
        settings.limits.searches, _MAX_WAITING, settings.limits.search_ms / 1000
    )

    @app.before_request
    def acquire() -> None:
        arguments = request.args
        if any(
            name in arguments and _is_at_least(arguments[name], least)
            for name, least in _LARGE_FROM.items()
        ):
            limiter.acquire(client_address(request.environ))
            g.is_large_response = True

    @app.teardown_request
    def release(_: BaseException | None) -> None:
        if g.pop("is_large_response", False):
            limiter.release()


def _is_at_least(text: str, least: int) -> bool:
    """Return whether a parameter is a number of this size; invalid ones are refused later."""
    return text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS and int(text) >= least
