"""Exports of the whole archive, and conditional requests, over loopback only."""

import http.client
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.serving import rebuild_made_up, start, stop
from benchmarks.support.timing import medians, table
from tests.support.memory import resident_bytes

__all__ = ["run"]

_ARTICLES = 100_000
_ROUNDS = 1_500
_READ_BYTES = 1 << 18
_ATTEMPTS, _SECONDS_BETWEEN_ATTEMPTS = 200, 0.05
_EMPTY = """
import sys
from flask import Flask, Response
from granian import Granian
from granian.constants import Interfaces

def create():
    app = Flask("empty")

    @app.get("/")
    def nothing():
        return Response(b"")

    return app

if __name__ == "__main__":
    Granian(
        "empty:create", address="127.0.0.1", port=int(sys.argv[1]), interface=Interfaces.WSGI,
        factory=True, workers=1, blocking_threads=2, websockets=False, log_enabled=False,
    ).serve()
"""


def run() -> str:
    """Measure and return the tables."""
    with tempfile.TemporaryDirectory() as folder:
        process, port, _ = start(rebuild_made_up(_ARTICLES, folder))
        try:
            exports = [_export(process.pid, port, form) for form in ("jsonl", "csv", "bib", "ris")]
            times = _unchanged(folder, port)
        finally:
            stop(process)
    share = times["empty"] / times["unchanged"]
    return (
        f"## Exports and conditional requests ({_ARTICLES:,} made-up articles of 260 words, "
        "one worker)\n\n"
        + table(
            [
                "export of all",
                "lines or entries per second",
                "MB per second",
                "memory before, MB",
                "maximum during the export, MB",
            ],
            exports,
        )
        + "\n"
        + table(
            ["a kept-alive client", "ms", "relative to the rate of an empty view"],
            [
                ["an empty Flask view on the same server", f"{times['empty']:.2f}", "1"],
                ["an unchanged search (304)", f"{times['unchanged']:.2f}", f"{share:.2f}"],
                [
                    "the same search, full response",
                    f"{times['answered']:.2f}",
                    f"{times['empty'] / times['answered']:.2f}",
                ],
            ],
        )
    )


def _export(pid: int, port: int, form: str) -> list[str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    before = maximum = resident_bytes(pid)
    started = sampled = time.perf_counter()
    connection.request("GET", f"/export.{form}")
    response = connection.getresponse()
    size = 0
    while block := response.read(_READ_BYTES):
        size += len(block)
        if time.perf_counter() - sampled > 1:
            maximum = max(maximum, resident_bytes(pid))
            sampled = time.perf_counter()
    seconds = time.perf_counter() - started
    return [
        f"`{form}`",
        f"{_ARTICLES / seconds:,.0f}",
        f"{size / seconds / 1e6:.0f}",
        f"{before / 1e6:.0f}",
        f"{maximum / 1e6:.0f}",
    ]


def _unchanged(folder: str, port: int) -> dict[str, float]:
    Path(folder, "empty.py").write_text(_EMPTY, "utf-8")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        empty_port = int(probe.getsockname()[1])
    process = subprocess.Popen([sys.executable, "empty.py", str(empty_port)], cwd=folder)
    try:
        return _in_turn(_reachable(empty_port), http.client.HTTPConnection("127.0.0.1", port))
    finally:
        process.terminate()
        process.wait(timeout=20)


def _reachable(port: int) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for _ in range(_ATTEMPTS):
        try:
            connection.connect()
        except ConnectionRefusedError:
            time.sleep(_SECONDS_BETWEEN_ATTEMPTS)
        else:
            return connection
    raise TimeoutError("the empty server does not start")


def _in_turn(
    empty: http.client.HTTPConnection, connection: http.client.HTTPConnection
) -> dict[str, float]:
    path = "/api/v1/search?q=the"
    tag = _get(connection, path, 200)

    return medians(
        {
            "empty": lambda: _get(empty, "/", 200),
            "unchanged": lambda: _get(connection, path, 304, **{"If-None-Match": tag}),
            "full": lambda: _get(connection, path, 200),
        },
        _ROUNDS,
    )


def _get(connection: http.client.HTTPConnection, path: str, status: int, **headers: str) -> str:
    """Request a path, check the status, and return the entity tag."""
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    response.read()
    assert response.status == status
    return response.headers.get("ETag") or ""
