"""Millions of short articles: how rebuilding, updating and searching grow with their number.

`python -m benchmarks large --articles 10000000`. Articles are made while `dateline rebuild` reads
them from a pipe, so that no file of gigabytes is needed.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from math import log
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.comparison.classes import CLASSES, searches
from benchmarks.comparison.corpus import Vocabulary, vocabulary
from benchmarks.comparison.latency import measure
from benchmarks.peers.bare import BareTantivy
from benchmarks.peers.dateline import Dateline
from benchmarks.peers.processes import memory, process_tree
from benchmarks.peers.request import Request
from benchmarks.support.many import lines
from benchmarks.support.timing import table
from tests.support.cli import clean_environment

__all__ = ["run"]

_SAMPLE = 50_000
_CHANGED = 1_000
_STEPS = (100, 10, 1)
_WARM_UP = 6
_SECONDS_BETWEEN_LOOKS = 0.5
_DEFAULT = ("--articles", "10000000")


def run(arguments: Sequence[str] = _DEFAULT) -> str:
    """Measure at a hundredth, a tenth and all of the articles; return the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks large", description=__doc__)
    parser.add_argument("--articles", type=int, default=10_000_000)
    parser.add_argument("--words", type=int, default=100, help="per article")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--folder", type=Path, default=Path("build", "large"))
    parser.add_argument("--keep", action="store_true", help="keep the indexes")
    options = parser.parse_args(arguments)
    # The server has another working folder.
    options.folder = options.folder.resolve()
    options.folder.mkdir(parents=True, exist_ok=True)
    words = _vocabulary(options.folder, options.words)
    seen = []
    for step in _STEPS:
        number = options.articles // step
        peer = Dateline(options.folder / f"{number}")
        seen.append(_measure(peer, number, words, options))
        print(json.dumps(seen[-1] | {"searches": None}), flush=True)
        if not options.keep:
            shutil.rmtree(peer.folder)
    return _report(seen, options.words)


def _vocabulary(folder: Path, length: int) -> Vocabulary:
    """Return words by their frequency in a sample of the articles."""
    source = folder / "sample.jsonl"
    with source.open("wb") as file:
        file.writelines(line + b"\n" for line in lines(_SAMPLE, words=length))
    bare = BareTantivy(folder / "sample")
    bare.load(source, _SAMPLE)
    bare.start()
    return vocabulary(source, *bare.document_counts())


def _measure(
    peer: Dateline, number: int, words: Vocabulary, options: argparse.Namespace
) -> dict[str, Any]:
    seen: dict[str, Any] = {"articles": number}
    seen["rebuild"] = _load(peer, "rebuild", number, options.words, frozenset())
    seen["disk"] = peer.disk()
    changed = frozenset(range(0, number, max(1, number // _CHANGED)))
    seen["update"] = _load(peer, "update", number, options.words, changed)
    started = time.perf_counter()
    peer.start()
    try:
        peer.prepare(Request())()
        seen["start"] = time.perf_counter() - started
        seen["memory"] = memory(peer.processes())
        # The sample's frequencies are those of all articles.
        rounds = searches(words, _SAMPLE, options.rounds, warm_up=_WARM_UP)
        *_, samples = measure([peer], rounds, warm_up=_WARM_UP)
        seen["searches"] = samples.as_dict()
        seen["memory_after"] = memory(peer.processes())
    finally:
        peer.stop()
    return seen


def _load(
    peer: Dateline, command: str, number: int, words: int, changed: frozenset[int]
) -> dict[str, float]:
    """Pipe all articles into a command; return its seconds, its memory and how the rate fell."""
    peer.folder.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "indexer", command, "--data", str(peer.data), "--json", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=clean_environment() | {"DATELINE_RANKING_MEANING": "off"},
    )
    marks: list[float] = []

    def feed() -> None:
        assert process.stdin is not None
        with process.stdin as pipe, suppress(BrokenPipeError):
            for place, line in enumerate(lines(number, words=words, changed=changed)):
                if place % (number // 10) == 0:
                    marks.append(time.perf_counter())
                pipe.write(line + b"\n")

    started = time.perf_counter()
    feeder = threading.Thread(target=feed)
    feeder.start()
    most = 0
    while process.poll() is None:
        with suppress(OSError):
            most = max(most, memory(process_tree(process.pid))[1])
        time.sleep(_SECONDS_BETWEEN_LOOKS)
    assert process.stdout is not None
    report = json.loads(process.stdout.read())
    process.wait()
    feeder.join()
    if report["read"] != number:
        raise RuntimeError(f"{command} has read {report['read']:,} of {number:,} articles")
    tenths = [later - earlier for earlier, later in pairwise(marks)]
    return {
        "seconds": time.perf_counter() - started,
        "changed": report["changed"],
        "memory": most,
        # How much longer the ninth tenth took than the second; the first fills buffers.
        "slope": tenths[-1] / tenths[1],
    }


def _report(seen: list[dict[str, Any]], words: int) -> str:
    head = ["", *(f"{each['articles']:,} articles" for each in seen)]
    first, last = seen[-2:]
    rows = [
        ["rebuilt, articles per second", *(_rate(each, "rebuild") for each in seen)],
        [
            "the ninth tenth of a rebuild took times the second",
            *(f"{each['rebuild']['slope']:.2f}" for each in seen),
        ],
        [
            "memory of the rebuild without mapped files, MB",
            *(f"{each['rebuild']['memory'] / 1e6:,.0f}" for each in seen),
        ],
        ["index, MB", *(f"{each['disk'] / 1e6:,.0f}" for each in seen)],
        [
            f"updated, articles per second ({_CHANGED:,} changed)",
            *(_rate(each, "update") for each in seen),
        ],
        ["from start to first answer, s", *(f"{each['start']:.2f}" for each in seen)],
        [
            "memory of the server after the searches (PSS), MB",
            *(f"{each['memory_after'][0] / 1e6:,.0f}" for each in seen),
        ],
        [
            "of it not mapped files, MB",
            *(f"{each['memory_after'][1] / 1e6:,.0f}" for each in seen),
        ],
    ]
    searched = []
    grown = log(last["articles"] / first["articles"])
    for name in CLASSES:
        times = [each["searches"]["clock"]["dateline"].get(name) for each in seen]
        if not all(times):
            continue
        used = [median(each["searches"]["processor"]["dateline"][name]) for each in seen]
        searched.append(
            [
                name,
                f"{median(last['searches']['hits'][name]):,.0f}",
                *(f"{median(each):.1f} / {cpu:.1f}" for each, cpu in zip(times, used, strict=True)),
                f"{log(used[-1] / used[-2]) / grown:.2f}",
            ]
        )
    return (
        f"## Millions of articles ({words} made-up words each, {os.cpu_count()} cores)\n\n"
        + table(head, rows)
        + "\nNew searches over HTTP, one client: ms on the clock / of processor time, and the "
        "exponent between the last two sizes (1 is linear):\n\n"
        + table(["search", "hits", *head[1:], "exponent"], searched)
    )


def _rate(seen: dict[str, Any], command: str) -> str:
    return f"{seen['articles'] / seen[command]['seconds']:,.0f}"
