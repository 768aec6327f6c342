"""Searches per second: clients in a process of their own, back to back and at a steady rate."""

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from itertools import count, islice

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
_ROUNDS = 40
_MOST_PER_SECOND = 1000


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
    """Yield different searches without end, of all classes of the mix in turn.

    Equal seeds yield equal searches, so that each service can be asked the same. Words run out long
    before a service does: they come again with another range of days, which begins a day later each
    time, so that no search is made twice.
    """
    made = list(searches(vocabulary, articles, _ROUNDS, seed=seed))
    pools = [list(dict.fromkeys(each[name] for each in made if name in each)) for name in MIX]
    first = dt.date.fromisoformat(vocabulary.days[0])
    for number in count():
        for pool in pools:
            lap, at = divmod(number, len(pool))
            yield _later(pool[at], first, lap) if lap else pool[at]


def _later(request: Request, first: dt.date, days: int) -> Request:
    start = (request.first_day or first) + dt.timedelta(days=days)
    return replace(request, first_day=start)


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
        number = int(seconds * _MOST_PER_SECOND) if not rate else int(seconds * rate * 1.5) + 100
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
