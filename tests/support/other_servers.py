"""The application under other WSGI servers than that of `dateline serve`."""

import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.support.cli import clean_environment
from tests.support.servers import Server
from tests.support.wait_until import until

__all__ = ["OTHER_SERVERS", "serving_under"]

_THREADS = 80
OTHER_SERVERS = {
    "gunicorn": (
        *"gunicorn --workers 1 --threads".split(),
        f"{_THREADS}",
        "--bind",
        "{address}",
        "web.worker:create()",
    ),
    "waitress": (
        "waitress",
        f"--threads={_THREADS}",
        "--listen={address}",
        "--call",
        "web.worker:create",
    ),
}
"""Module and arguments of each server, as in docs/admin.md."""


@contextmanager
def serving_under(
    name: str, folder: Path, environment: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Serve the index of a folder's settings with one of OTHER_SERVERS until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    arguments = [argument.format(address=address) for argument in OTHER_SERVERS[name]]
    with (folder / f"{name}.log").open("a", encoding="utf-8") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=folder,
            env=clean_environment() | dict(environment or {}),
            stdout=log,
            stderr=log,
            text=True,
        )
    try:
        until(lambda: process.poll() is not None or _is_up(address))
        assert process.poll() is None, (folder / f"{name}.log").read_text("utf-8")
        yield Server(f"http://{address}/", process)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _is_up(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://{address}/healthz", timeout=20):
            return True
    except urllib.error.URLError:
        return False
