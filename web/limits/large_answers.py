"""Requests for much at once stand in a line of their own, so that others do not wait behind them."""

import threading

from flask import Flask, g, request

from search.settings.tables import Settings
from web.limits.client_address import client_address
from web.limits.concurrency import TooManySearches
from web.limits.fair_queue import FairQueue

__all__ = ["Line", "register"]

_LARGE_FROM = {"size": 26, "facet_size": 101}
"""From these values on an answer costs several times what one of the usual size does."""
_DIGITS = 9
_WAITING = 16


class Line:
    """So many go on at once, so many wait, and none of these longer than a time in seconds."""

    def __init__(self, at_once: int, waiting: int, seconds: float) -> None:
        self._turns = FairQueue(at_once)
        self._lock = threading.Lock()
        self._free = at_once + waiting
        self._seconds = seconds

    @property
    def is_open(self) -> bool:
        """Whether one more may wait."""
        with self._lock:
            return self._free > 0

    def enter(self, client: str) -> None:
        """Wait for a client's turn; `leave` ends it.

        Raises:
            TooManySearches: too many wait, or the turn did not come in time.

        """
        with self._lock:
            if not self._free:
                raise _busy()
            self._free -= 1
        if not self._turns.take(client, self._seconds):
            self._count_out()
            raise _busy()

    def leave(self) -> None:
        """Let the next one go on."""
        self._turns.give_back()
        self._count_out()

    def _count_out(self) -> None:
        with self._lock:
            self._free += 1


def _busy() -> TooManySearches:
    return TooManySearches(
        "More large answers are asked for than this server makes at once; ask for less with size and facet_size, "
        "or try again in a moment."
    )


def register(app: Flask, settings: Settings) -> None:
    """Let requests for large answers stand in line before all else that they cost."""
    line = Line(settings.limits.searches, _WAITING, settings.limits.search_ms / 1000)

    @app.before_request
    def enter() -> None:
        if any(_is_from(request.args.get(name, ""), least) for name, least in _LARGE_FROM.items()):
            line.enter(client_address(request.environ))
            g.in_line = True

    @app.teardown_request
    def leave(_: BaseException | None) -> None:
        if g.pop("in_line", False):
            line.leave()


def _is_from(written: str, least: int) -> bool:
    """Tell whether a number is written that is so large; what is no number is refused elsewhere."""
    return (
        written.isascii()
        and written.isdigit()
        and len(written) <= _DIGITS
        and int(written) >= least
    )
