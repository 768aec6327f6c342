"""Make a generation beside the live one, check it, swap: readers see the old index or the new one, whole."""

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from indexer.changes import Changes, LoadReport
from indexer.formats import FormatOptions
from indexer.input.batches import BLOCK_BYTES, LARGE_BLOCK_BYTES, Batch, RawRecord, batches
from indexer.input.sources import SourceFile
from indexer.pipeline import Reader, read_batch, reader
from indexer.progress import Observer
from search.document import PreparedDocument
from search.engine import Catalog, GenerationStore, IndexWriter, SearchEngine
from search.errors import DatelineError, EngineUnavailable, IndexMissing
from search.query import SearchQuery

__all__ = [
    "ArticlesMissing",
    "Gate",
    "LoadOptions",
    "RollbackImpossible",
    "SwapRefused",
    "delete",
    "rebuild",
    "restore",
    "rollback",
    "update",
]

_GOLDEN_PLACES = 10
_NAMED = 5


class SwapRefused(DatelineError):
    """The built generation failed a check; the live index is as it was."""


class RollbackImpossible(DatelineError):
    """There is no other generation to return to."""


class ArticlesMissing(DatelineError):
    """None of the articles that were to be deleted is in the index."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What a new generation must pass before readers see it, and how many generations are kept.

    `golden` maps queries to the id of the article that must be among their first ten hits.
    """

    keep: int = 2
    golden: Mapping[str, str] = field(default_factory=dict)

    def check(self, engine: SearchEngine, before: int, *, force: bool) -> None:
        """Check a generation; `before` articles are live, and `force` lets it lose more than half of them.

        Raises:
            SwapRefused: a check failed; the message names it.

        """
        if reason := self._reason(engine, before, force=force):
            raise SwapRefused(
                f"{reason}, so the index was left as it is; what was built is kept as generation {engine.generation} until "
                "the next run"
            )

    def _reason(self, engine: SearchEngine, before: int, *, force: bool) -> str:
        articles = engine.count(SearchQuery())
        if not articles:
            return "the new index would hold no article"
        if articles * 2 < before and not force:
            return (
                f"the new index would hold fewer than half of the {before:,} articles in the live one, {articles:,} (if "
                "that is right, run again with --force)"
            )
        if wrong := engine.verify():
            return f"the new index is not right: {wrong[0]}"
        for text, wanted in self.golden.items():
            hits = engine.search(SearchQuery(text=text, size=_GOLDEN_PLACES)).hits
            if wanted not in [hit.article.id for hit in hits]:
                return f"the golden query {text!r} does not find {wanted!r} among its first {_GOLDEN_PLACES}"
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadOptions:
    """How to load: `formats` says how files are read, `wait` in seconds for another writer to end.

    `force` lets articles go that a check would keep, `prune` (of an update) deletes what the sources no longer hold.
    """

    formats: FormatOptions = field(default_factory=FormatOptions)
    force: bool = False
    dry_run: bool = False
    prune: bool = False
    wait: float = 0.0


def rebuild(
    store: GenerationStore, files: Sequence[SourceFile], observer: Observer, gate: Gate, options: LoadOptions
) -> LoadReport:
    """Build a fresh generation from files and let readers see it.

    Raises:
        SwapRefused: the new generation failed the gate.
        IndexLocked: another process still writes after the wait.

    """
    return _Loading(store, files, observer, gate, options).rebuild()


def update(
    store: GenerationStore, files: Sequence[SourceFile], observer: Observer, gate: Gate, options: LoadOptions
) -> LoadReport:
    """Add and replace what changed since the last load, and let readers see it; without a change nothing is written.

    Raises:
        SwapRefused: the new generation failed the gate.
        IndexLocked: another process still writes after the wait.
        IndexOutdated: the live index cannot be changed by this version.
        IndexDamaged: it cannot be read.

    """
    return _Loading(store, files, observer, gate, options).update()


class _Loading:
    """One load: files into a generation, the generation through the gate."""

    def __init__(
        self,
        store: GenerationStore,
        files: Sequence[SourceFile],
        observer: Observer,
        gate: Gate,
        options: LoadOptions,
    ) -> None:
        self._store = store
        self._files = files
        self._observer = observer
        self._gate = gate
        self._options = options
        self._report = LoadReport(dry_run=options.dry_run)

    def rebuild(self) -> LoadReport:
        with self._reader(None) as read, self._writing("rebuild"):
            live = _live_engine(self._store)
            with _build(self._store, None) as build:
                if not self._options.dry_run:
                    build.writer()
                self._load(read, _catalog(live), build, whole=True)
                build.commit(self._report, self._observer)
            self._swap(build, _articles_in(live))
        return self._report

    def update(self) -> LoadReport:
        with self._writing("update"):
            try:
                live = self._store.current()
            except IndexMissing:
                live = None
            base = live.catalog if live else None
            with self._reader(base) as read, _build(self._store, live.generation if live else None) as build:
                self._load(read, base, build, whole=False)
                build.commit(self._report, self._observer)
            if not live and not build.name and not self._options.dry_run:
                raise SwapRefused("the sources hold no article that can be read, so no index was made")
            self._swap(build, 0 if base is None else len(base))
        return self._report

    def _reader(self, base: Catalog | None) -> AbstractContextManager[Reader]:
        sizes = [file.size for file in self._files]
        # Standard input does not say.
        size = None if 0 in sizes else sum(sizes)
        return reader(self._options.formats, self._store.encode, base, size=size)

    @contextmanager
    def _writing(self, task: str) -> Iterator[None]:
        """Be the only writer, and begin by clearing up; a dry run writes nothing and asks for nothing."""
        if self._options.dry_run:
            yield
            return
        with self._store.exclusive(task, self._options.wait):
            self._store.clear(self._gate.keep)
            yield

    def _load(self, read: Reader, base: Catalog | None, build: "_Build", *, whole: bool) -> None:
        self._observer.files(self._files)
        changes = Changes(
            self._report,
            base,
            None if self._options.dry_run else build.writer,
            whole=whole,
            reread=self._reread,
            on_reject=self._observer.rejected,
        )
        with _without_collecting():
            size = BLOCK_BYTES if base is None or whole else LARGE_BLOCK_BYTES
            for batch, done in read(batches(self._files, self._observer.bytes_read, size)):
                changes.take(batch, done)
                self._observer.loaded(self._report)
        if self._options.prune:
            changes.prune(force=self._options.force)
        changes.finish()

    def _reread(self, batch: Batch, record: RawRecord) -> PreparedDocument:
        (document,) = read_batch(batch.alone(record), self._options.formats, self._store.encode).outcomes
        assert isinstance(document, PreparedDocument)
        return document

    def _swap(self, build: "_Build", before: int) -> None:
        self._observer.phase("checking")
        _swap(self._store, build, self._gate, before, force=self._options.force)
        self._report.finish(build.name)


def delete(store: GenerationStore, ids: Sequence[str], gate: Gate, wait: float) -> dict[str, Any]:
    """Remove articles and let readers see it; return how many, and which ids were not there.

    Raises:
        ArticlesMissing: none of them is in the index.
        SwapRefused: the new generation failed the gate, whose golden queries do not count here.

    """
    store.current()
    with store.exclusive("delete", wait):
        store.clear(gate.keep)
        live = store.current()
        present = live.catalog.fingerprints(list(dict.fromkeys(ids)))
        missing = [each for each in dict.fromkeys(ids) if each not in present]
        if not present:
            named = " or ".join(map(repr, missing[:_NAMED])) + (" …" if len(missing) > _NAMED else "")
            raise ArticlesMissing(f"no article has the id {named}; nothing changed")
        before = live.count(SearchQuery())
        report = LoadReport(deleted=len(present), unchanged=before - len(present))
        with _build(store, live.generation) as build:
            for each in present:
                build.writer().delete(each)
            build.commit(report, Observer())
        _swap(store, build, replace(gate, golden={}), before, force=True)
    return {"deleted": len(present), "missing": missing, "generation": build.name}


def rollback(store: GenerationStore, gate: Gate, wait: float, to: str | None = None) -> dict[str, str]:
    """Let readers see the generation before the live one, or the kept one named `to`; return both names.

    Raises:
        RollbackImpossible: there is none.
        EngineUnavailable: it cannot be read.

    """
    _other_generations(store, to)
    with store.exclusive("rollback", wait):
        store.clear(gate.keep)
        live, *others = _other_generations(store, to)
        target = to or others[0]
        if wrong := store.open(target).verify():
            raise SwapRefused(f"generation {target} is not right: {wrong[0]}; nothing changed")
        store.make_live(target)
    return {"generation": target, "before": live}


def _other_generations(store: GenerationStore, to: str | None) -> Sequence[str]:
    history = store.history()
    others = history[1:]
    if not others or (to is not None and to not in others):
        kept = f"kept are {', '.join(others)}" if others else "no other one is kept"
        raise RollbackImpossible(
            f"there is no generation {to or 'before the live one'} to return to; {kept}; nothing changed"
        )
    return history


def restore(store: GenerationStore, source: Path, observer: Observer, gate: Gate, wait: float) -> dict[str, Any]:
    """Let readers see what a backup holds; return the generation's name and its number of articles.

    Raises:
        BackupUnreadable: it is none, torn, or of another version.
        SwapRefused: a count in it is not its hits.

    """
    observer.expect(store.check_backup(source), "restoring")
    with store.exclusive("restore", wait):
        store.clear(gate.keep)
        name = store.restore(source, observer.bytes_read)
        engine = store.open(name)
        if wrong := engine.verify():
            raise SwapRefused(f"{source} holds an index that is not right: {wrong[0]}; nothing changed")
        _make_live(store, name, gate)
        return {"generation": name, "articles": engine.count(SearchQuery())}


class _Build:
    """A generation that is begun when there is something to write."""

    def __init__(self, store: GenerationStore, base: str | None) -> None:
        self._store = store
        self._base = base
        self._writer: IndexWriter | None = None
        self.name = ""

    def writer(self) -> IndexWriter:
        """Return the writer; the generation begins when it is asked for first."""
        if self._writer is None:
            self.name, self._writer = self._store.create(self._base)
        return self._writer

    def commit(self, report: LoadReport, observer: Observer) -> None:
        """Finish what was begun."""
        if self._writer:
            observer.phase("writing")
            self._writer.commit(report.to_keep())

    def abort(self) -> None:
        """Give up what was begun."""
        if self._writer:
            self._writer.abort()


@contextmanager
def _build(store: GenerationStore, base: str | None) -> Iterator[_Build]:
    build = _Build(store, base)
    try:
        yield build
    except BaseException:
        build.abort()
        raise


def _swap(store: GenerationStore, build: _Build, gate: Gate, before: int, *, force: bool) -> None:
    """Let readers see what was built, if anything was and the gate lets it pass."""
    if build.name:
        gate.check(store.open(build.name), before, force=force)
        _make_live(store, build.name, gate)


def _make_live(store: GenerationStore, name: str, gate: Gate) -> None:
    store.make_live(name)
    # The work is done; who stops it now leaves what the next run clears up.
    with suppress(KeyboardInterrupt):
        store.clear(gate.keep)


def _live_engine(store: GenerationStore) -> SearchEngine | None:
    """Return the live engine; None when there is none, or it cannot be read and is to be replaced."""
    try:
        return store.current()
    except EngineUnavailable:
        return None


def _articles_in(engine: SearchEngine | None) -> int:
    """Count the articles of the live index; 0 when it is to be replaced because it cannot be read."""
    try:
        return engine.count(SearchQuery()) if engine else 0
    except EngineUnavailable:
        return 0


def _catalog(engine: SearchEngine | None) -> Catalog | None:
    try:
        return engine.catalog if engine else None
    except EngineUnavailable:
        return None


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Documents make no cycles, and looking for them costs more than adding them."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
