"""The production server that `dateline serve` runs: validates settings, then starts the workers."""

import fcntl
import os
import tempfile
from pathlib import Path

from search.engines import open_configured
from search.settings.all_tables import Settings
from search.settings.loading import export_changes, load_settings
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
    reserved = reserve_port(settings.server.host, settings.server.port)
    port = int(reserved.getsockname()[1])
    # Workers read the settings again when they are reloaded; options reach them this way.
    export_changes(settings, os.environ, Path())
    workers = settings.server.workers or min(_MAX_DEFAULT_WORKERS, os.cpu_count() or 1)
    raise_file_limit()
    server = create_server(settings, port, workers, _thread_count(settings))
    announce_in_background(settings.server.host, port)
    with tempfile.TemporaryDirectory(
        prefix="dateline-metrics-", ignore_cleanup_errors=True
    ) as folder:
        # A lock keeps systemd-tmpfiles from cleaning up the folder (tmpfiles.d(5)); without its
        # files the server would kill its workers.
        fcntl.flock(os.open(folder, os.O_RDONLY), fcntl.LOCK_SH)
        os.environ.setdefault(_METRICS_FOLDER_VARIABLE, folder)
        server.serve_supervised(
            Path(folder) / _PULSE_FILE,
            max(_MIN_STUCK_SECONDS, _STUCK_SEARCH_TIMEOUTS * settings.limits.search_ms / 1000),
            settings,
            _read_validated_settings,
        )
    reserved.close()


def _thread_count(settings: Settings) -> int:
    """Return the threads of a worker: one for each request that may run or wait."""
    return (
        settings.limits.searches
        + settings.limits.waiting
        + RESERVED_SLOTS
        + settings.limits.downloads
        + MAX_CONCURRENT_BODIES
        + _EXTRA_THREADS
    )


def _read_validated_settings() -> Settings:
    loaded = load_settings(os.environ, Path())
    _validate(loaded.settings)
    loaded.warn()
    return loaded.settings


def _validate(settings: Settings) -> None:
    """Raise any error that would stop a worker at start-up."""
    open_configured(settings)
    read_site(settings)
    if settings.limits.rate_limit:
        RateLimit(settings.limits.rate_limit, Path(settings.data))
