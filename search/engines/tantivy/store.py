"""Generations of an archive in one directory.

    DATA/live.json              which generation readers see, and which they saw before
    DATA/generations/<name>/    finished: index/, catalog.sqlite, words.json and generation.json; never written again
    DATA/building/<name>/       unfinished; whoever holds the lock may delete it
    DATA/write.lock             held by the one process that writes, with its number and task in it

A generation becomes live when `live.json` is renamed over: before or after, never between.
"""

import datetime as dt
import logging
import re
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any

import orjson

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
from search.errors import (
    EngineUnavailable,
    IndexDamaged,
    IndexForbidden,
    IndexMissing,
    IndexOutdated,
)
from search.files.access import READ, first_refused, refusal
from search.files.atomic_file import remove_stale_draft, replace_file
from search.files.file_lock import exclusive
from search.files.regular_files import NotRegular, read_regular
from search.files.write_errors import write_failed
from search.index.document import VECTOR_MODEL, IndexDocument
from search.model.article import Article
from search.ranking.tuning import Tuning

__all__ = ["TantivyStore"]

_LOG = logging.getLogger("dateline.store")
_UNCHANGED = "; nothing changed"
_NAME = re.compile(r"[\w-][\w.-]*", re.ASCII)
_MADE_BY = "run dateline rebuild SOURCE… to make it"


class TantivyStore:
    """A GenerationStore in a directory, which need not exist before something is written."""

    def __init__(self, data: Path, tuning: Tuning) -> None:
        self._data = data
        self._tuning = tuning
        self._pointer = data / "live.json"
        self._folders = GenerationFolders(data)
        self._finished = self._folders.finished
        self._building = self._folders.building
        self._lock = threading.Lock()
        self._seen: object = None
        self._engine: TantivyEngine | None = None
        self._problem: EngineUnavailable | None = None
        self._told = True

    @property
    def encode(self) -> Callable[[IndexDocument], str]:
        """What makes a document ready for a writer."""
        return encode_with_meaning if self._tuning.with_meaning else encode

    def current(self) -> TantivyEngine:
        """Return the live generation's engine; see GenerationStore."""
        engine = self._latest()
        if self._problem is not None:
            raise self._problem
        return engine

    def serving(self) -> TantivyEngine:
        """Return the live generation's engine, or the newest one before it that can be read."""
        engine = self._latest()
        if not self._told:
            self._told = True
            name = engine.generation
            if self._problem is not None:
                extra = {"event": "served_in_place", "generation": name}
                _LOG.error(
                    "%s; generation %s is served in its place", self._problem, name, extra=extra
                )
            else:
                _LOG.info(
                    "generation %s is served", name, extra={"event": "served", "generation": name}
                )
        return engine

    def _latest(self) -> TantivyEngine:
        """Return what can be served, and note what is wrong with the live generation; opened once a swap."""
        try:
            status = self._pointer.stat()
        except OSError as error:
            self._check_readable(self._pointer)
            raise IndexMissing(
                f"there is no index in {self._data.absolute()}; {_MADE_BY}"
            ) from error
        seen = (status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
        engine = self._engine
        if engine is not None and seen == self._seen:
            return engine
        with self._lock:
            if self._engine is None or seen != self._seen:
                self._engine, self._problem = self._opened(self._engine)
                self._told = False
                self._seen = seen
            return self._engine

    def _opened(
        self, before: TantivyEngine | None
    ) -> tuple[TantivyEngine, EngineUnavailable | None]:
        """Open the live generation or else what can be served in its place, with the problem."""
        while True:
            live = self.live()
            if live is None:
                raise IndexMissing(f"there is no index in {self._data.absolute()}; {_MADE_BY}")
            if before is not None and before.generation == live:
                return before, None
            try:
                return self.open(live), None
            except EngineUnavailable as error:
                # Two swaps may have come between, and with them the end of the one that was asked for.
                if self.live() != live:
                    continue
                return before or self._newest_readable(error), error

    def _newest_readable(self, problem: EngineUnavailable) -> TantivyEngine:
        for name in self.history()[1:]:
            try:
                return self.open(name)
            except EngineUnavailable:
                continue
        raise problem

    def live(self) -> str | None:
        """Name the live generation."""
        return next(iter(self.history()), None)

    def history(self) -> Sequence[str]:
        """Name the generations that were live, the live one first."""
        try:
            names = orjson.loads(read_regular(self._pointer))
            before = names.get("history") or [names["live"], names["previous"]]
            return [_checked_name(name) for name in before if name]
        except FileNotFoundError:
            return []
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            self._check_readable(self._pointer)
            raise IndexDamaged(
                f"{self._pointer} cannot be read ({error}); {_MADE_BY} anew"
            ) from error

    def generations(self) -> Sequence[str]:
        """Name all finished generations."""
        self._check_readable(self._finished)
        return (
            sorted(path.name for path in self._finished.iterdir())
            if self._finished.is_dir()
            else []
        )

    def _check_readable(self, path: Path) -> None:
        """Raise the error for a path that belongs to another user, who keeps it closed."""
        if refused := first_refused([path], READ):
            raise IndexForbidden(refusal(refused, READ, self._data))

    def open(self, generation: str) -> TantivyEngine:
        """Open a finished generation."""
        directory = self._finished / generation
        record = GenerationRecord.read(directory, OLDEST_SCHEMA_VERSION, SCHEMA_VERSION)
        return TantivyEngine(directory, record, self._tuning)

    def catalog(self, generation: str) -> TantivyCatalog:
        """Open the catalog of a finished generation."""
        directory = self._finished / generation
        try:
            marks = GenerationRecord.read(directory, OLDEST_SCHEMA_VERSION, SCHEMA_VERSION).files
        except EngineUnavailable:
            # Without the record nothing but reading it can tell whether it is whole.
            marks = {}
        return TantivyCatalog(directory, marks.get(CATALOG_FILE))

    def load_report(self, generation: str) -> Mapping[str, Any]:
        """Return the report of the command that made a generation."""
        return GenerationRecord.read(
            self._finished / generation, OLDEST_SCHEMA_VERSION, SCHEMA_VERSION
        ).load

    def salvage(self, generation: str) -> Iterator[Article]:
        """Yield the articles that a generation holds, as far as they can be read."""
        return stored_articles(self._finished / generation)

    def create(self, base: str | None = None) -> tuple[str, TantivyWriter]:
        """Begin a new generation."""
        name, directory = self._new_directory()
        abort = partial(shutil.rmtree, directory, ignore_errors=True)
        try:
            record = None if base is None else self._copied(base, directory)
            # One article without a vector is enough to do without: it would stand behind all others.
            meaning = (
                VECTOR_MODEL
                if self._tuning.with_meaning and (record is None or record.meaning == VECTOR_MODEL)
                else ""
            )
            files = record.files if record else None
            return name, TantivyWriter(
                directory,
                name,
                files,
                finish=partial(self._finish, name),
                abort=abort,
                meaning=meaning,
            )
        except OSError as error:
            abort()
            raise write_failed("the index", directory, error, after=_UNCHANGED) from error
        except BaseException:
            abort()
            raise

    def _copied(self, base: str, directory: Path) -> GenerationRecord:
        """Let a new generation begin as a finished one, and return that one's record."""
        record = GenerationRecord.read(self._finished / base, OLDEST_SCHEMA_VERSION, SCHEMA_VERSION)
        if record.schema_version < SCHEMA_VERSION:
            raise IndexOutdated(
                "the live index was written by an older version of Dateline; it is served, but before it can be changed "
                "run dateline check --repair, which writes it anew from its own articles"
            )
        source = self._finished / base
        try:
            # Only what was written: somebody may have put a link to another user's file next to it.
            copy_files(source, directory, record.files or [name for name, _ in files_of(source)])
        except (NotRegular, FileNotFoundError) as error:
            raise IndexDamaged(
                f"the index in {source} cannot be copied ({error.strerror}: {error.filename}); put the file itself in its "
                "place, or run dateline check --repair"
            ) from error
        return record

    def _new_directory(self) -> tuple[str, Path]:
        while True:
            name = f"{dt.datetime.now(dt.UTC):%Y%m%d-%H%M%S-%f}"
            directory = self._building / name
            # A clock that was set back may tell a time for the second time.
            if not directory.exists() and not (self._finished / name).exists():
                try:
                    self._folders.make(self._building)
                    directory.mkdir()
                except OSError as error:
                    raise write_failed("the index", directory, error, after=_UNCHANGED) from error
                return name, directory

    def make_live(self, generation: str) -> None:
        """Let readers see a generation."""
        try:
            before = [name for name in self.history() if name != generation]
        except IndexDamaged:
            # A new pointer mends a damaged one.
            before = []
        history = [generation, *(name for name in before if (self._finished / name).is_dir())]
        # Versions before the history read the first two names.
        names = {
            "live": generation,
            "previous": history[1] if len(history) > 1 else None,
            "history": history,
        }
        try:
            replace_file(self._pointer, orjson.dumps(names), like_folder=True)
        except OSError as error:
            raise write_failed("the index", self._pointer, error, after=_UNCHANGED) from error
        remove_stale_draft(self._pointer)

    def clear(self, keep: int) -> None:
        """Delete what killed and refused builds left behind, and all of the history but its first `keep`."""
        self._folders.clear_building()
        try:
            kept = self.history()[: max(keep, 1)]
        except IndexDamaged:
            return
        for name in self.generations():
            if name not in kept:
                self._folders.remove(name)

    def backup(self, target: Path, on_bytes: Callable[[int], None]) -> str:
        """Write the live generation into one file, and name it."""
        while True:
            engine = self.current()
            if write_backup(self._finished / engine.generation, target, on_bytes):
                return engine.generation
            # It was replaced and deleted before its files were held; the next one is the live one.

    def check_backup(self, source: Path) -> int:
        """Read what a backup says of itself, and return how many bytes it holds."""
        return check_backup(source)

    def restore(self, source: Path, on_bytes: Callable[[int], None]) -> str:
        """Make a new generation of a backup, and name it."""
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
        """Be the only writer while the block runs."""
        self._folders.check_writable()
        return exclusive(self._data / "write.lock", task, wait)

    def _finish(self, name: str) -> None:
        settle(self._building / name, self._data)
        self._folders.make(self._finished)
        (self._building / name).rename(self._finished / name)
        sync(self._finished)


def _checked_name(name: object) -> str:
    """Return a generation's name, which names a folder in the folder of generations and no other place."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not the name of a generation")
    return name
