"""Granian as a supervised server: the one module that uses names that Granian does not document.

Granian offers no hooks for what is needed here, so the module relies on internals of Granian 2.8,
the minor version that pyproject.toml pins; `tests/http/server/test_granian.py` checks each of them:

- `MPServer._spawn_wsgi_worker`, `_spawn_worker`: run the original worker inside our own.
- `MPServer._respawn_workers`, `wrks`, `respawned_wrks`: replace workers so that a stop signal is
  obeyed at once, and with the settings that were validated.
- `MPServer.startup`, `signal_handler_interrupt`, `signal_handler_reload`, `interrupt_signal`,
  `main_loop_interrupt`, `pid`: start the watchdog after the fork, and validate before a reload.
- `WorkerProcess.inner`: kill a hung worker so that Granian starts a new one.
- `_granian.SocketHolder`: give each worker a socket with a send timeout.
- the logger `_granian`: drop a warning about the number of threads.
"""

import logging
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any
from wsgiref.types import WSGIApplication

from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

from search import logs
from search.errors import DatelineError
from search.settings.all_tables import Settings
from web.processes.listening import BACKLOG, create_listener
from web.processes.supervision import Activity, Heartbeat, Pulse, Watchdog

__all__ = ["SupervisedServer", "create_server"]

_LOG = logging.getLogger("dateline.serve")
_WORKER_MODULE = "web.worker"
_STOP_SECONDS = 4
"""Time for requests to end when the server stops."""
_LISTEN_SECONDS = 1
"""Time from the end of a worker's start until it listens, when the one it replaces is stopped."""
_MAX_START_SECONDS = 60
"""Time for a new worker to start; on a busy machine it takes several times as long as usual."""
_HEAD_TIMEOUT_MS = 20_000
"""Time for the head of a request to arrive; also ends idle keep-alive connections."""
_MAX_HEAD_BYTES = 65_536
"""Limit for the request line and headers, which Granian buffers in memory."""
_MAX_CONNECTIONS_PER_WORKER = 8_192
"""Further connections wait to be accepted."""
_POLL_SECONDS = 0.02


def create_server(settings: Settings, port: int, workers: int, threads: int) -> "SupervisedServer":
    """Return a server that is configured but not running."""
    # Most threads wait for a search; the warning is about threads that compute.
    logging.getLogger("_granian").addFilter(lambda record: "Python threads" not in str(record.msg))
    return SupervisedServer(
        f"{_WORKER_MODULE}:create",
        address=settings.server.host,
        port=port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=workers,
        blocking_threads=threads,
        # HTTP/2 is left to a proxy: here one connection could send 200 requests at once.
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(
            header_read_timeout=_HEAD_TIMEOUT_MS, max_buffer_size=_MAX_HEAD_BYTES
        ),
        backlog=BACKLOG,
        backpressure=_MAX_CONNECTIONS_PER_WORKER,
        websockets=False,
        log_level=LogLevels.warning,
        log_dictconfig=logs.dict_config(settings.server.log_format),
        respawn_failed_workers=True,
        workers_kill_timeout=_STOP_SECONDS,
        respawn_interval=_LISTEN_SECONDS,
    )


@dataclass(frozen=True, slots=True)
class _SupervisedWorker:
    """The target of a worker process: Granian's own (`run`) with a heartbeat and its own socket."""

    run: Callable[..., None]
    server_pid: int
    host: str
    port: int
    workers: int
    threads: int
    pulse_file: Path
    stuck_seconds: float
    settings: Settings

    def __call__(
        self,
        worker_id: int,
        process_name: str | None,
        _: Callable[[], WSGIApplication],
        shared_socket: Any,
        *arguments: Any,
    ) -> None:
        """Run in the worker's process until a signal ends it. `worker_id` starts at 1."""
        # Workers do not remove their temporary files; the server removes its folder as a whole.
        tempfile.tempdir = str(self.pulse_file.parent)
        pulse = Pulse(self.pulse_file, self.workers)
        heartbeat = Heartbeat(pulse, worker_id - 1, self.server_pid)
        heartbeat.start()

        def load_application() -> WSGIApplication:
            # Use the validated settings: the file may be in the middle of an edit.
            worker = import_module(_WORKER_MODULE)
            application = worker.create(self.settings)
            heartbeat.on_idle = worker.return_freed_memory
            worker.use_own_cores(worker_id - 1, self.workers)
            heartbeat.activity = Activity(application, self.threads, self.stuck_seconds)
            pulse.note_start(worker_id - 1)
            return heartbeat.activity

        own_socket = _own_socket(self.host, self.port)
        self.run(
            worker_id,
            process_name,
            load_application,
            ((None, own_socket), None) if own_socket else shared_socket,
            *arguments,
        )


def _own_socket(host: str, port: int) -> Any | None:
    listener = create_listener(host, port)
    if listener is None:
        return None
    # Granian's type stub lacks the arguments of the constructor.
    holder: Any = SocketHolder
    return holder(fd=listener.detach(), uds=False, backlog=BACKLOG)


class SupervisedServer(MPServer):
    """Granian's multi-process server with a watchdog and validated settings.

    Workers start only with settings that were validated, hung workers are replaced, and a stop
    signal also takes effect while workers are being replaced.
    """

    def serve_supervised(
        self,
        pulse_file: Path,
        stuck_seconds: float,
        settings: Settings,
        reload_settings: Callable[[], Settings],
    ) -> None:
        """Serve until a signal stops it.

        Workers record their heartbeats in `pulse_file`; one whose threads are all busy for
        `stuck_seconds` counts as hung. `reload_settings` reads and validates the settings again.
        """
        self._settings = settings
        self._reload_settings = reload_settings
        self._pulse = Pulse(pulse_file, self.workers)
        self._watchdog = Watchdog(self._pulse)
        run_worker: Callable[..., None] = super()._spawn_wsgi_worker
        self.serve(
            spawn_target=_SupervisedWorker(
                run_worker,
                os.getpid(),
                self.bind_addr,
                self.bind_port,
                self.workers,
                self.blocking_threads,
                pulse_file,
                stuck_seconds,
                settings,
            )
        )

    def startup(self, *arguments: Any) -> None:
        """Start the workers, then the watchdog's thread: workers are forked from this process."""
        startup: Callable[..., None] = super().startup
        startup(*arguments)
        self._watchdog.start(self.workers, self._kill)

    def _kill(self, worker: int) -> None:
        """Kill a hung worker; Granian then starts a new one."""
        hung: Any = self.wrks[worker]
        hung.inner.kill()

    def signal_handler_interrupt(self, *_: object) -> None:
        """Stop the server, or end a forked worker that has not installed its own handlers yet."""
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
            old_worker: Any = self.wrks[index]
            new_worker: Any = self._spawn_worker(
                idx=index, target=target, callback_loader=target_loader
            )
            self.wrks[index] = new_worker
            self.respawned_wrks[index] = time.monotonic()
            starts = self._pulse.starts(index)
            new_worker.start()
            self._wait(_MAX_START_SECONDS, new_worker, partial(self._has_started, index, starts))
            self._wait(delay, new_worker)
            old_worker.terminate()
            self._wait(_STOP_SECONDS, old_worker)
            if self.interrupt_signal:
                # Let it end together with the others, within the same time limit.
                self.wrks.append(old_worker)
            elif old_worker.is_alive():
                old_worker.kill()
        if self.interrupt_signal:
            # Granian clears the event before it replaces workers, so an earlier signal is lost.
            self.main_loop_interrupt.set()

    def _has_started(self, index: int, starts: int) -> bool:
        """Return whether the worker with a number has started more often than before."""
        return self._pulse.starts(index) > starts

    def _wait(
        self, seconds: float, worker: Any, is_over: Callable[[], bool] = lambda: False
    ) -> None:
        """Wait until the worker ends, the server is stopped, it is over or the time is."""
        deadline = time.monotonic() + seconds
        while worker.is_alive() and not self.interrupt_signal and time.monotonic() < deadline:
            if is_over():
                return
            time.sleep(_POLL_SECONDS)

    def signal_handler_reload(self, *_: object) -> None:
        """Restart the workers with the current settings; keep the old ones if those are invalid."""
        try:
            self._settings = self._reload_settings()
        except DatelineError as error:
            _LOG.error("not reloaded; the previous settings stay in force: %s", error)
        else:
            reload: Callable[[], None] = super().signal_handler_reload
            reload()
