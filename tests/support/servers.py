"""The real server, run as a subprocess."""

import http.client
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from typing import Any
from urllib.parse import urlsplit

import httpx

from tests.support.cli import clean_environment

__all__ = ["Server", "serving"]

_START_SECONDS = 60
_LONG_SEARCHES = {"DATELINE_LIMITS_SEARCH_MS": "60000"}
"""A machine full of tests, or a frozen node, takes longer for a search than readers should wait."""


@dataclass
class Server:
    """A running `dateline serve`."""

    url: str
    process: "subprocess.Popen[str]"

    def connect(self) -> http.client.HTTPConnection:
        """Return a keep-alive connection; it costs the client less than `get`."""
        return http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=60)

    def get(self, path: str, **options: Any) -> httpx.Response:
        """Request a path."""
        return httpx.get(self.url.rstrip("/") + path, timeout=20, **options)


@contextmanager
def serving(
    *arguments: str | Path,
    folder: Path,
    workers: int | None = 1,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """Run a command that serves until the block ends; its address is read from its first line.

    Without `workers` it starts as many as it does by itself.
    """
    has_choice = arguments[0] != "demo" and workers is not None
    extra = ["--workers", str(workers)] if has_choice else []
    # The log goes to a file: a pipe that is not read fills up and blocks the server.
    with (folder / "server.log").open("a", encoding="utf-8") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "indexer", *map(str, arguments), "--port", "0", *extra],
            cwd=folder,
            env=clean_environment() | _LONG_SEARCHES | dict(environment or {}),
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    try:
        line = _first_line(process)
        assert re.search(r"http://(127\.0\.0\.1|\[::1\]):", line), (
            f"{line!r}\n{(folder / 'server.log').read_text('utf-8')}"
        )
        yield Server(line.split()[3], process)
    finally:
        process.terminate()
        try:
            process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def _first_line(process: "subprocess.Popen[str]") -> str:
    lines: Queue[str] = Queue()
    assert process.stdout is not None
    threading.Thread(
        target=lambda: lines.put(process.stdout.readline() if process.stdout else ""), daemon=True
    ).start()
    try:
        return lines.get(timeout=_START_SECONDS)
    except Empty:
        return ""
