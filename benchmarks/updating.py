"""`dateline update` without and with changes, compared with only reading the source."""

import hashlib
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks.support.archives import made_up
from benchmarks.support.timing import table

__all__ = ["run"]

_ARTICLES = 200_000
_CHANGED = 100
_ROUNDS = 3


def run() -> str:
    """Measure in turn, and return the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source, changed = folder / "source.jsonl", folder / "changed.jsonl"
        with source.open("wb") as source_file, changed.open("wb") as changed_file:
            for number, article in enumerate(made_up(_ARTICLES)):
                line = article.to_json() + b"\n"
                source_file.write(line)
                if number % (_ARTICLES // _CHANGED) == 0:
                    line = line.replace(b'"title":"', b'"title":"Changed ', 1)
                changed_file.write(line)
        _load("rebuild", source, folder)
        digested, nothing, hundred = [], [], []
        for _ in range(_ROUNDS):
            digested.append(_digest(source))
            nothing.append(_load("update", source, folder))
            hundred.append(_load("update", changed, folder))
            _load("update", source, folder)
        rows = [
            _row(
                "reading the lines and their SHA-256, one process",
                median(digested),
                median(digested),
            ),
            _row("`dateline update`, nothing changed", median(nothing), median(digested)),
            _row(
                f"`dateline update`, {_CHANGED} articles changed", median(hundred), median(digested)
            ),
        ]
    head = ["", "seconds", "articles per second", "rate relative to reading"]
    return f"## Updating ({_ARTICLES:,} made-up articles of 260 words)\n\n" + table(head, rows)


def _row(label: str, seconds: float, bare: float) -> list[str]:
    return [label, f"{seconds:.2f}", f"{_ARTICLES / seconds:,.0f}", f"{bare / seconds:.2f}"]


def _digest(source: Path) -> float:
    started = time.perf_counter()
    with source.open("rb") as lines:
        for line in lines:
            hashlib.sha256(line).digest()
    return time.perf_counter() - started


def _load(command: str, source: Path, folder: Path) -> float:
    """Run a loading command, and return the seconds of its report."""
    arguments = [
        sys.executable,
        "-m",
        "indexer",
        command,
        str(source),
        "--data",
        str(folder / "data"),
        "--json",
    ]
    process = subprocess.run(arguments, capture_output=True, check=True)
    return float(json.loads(process.stdout)["seconds"])
