"""The production server that `dateline serve` runs: validates the settings, then starts it.

The command has loaded all that commands and validation need, 40 MB that a server would keep as long
as it runs. So the server is another program (`web.supervisor`), which replaces this process.
"""

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

import msgspec

from search.cores import CORES
from search.engines import open_configured
from search.settings.all_tables import Settings
from search.settings.loading import LoadedSettings, export_changes, load_settings
from web.limits.concurrency import RESERVED_SLOTS
from web.limits.rate_limit import RateLimit
from web.middleware.request_bodies import MAX_CONCURRENT_BODIES
from web.processes.listening import reserve_port
from web.processes.server_plan import ServerPlan
from web.theme.site import read_site

__all__ = ["load_validated", "run"]

_MAX_DEFAULT_WORKERS = 4
_EXTRA_THREADS = 2
"""Threads of a worker for static files, pages without a search and refusals."""
_SUPERVISOR = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from web.supervisor import main; main(int(sys.argv[2]))"
)
"""With the module path of this process, which may be a checkout, and never the working folder."""


def run(settings: Settings) -> NoReturn:
    """Serve until a signal stops the server; print the address once it responds.

    Raises:
        PortTaken: the server cannot listen on the configured address.
        InvalidSettings: the theme or a limit is invalid.

    """
    _validate(settings)
    reserved = reserve_port(settings.server.host, settings.server.port)
    # Workers read the settings again when they are reloaded; options reach them this way.
    export_changes(settings, os.environ, Path())
    plan = ServerPlan(
        settings,
        int(reserved.getsockname()[1]),
        settings.server.workers or min(_MAX_DEFAULT_WORKERS, len(CORES)),
        _thread_count(settings),
    )
    with tempfile.TemporaryFile() as file:
        file.write(msgspec.json.encode(plan))
        file.seek(0)
        for handle in (file, reserved):
            # The function takes no arguments by name.
            os.set_inheritable(handle.fileno(), True)  # noqa: FBT003
        sys.stdout.flush()
        sys.stderr.flush()
        # The arguments of the command come last, where lists of processes show them.
        arguments = [
            "-P",
            "-c",
            _SUPERVISOR,
            json.dumps(sys.path),
            str(file.fileno()),
            *sys.argv[1:],
        ]
        # The program is this Python, and no shell reads the arguments.
        os.execv(sys.executable, [sys.executable, *arguments])  # noqa: S606


def load_validated() -> LoadedSettings:
    """Read and validate the settings of the environment and the working folder.

    Raises:
        InvalidSettings: a worker could not start with them.

    """
    loaded = load_settings(os.environ, Path())
    _validate(loaded.settings)
    return loaded


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


def _validate(settings: Settings) -> None:
    """Raise any error that would stop a worker at start-up."""
    open_configured(settings)
    read_site(settings)
    if settings.limits.rate_limit:
        RateLimit(settings.limits.rate_limit, Path(settings.data))
