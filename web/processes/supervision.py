"""Workers that hang are noticed by their server, and workers whose server died end by themselves.

A worker counts once a second in a small file that it shares with its server. The server ends a
worker whose count stands still, and Granian starts another one in its place.
"""

import logging
import mmap
import os
import signal
import struct
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.wsgi import ClosingIterator

__all__ = ["Activity", "Heartbeat", "Pulse", "Watchdog", "is_running"]

_LOG = logging.getLogger("dateline.serve")
_COUNT = struct.Struct("=Q")
_BEAT_SECONDS = 1.0
_MAX_MISSED = 10
"""Looks at a count that stands still until its worker is taken for hung."""
_LEAVE_SECONDS = 5.0
"""In which a worker ends requests under way once its server is gone."""


class Pulse:
    """The counts of so many workers in one file, which their processes map into memory."""

    def __init__(self, path: Path, workers: int) -> None:
        size = workers * _COUNT.size
        if not path.exists():
            path.write_bytes(bytes(size))
        with path.open("r+b") as file:
            self._counts = mmap.mmap(file.fileno(), size)

    def count(self, worker: int) -> int:
        """Return a worker's count; workers are numbered from 0."""
        counted: int = _COUNT.unpack_from(self._counts, worker * _COUNT.size)[0]
        return counted

    def beat(self, worker: int) -> None:
        """Count once more."""
        _COUNT.pack_into(self._counts, worker * _COUNT.size, self.count(worker) + 1)


class Watchdog:
    """Tells which workers hang, from one look to the next.

    Looks are counted rather than seconds: a server that was itself stopped for an hour must not
    take its workers, which were stopped with it, for hung.
    """

    def __init__(self, pulse: Pulse) -> None:
        self._pulse = pulse
        self._seen: dict[int, tuple[int, int]] = {}

    def look(self, workers: Iterable[int]) -> list[int]:
        """Return the workers whose count has stood still for more looks than one may miss."""
        hung = []
        for worker in workers:
            count = self._pulse.count(worker)
            before, missed = self._seen.get(worker, (-1, 0))
            missed = missed + 1 if count == before else 0
            if missed > _MAX_MISSED:
                hung.append(worker)
                missed = 0
            self._seen[worker] = (count, missed)
        return hung

    def start(self, workers: int, end: Callable[[int], None]) -> None:
        """Look every second in a thread of its own, and end the workers that hang."""

        def watch() -> None:
            while True:
                time.sleep(_BEAT_SECONDS)
                for worker in self.look(range(workers)):
                    _LOG.error(
                        "worker-%d has not moved for %g s; it is replaced",
                        worker + 1,
                        _MAX_MISSED * _BEAT_SECONDS,
                    )
                    end(worker)

        threading.Thread(target=watch, name="watchdog", daemon=True).start()


class Activity:
    """A WSGI application that knows whether the threads of its worker still get anywhere.

    `patience` is in seconds, and longer than any request takes.
    """

    def __init__(self, application: WSGIApplication, threads: int, patience: float) -> None:
        self._application = application
        self._threads = threads
        self._patience = patience
        self._lock = threading.Lock()
        self._under_way = 0
        self._changed = time.monotonic()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request, which is under way until its answer was handed over whole."""
        self._count(1)
        try:
            response = self._application(environ, start_response)
        except BaseException:
            self._count(-1)
            raise
        return ClosingIterator(response, [lambda: self._count(-1)])

    def _count(self, change: int) -> None:
        with self._lock:
            self._under_way += change
            self._changed = time.monotonic()

    @property
    def is_stuck(self) -> bool:
        """Whether every thread is busy and none has begun or ended a request for too long."""
        with self._lock:
            is_full = self._under_way >= self._threads
            return is_full and time.monotonic() - self._changed > self._patience


class Heartbeat:
    """Counts for one worker while its process runs, its `activity` moves and its server lives."""

    def __init__(self, pulse: Pulse, worker: int, server_pid: int) -> None:
        self._pulse = pulse
        self._worker = worker
        self._server_pid = server_pid
        self.activity: Activity | None = None

    def start(self) -> None:
        """Count every second in a thread of its own; end this process when its server is gone."""
        threading.Thread(target=self._run, name="heartbeat", daemon=True).start()

    def _run(self) -> None:
        while os.getppid() == self._server_pid:
            if self.activity is None or not self.activity.is_stuck:
                self._pulse.beat(self._worker)
            time.sleep(_BEAT_SECONDS)
        _LOG.error("the server of worker-%d is gone, so it ends, too", self._worker + 1)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(_LEAVE_SECONDS)
        os._exit(1)


def is_running(process: int) -> bool:
    """Tell whether there is a process of this number."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        # It is another user's.
        return True
    return True
