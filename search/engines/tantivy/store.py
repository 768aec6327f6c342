"""Generations of an archive in one directory.

    DATA/live.json              which generation readers see, and which they saw before
    DATA/generations/<name>/    finished: index/, catalog.sqlite, words.bin and generation.json;
                                never written again
    DATA/building/<name>/       unfinished; the holder of the lock may delete it
    DATA/write.lock             held by the one process that writes, with its number and task

A generation becomes live when a new `live.json` is renamed over the old one, which is atomic.
"""

import re
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import orjson

from search.engines.base_store import BaseStore, new_name
from search.engines.tantivy.engine import TantivyEngine
from search.engines.tantivy.storage.backup import check_backup, read_backup, write_backup
from search.engines.tantivy.storage.catalog import CATALOG_FILE, TantivyCatalog
from search.engines.tantivy.storage.checksums import files_of, settle, sync
from search.engines.tantivy.storage.copies import copy_files
from search.engines.tantivy.storage.documents import stored_articles
from search.engines.tantivy.storage.folders import GenerationFolders
from search.engines.tantivy.storage.generation import GenerationRecord
from search.engines.tantivy.storage.schema import (
    OLDEST_SCHEMA_VERSION,
    SCHEMA_VERSION,
    encode,
    encode_with_meaning,
)
from search.engines.tantivy.writer import TantivyWriter
from search.errors import EngineUnavailable, IndexDamaged, IndexForbidden, IndexMissing
from search.files.access import READ, first_refused, refusal
from search.files.atomic_file import remove_stale_draft, replace_file
from search.files.file_lock import exclusive
from search.files.regular_files import NotRegular, read_regular
from search.files.write_errors import write_failed
from search.model.article import Article
from search.ranking.tuning import Tuning

__all__ = ["TantivyStore"]

_UNCHANGED = "; nothing changed"
_NAME = re.compile(r"[\w-][\w.-]*", re.ASCII)
_REBUILD = "run dateline rebuild SOURCE… to make it"


class TantivyStore(BaseStore[TantivyEngine, GenerationRecord]):
    """A GenerationStore in a directory, which is created by the first write."""

    _encoders = encode, encode_with_meaning
    _schema_version = SCHEMA_VERSION

    def __init__(self, data: Path, tuning: Tuning) -> None:
        super().__init__(tuning)
        self._data = data
        self._pointer = data / "live.json"
        self._folders = GenerationFolders(data)
        self._finished = self._folders.finished
        self._building = self._folders.building
        self._lock = threading.Lock()
        self._pointer_state: object = None
        self._engine: TantivyEngine | None = None
        self._problem: EngineUnavailable | None = None
        self._is_logged = True

    def current(self) -> TantivyEngine:
        """Return the engine that `live.json` names; see GenerationStore."""
        engine = self._latest()
        if self._problem is not None:
            raise self._problem
        return engine

    def serving(self) -> TantivyEngine:
        """Return the live engine, or the newest one before it that can be read."""
        engine = self._latest()
        if not self._is_logged:
            self._is_logged = True
            self._log_served(engine, self._problem)
        return engine

    def _latest(self) -> TantivyEngine:
        """Return the engine to serve, and store the live generation's problem.

        A generation is opened once per swap; other calls cost one `stat`.
        """
        try:
            status = self._pointer.stat()
        except OSError as error:
            self._check_readable(self._pointer)
            raise self._missing() from error
        state = (status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
        engine = self._engine
        if engine is not None and state == self._pointer_state:
            return engine
        with self._lock:
            if self._engine is None or state != self._pointer_state:
                self._engine, self._problem = self._open_latest(self._engine)
                self._is_logged = False
                self._pointer_state = state
            return self._engine

    def _open_latest(
        self, previous: TantivyEngine | None
    ) -> tuple[TantivyEngine, EngineUnavailable | None]:
        """Open the live generation or, with its problem, one to serve in its place."""
        while True:
            live = self.live()
            if live is None:
                raise self._missing()
            if previous is not None and previous.generation == live:
                return previous, None
            try:
                return self.open(live), None
            except EngineUnavailable as error:
                # Two swaps may have happened, so the generation to open may already be deleted.
                if self.live() != live:
                    continue
                return previous or self._newest_readable(error), error

    def _missing(self) -> IndexMissing:
        return IndexMissing(f"there is no index in {self._data.absolute()}; {_REBUILD}")

    def history(self) -> Sequence[str]:
        """Read from `live.json` the generations that were live, the live one first."""
        try:
            pointer = orjson.loads(read_regular(self._pointer))
            names = pointer.get("history") or [pointer["live"], pointer["previous"]]
            return [_checked_name(name) for name in names if name]
        except FileNotFoundError:
            return []
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            self._check_readable(self._pointer)
            raise IndexDamaged(
                f"{self._pointer} cannot be read ({error}); {_REBUILD} again"
            ) from error

    def generations(self) -> Sequence[str]:
        """Return the names of the finished directories."""
        self._check_readable(self._finished)
        return (
            sorted(path.name for path in self._finished.iterdir())
            if self._finished.is_dir()
            else []
        )

    def _check_readable(self, path: Path) -> None:
        """Raise IndexForbidden if this user may not read a path."""
        if refused := first_refused([path], READ):
            raise IndexForbidden(refusal(refused, READ, self._data))

    def open(self, generation: str) -> TantivyEngine:
        """Open the generation in a finished directory."""
        record = self._read_record(generation)
        return TantivyEngine(self._finished / generation, record, self._tuning)

    def _read_record(self, generation: str) -> GenerationRecord:
        directory = self._finished / generation
        return GenerationRecord.read(directory, OLDEST_SCHEMA_VERSION, SCHEMA_VERSION)

    def catalog(self, generation: str) -> TantivyCatalog:
        """Open the catalog file of a finished generation."""
        try:
            checksums = self._read_record(generation).files
        except EngineUnavailable:
            # Without the record, only reading the catalog can show whether it is intact.
            checksums = {}
        return TantivyCatalog(self._finished / generation, checksums.get(CATALOG_FILE))

    def salvage(self, generation: str) -> Iterator[Article]:
        """Yield the stored articles of a generation, as far as they can be read."""
        return stored_articles(self._finished / generation)

    def create(self, base: str | None = None) -> tuple[str, TantivyWriter]:
        """Begin a generation in a directory of its own."""
        name, directory = self._new_directory()
        abort = partial(shutil.rmtree, directory, ignore_errors=True)
        try:
            record = None if base is None else self._copy(base, directory)
            return name, TantivyWriter(
                directory,
                name,
                record.files if record else None,
                finish=partial(self._finish, name),
                abort=abort,
                meaning=self._vector_model(record),
            )
        except OSError as error:
            abort()
            raise write_failed("the index", directory, error, after=_UNCHANGED) from error
        except BaseException:
            abort()
            raise

    def _copy(self, base: str, directory: Path) -> GenerationRecord:
        """Copy a finished generation into a new directory, and return its record."""
        record = self._base_record(base)
        source = self._finished / base
        try:
            # Only files of the record: a link to another user's file may have been added.
            copy_files(source, directory, record.files or [name for name, _ in files_of(source)])
        except (NotRegular, FileNotFoundError) as error:
            raise IndexDamaged(
                f"the index in {source} cannot be copied ({error.strerror}: {error.filename}); "
                "replace it with the file itself, or run dateline check --repair"
            ) from error
        return record

    def _new_directory(self) -> tuple[str, Path]:
        while True:
            name = new_name()
            directory = self._building / name
            # A clock that was set back may return a time twice.
            if not directory.exists() and not (self._finished / name).exists():
                try:
                    self._folders.make(self._building)
                    directory.mkdir()
                except OSError as error:
                    raise write_failed("the index", directory, error, after=_UNCHANGED) from error
                return name, directory

    def make_live(self, generation: str) -> None:
        """Rename a new `live.json` over the old one."""
        try:
            previous = [name for name in self.history() if name != generation]
        except IndexDamaged:
            # A new pointer replaces a damaged one.
            previous = []
        history = [generation, *(name for name in previous if (self._finished / name).is_dir())]
        # Older versions of Dateline read the first two names.
        pointer = {
            "live": generation,
            "previous": history[1] if len(history) > 1 else None,
            "history": history,
        }
        try:
            replace_file(self._pointer, orjson.dumps(pointer), like_folder=True)
        except OSError as error:
            raise write_failed("the index", self._pointer, error, after=_UNCHANGED) from error
        remove_stale_draft(self._pointer)

    def clear(self, keep: int) -> None:
        """Delete unfinished builds, and all of the history but its first `keep` generations."""
        self._folders.clear_building()
        try:
            kept = self.history()[: max(keep, 1)]
        except IndexDamaged:
            return
        for name in self.generations():
            if name not in kept:
                self._folders.remove(name)

    def backup(self, target: Path, on_bytes: Callable[[int], None]) -> str:
        """Write the live generation into a tar file, and return its name."""
        while True:
            engine = self.current()
            if write_backup(self._finished / engine.generation, target, on_bytes):
                return engine.generation
            # It was replaced and deleted before its files were opened; try the new live one.

    def check_backup(self, source: Path) -> int:
        """Read the header of a backup, and return the bytes of its files."""
        return check_backup(source)

    def restore(self, source: Path, on_bytes: Callable[[int], None]) -> str:
        """Unpack a backup into a new generation, and return its name."""
        name, directory = self._new_directory()
        try:
            read_backup(source, directory, name, on_bytes)
            self._finish(name)
        except OSError as error:
            shutil.rmtree(directory, ignore_errors=True)
            raise write_failed("the index", directory, error, after=_UNCHANGED) from error
        except BaseException:
            shutil.rmtree(directory, ignore_errors=True)
            raise
        return name

    def exclusive(self, task: str, wait: float) -> AbstractContextManager[None]:
        """Hold the lock file while the block runs."""
        self._folders.check_writable()
        return exclusive(self._data / "write.lock", task, wait)

    def _finish(self, name: str) -> None:
        settle(self._building / name, self._data)
        self._folders.make(self._finished)
        (self._building / name).rename(self._finished / name)
        sync(self._finished)


def _checked_name(name: object) -> str:
    """Return the name of a generation, or raise ValueError if it could lead to another folder."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not the name of a generation")
    return name
