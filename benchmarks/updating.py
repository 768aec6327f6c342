"""`dateline update` where nothing, and where a hundred articles changed, against reading and digesting the source alone."""

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
    """Measure in turn and return the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source, changed = folder / "source.jsonl", folder / "changed.jsonl"
        with source.open("wb") as one, changed.open("wb") as other:
            for number, article in enumerate(made_up(_ARTICLES)):
                line = article.to_json() + b"\n"
                one.write(line)
                touched = number % (_ARTICLES // _CHANGED) == 0
                other.write(
                    line.replace(b'"title":"', b'"title":"Changed ', 1) if touched else line
                )
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
    head = ["", "seconds", "articles a second", "rate against reading"]
    return f"## Updating ({_ARTICLES:,} made-up articles of 260 words)\n\n" + table(head, rows)


def _row(what: str, seconds: float, bare: float) -> list[str]:
    return [what, f"{seconds:.2f}", f"{_ARTICLES / seconds:,.0f}", f"{bare / seconds:.2f}"]


def _digest(source: Path) -> float:
    started = time.perf_counter()
    with source.open("rb") as lines:
        for line in lines:
            hashlib.sha256(line).digest()
    return time.perf_counter() - started


def _load(command: str, source: Path, folder: Path) -> float:
    """Run a loading command and return the seconds that it reports."""
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
    done = subprocess.run(arguments, capture_output=True, check=True)
    return float(json.loads(done.stdout)["seconds"])
