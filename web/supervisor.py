"""The process that starts the workers and watches them; it imports nothing that only they need.

`web.server` starts it in place of the command. Validating the settings again takes libraries of
the workers, so it is done in a short-lived process.
"""

import fcntl
import logging
import os
import signal
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

import msgspec

from search import logs
from search.settings.all_tables import Settings
from search.settings.loading import LoadedSettings
from web.processes.granian_server import create_server
from web.processes.listening import raise_file_limit
from web.processes.separate import in_separate_process
from web.processes.server_plan import ServerPlan
from web.processes.startup_message import announce_in_background

__all__ = ["main"]

_LOG = logging.getLogger("dateline.cli")
_METRICS_FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""The same as `metrics.SHARED_FOLDER`. Prometheus's client reads it on import, so set it first."""
_PULSE_FILE = "pulse"
_MIN_STUCK_SECONDS = 30.0
_STUCK_SEARCH_TIMEOUTS = 3
"""A worker is stuck if no thread ends a request within this many search timeouts."""
_FAILED = 1


def main(handle: int) -> None:
    """Run the server whose plan is in the open file `handle`, until a signal stops it."""
    signal.signal(signal.SIGTERM, _stop)
    with os.fdopen(handle, "rb") as file:
        plan = msgspec.json.decode(file.read(), type=ServerPlan)
    logs.set_up(plan.settings.server.log_format)
    try:
        _run(plan)
    except KeyboardInterrupt:
        _LOG.error("stopped; nothing changed", extra={"event": "failed", "exit_code": _FAILED})
        sys.exit(_FAILED)


def _stop(_signal: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


def _run(plan: ServerPlan) -> None:
    settings = plan.settings
    raise_file_limit()
    server = create_server(settings, plan.port, plan.workers, plan.threads)
    announce_in_background(settings.server.host, plan.port)
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


def _read_validated_settings() -> Settings:
    loaded = in_separate_process(_load_validated)
    loaded.warn()
    return loaded.settings


def _load_validated() -> LoadedSettings:
    from web.server import load_validated

    return load_validated()
