"""A generation under construction, and what the generations before it leave for it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from indexer.load_report import LoadNotes
from indexer.progress import Observer
from search.errors import EngineUnavailable, IndexForbidden
from search.index.protocols import GenerationStore, IndexWriter

__all__ = ["Build", "building", "generation_names", "newest_notes"]


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

    def commit(self, load: Mapping[str, Any], observer: Observer, *, merge: bool = False) -> None:
        """Finish the generation, if one was created, and store `load` in it."""
        if self._writer:
            observer.phase("writing")
            self._writer.commit(load, merge=merge)

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
