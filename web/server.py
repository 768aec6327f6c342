"""The production server behind `dateline serve`."""

import logging
import os
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from functools import partial
from http.client import HTTPConnection, HTTPException
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer

from search import logs
from search.config import Settings, read_settings
from search.engines import open_configured
from search.errors import DatelineError
from web.rate_limit import RateLimit
from web.site import read_site

__all__ = ["run"]

_LOG = logging.getLogger("dateline.serve")
_MOST_WORKERS = 4
_THREADS_BESIDE = 2
"""Threads of a worker beside those that wait for searches and send exports: for files, pages that need none, and to say that it is full."""
_METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_STOP_SECONDS = 4
"""In which requests under way end when the server stops."""
_START_SECONDS = 3
"""In which a worker starts; so long after it the one that it replaces ends."""
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
    port = _free_port(settings)
    read = asdict(read_settings(os.environ, Path()))
    for name, value in asdict(settings).items():
        # What was said on the command line; all else workers read where this process did, anew when they are reloaded.
        if value != read[name]:
            os.environ[f"DATELINE_{name.upper()}"] = str(value)
    # Most of the threads wait for a search that others run; the server's remark on their number is of threads that work.
    logging.getLogger("_granian").addFilter(lambda record: "Python threads" not in str(record.msg))
    server = _Server(
        "web.worker:create",
        address=settings.host,
        port=port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=settings.workers or min(_MOST_WORKERS, os.cpu_count() or 1),
        blocking_threads=settings.searches + settings.waiting + settings.downloads + _THREADS_BESIDE,
        websockets=False,
        log_level=LogLevels.warning,
        log_dictconfig=logs.dict_config(settings.log_format),
        respawn_failed_workers=True,
        workers_kill_timeout=_STOP_SECONDS,
        respawn_interval=_START_SECONDS,
    )
    _in_background(partial(_announce, settings.host, port))
    with tempfile.TemporaryDirectory(prefix="dateline-metrics-", ignore_cleanup_errors=True) as folder:
        # What counts is imported by the workers alone, and finds there where to count together.
        os.environ.setdefault(_METRICS_FOLDER, folder)
        server.serve()


class _Server(MPServer):
    """Granian's server of several processes, which starts workers anew only with settings that they can start with.

    It also stops at once while it does so; Granian would first replace all workers, each in seconds that nothing interrupts.
    """

    def signal_handler_interrupt(self, *_: object) -> None:
        """Stop; a worker that has no handlers of its own yet, and so came here, ends."""
        if os.getpid() != self.pid:
            sys.exit()
        interrupt: Callable[[], None] = super().signal_handler_interrupt
        interrupt()

    def _respawn_workers(self, workers: list[int], spawn_target: Any, target_loader: Any, delay: float = 0) -> None:
        for index in workers:
            if self.interrupt_signal:
                break
            leaving: Any = self.wrks[index]
            successor: Any = self._spawn_worker(idx=index, target=spawn_target, callback_loader=target_loader)
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
            _check(read_settings(os.environ, Path()))
        except DatelineError as error:
            _LOG.error("not reloaded; the settings from before stay in force: %s", error)
        else:
            reload: Callable[[], None] = super().signal_handler_reload
            reload()


def _check(settings: Settings) -> None:
    """Raise what a worker with these settings would end of."""
    open_configured(settings)
    read_site(settings)
    if settings.rate_limit:
        RateLimit(settings.rate_limit, Path(settings.data))


def _free_port(settings: Settings) -> int:
    try:
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        with socket.create_server((settings.host, settings.port), family=family) as probe:
            return int(probe.getsockname()[1])
    except OSError as error:
        raise PortTaken(
            f"nothing can listen on {settings.host}:{settings.port} ({error.strerror}); choose another with --port or --host"
        ) from error


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


def _announce(host: str, port: int) -> None:
    """Print the address once the service answers."""
    reachable = {str(IPv4Address(0)): "127.0.0.1", str(IPv6Address(0)): "::1"}.get(host, host)
    address = f"[{reachable}]:{port}" if ":" in reachable else f"{reachable}:{port}"
    deadline = time.monotonic() + _GIVE_UP_SECONDS
    while time.monotonic() < deadline:
        try:
            with closing(HTTPConnection(address, timeout=1)) as connection:
                connection.request("GET", "/healthz")
                connection.getresponse().read()
        except (HTTPException, OSError):
            time.sleep(_PROBE_SECONDS)
        else:
            sys.stdout.write(f"Dateline is at http://{address}/ (Ctrl-C ends it)\n")
            sys.stdout.flush()
            return
