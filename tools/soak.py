"""Keeps a server under load while the archive is updated: `python -m tools.soak`, or `make soak`.

The archive changes every minute. After a warm-up that fills the caches, each part first measures
the server's maximum rate between two updates, then sends 80 % of that rate for a long time.

The speed of a shared machine varies, by half at times, so 80 % of an earlier maximum may exceed the
current one. The tool therefore times a fixed piece of work all along and scales the rate with it,
never with the response times.
"""

import argparse
import http.client
import json
import random
import re
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import count
from pathlib import Path
from statistics import mean, median, quantiles
from urllib.parse import quote

from tests.support.cli import Cli
from tests.support.memory import resident_bytes
from tests.support.paths import SAMPLE, SHARED
from tests.support.servers import Server, serving

__all__ = ["Outcome", "soak"]

_THREADS = 16
_SHARE = 0.8
"""Share of the maximum rate that is sent."""
_WARM_UP_UPDATES = 2
"""Length of the warm-up, in intervals between updates."""
_FIRST_MEASURING_UPDATES = 2
"""Length of measuring before the first part, in intervals; before the others it is one."""
_PARTS = 5
_MAX_GROWTH = 1.05
"""Limit of memory in the last part relative to the first."""
_TABLE_WORDS = 300_000
_LOOKUPS = 400
"""Words that the fixed piece of work looks up in a table of _TABLE_WORDS."""
_SECONDS_BETWEEN_SAMPLES = 0.1
_RECENT_SAMPLES = 50
"""The machine's current speed is the mean of these."""
_PATHS = ("/", "/api/v1/search", "/api/v1/search", "/api/v1/suggest")
_REUTERS = SHARED / "corpora" / "reuters.jsonl.gz"
_SOME_REJECTED = 3


class Machine:
    """The machine's speed: CPU seconds of a fixed piece of work, sampled all along.

    The work looks words up in a large table, as the server does. The server's response times varied
    by 8.4 % between periods of four seconds; relative to the mean of the last five seconds of
    samples, by 6.7 %. The median, which ignores the few slow samples, would give 11 %.
    """

    def __init__(self) -> None:
        self.samples: list[float] = []
        self._dice = random.Random(0)
        self._table = {str(number): number for number in range(_TABLE_WORDS)}
        self._words = self._dice.sample(list(self._table), 10 * _LOOKUPS)
        self.sample()

    def sample(self) -> None:
        """Do the work once and add its time."""
        started = time.thread_time()
        sum(self._table[word] for word in self._dice.sample(self._words, _LOOKUPS))
        self.samples.append(time.thread_time() - started)

    @property
    def work_seconds(self) -> float:
        """The current seconds of the work."""
        return mean(self.samples[-_RECENT_SAMPLES:])


@dataclass
class Part:
    """One part of a run: seconds of requests and of work samples, bytes of memory at updates."""

    latencies: list[float] = field(default_factory=list)
    samples: list[float] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)

    @property
    def p99(self) -> float:
        """The 99th percentile of the latencies, in seconds."""
        return quantiles(self.latencies, n=100)[98]


@dataclass
class Outcome:
    """The result of a run."""

    parts: list[Part] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    updates: int = 0

    def start_parts(self, parts: int) -> Iterator[Part]:
        """Start one part after the other; the last is the current one."""
        for _ in range(parts):
            self.parts.append(Part())
            yield self.parts[-1]


def soak(
    server: Server, cli: Cli, seconds: float, update_every: float, parts: int = _PARTS
) -> Outcome:
    """Keep a server under load for a total of `seconds`, with an update every `update_every`."""
    outcome = Outcome()
    load = _Load(server, outcome, Machine())
    ended = threading.Event()

    def update() -> None:
        while not ended.wait(update_every):
            record = {
                "id": "soak",
                "title": f"Soaked {outcome.updates}",
                "published": "2020-01-01",
                "body": "A river.",
            }
            cli("update", "-", stdin=json.dumps(record).encode())
            outcome.updates += 1
            outcome.parts[-1].memory.append(resident_bytes(server.process.pid))

    def sample() -> None:
        while not ended.wait(_SECONDS_BETWEEN_SAMPLES):
            load.machine.sample()

    load.run(_WARM_UP_UPDATES * update_every, None)
    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(update), pool.submit(sample)]
        try:
            responses, work = 0, 0.0
            for part in outcome.start_parts(parts):
                measuring = update_every if responses else _FIRST_MEASURING_UPDATES * update_every
                latencies, samples = load.run(measuring, None)
                responses += len(latencies)
                work += measuring / mean(samples)
                part.latencies, part.samples = load.run(seconds / parts, _SHARE * responses / work)
        finally:
            ended.set()
        for future in futures:
            future.result()
    return outcome


class _Load:
    """Requests from several threads."""

    def __init__(self, server: Server, outcome: Outcome, machine: Machine) -> None:
        self.machine = machine
        self._seeds = count()
        self._server = server
        self._outcome = outcome
        pages = [server.get(f"/api/v1/search?size=100&page={page}").json() for page in range(1, 6)]
        self._words = sorted(
            {
                word
                for page in pages
                for hit in page["hits"]
                for word in re.findall(r"[a-z]{3,}", hit["title"].lower())
            }
        )

    def run(self, seconds: float, pace: float | None) -> tuple[list[float], list[float]]:
        """Send `pace` requests per work time, or the maximum; return latencies and samples."""
        latencies: list[float] = []
        # Other queries each time, because repeated ones come from the cache.
        seed = next(self._seeds)
        first_sample = len(self.machine.samples) - 1
        started = time.monotonic()
        until = started + seconds
        never = threading.Event()

        def work_seconds() -> float:
            return self.machine.work_seconds

        def client(number: int) -> None:
            dice = random.Random(f"{seed} {number}")
            due = started if pace is None else started + number * work_seconds() / pace
            while due < until:
                never.wait(max(0.0, due - time.monotonic()))
                self._request(dice)
                # Measured from the due time: a server that stalls must not look faster by getting
                # fewer requests (coordinated omission).
                latencies.append(time.monotonic() - due)
                due = time.monotonic() if pace is None else due + _THREADS * work_seconds() / pace

        threads = [threading.Thread(target=client, args=(number,)) for number in range(_THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return latencies, self.machine.samples[first_sample:]

    def _request(self, dice: random.Random) -> None:
        text = quote(" ".join(dice.choices(self._words, k=dice.choice((1, 1, 2)))))
        path = f"{dice.choice(_PATHS)}?q={text}"
        # A new connection per request: the kernel assigns connections to workers at random, and a
        # few lasting ones could leave one worker idle and overload the other.
        connection = self._server.connect()
        try:
            connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
            response = connection.getresponse()
            response.read()
            if response.status != HTTPStatus.OK:
                self._outcome.errors.append(f"{response.status} {path}")
        except (http.client.HTTPException, OSError) as error:
            self._outcome.errors.append(f"{type(error).__name__} {path}")
        finally:
            connection.close()


def _main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        cli = Cli(Path(name), {"DATELINE_SERVER_ACCESS_LOG": "off"})
        if _REUTERS.exists():
            cli("rebuild", _REUTERS, code=_SOME_REJECTED, seconds=600)
        else:
            cli("rebuild", SAMPLE)
        with serving("serve", folder=cli.folder, workers=2, environment=cli.environment) as server:
            outcome = soak(server, cli, arguments.minutes * 60, 60.0)
    parts = outcome.parts
    requests = sum(len(part.latencies) for part in parts)
    print(
        f"{requests:,} requests, {outcome.updates} updates, {len(outcome.errors)} errors\n"
        "part  requests/s  p50, ms  p99, ms  memory, MB  "
        "work, µs: fastest tenth, mean, slowest tenth"
    )
    memory = [median(part.memory) for part in parts]
    for number, part in enumerate(parts):
        rate = len(part.latencies) * len(parts) / arguments.minutes / 60
        p50 = median(part.latencies)
        tenths = quantiles(part.samples, n=10)
        print(
            f"{number + 1:4}  {rate:10.0f}  {p50 * 1000:7.0f}  {part.p99 * 1000:7.0f}"
            f"  {memory[number] / 1e6:10.0f}"
            f"  {tenths[0] * 1e6:.0f} {mean(part.samples) * 1e6:.0f} {tenths[8] * 1e6:.0f}"
        )
    for line in outcome.errors[:20]:
        print(line)
    p99s = [part.p99 for part in parts]
    is_slower = max(p99s) > 2 * min(p99s)
    has_grown = memory[-1] > _MAX_GROWTH * memory[0]
    return int(bool(outcome.errors) or is_slower or has_grown)


if __name__ == "__main__":
    raise SystemExit(_main())
