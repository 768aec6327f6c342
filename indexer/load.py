"""Loads files into a new generation and makes it live once it passes the acceptance checks."""

import gc
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

from indexer.acceptance import AcceptanceChecks, SwapRefused
from indexer.build import Build, building, newest_notes
from indexer.changes import Changes
from indexer.formats import FormatOptions
from indexer.input.batches import BLOCK_BYTES, LARGE_BLOCK_BYTES, Batch, RawRecord, batches
from indexer.input.sources import SourceFile
from indexer.load_report import LoadNotes, LoadReport
from indexer.parsing.parse_pool import ParsePool, parse_pool
from indexer.parsing.pipeline import READER_VERSION, Summary, parse_batch
from indexer.progress import Observer
from indexer.publish import swap
from search.errors import EngineUnavailable, IndexForbidden, IndexMissing
from search.index.document import PreparedDocument
from search.index.protocols import Catalog, GenerationStore, SearchEngine
from search.model.article import Article
from search.model.query import SearchQuery

__all__ = ["LoadOptions", "rebuild", "update"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadOptions:
    """Options of a load.

    `formats` are the settings of the format readers, `wait` the seconds to wait for another
    writer. `left_out` counts by kind the files of the sources that are not read, for the report.
    `force` accepts a loss of articles that a check would refuse. `merge` (rebuild only) merges the
    segments of the index into one at the end. `prune` (update only) deletes articles that the
    sources no longer hold.
    """

    formats: FormatOptions = field(default_factory=FormatOptions)
    left_out: Mapping[str, int] = field(default_factory=dict)
    force: bool = False
    dry_run: bool = False
    merge: bool = False
    prune: bool = False
    wait: float = 0.0


def rebuild(
    store: GenerationStore,
    files: Sequence[SourceFile],
    observer: Observer,
    checks: AcceptanceChecks,
    options: LoadOptions,
) -> LoadReport:
    """Build a generation from files alone and make it live.

    Raises:
        SwapRefused: the new generation failed a check; the error has the report.
        IndexLocked: another process is still writing after the wait.

    """
    return _Load(store, files, observer, checks, options).run("rebuild")


def update(
    store: GenerationStore,
    files: Sequence[SourceFile],
    observer: Observer,
    checks: AcceptanceChecks,
    options: LoadOptions,
) -> LoadReport:
    """Build a generation from the live one and what changed in the files, and make it live.

    If nothing changed, nothing is written.

    Raises:
        SwapRefused: the new generation failed a check; the error has the report.
        IndexLocked: another process is still writing after the wait.
        IndexOutdated: the live index cannot be changed by this version.
        IndexDamaged: it cannot be read.

    """
    return _Load(store, files, observer, checks, options).run("update")


class _Load:
    """One run of a load."""

    def __init__(
        self,
        store: GenerationStore,
        files: Sequence[SourceFile],
        observer: Observer,
        checks: AcceptanceChecks,
        options: LoadOptions,
    ) -> None:
        self._store = store
        self._files = files
        self._observer = observer
        self._checks = checks
        self._options = options
        self._report = LoadReport(dry_run=options.dry_run, left_out=Counter(options.left_out))

    def run(self, task: str) -> LoadReport:
        try:
            with self._writing(task):
                if task == "rebuild":
                    self._rebuild()
                else:
                    self._update()
        except SwapRefused as refusal:
            self._report.finish("")
            self._report.refused = str(refusal)
            refusal.report = self._report
            raise
        return self._report

    def _rebuild(self) -> None:
        with self._parse_pool(None) as parse:
            live = _live_engine(self._store)
            notes = self._notes()
            with building(self._store, None) as build:
                if not self._options.dry_run:
                    build.writer()
                self._load(parse, _catalog(live), live, build, notes, whole=True)
                build.commit(
                    self._report.to_keep() | notes.to_keep(),
                    self._observer,
                    merge=self._options.merge,
                )
            self._swap(build, _articles_in(live))

    def _update(self) -> None:
        try:
            live = self._store.current()
        except IndexMissing:
            live = None
        base = live.catalog if live else None
        notes = self._notes()
        with (
            self._parse_pool(base) as parse,
            building(self._store, live.generation if live else None) as build,
        ):
            changes = self._load(parse, base, live, build, notes, whole=False)
            if live and changes.is_empty:
                build.abort()
            build.commit(self._report.to_keep() | notes.to_keep(), self._observer)
        if not live and not build.name and not self._options.dry_run:
            raise SwapRefused(
                "the sources contain no article that can be read, so no index was made"
            )
        self._swap(build, 0 if base is None else len(base))

    def _parse_pool(self, base: Catalog | None) -> AbstractContextManager[ParsePool]:
        sizes = [file.size for file in self._files]
        # The size of standard input is unknown.
        size = None if 0 in sizes else sum(sizes)
        return parse_pool(self._options.formats, self._store.encode, base, size=size)

    def _notes(self) -> LoadNotes:
        """Return the notes of this load, and report settings that changed since the last one."""
        earlier = newest_notes(self._store)
        before = earlier or LoadNotes()
        notes = before.reading_with(self._options.formats, READER_VERSION)
        if earlier is not None:
            self._report.changed_settings = notes.differing(before)
        return notes

    @contextmanager
    def _writing(self, task: str) -> Iterator[None]:
        """Hold the writer's lock and remove old generations; a dry run needs neither."""
        if self._options.dry_run:
            yield
            return
        with self._store.exclusive(task, self._options.wait):
            self._store.clear(self._checks.keep)
            yield

    def _load(
        self,
        parse: ParsePool,
        base: Catalog | None,
        live: SearchEngine | None,
        build: Build,
        notes: LoadNotes,
        *,
        whole: bool,
    ) -> Changes:
        self._observer.files(self._files)

        def stored(article_id: str) -> Article | None:
            return live.article(article_id) if live else None

        changes = Changes(
            self._report,
            base,
            None if self._options.dry_run else build.writer,
            whole=whole,
            parse_known=self._parse_known,
            on_reject=self._observer.rejected,
            stored=stored,
            deleted_ids=notes.deleted_ids,
        )
        with _garbage_collector_disabled():
            size = BLOCK_BYTES if base is None or whole else LARGE_BLOCK_BYTES
            for batch, parsed in parse(batches(self._files, self._observer.bytes_read, size)):
                changes.take(batch, parsed)
                self._observer.loaded(self._report)
        if self._options.prune:
            changes.prune(force=self._options.force)
        changes.finish()
        return changes

    def _parse_known(self, batch: Batch, record: RawRecord) -> PreparedDocument:
        (outcome,) = parse_batch(
            batch.alone(record), self._options.formats, self._store.encode
        ).outcomes
        document = outcome.document if isinstance(outcome, Summary) else outcome
        assert isinstance(document, PreparedDocument)
        return document

    def _swap(self, build: Build, before: int) -> None:
        self._observer.phase("checking")
        swap(self._store, build, self._checks, before, force=self._options.force)
        self._report.finish(build.name)


def _live_engine(store: GenerationStore) -> SearchEngine | None:
    """Return the live engine; None if there is no index or it cannot be read."""
    try:
        return store.current()
    except IndexForbidden:
        # It may be intact: only a user who can read it should replace it.
        raise
    except EngineUnavailable:
        return None


def _articles_in(engine: SearchEngine | None) -> int:
    """Count the articles of the live index; 0 if it cannot be read."""
    try:
        return engine.count(SearchQuery()) if engine else 0
    except IndexForbidden:
        raise
    except EngineUnavailable:
        return 0


def _catalog(engine: SearchEngine | None) -> Catalog | None:
    try:
        return engine.catalog if engine else None
    except IndexForbidden:
        raise
    except EngineUnavailable:
        return None


@contextmanager
def _garbage_collector_disabled() -> Iterator[None]:
    """Disable the cycle collector: documents make no cycles, and it costs more than adding them."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
