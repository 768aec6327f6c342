"""Runs commands, kills them at random moments, and compares the index with a model."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from indexer.load_report import LoadNotes
from search.engines import open_store
from search.index.protocols import GenerationStore
from search.model.query import SearchQuery
from tests.conftest import Server, clean_environment, serving
from tests.support.load_generator import LoadGenerator

__all__ = ["KEPT", "Readers", "Torture"]

KEPT = 2
"""Generations that are left after a finished command."""

State = dict[str, str]
_QUERIES = ("q=article", "q=version+1", "region=North", "sort=oldest", "q=harbour&region=South")
_WORDS = (
    "harbour grain canal treaty ferry glacier copper saffron census ballot quarry lantern".split()
)


class Readers(LoadGenerator):
    """Searches all the time and records failures and inconsistent responses."""

    def __init__(self, server: Server, number: int = 2) -> None:
        super().__init__(server.url, number)
        self._random = random.Random(number)
        self._seen: dict[tuple[str, str], object] = {}
        self.answers = 0
        self.failures: list[str] = []

    def send(self, client: httpx.Client, turn: int) -> None:
        """Send a random search."""
        del turn
        query = self._random.choice(_QUERIES)
        try:
            answer = client.get(f"/api/v1/search?{query}&size=3")
            if answer.status_code != httpx.codes.OK:
                self.failures.append(f"{query}: {answer.status_code}")
                return
            self._check_consistency(query, answer.json())
        except httpx.HTTPError as error:
            self.failures.append(f"{query}: {error!r}")
        self.answers += 1

    def _check_consistency(self, query: str, answer: dict[str, object]) -> None:
        """Check that one generation always gives the same response to a query."""
        parts = {name: answer[name] for name in ("total", "hits", "facets")}
        before = self._seen.setdefault((str(answer["generation"]), query), parts)
        if before != parts:
            self.failures.append(f"{query}: two answers of generation {answer['generation']}")


@dataclass(frozen=True)
class Step:
    """A command and the expected state of the index after it."""

    arguments: tuple[str | Path, ...]
    after: State


class Torture:
    """An archive in a folder, a model of it, and what happened so far."""

    def __init__(self, folder: Path, seed: int, articles: int) -> None:
        self._folder = folder
        self._articles = articles
        self._random = random.Random(seed)
        self._store: GenerationStore = open_store("tantivy", folder / "data")
        self._source = folder / "source.jsonl"
        self._backup = folder / "backup.tar"
        self._mark = f"torture-{os.getpid()}-{seed}"
        self._took: dict[str, float] = {}
        self._version = 0
        self._tasks: dict[str, Callable[[State], Step]] = {
            "rebuild": self._rebuild,
            "update": self._update,
            "prune": self._prune,
            "delete": self._delete,
            "restore": self._restore,
            "rollback": self._rollback,
            "backup": self._back_up,
        }
        self.kills: Counter[str] = Counter()
        self.ended_before_kill = 0
        self.swapped_before_kill = 0
        self.largest_bytes = 0
        for _ in range(KEPT):
            self._end(self._rebuild({}), "rebuild")
        self._backed_up = self._live()
        self._end(self._back_up(self._backed_up), "backup")

    @contextmanager
    def reading(self) -> Iterator[Readers]:
        """Serve the archive and search it while the block runs."""
        with serving("serve", folder=self._folder, workers=2) as server, Readers(server) as readers:
            yield readers

    def round(self) -> None:
        """Start a random command, kill it, check the index, run it again and check again."""
        task = self._random.choice(list(self._tasks))
        before = self._live()
        step = self._tasks[task](before)
        process = self._begin(step)
        try:
            process.communicate(timeout=self._random.uniform(0.0, 1.1) * self._took.get(task, 1.0))
            self.ended_before_kill += 1
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            self.kills[task] += 1
        self._check(task, (before, step.after))
        done = self._live() == step.after != before
        if done:
            self.swapped_before_kill += 1
        if not (done and task == "rollback"):
            # Articles cannot be deleted twice; the command reports that.
            self._end(step, task, code=1 if done and task == "delete" else 0)
        self._check(task, (step.after,))
        self._check_no_leftovers(task)

    # The commands

    def _rebuild(self, _: State) -> Step:
        after = {
            f"t{number}": self._title(number)
            for number in range(self._random.randint(self._articles // 2, self._articles))
        }
        return Step(("rebuild", self._write_source(after), "--force"), self._without_deleted(after))

    def _update(self, before: State) -> Step:
        changes = self._changes(before)
        return Step(
            ("update", self._write_source(changes)), before | self._without_deleted(changes)
        )

    def _prune(self, before: State) -> Step:
        gone = set(self._random.sample(sorted(before), len(before) // 5))
        after = {key: title for key, title in before.items() if key not in gone} | self._changes(
            before
        )
        return Step(("update", self._write_source(after), "--prune"), self._without_deleted(after))

    def _delete(self, before: State) -> Step:
        gone = self._random.sample(sorted(before), 5)
        return Step(
            ("delete", *gone), {key: title for key, title in before.items() if key not in gone}
        )

    def _restore(self, _: State) -> Step:
        return Step(("restore", self._backup), self._backed_up)

    def _rollback(self, _: State) -> Step:
        return Step(("rollback",), _state(self._store, self._store.history()[1]))

    def _back_up(self, before: State) -> Step:
        return Step(("backup", self._backup), before)

    def _changes(self, before: State) -> State:
        changed = self._random.sample(sorted(before), 20)
        return {
            key: self._title(int(key[1:]))
            for key in (*changed, *(f"t{self._articles + offset}" for offset in range(3)))
        }

    def _without_deleted(self, state: State) -> State:
        """Return the state without the articles that stay deleted in the live generation."""
        live = self._store.live()
        deleted = (
            LoadNotes.of(self._store.load_report(live)).deleted_ids if live else frozenset[str]()
        )
        return {key: title for key, title in state.items() if key not in deleted}

    def _title(self, number: int) -> str:
        self._version += 1
        return f"Article {number} version {self._version}"

    def _write_source(self, state: State) -> Path:
        with self._source.open("w") as file:
            for key, title in state.items():
                dice = random.Random(title)
                body = " ".join(dice.choices(_WORDS, k=150))
                record = {
                    "id": key,
                    "title": title,
                    "published": f"20{dice.randint(10, 25)}-03-04",
                    "body": body,
                }
                file.write(
                    json.dumps(record | {"regions": [dice.choice(["North", "South", "East"])]})
                    + "\n"
                )
        return self._source

    # Running and checking

    def _begin(self, step: Step) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "-m", "indexer", *map(str, step.arguments)],
            cwd=self._folder,
            env=clean_environment() | {"TORTURE": self._mark},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def _end(self, step: Step, task: str, code: int = 0) -> None:
        started = time.monotonic()
        process = self._begin(step)
        out, err = process.communicate(timeout=300)
        assert process.returncode == code, (
            f"{task}: exit code {process.returncode}\n{out.decode()}\n{err.decode()}"
        )
        self._took[task] = time.monotonic() - started
        if task == "backup":
            self._backed_up = step.after

    def _live(self) -> State:
        live = self._store.live()
        assert live
        return _state(self._store, live)

    def _check(self, task: str, allowed: tuple[State, ...]) -> None:
        """Compare the live index, and a new backup, with the allowed states."""
        state = self._live()
        assert state in allowed, f"{task}: the index is neither in the old nor in the new state"
        assert self._store.current().verify_thoroughly(lambda _: None) == [], task
        size = sum(
            path.stat().st_size for path in (self._folder / "data").rglob("*") if path.is_file()
        )
        self.largest_bytes = max(self.largest_bytes, size)
        if task == "backup":
            scratch = open_store("tantivy", self._folder / "scratch")
            name = scratch.restore(self._backup, lambda _: None)
            restored = _state(scratch, name)
            assert restored in (self._backed_up, *allowed), (
                "the backup is neither the old one nor the new one"
            )
            shutil.rmtree(self._folder / "scratch")

    def _check_no_leftovers(self, task: str) -> None:
        data = self._folder / "data"
        assert list((data / "building").glob("*")) == [], task
        assert len(list((data / "generations").iterdir())) <= KEPT, task
        assert not [path.name for path in self._folder.rglob("*-new")], task
        deadline = time.monotonic() + 20
        while left := _marked_processes(self._mark):
            assert time.monotonic() < deadline, f"{task}: processes {left} outlived their command"


def _state(store: GenerationStore, generation: str) -> State:
    """Return the titles of a generation's articles by id, each of which is there once."""
    articles = list(store.open(generation).articles())
    state = {article.id: article.title for article in articles}
    assert len(state) == len(articles) == store.open(generation).count(SearchQuery())
    return state


def _marked_processes(mark: str) -> list[int]:
    """Return the processes that have a mark in their environment."""
    pids = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if f"TORTURE={mark}".encode() in (entry / "environ").read_bytes():
                    pids.append(int(entry.name))
            except OSError:
                continue
    return pids
