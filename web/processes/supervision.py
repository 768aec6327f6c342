"""Supervision of workers: hung workers are replaced, and workers whose server died end themselves.

A worker increments a counter in a shared file once a second. The server kills a worker whose
counter stops, and Granian starts a new one. Granian itself replaces only workers that exited.
"""

import logging
import mmap
import os
import signal
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["Activity", "Heartbeat", "Pulse", "Watchdog", "is_running"]

_LOG = logging.getLogger("dateline.serve")
_COUNTER = struct.Struct("=Q")
_BEAT_SECONDS = 1.0
_MAX_MISSED = 10
"""Checks with an unchanged counter after which a worker counts as hung."""
_IDLE_SECONDS = 5.0
_STOP_SECONDS = 5.0
"""Time for a worker to finish its requests after its server has died."""


class Pulse:
    """Two counters of each worker, heartbeats and starts, in one file that the processes map."""

    def __init__(self, path: Path, workers: int) -> None:
        self._workers = workers
        size = 2 * workers * _COUNTER.size
        if not path.exists():
            path.write_bytes(bytes(size))
        with path.open("r+b") as file:
            self._counters = mmap.mmap(file.fileno(), size)

    def count(self, worker: int) -> int:
        """Return a worker's heartbeats; workers are numbered from 0."""
        return self._read(worker)

    def beat(self, worker: int) -> None:
        """Count one more heartbeat of a worker."""
        self._increment(worker)

    def starts(self, worker: int) -> int:
        """Return how often a worker with this number has loaded the application."""
        return self._read(self._workers + worker)

    def note_start(self, worker: int) -> None:
        """Count one more start of a worker, which can answer from now on."""
        self._increment(self._workers + worker)

    def _read(self, place: int) -> int:
        count: int = _COUNTER.unpack_from(self._counters, place * _COUNTER.size)[0]
        return count

    def _increment(self, place: int) -> None:
        _COUNTER.pack_into(self._counters, place * _COUNTER.size, self._read(place) + 1)


class Watchdog:
    """Detects hung workers by comparing their counters between checks.

    It counts checks rather than seconds: after a server was suspended for an hour, its workers,
    which were suspended with it, must not count as hung.
    """

    def __init__(self, pulse: Pulse) -> None:
        self._pulse = pulse
        self._last_seen: dict[int, tuple[int, int]] = {}

    def check(self, workers: Iterable[int]) -> list[int]:
        """Return the workers whose counter was unchanged for too many checks."""
        hung = []
        for worker in workers:
            count = self._pulse.count(worker)
            last_count, missed = self._last_seen.get(worker, (-1, 0))
            missed = missed + 1 if count == last_count else 0
            if missed > _MAX_MISSED:
                hung.append(worker)
                missed = 0
            self._last_seen[worker] = (count, missed)
        return hung

    def start(self, workers: int, kill: Callable[[int], None]) -> None:
        """Check every second in a separate thread, and kill the hung workers."""

        def watch() -> None:
            while True:
                time.sleep(_BEAT_SECONDS)
                for worker in self.check(range(workers)):
                    _LOG.error(
                        "worker-%d has not responded for %g s; it is replaced",
                        worker + 1,
                        _MAX_MISSED * _BEAT_SECONDS,
                    )
                    kill(worker)

        threading.Thread(target=watch, name="watchdog", daemon=True).start()


class Activity:
    """WSGI middleware that detects whether the threads of a worker make progress.

    `stuck_seconds` must be longer than any request takes.
    """

    def __init__(self, application: WSGIApplication, threads: int, stuck_seconds: float) -> None:
        self._application = application
        self._threads = threads
        self._stuck_seconds = stuck_seconds
        self._lock = threading.Lock()
        self._in_progress = 0
        self._was_idle = False
        self._last_change = time.monotonic()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Handle a request; it is in progress until its response has been passed on.

        A list is passed on as a whole.
        """
        self._count(1)
        try:
            response = self._application(environ, start_response)
        except BaseException:
            self._count(-1)
            raise
        if isinstance(response, list):
            self._count(-1)
            return response
        return _Counted(response, self._count)

    def _count(self, change: int) -> None:
        with self._lock:
            self._in_progress += change
            self._was_idle = False
            self._last_change = time.monotonic()

    @property
    def is_stuck(self) -> bool:
        """True if all threads are busy and no request began or ended for too long."""
        with self._lock:
            is_full = self._in_progress >= self._threads
            return is_full and time.monotonic() - self._last_change > self._stuck_seconds

    def became_idle(self) -> bool:
        """Return whether requests ended a while ago, once after the last of them."""
        with self._lock:
            is_idle = not self._in_progress
            if self._was_idle or time.monotonic() - self._last_change < _IDLE_SECONDS:
                return False
            self._was_idle = is_idle
            return is_idle


class _Counted:
    """A response that counts as ended when it is closed."""

    def __init__(self, response: Iterable[bytes], count: Callable[[int], None]) -> None:
        self._response = response
        self._count = count

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._response)

    def close(self) -> None:
        """Close the response, which ends its request."""
        try:
            close = getattr(self._response, "close", None)
            if close is not None:
                close()
        finally:
            self._count(-1)


class Heartbeat:
    """Increments a worker's counter while its `activity` is not stuck and its server is alive.

    Each time that no request has come for a while, it calls `on_idle`.
    """

    def __init__(self, pulse: Pulse, worker: int, server_pid: int) -> None:
        self._pulse = pulse
        self._worker = worker
        self._server_pid = server_pid
        self.activity: Activity | None = None
        self.on_idle: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Beat every second in a separate thread; end this process if its server has died."""
        threading.Thread(target=self._run, name="heartbeat", daemon=True).start()

    def _run(self) -> None:
        while os.getppid() == self._server_pid:
            if self.activity is None or not self.activity.is_stuck:
                self._pulse.beat(self._worker)
            if self.activity is not None and self.activity.became_idle():
                self.on_idle()
            time.sleep(_BEAT_SECONDS)
        _LOG.error("worker-%d stops, because its server has died", self._worker + 1)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(_STOP_SECONDS)
        os._exit(1)


def is_running(pid: int) -> bool:
    """Return whether a process with this id exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        # The process exists, but belongs to another user.
        return True
    return True
