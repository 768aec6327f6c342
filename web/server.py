"""The production server that `dateline serve` runs: validates settings, then starts the workers."""

import fcntl
import os
import tempfile
from dataclasses import asdict
from pathlib import Path

from search.engines import open_configured
from search.settings.tables import Settings, read_settings
from web.limits.concurrency import RESERVED_SLOTS
from web.limits.rate_limit import RateLimit
from web.middleware.request_bodies import MAX_CONCURRENT_BODIES
from web.processes.granian_server import create_server
from web.processes.listening import raise_file_limit, reserve_port
from web.processes.startup_message import announce_in_background
from web.theme.site import read_site

__all__ = ["run"]

_MAX_DEFAULT_WORKERS = 4
_EXTRA_THREADS = 2
"""Threads of a worker for static files, pages without a search and refusals."""
_METRICS_FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""The same as `metrics.SHARED_FOLDER`. Prometheus's client reads it on import, so set it first."""
_PULSE_FILE = "pulse"
_MIN_STUCK_SECONDS = 30.0
_STUCK_SEARCH_TIMEOUTS = 3
"""A worker is stuck if no thread ends a request within this many search timeouts."""


def run(settings: Settings) -> None:
    """Serve until a signal stops the server; print the address once it responds.

    Raises:
        PortTaken: the server cannot listen on the configured address.
        InvalidSettings: the theme or a limit is invalid.

    """
    _validate(settings)
    reserved = reserve_port(settings.host, settings.port)
    port = int(reserved.getsockname()[1])
    _export_overrides(settings)
    workers = settings.workers or min(_MAX_DEFAULT_WORKERS, os.cpu_count() or 1)
    raise_file_limit()
    server = create_server(settings, port, workers, _thread_count(settings))
    announce_in_background(settings.host, port)
    with tempfile.TemporaryDirectory(
        prefix="dateline-metrics-", ignore_cleanup_errors=True
    ) as folder:
        # A lock keeps systemd-tmpfiles from cleaning up the folder (tmpfiles.d(5)); without its
        # files the server would kill its workers.
        fcntl.flock(os.open(folder, os.O_RDONLY), fcntl.LOCK_SH)
        os.environ.setdefault(_METRICS_FOLDER_VARIABLE, folder)
        server.serve_supervised(
            Path(folder) / _PULSE_FILE,
            max(_MIN_STUCK_SECONDS, _STUCK_SEARCH_TIMEOUTS * settings.search_ms / 1000),
            settings,
            _read_validated_settings,
        )
    reserved.close()


def _export_overrides(settings: Settings) -> None:
    """Store command line options in the environment, so that they survive a reload."""
    configured = asdict(read_settings(os.environ, Path()))
    for name, value in asdict(settings).items():
        if value != configured[name]:
            os.environ[f"DATELINE_{name.upper()}"] = str(value)


def _thread_count(settings: Settings) -> int:
    """Return the threads of a worker: one for each request that may run or wait."""
    return (
        settings.searches
        + settings.waiting
        + RESERVED_SLOTS
        + settings.downloads
        + MAX_CONCURRENT_BODIES
        + _EXTRA_THREADS
    )


def _read_validated_settings() -> Settings:
    settings = read_settings(os.environ, Path())
    _validate(settings)
    return settings


def _validate(settings: Settings) -> None:
    """Raise any error that would stop a worker at start-up."""
    open_configured(settings)
    read_site(settings)
    if settings.rate_limit:
        RateLimit(settings.rate_limit, Path(settings.data))
