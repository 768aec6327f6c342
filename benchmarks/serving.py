"""The server: until it answers, what a worker holds, how many searches a second; over loopback alone."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from statistics import median

from benchmarks.support.archives import REUTERS, made_up
from benchmarks.support.timing import table

__all__ = ["SAMPLE", "WORDS", "rebuild", "rebuild_made_up", "run", "start", "stop"]

_SEARCHES = 400
WORDS = (
    "oil",
    "grain",
    "bank",
    "tariff",
    "dollar",
    "crude oil",
    "wheat",
    "trade",
    "merger",
    "profit",
    "yen",
    "gold",
)
SAMPLE = Path(__file__).resolve().parent.parent / "indexer" / "sample"


def run() -> str:
    """Start a server over an index, measure and return the table."""
    with tempfile.TemporaryDirectory() as name:
        source = REUTERS if REUTERS.exists() else SAMPLE
        rebuild(source, name)
        starts = [_ready(name) for _ in range(3)]
        single, served = _served(name)
    rows = [
        ["from start to the first answer, one worker, s", f"{median(starts):.2f}"],
        ["held by a worker after 400 searches, MB", f"{served['memory']:.0f}"],
        ["one client, API search, median ms", f"{single:.1f}"],
        ["two clients, API searches a second", f"{served['rate']:.0f}"],
    ]
    return (
        "## EngineProvider ("
        + ("Reuters" if source == REUTERS else "the sample")
        + ")\n\n"
        + table(["", ""], rows)
    )


def start(data: str) -> "tuple[subprocess.Popen[str], int, float]":
    """Serve an index with one worker; return the process, its port and the seconds until it answered."""
    command = [
        sys.executable,
        "-m",
        "indexer",
        "serve",
        "--data",
        data,
        "--port",
        "0",
        "--workers",
        "1",
    ]
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    found = re.search(r":(\d+)/", process.stdout.readline())
    assert found
    return process, int(found[1]), time.perf_counter() - started


def _ready(data: str) -> float:
    process, _, seconds = start(data)
    stop(process)
    return seconds


def rebuild(source: Path, folder: str) -> None:
    """Index a source by the command line; some records of the newswire are rejected."""
    build = [sys.executable, "-m", "indexer", "rebuild", str(source), "--data", folder]
    subprocess.run(build, check=False, capture_output=True)


def rebuild_made_up(articles: int, folder: str) -> str:
    """Index so many made-up articles under a folder, and return the index's own."""
    lines = Path(folder, "made-up.jsonl")
    with lines.open("wb") as file:
        for article in made_up(articles):
            file.write(article.to_json() + b"\n")
    rebuild(lines, f"{folder}/data")
    return f"{folder}/data"


def stop(process: "subprocess.Popen[str]") -> None:
    """End a server."""
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=20)


def _served(data: str) -> tuple[float, dict[str, float]]:
    process, port, _ = start(data)
    try:
        times = _ask(port, _SEARCHES)
        started = time.perf_counter()
        clients = [threading.Thread(target=_ask, args=(port, _SEARCHES)) for _ in range(2)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        rate = 2 * _SEARCHES / (time.perf_counter() - started)
        return median(times), {
            "rate": rate,
            "memory": max(_memory(child) for child in _children(process.pid)),
        }
    finally:
        stop(process)


def _ask(port: int, number: int) -> list[float]:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    times = []
    for each in range(number):
        word = WORDS[each % len(WORDS)].replace(" ", "+")
        started = time.perf_counter()
        connection.request("GET", f"/api/v1/search?q={word}&page={each // len(WORDS) % 5 + 1}")
        json.loads(connection.getresponse().read())
        times.append((time.perf_counter() - started) * 1000)
    return times


def _children(parent: int) -> list[int]:
    found = []
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                fields = Path(entry.path, "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == parent:
                found.append(int(entry.name))
    return found


def _memory(process: int) -> float:
    """Return the resident memory that is the process's own, in MB: without files that are mapped."""
    status = Path(f"/proc/{process}/status").read_text()
    found = re.search(r"RssAnon:\s+(\d+) kB", status)
    return int(found[1]) / 1000 if found else 0.0
