"""The production server behind `dateline serve`."""

import fcntl
import logging
import os
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from http.client import HTTPConnection, HTTPException
from importlib import import_module
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import Any
from wsgiref.types import WSGIApplication

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

from search import logs
from search.engines import open_configured
from search.errors import DatelineError
from search.settings.loading import export_changes, load_settings
from search.settings.tables import Settings
from web.limits.concurrency import RESERVED
from web.limits.rate_limit import RateLimit
from web.middleware import request_bodies
from web.processes.listening import BACKLOG, listen, raise_file_limit
from web.processes.supervision import Activity, Heartbeat, Pulse, Watchdog, is_running
from web.theme.site import read_site

__all__ = ["run"]

_LOG = logging.getLogger("dateline.serve")
_WORKER = "web.worker"
_MAX_WORKERS = 4
_THREADS_BESIDE = 2
"""Threads of a worker beside those that wait for searches and send exports: for files, pages that need none, and to say that it is full."""
_SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""As in metrics.py, which must not be imported before it is set."""
_STOP_SECONDS = 4
"""In which requests under way end when the server stops."""
_START_SECONDS = 3
"""In which a worker starts; so long after it the one that it replaces ends."""
_HEAD_MS = 20_000
"""In which a request's head must be there, and after which a connection that is kept alive without one is closed."""
_MAX_HEAD_BYTES = 65_536
"""Of a request's line and headers together, which Granian holds in memory until they are whole."""
_MAX_CONNECTIONS = 8_192
"""Of a worker; one more waits to be accepted."""
_PULSE_FILE = "pulse"
_STUCK_SECONDS = 30.0
_STUCK_SEARCHES = 3
"""After so long, and so many times what a search may take, a worker is stuck if none of its threads ended a request."""
_PROBE_SECONDS = 0.02
_GIVE_UP_SECONDS = 60.0


class PortTaken(DatelineError):
    """Nothing can listen where it was asked to."""


def run(settings: Settings) -> None:
    """Serve until a signal ends it; the address is printed once it answers.

    Raises:
        PortTaken: the address is in use or not ours.
        InvalidSettings: what is said of the site's looks, or of a limit, cannot be.

    """
    _check(settings)
    held = _hold_port(settings)
    port = int(held.getsockname()[1])
    # Workers read the settings again, also when they are reloaded; options reach them this way.
    export_changes(settings, os.environ, Path())
    # Most of the threads wait for a search that others run; the server's remark on their number is of threads that work.
    logging.getLogger("_granian").addFilter(lambda record: "Python threads" not in str(record.msg))
    workers = settings.server.workers or min(_MAX_WORKERS, os.cpu_count() or 1)
    limits = settings.limits
    threads = (
        limits.searches
        + limits.waiting
        + RESERVED
        + limits.downloads
        + request_bodies.PLACES
        + _THREADS_BESIDE
    )
    raise_file_limit()
    server = _Server(
        f"{_WORKER}:create",
        address=settings.server.host,
        port=port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=workers,
        blocking_threads=threads,
        # HTTP/2 is for a proxy: here one connection of it would be as good as 200.
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=_HEAD_MS, max_buffer_size=_MAX_HEAD_BYTES),
        backlog=BACKLOG,
        backpressure=_MAX_CONNECTIONS,
        websockets=False,
        log_level=LogLevels.warning,
        log_dictconfig=logs.dict_config(settings.server.log_format),
        respawn_failed_workers=True,
        workers_kill_timeout=_STOP_SECONDS,
        respawn_interval=_START_SECONDS,
    )
    _in_background(partial(_announce, settings.server.host, port, os.getpid()))
    with tempfile.TemporaryDirectory(
        prefix="dateline-metrics-", ignore_cleanup_errors=True
    ) as folder:
        # What tidies up /tmp leaves alone what is locked (tmpfiles.d(5)): without its files a server would end its workers.
        fcntl.flock(os.open(folder, os.O_RDONLY), fcntl.LOCK_SH)
        # What counts is imported by the workers alone, and finds there where to count together.
        os.environ.setdefault(_SHARED_FOLDER, folder)
        server.serve_watched(
            Path(folder) / _PULSE_FILE,
            max(_STUCK_SECONDS, _STUCK_SEARCHES * limits.search_ms / 1000),
            settings,
        )
    held.close()


@dataclass(frozen=True, slots=True)
class _WatchedWorker:
    """A worker of Granian's, which `run` is, with a heartbeat and a socket of its own; `patience` is in seconds."""

    run: Callable[..., None]
    server_pid: int
    host: str
    port: int
    workers: int
    threads: int
    pulse: Path
    patience: float
    settings: Settings

    def __call__(
        self,
        worker_id: int,
        process_name: str | None,
        _: Callable[[], WSGIApplication],
        shared_socket: Any,
        *arguments: Any,
    ) -> None:
        """Run in the worker's process until a signal ends it; Granian counts `worker_id` from 1."""
        # A worker ends without removing what it made for the time; the server removes its own folder whole.
        tempfile.tempdir = str(self.pulse.parent)
        heartbeat = Heartbeat(Pulse(self.pulse, self.workers), worker_id - 1, self.server_pid)
        heartbeat.start()

        def load_watched() -> WSGIApplication:
            # By the settings that were found good: those in the folder may be in the middle of a change.
            application = import_module(_WORKER).create(self.settings)
            heartbeat.activity = Activity(application, self.threads, self.patience)
            return heartbeat.activity

        own = listen(self.host, self.port)
        self.run(
            worker_id,
            process_name,
            load_watched,
            ((None, own), None) if own else shared_socket,
            *arguments,
        )


class _Server(MPServer):
    """Granian's server of several processes, which starts workers only with settings that they can start with.

    It also stops at once while it does so; Granian would first replace all workers, each in seconds that nothing interrupts.
    A worker that its `watchdog` finds hung is killed, so that Granian starts another one.
    """

    def serve_watched(self, pulse: Path, patience: float, settings: Settings) -> None:
        """Serve until a signal ends it; workers beat in the file `pulse`, and hang after `patience` seconds."""
        self._settings = settings
        self._watchdog = Watchdog(Pulse(pulse, self.workers))
        run: Callable[..., None] = super()._spawn_wsgi_worker
        self.serve(
            spawn_target=_WatchedWorker(
                run,
                os.getpid(),
                self.bind_addr,
                self.bind_port,
                self.workers,
                self.blocking_threads,
                pulse,
                patience,
                settings,
            )
        )

    def startup(self, *arguments: Any) -> None:
        """Start the workers, and then the thread that watches them: they are forked from this process."""
        startup: Callable[..., None] = super().startup
        startup(*arguments)
        self._watchdog.start(self.workers, self._kill)

    def _kill(self, worker: int) -> None:
        """End a worker that hangs; Granian then starts another one."""
        hung: Any = self.wrks[worker]
        hung.inner.kill()

    def signal_handler_interrupt(self, *_: object) -> None:
        """Stop; a worker that has no handlers of its own yet, and so came here, ends."""
        if os.getpid() != self.pid:
            sys.exit()
        interrupt: Callable[[], None] = super().signal_handler_interrupt
        interrupt()

    def _respawn_workers(
        self, workers: list[int], spawn_target: Any, target_loader: Any, delay: float = 0
    ) -> None:
        for index in workers:
            if self.interrupt_signal:
                break
            target = replace(spawn_target, settings=self._settings)
            leaving: Any = self.wrks[index]
            successor: Any = self._spawn_worker(
                idx=index, target=target, callback_loader=target_loader
            )
            self.wrks[index] = successor
            self.respawned_wrks[index] = time.monotonic()
            successor.start()
            self._wait(delay, successor)
            leaving.terminate()
            self._wait(_STOP_SECONDS, leaving)
            if self.interrupt_signal:
                # It ends with the others, in the same time.
                self.wrks.append(leaving)
            elif leaving.is_alive():
                leaving.kill()
        if self.interrupt_signal:
            # Granian forgets a signal that came before it began.
            self.main_loop_interrupt.set()

    def _wait(self, seconds: float, worker: Any) -> None:
        """Wait so long, or until the worker ends or all are to end."""
        until = time.monotonic() + seconds
        while worker.is_alive() and not self.interrupt_signal and time.monotonic() < until:
            time.sleep(_PROBE_SECONDS)

    def signal_handler_reload(self, *_: object) -> None:
        """Check the settings as they are now; where they cannot be, say so and go on with the workers there are."""
        try:
            loaded = load_settings(os.environ, Path())
            _check(loaded.settings)
            loaded.warn()
        except DatelineError as error:
            _LOG.error("not reloaded; the settings from before stay in force: %s", error)
        else:
            self._settings = loaded.settings
            reload: Callable[[], None] = super().signal_handler_reload
            reload()


def _check(settings: Settings) -> None:
    """Raise what a worker with these settings would end of."""
    open_configured(settings)
    read_site(settings)
    if settings.limits.rate_limit:
        RateLimit(settings.limits.rate_limit, Path(settings.data))


def _hold_port(settings: Settings) -> socket.socket:
    """Take the port for workers to share, so that no other server begins while they start.

    The socket does not listen; it keeps the port from who does not share it, as this probe does.
    """
    host = settings.server.host
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.create_server((host, settings.server.port), family=family) as probe:
            port = int(probe.getsockname()[1])
        held = socket.socket(family)
        if hasattr(socket, "SO_REUSEPORT"):
            # And not SO_REUSEADDR, with which the probe of another server would share it.
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        held.bind((host, port))
    except OSError as error:
        raise PortTaken(
            f"nothing can listen on {host}:{settings.server.port} ({error.strerror}); "
            "choose another with --port or --host"
        ) from error
    return held


def _in_background(task: Callable[[], None]) -> None:
    """Run a short task in a process of its own: workers are forked from this one, which must hold no thread then."""
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    # A child of a child, so that nobody need wait for its end.
    if os.fork() == 0:
        task()
    os._exit(0)


def _announce(host: str, port: int, server_pid: int) -> None:
    """Print the address once the service answers, unless its process ends before."""
    reachable = {str(IPv4Address(0)): "127.0.0.1", str(IPv6Address(0)): "::1"}.get(host, host)
    address = f"[{reachable}]:{port}" if ":" in reachable else f"{reachable}:{port}"
    deadline = time.monotonic() + _GIVE_UP_SECONDS
    while time.monotonic() < deadline:
        try:
            with closing(HTTPConnection(address, timeout=1)) as connection:
                connection.request("GET", "/healthz")
                connection.getresponse().read()
        except (HTTPException, OSError):
            if not is_running(server_pid):
                return
            time.sleep(_PROBE_SECONDS)
        else:
            sys.stdout.write(f"Dateline is at http://{address}/ (Ctrl-C ends it)\n")
            sys.stdout.flush()
            return
