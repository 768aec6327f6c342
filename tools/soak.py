"""A server under load for a long time, updated all the while: `python -m tools.soak --minutes 30`, or `make soak`.

The archive changes every minute. First what is remembered is filled. Then, part by part, what the server can do at most is learnt
from one update to the next, to be added to what was learnt before, and four fifths of that are asked for long.

A machine that is shared is faster in one minute and slower in the next, by half at times; a rate that was four fifths would be more
than all. So how fast it is for a fixed piece of work is looked at all the while, and the rate goes with that: never with the answers.
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

__all__ = ["Soaked", "soak"]

_THREADS = 16
_SHARE = 0.8
_FILLING = 2
"""So many times as long as from one update to the next, what is remembered is filled."""
_LEARNING_FIRST = 2
"""So many times as long the maximum is learnt before the first part; before each of the others once as long."""
_PARTS = 5
_FLAT = 1.05
"""What memory in the last part may be of memory in the first."""
_TABLE = 300_000
"""Words in the table that the fixed piece of work looks up some of."""
_LOOKED_UP = 400
_LOOK_EVERY = 0.1
"""Seconds from one look at the machine to the next."""
_LATELY = 50
"""What the machine does now is the mean of so many looks."""
_PATHS = ("/", "/api/v1/search", "/api/v1/search", "/api/v1/suggest")
_REUTERS = SHARED / "corpora" / "reuters.jsonl.gz"
_SOME_REJECTED = 3


class Machine:
    """How fast the machine is: the seconds of CPU that a fixed piece of work takes, look after look.

    The piece is to look words up in a large table, as the server does. Where the server's requests varied by 8.4 % from one four seconds
    to the next, they did so by 6.7 % in the time of a piece, by the mean of the last five seconds; by the median, which does not see the
    few slow looks, they would by 11 %.
    """

    def __init__(self) -> None:
        self.looks: list[float] = []
        self._dice = random.Random(0)
        self._table = {str(number): number for number in range(_TABLE)}
        self._words = self._dice.sample(list(self._table), 10 * _LOOKED_UP)
        self.look()

    def look(self) -> None:
        """Do a piece of work."""
        started = time.thread_time()
        sum(self._table[word] for word in self._dice.sample(self._words, _LOOKED_UP))
        self.looks.append(time.thread_time() - started)

    @property
    def piece(self) -> float:
        """The seconds that a piece takes just now."""
        return mean(self.looks[-_LATELY:])


@dataclass
class Part:
    """A part of the time: seconds that requests took and that pieces of work did, bytes of memory at updates."""

    taken: list[float] = field(default_factory=list)
    looks: list[float] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)

    @property
    def p99(self) -> float:
        """The 99th percentile of what requests took, in seconds."""
        return quantiles(self.taken, n=100)[98]


@dataclass
class Soaked:
    """What came of it."""

    parts: list[Part] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    updates: int = 0

    def begin(self, parts: int) -> Iterator[Part]:
        """Begin one part after the other; the last is what is measured now."""
        for _ in range(parts):
            self.parts.append(Part())
            yield self.parts[-1]


def soak(
    server: Server, cli: Cli, seconds: float, update_every: float, parts: int = _PARTS
) -> Soaked:
    """Ask a server of an archive for so many seconds in all at a rate, which is learnt for `update_every` seconds and more before each part."""
    soaked = Soaked()
    load = _Load(server, soaked, Machine())
    ended = threading.Event()

    def update() -> None:
        while not ended.wait(update_every):
            record = {
                "id": "soak",
                "title": f"Soaked {soaked.updates}",
                "published": "2020-01-01",
                "body": "A river.",
            }
            cli("update", "-", stdin=json.dumps(record).encode())
            soaked.updates += 1
            soaked.parts[-1].memory.append(resident_bytes(server.process.pid))

    def look() -> None:
        while not ended.wait(_LOOK_EVERY):
            load.machine.look()

    load.ask(_FILLING * update_every, None)
    with ThreadPoolExecutor(2) as pool:
        beside = [pool.submit(update), pool.submit(look)]
        try:
            answered, pieces = 0, 0.0
            for part in soaked.begin(parts):
                learning = update_every if answered else _LEARNING_FIRST * update_every
                taken, looks = load.ask(learning, None)
                answered += len(taken)
                pieces += learning / mean(looks)
                part.taken, part.looks = load.ask(seconds / parts, _SHARE * answered / pieces)
        finally:
            ended.set()
        for each in beside:
            each.result()
    return soaked


class _Load:
    """Requests from several threads."""

    def __init__(self, server: Server, soaked: Soaked, machine: Machine) -> None:
        self.machine = machine
        self._seeds = count()
        self._server = server
        self._soaked = soaked
        pages = [server.get(f"/api/v1/search?size=100&page={page}").json() for page in range(1, 6)]
        self._words = sorted(
            {
                word
                for page in pages
                for hit in page["hits"]
                for word in re.findall(r"[a-z]{3,}", hit["title"].lower())
            }
        )

    def ask(self, seconds: float, pace: float | None) -> tuple[list[float], list[float]]:
        """Ask so many requests in the time of a piece of work, or as fast as answers come; return the seconds that requests and pieces took."""
        taken: list[float] = []
        # Each time other questions: those that were asked already are remembered, and answered faster.
        seed = next(self._seeds)
        looked = len(self.machine.looks) - 1
        started = time.monotonic()
        until = started + seconds
        never = threading.Event()

        def run(number: int) -> None:
            dice = random.Random(f"{seed} {number}")
            due = started if pace is None else started + number * self.machine.piece / pace
            while due < until:
                never.wait(max(0.0, due - time.monotonic()))
                self._request(dice)
                # Since it was due, so that a server that stalls is not asked less and praised for it.
                taken.append(time.monotonic() - due)
                due = (
                    time.monotonic() if pace is None else due + _THREADS * self.machine.piece / pace
                )

        threads = [threading.Thread(target=run, args=(number,)) for number in range(_THREADS)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        return taken, self.machine.looks[looked:]

    def _request(self, dice: random.Random) -> None:
        text = quote(" ".join(dice.choices(self._words, k=dice.choice((1, 1, 2)))))
        path = f"{dice.choice(_PATHS)}?q={text}"
        # The system deals connections out to workers by chance: few that last would leave one worker idle and flood the other.
        connection = self._server.connect()
        try:
            connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
            answer = connection.getresponse()
            answer.read()
            if answer.status != HTTPStatus.OK:
                self._soaked.errors.append(f"{answer.status} {path}")
        except (http.client.HTTPException, OSError) as error:
            self._soaked.errors.append(f"{type(error).__name__} {path}")
        finally:
            connection.close()


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
    parts = soaked.parts
    print(
        f"{sum(len(each.taken) for each in parts):,} requests, {soaked.updates} updates, {len(soaked.errors)} errors\n"
        "part  requests/s  p50, ms  p99, ms  memory, MB  a piece of work, µs: fastest tenth, mean, slowest tenth"
    )
    memory = [median(each.memory) for each in parts]
    for number, each in enumerate(parts):
        rate = len(each.taken) * len(parts) / given.minutes / 60
        tenths = quantiles(each.looks, n=10)
        print(
            f"{number + 1:4}  {rate:10.0f}  {median(each.taken) * 1000:7.0f}  {each.p99 * 1000:7.0f}  {memory[number] / 1e6:10.0f}"
            f"  {tenths[0] * 1e6:.0f} {mean(each.looks) * 1e6:.0f} {tenths[8] * 1e6:.0f}"
        )
    for line in soaked.errors[:20]:
        print(line)
    slow = max(each.p99 for each in parts) > 2 * min(each.p99 for each in parts)
    grown = memory[-1] > _FLAT * memory[0]
    return int(bool(soaked.errors) or slow or grown)


if __name__ == "__main__":
    raise SystemExit(_main())
