"""A generation while it is built, and the swap that shows it to readers."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from indexer.acceptance import AcceptanceChecks
from indexer.load_report import LoadNotes
from indexer.progress import Observer
from search.errors import EngineUnavailable, IndexForbidden
from search.index.protocols import GenerationStore, IndexWriter

__all__ = ["Build", "building", "make_live", "notes_of_kept", "swap"]


class Build:
    """A generation that begins when there is something to write; `name` is empty until then."""

    def __init__(self, store: GenerationStore, base: str | None) -> None:
        self._store = store
        self._base = base
        self._writer: IndexWriter | None = None
        self.name = ""

    def writer(self) -> IndexWriter:
        """Return the writer; the first call begins the generation."""
        if self._writer is None:
            self.name, self._writer = self._store.create(self._base)
        return self._writer

    def commit(self, load: Mapping[str, Any], observer: Observer) -> None:
        """Finish what was begun; `load` is kept with it."""
        if self._writer:
            observer.phase("writing")
            self._writer.commit(load)

    def abort(self) -> None:
        """Give up what was begun."""
        if self._writer:
            self._writer.abort()
            self._writer = None
            self.name = ""


@contextmanager
def building(store: GenerationStore, base: str | None) -> Iterator[Build]:
    """Give a build that begins as `base`, or empty; it is given up when the block fails."""
    build = Build(store, base)
    try:
        yield build
    except BaseException:
        build.abort()
        raise


def swap(
    store: GenerationStore, build: Build, checks: AcceptanceChecks, before: int, *, force: bool
) -> None:
    """Show readers what was built, if anything was and it passes the checks.

    Raises:
        SwapRefused: a check failed.

    """
    if build.name:
        checks.check(store.open(build.name), before, force=force)
        make_live(store, build.name, checks)


def notes_of_kept(store: GenerationStore) -> LoadNotes | None:
    """Return the notes of the live generation, or of the newest before it that has them; None where there is no index.

    So deleted ids outlive a damaged index.
    """
    try:
        names = list(store.history())
    except IndexForbidden:
        raise
    except EngineUnavailable:
        names = list(reversed(store.generations()))
    for name in names:
        try:
            return LoadNotes.of(store.load_report(name))
        except IndexForbidden:
            raise
        except EngineUnavailable:
            continue
    return LoadNotes() if names else None


def make_live(store: GenerationStore, name: str, checks: AcceptanceChecks) -> None:
    """Show readers a generation and clear up."""
    store.make_live(name)
    # The work is done; whoever stops it now leaves what the next run clears up.
    with suppress(KeyboardInterrupt):
        store.clear(checks.keep)
