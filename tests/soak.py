"""A server under load for a long time, updated all the while: `python -m tests.soak --minutes 30`, or `make soak`.

The archive changes every minute, and what the server can do at most is what it does from one change to the next, changing too. Round
by round that is measured, then four fifths of it are asked. Before all, what is remembered is filled. Rounds make parts; how fast the
machine was in each is told beside it: where that varies, so does all else.
"""

import argparse
import http.client
import json
import random
import re
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import count
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import quote

from tests.conftest import SAMPLE, SHARED, Cli, Server, serving
from tests.memory import resident_bytes

__all__ = ["Soaked", "soak"]

_THREADS = 16
_SHARE = 0.8
_ASKED = 2
"""A round is so many times as long as what is spent before it to learn the maximum: from one update to the next."""
_FILLING = 3
"""So many times as long as from one update to the next, what is remembered is filled."""
_PARTS = 5
_FLAT = 1.05
"""What memory in the last part may be of memory in the first."""
_WORK = 20_000
_WORK_EVERY = 1.0
_PATHS = ("/", "/api/v1/search", "/api/v1/search", "/api/v1/suggest")
_REUTERS = SHARED / "corpora" / "reuters.jsonl.gz"
_SOME_REJECTED = 3


@dataclass
class Round:
    """So many requests a second were asked, and took so many seconds."""

    rate: float
    taken: list[float]


@dataclass
class Part:
    """A part of the time: its rounds, bytes of memory at updates, ms of CPU for a fixed piece of work."""

    rounds: list[Round] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    work: list[float] = field(default_factory=list)

    @property
    def requests(self) -> int:
        """How many requests were asked at a rate."""
        return sum(len(each.taken) for each in self.rounds)

    @property
    def p99(self) -> float:
        """The 99th percentile of what requests took, in seconds."""
        return _p99([seconds for each in self.rounds for seconds in each.taken])


@dataclass
class Soaked:
    """What came of it."""

    parts: list[Part] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    updates: int = 0
    seeds: Iterator[int] = field(default_factory=count)

    def begin(self, parts: int) -> Iterator[Part]:
        """Begin one part after the other; the last is what is measured now."""
        for _ in range(parts):
            self.parts.append(Part())
            yield self.parts[-1]


def _p99(taken: Sequence[float]) -> float:
    return quantiles(taken, n=100)[98]


def soak(server: Server, cli: Cli, seconds: float, update_every: float, parts: int = _PARTS) -> Soaked:
    """Ask a server of an archive at a rate for so long in all, and half as long as fast as answers come, to learn that rate."""
    rounds = round(seconds / update_every / _ASKED / parts)
    soaked = Soaked()
    words = _words(server)
    ended = threading.Event()

    def update() -> None:
        while not ended.wait(update_every):
            record = {"id": "soak", "title": f"Soaked {soaked.updates}", "published": "2020-01-01", "body": "A river."}
            cli("update", "-", given=json.dumps(record).encode())
            soaked.updates += 1
            soaked.parts[-1].memory.append(resident_bytes(server.process.pid))

    def work() -> None:
        while not ended.wait(_WORK_EVERY):
            started = time.thread_time()
            sum(range(_WORK))
            soaked.parts[-1].work.append((time.thread_time() - started) * 1000)

    def maximum() -> float:
        return len(_ask(server, soaked, words, update_every, None)) / update_every

    _ask(server, soaked, words, _FILLING * update_every, None)
    with ThreadPoolExecutor(2) as pool:
        beside = [pool.submit(update), pool.submit(work)]
        try:
            for part in soaked.begin(parts):
                for _ in range(rounds):
                    rate = _SHARE * maximum()
                    part.rounds.append(Round(rate, _ask(server, soaked, words, _ASKED * update_every, rate)))
        finally:
            ended.set()
        for each in beside:
            each.result()
    return soaked


def _words(server: Server) -> list[str]:
    hits = [hit for page in range(1, 6) for hit in server.get(f"/api/v1/search?size=100&page={page}").json()["hits"]]
    return sorted({word for hit in hits for word in re.findall(r"[a-z]{3,}", hit["title"].lower())})


def _ask(server: Server, soaked: Soaked, words: Sequence[str], seconds: float, rate: float | None) -> list[float]:
    """Ask from several threads, at a rate of requests a second, or as fast as answers come; return the seconds they took."""
    taken: list[float] = []
    # Each time other questions: those that were asked already are remembered, and answered faster.
    seed = next(soaked.seeds)
    started = time.monotonic()
    until = started + seconds
    pace = threading.Event()

    def run(number: int) -> None:
        dice = random.Random(f"{seed} {number}")
        for turn in count():
            due = time.monotonic() if rate is None else started + (turn * _THREADS + number) / rate
            if due >= until:
                break
            pace.wait(max(0.0, due - time.monotonic()))
            text = quote(" ".join(dice.choices(words, k=dice.choice((1, 1, 2)))))
            path = f"{dice.choice(_PATHS)}?q={text}"
            # The system deals connections out to workers by chance: few that last would leave one worker idle and flood the other.
            connection = server.connect()
            try:
                connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
                answer = connection.getresponse()
                answer.read()
                if answer.status != HTTPStatus.OK:
                    soaked.errors.append(f"{answer.status} {path}")
            except (http.client.HTTPException, OSError) as error:
                soaked.errors.append(f"{type(error).__name__} {path}")
            finally:
                connection.close()
            # Since it was due, so that a server that stalls is not asked less and praised for it.
            taken.append(time.monotonic() - due)

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
    parts = soaked.parts
    print(
        f"{sum(each.requests for each in parts):,} requests, {soaked.updates} updates, {len(soaked.errors)} errors\n"
        "part  requests/s  p99, ms  memory, MB  the machine, ms for the same work"
    )
    memory = [median(each.memory) for each in parts]
    for number, each in enumerate(parts):
        rate = median(found.rate for found in each.rounds)
        print(
            f"{number + 1:4}  {rate:10.0f}  {each.p99 * 1000:7.0f}  {memory[number] / 1e6:10.0f}  "
            f"{median(each.work):.2f}"
        )
        for found in each.rounds:
            print(f"      {found.rate:10.0f}  {_p99(found.taken) * 1000:7.0f}")
    for line in soaked.errors[:20]:
        print(line)
    slow = max(each.p99 for each in parts) > 2 * min(each.p99 for each in parts)
    grown = memory[-1] > _FLAT * memory[0]
    return int(bool(soaked.errors) or slow or grown)


if __name__ == "__main__":
    raise SystemExit(_main())
