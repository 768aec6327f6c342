"""Generations of an archive in one directory.

    DATA/live.json              which generation readers see, and which they saw before
    DATA/generations/<name>/    finished: index/ and generation.json; never written again
    DATA/building/<name>/       unfinished; whoever holds the lock may delete it
    DATA/write.lock             held by the one process that writes, with its number and task in it

A generation becomes live when `live.json` is renamed over: before or after, never between.
"""

import datetime as dt
import os
import shutil
import threading
from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import orjson

from search.engines.file_lock import exclusive
from search.engines.tantivy_engine import TantivyEngine
from search.engines.tantivy_generation import GenerationRecord
from search.engines.tantivy_schema import SCHEMA_VERSION
from search.engines.tantivy_writer import TantivyWriter
from search.errors import DatelineError, IndexDamaged, IndexMissing

__all__ = ["TantivyStore"]

_MADE_BY = "run dateline rebuild SOURCE… to make it"


class TantivyStore:
    """A GenerationStore in a directory, which need not exist before something is written."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._pointer = data / "live.json"
        self._finished = data / "generations"
        self._building = data / "building"
        self._lock = threading.Lock()
        self._seen: tuple[int, int, int] | None = None
        self._engine: TantivyEngine | None = None

    def current(self) -> TantivyEngine:
        """Return the live generation's engine; see GenerationStore."""
        try:
            status = os.stat(self._pointer)  # noqa: PTH116 # asked for each request, and half the price of Path.stat
        except OSError as error:
            raise IndexMissing(f"there is no index in {self._data}; {_MADE_BY}") from error
        seen = (status.st_mtime_ns, status.st_ino, status.st_size)
        if self._engine is not None and seen == self._seen:
            return self._engine
        with self._lock:
            if self._engine is None or seen != self._seen:
                live = self.live()
                if live is None:
                    raise IndexMissing(f"there is no index in {self._data}; {_MADE_BY}")
                if self._engine is None or self._engine.generation != live:
                    self._engine = self.open(live)
                self._seen = seen
            return self._engine

    def live(self) -> str | None:
        """Name the live generation."""
        return self._names()[0]

    def generations(self) -> Sequence[str]:
        """Name all finished generations, oldest first."""
        return sorted(path.name for path in self._finished.iterdir()) if self._finished.is_dir() else []

    def open(self, generation: str) -> TantivyEngine:
        """Open a finished generation."""
        directory = self._finished / generation
        return TantivyEngine(directory, GenerationRecord.read(directory, SCHEMA_VERSION))

    def create(self) -> tuple[str, TantivyWriter]:
        """Begin a new generation."""
        name = f"{dt.datetime.now(dt.UTC):%Y%m%d-%H%M%S-%f}"
        directory = self._building / name
        directory.mkdir(parents=True)
        abort = partial(shutil.rmtree, directory, ignore_errors=True)
        try:
            return name, TantivyWriter(directory, name, partial(self._finish, name), abort)
        except DatelineError:
            abort()
            raise

    def make_live(self, generation: str) -> None:
        """Let readers see a generation."""
        try:
            live, previous = self._names()
        except IndexDamaged:
            # A new pointer mends a damaged one.
            live, previous = None, None
        names = {"live": generation, "previous": previous if live == generation else live}
        draft = self._pointer.with_suffix(".new")
        with draft.open("wb") as file:
            file.write(orjson.dumps(names))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._pointer)
        _sync(self._data)

    def discard(self, generation: str) -> None:
        """Delete a generation that is not live."""
        assert generation != self.live()
        shutil.rmtree(self._finished / generation)

    def discard_unfinished(self) -> None:
        """Delete what killed builds left behind."""
        for left in self._building.iterdir() if self._building.is_dir() else ():
            shutil.rmtree(left)

    def exclusive(self, task: str, wait: float) -> AbstractContextManager[None]:
        """Be the only writer while the block runs."""
        return exclusive(self._data / "write.lock", task, wait)

    def previous(self) -> str | None:
        """Name the generation that was live before."""
        return self._names()[1]

    def _names(self) -> tuple[str | None, str | None]:
        try:
            names = orjson.loads(self._pointer.read_bytes())
            return names["live"], names["previous"]
        except FileNotFoundError:
            return None, None
        except (OSError, orjson.JSONDecodeError, KeyError, TypeError) as error:
            raise IndexDamaged(f"{self._pointer} cannot be read ({error}); {_MADE_BY} anew") from error

    def _finish(self, name: str) -> None:
        for path in (self._building / name).rglob("*"):
            _sync(path)
        self._finished.mkdir(exist_ok=True)
        (self._building / name).rename(self._finished / name)
        _sync(self._finished)


def _sync(path: Path) -> None:
    """Wait until a file or a directory is on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
