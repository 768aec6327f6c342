"""A server under load for a long time, updated all the while: `python -m tests.soak --minutes 30`, or `make soak`.

It measures what the server can do at most, asks four fifths of that, and changes the archive every minute.
"""

import argparse
import http.client
import json
import random
import re
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import count
from pathlib import Path
from statistics import quantiles
from urllib.parse import quote, urlsplit

from tests.conftest import SAMPLE, SHARED, Cli, Server, serving
from tests.memory import resident_bytes

__all__ = ["Soaked", "soak"]

_THREADS = 16
_REQUESTS_A_CONNECTION = 10
"""The system deals connections out to workers by chance: few that last would leave one worker idle and flood the other."""
_SHARE = 0.8
_PATHS = ("/", "/api/v1/search", "/api/v1/search", "/api/v1/suggest")
_REUTERS = SHARED / "corpora" / "reuters.jsonl.gz"
_SOME_REJECTED = 3


@dataclass
class Soaked:
    """What came of it: latencies in seconds by their time, errors, memory in bytes at each update."""

    latencies: list[tuple[float, float]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    rate: float = 0.0
    updates: int = 0

    def p99(self, part: int, parts: int) -> float:
        """Return the 99th percentile of one of so many equal parts of the time."""
        first, last = self.latencies[0][0], self.latencies[-1][0]
        length = (last - first) / parts
        found = [took for at, took in self.latencies if first + part * length <= at <= first + (part + 1) * length]
        return quantiles(found, n=100)[98]


def soak(server: Server, cli: Cli, seconds: float, update_every: float, share: float = _SHARE) -> Soaked:
    """Ask a server of an archive for so long, after as long as one update takes to come to learn what it can do at most."""
    soaked = Soaked()
    words = _words(server)
    ended = threading.Event()

    def update() -> None:
        while not ended.wait(update_every):
            record = {"id": "soak", "title": f"Soaked {soaked.updates}", "published": "2020-01-01", "body": "A river."}
            cli("update", "-", given=json.dumps(record).encode())
            soaked.updates += 1
            soaked.memory.append(resident_bytes(server.process.pid))

    updating = threading.Thread(target=update)
    updating.start()
    try:
        # What it can do while it is updated, since that is what it is asked to.
        soaked.rate = share * len(_ask(server, soaked, words, 2 * update_every, None)) / (2 * update_every)
        soaked.latencies = sorted(_ask(server, soaked, words, seconds, soaked.rate))
    finally:
        ended.set()
        updating.join()
    return soaked


def _words(server: Server) -> list[str]:
    hits = [hit for page in range(1, 6) for hit in server.get(f"/api/v1/search?size=100&page={page}").json()["hits"]]
    return sorted({word for hit in hits for word in re.findall(r"[a-z]{3,}", hit["title"].lower())})


def _ask(
    server: Server, soaked: Soaked, words: Sequence[str], seconds: float, rate: float | None
) -> list[tuple[float, float]]:
    """Ask from several threads, at a rate of requests a second, or as fast as answers come."""
    taken: list[tuple[float, float]] = []
    started = time.monotonic()
    until = started + seconds
    pace = threading.Event()
    address = urlsplit(server.url)

    def run(number: int) -> None:
        dice = random.Random(number)
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)
        for turn in count():
            due = time.monotonic() if rate is None else started + (turn * _THREADS + number) / rate
            if due >= until:
                break
            pace.wait(max(0.0, due - time.monotonic()))
            text = quote(" ".join(dice.choices(words, k=dice.choice((1, 1, 2)))))
            path = f"{dice.choice(_PATHS)}?q={text}"
            try:
                connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
                answer = connection.getresponse()
                answer.read()
                if answer.status != HTTPStatus.OK:
                    soaked.errors.append(f"{answer.status} {path}")
            except (http.client.HTTPException, OSError) as error:
                connection.close()
                soaked.errors.append(f"{type(error).__name__} {path}")
            # Since it was due, so that a server that stalls is not asked less and praised for it.
            taken.append((due, time.monotonic() - due))
            if turn % _REQUESTS_A_CONNECTION == 0:
                connection.close()
        connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(_THREADS)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return taken


def _main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        cli = Cli(Path(name), {"DATELINE_ACCESS_LOG": "off"})
        if _REUTERS.exists():
            cli("rebuild", _REUTERS, code=_SOME_REJECTED, seconds=600)
        else:
            cli("rebuild", SAMPLE)
        with serving("serve", folder=cli.folder, workers=2, environment=cli.environment) as server:
            soaked = soak(server, cli, given.minutes * 60, 60.0)
    parts = [soaked.p99(part, 5) * 1000 for part in range(5)]
    after, end = soaked.memory[len(soaked.memory) // 3], soaked.memory[-1]
    print(
        f"{len(soaked.latencies):,} requests at {soaked.rate:.0f} a second, {soaked.updates} updates, {len(soaked.errors)} errors"
    )
    print(
        f"p99 of five parts, ms: {', '.join(f'{each:.0f}' for each in parts)}; memory {after / 1e6:.0f} to {end / 1e6:.0f} MB"
    )
    for line in soaked.errors[:20]:
        print(line)
    return int(bool(soaked.errors) or max(parts) > 2 * min(parts) or end > 1.05 * after)


if __name__ == "__main__":
    raise SystemExit(_main())
