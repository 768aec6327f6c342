"""A generation under construction, and the swap that makes it live."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from indexer.acceptance import AcceptanceChecks
from indexer.load_report import LoadNotes
from indexer.progress import Observer
from search.errors import EngineUnavailable, IndexForbidden
from search.index.protocols import GenerationStore, IndexWriter

__all__ = ["Build", "building", "generation_names", "make_live", "newest_notes", "swap"]


class Build:
    """A generation that is created when something is first written; until then `name` is empty."""

    def __init__(self, store: GenerationStore, base: str | None) -> None:
        self._store = store
        self._base = base
        self._writer: IndexWriter | None = None
        self.name = ""

    def writer(self) -> IndexWriter:
        """Return the writer; the first call creates the generation."""
        if self._writer is None:
            self.name, self._writer = self._store.create(self._base)
        return self._writer

    def commit(self, load: Mapping[str, Any], observer: Observer) -> None:
        """Finish the generation, if one was created, and store `load` in it."""
        if self._writer:
            observer.phase("writing")
            self._writer.commit(load)

    def abort(self) -> None:
        """Discard the generation, if one was created."""
        if self._writer:
            self._writer.abort()
            self._writer = None
            self.name = ""


@contextmanager
def building(store: GenerationStore, base: str | None) -> Iterator[Build]:
    """Give a build that starts as a copy of `base`, or empty; abort it if the block fails."""
    build = Build(store, base)
    try:
        yield build
    except BaseException:
        build.abort()
        raise


def swap(
    store: GenerationStore, build: Build, checks: AcceptanceChecks, before: int, *, force: bool
) -> None:
    """Make a build live if it has a generation that passes the checks.

    Raises:
        SwapRefused: a check failed.

    """
    if build.name:
        checks.check(store.open(build.name), before, force=force)
        make_live(store, build.name, checks)


def generation_names(store: GenerationStore) -> list[str]:
    """Return the names of the generations, the live one first.

    If the list of live generations cannot be read, return all that exist, newest first.
    """
    try:
        return list(store.history())
    except IndexForbidden:
        raise
    except EngineUnavailable:
        return list(reversed(store.generations()))


def newest_notes(store: GenerationStore) -> LoadNotes | None:
    """Return the notes of the newest generation whose notes can be read; None without an index.

    A damaged live generation therefore does not lose the deleted ids.
    """
    names = generation_names(store)
    for name in names:
        try:
            return LoadNotes.of(store.load_report(name))
        except IndexForbidden:
            raise
        except EngineUnavailable:
            continue
    return LoadNotes() if names else None


def make_live(store: GenerationStore, name: str, checks: AcceptanceChecks) -> None:
    """Show readers a generation and remove old ones."""
    store.make_live(name)
    # The index has changed already; if interrupted now, the next run cleans up.
    with suppress(KeyboardInterrupt):
        store.clear(checks.keep)
