"""Searches per second: clients in a process of their own, back to back and at a steady rate."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import islice

from benchmarks.comparison.classes import searches
from benchmarks.comparison.corpus import Vocabulary
from benchmarks.comparison.load import wire
from benchmarks.peers.dateline import Dateline
from benchmarks.peers.peer import HttpPeer
from benchmarks.peers.processes import on_cores
from benchmarks.peers.request import Request

__all__ = ["CLIENTS", "MIX", "Load", "loads", "mixed", "scaling"]

CLIENTS = (1, 4, 16, 64)
MIX = (
    "all, another last day each",
    "common word",
    "word",
    "rare word",
    "two words",
    "phrase of common words",
    "a word, a region chosen",
    "date range",
    "newest first",
)
"""The classes that clients draw from in turn."""
_STEADY = 0.8
_MORE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Load:
    """Searches per second, latencies in ms and failed searches, as clients saw them.

    `rate` is the rate of arrivals, or 0 for clients that search back to back.
    """

    clients: int
    rate: float
    per_second: float
    median: float
    p99: float
    failed: int

    def as_dict(self) -> dict[str, float]:
        """Return the content as JSON can hold it."""
        return asdict(self)


def mixed(vocabulary: Vocabulary, articles: int, seed: int) -> Iterator[Request]:
    """Yield different searches of all classes of the mix, without end."""
    seen = set()
    while True:
        for made in searches(vocabulary, articles, 10, seed=seed):
            for name in MIX:
                request = made.get(name)
                if request and request not in seen:
                    seen.add(request)
                    yield request
        seed += 1000


def loads(peer: HttpPeer, requests: Iterator[Request], seconds: float) -> list[Load]:
    """Measure a peer with more and more clients, then at 80 % of the maximum."""
    found = [_load(peer, requests, clients, seconds, 0.0) for clients in CLIENTS]
    most = max(load.per_second for load in found)
    return [*found, _load(peer, requests, max(CLIENTS), seconds * 2, most * _STEADY)]


def scaling(dateline: Dateline, requests: Iterator[Request], seconds: float) -> dict[int, float]:
    """Return the searches per second of Dateline on one core and on two, by number of cores.

    The clients share the same cores, so that their share of processor time is the same in both.
    """
    cores = sorted(os.sched_getaffinity(0))
    found = {}
    for number in (1, 2):
        dateline.cores, dateline.workers = frozenset(cores[:number]), number
        dateline.start()
        try:
            with on_cores(dateline.cores):
                _load(dateline, requests, 4, seconds / 2, 0.0)
                found[number] = _load(dateline, requests, 8, seconds, 0.0).per_second
        finally:
            dateline.stop()
    dateline.cores, dateline.workers = frozenset(), None
    return found


def _load(
    peer: HttpPeer, requests: Iterator[Request], clients: int, seconds: float, rate: float
) -> Load:
    with _generator() as generator:
        # More than any peer has answered in this time; unused ones cost only their making.
        number = int(seconds * 500) if not rate else int(seconds * rate * 1.5) + 100
        plan = {
            "port": peer.port,
            "clients": clients,
            "seconds": seconds,
            "rate": rate,
            "requests": [wire(*peer.request(each)).hex() for each in islice(requests, number)],
        }
        text, _ = generator.communicate(json.dumps(plan).encode(), seconds + _MORE_SECONDS * 4)
    seen = json.loads(text)
    latencies = seen["latencies"] or [float("nan")]
    return Load(
        clients,
        round(rate, 1),
        round(seen["per_second"], 1),
        round(latencies[len(latencies) // 2] * 1000, 2),
        round(latencies[min(len(latencies) - 1, len(latencies) * 99 // 100)] * 1000, 2),
        seen["failed"],
    )


@contextmanager
def _generator() -> "Iterator[subprocess.Popen[bytes]]":
    command = [sys.executable, "-m", "benchmarks.comparison.load"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()
