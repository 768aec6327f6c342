"""Write a damaged index anew from what can still be read of it and of the generations kept beside it."""

from collections.abc import Iterator
from dataclasses import dataclass

from indexer.acceptance import AcceptanceChecks
from indexer.build import notes_of_kept
from indexer.load_report import LoadNotes, LoadReport
from indexer.progress import Observer
from search.errors import DatelineError, EngineUnavailable, IndexForbidden, IndexMissing
from search.index.document import PreparedDocument, index_document
from search.index.protocols import CatalogEntry, GenerationStore
from search.model.article import Article

__all__ = ["RepairIncomplete", "RepairReport", "repair"]

_NAMED = 5


class RepairIncomplete(DatelineError):
    """Articles that the index held can be read nowhere; it was left as it is."""


@dataclass(frozen=True, slots=True)
class RepairReport:
    """What was done: the new generation, its articles, and how many of them came from another than the live one."""

    generation: str
    articles: int
    from_others: int


def repair(
    store: GenerationStore, observer: Observer, checks: AcceptanceChecks, wait: float
) -> RepairReport:
    """Make a new generation of every article that the live one's catalog names, wherever it can be read.

    Where the catalog itself cannot be read, the articles are those of the live index, if all of them can be read.

    Raises:
        RepairIncomplete: some cannot be recovered; the message names the first.
        IndexMissing: there is no index.
        SwapRefused: what was written is not right.

    """
    with store.exclusive("check --repair", wait):
        names = _names(store)
        wanted = _wanted(store, names[0])
        name, writer = store.create()
        done: set[str] = set()
        others = 0
        try:
            for place, generation in enumerate(names):
                observer.phase(f"reading {generation}")
                for article in _readable(store, generation, whole=wanted is None):
                    document = index_document(article)
                    entry = wanted.get(article.id) if wanted is not None else None
                    right = wanted is None or (
                        entry is not None and entry.fingerprint == document.fingerprint
                    )
                    if article.id in done or not right:
                        continue
                    record = entry.record if entry else 0
                    writer.add(
                        PreparedDocument(
                            article.id, document.fingerprint, record, store.encode(document)
                        )
                    )
                    done.add(article.id)
                    others += place > 0
                if wanted is None or len(done) == len(wanted):
                    break
            _refuse_loss(wanted, done)
            observer.phase("writing")
            notes = notes_of_kept(store) or LoadNotes()
            writer.commit(
                LoadReport(read=len(done), unchanged=len(done)).to_keep() | notes.to_keep()
            )
        except BaseException:
            writer.abort()
            raise
        observer.phase("checking")
        checks.check(store.open(name), 0, force=True)
        store.make_live(name)
        store.clear(checks.keep)
    return RepairReport(name, len(done), others)


def _names(store: GenerationStore) -> list[str]:
    """Name the live generation and then where else its articles may be; the newest first where no list can be read."""
    try:
        names = list(store.history())
    except IndexForbidden:
        raise
    except EngineUnavailable:
        names = list(reversed(store.generations()))
    if not names:
        raise IndexMissing("there is no index to repair; run dateline rebuild SOURCE… to make it")
    return names


def _wanted(store: GenerationStore, generation: str) -> dict[str, CatalogEntry] | None:
    try:
        return {entry.id: entry for entry in store.catalog(generation).entries()}
    except IndexForbidden:
        raise
    except EngineUnavailable:
        return None


def _readable(store: GenerationStore, generation: str, *, whole: bool) -> Iterator[Article]:
    """Yield a generation's articles as far as they can be read; when `whole` is asked for, all or an error."""
    try:
        yield from store.salvage(generation)
    except IndexForbidden:
        raise
    except EngineUnavailable as error:
        if whole:
            raise RepairIncomplete(
                f"neither the catalog nor the articles of generation {generation} can be read ({error}); nothing changed"
            ) from error


def _refuse_loss(wanted: dict[str, CatalogEntry] | None, done: set[str]) -> None:
    lost = [each for each in wanted or () if each not in done]
    if lost:
        named = ", ".join(map(repr, sorted(lost)[:_NAMED]))
        raise RepairIncomplete(
            f"{len(lost):,} of {len(wanted or ()):,} articles can be read nowhere (first {named}); nothing changed. Run "
            "dateline restore with a backup, dateline rollback, or dateline rebuild SOURCE…"
        )
