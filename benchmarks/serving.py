"""The server: start-up time, memory of a worker and searches per second, over loopback only."""

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
    """Serve an index, measure, and return the table."""
    with tempfile.TemporaryDirectory() as name:
        source = REUTERS if REUTERS.exists() else SAMPLE
        rebuild(source, name)
        starts = [_ready(name) for _ in range(3)]
        single, under_load = _served(name)
    rows = [
        ["from start to the first response, one worker, s", f"{median(starts):.2f}"],
        ["memory of a worker after 400 searches, MB", f"{under_load['memory']:.0f}"],
        ["one client, API search, median ms", f"{single:.1f}"],
        ["two clients, API searches per second", f"{under_load['rate']:.0f}"],
    ]
    archive = "Reuters" if source == REUTERS else "the sample"
    return f"## Serving ({archive})\n\n{table(['', ''], rows)}"


def start(data: str) -> "tuple[subprocess.Popen[str], int, float]":
    """Serve an index with one worker; return the process, its port and the start-up seconds."""
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
    match = re.search(r":(\d+)/", process.stdout.readline())
    assert match
    return process, int(match[1]), time.perf_counter() - started


def _ready(data: str) -> float:
    process, _, seconds = start(data)
    stop(process)
    return seconds


def rebuild(source: Path, folder: str) -> None:
    """Index a source with the command line; some records of Reuters are rejected."""
    build = [sys.executable, "-m", "indexer", "rebuild", str(source), "--data", folder]
    subprocess.run(build, check=False, capture_output=True)


def rebuild_made_up(articles: int, folder: str) -> str:
    """Index made-up articles in a folder, and return the data folder."""
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
        times = _search_times(port, _SEARCHES)
        started = time.perf_counter()
        clients = [threading.Thread(target=_search_times, args=(port, _SEARCHES)) for _ in range(2)]
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


def _search_times(port: int, number: int) -> list[float]:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    times = []
    for turn in range(number):
        word = WORDS[turn % len(WORDS)].replace(" ", "+")
        started = time.perf_counter()
        connection.request("GET", f"/api/v1/search?q={word}&page={turn // len(WORDS) % 5 + 1}")
        json.loads(connection.getresponse().read())
        times.append((time.perf_counter() - started) * 1000)
    return times


def _children(parent: int) -> list[int]:
    children = []
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                fields = Path(entry.path, "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == parent:
                children.append(int(entry.name))
    return children


def _memory(process: int) -> float:
    """Return a process's anonymous resident memory in MB, without mapped files."""
    status = Path(f"/proc/{process}/status").read_text()
    match = re.search(r"RssAnon:\s+(\d+) kB", status)
    return int(match[1]) / 1000 if match else 0.0
