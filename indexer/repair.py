"""Rebuilds a damaged index from its readable articles and those of other kept generations."""

from collections.abc import Iterator
from dataclasses import dataclass

from indexer.acceptance import AcceptanceChecks
from indexer.build import generation_names, newest_notes
from indexer.load_report import LoadNotes, LoadReport
from indexer.progress import Observer
from search.errors import DatelineError, EngineUnavailable, IndexForbidden, IndexMissing
from search.index.document import PreparedDocument, index_document
from search.index.protocols import CatalogEntry, GenerationStore
from search.model.article import Article

__all__ = ["RepairIncomplete", "RepairReport", "repair"]

_MAX_IDS_NAMED = 5


class RepairIncomplete(DatelineError):
    """Some articles cannot be recovered from any generation; the index is unchanged."""


@dataclass(frozen=True, slots=True)
class RepairReport:
    """The new generation, its number of articles, and how many came from an earlier generation."""

    generation: str
    articles: int
    from_others: int


def repair(
    store: GenerationStore, observer: Observer, checks: AcceptanceChecks, wait: float
) -> RepairReport:
    """Make a new generation of every article in the live catalog, from any generation that has it.

    If the catalog cannot be read, use the articles of the live index; all of them must be readable.

    Raises:
        RepairIncomplete: some articles cannot be recovered; the message names the first.
        IndexMissing: there is no index.
        SwapRefused: the new generation failed a check.

    """
    with store.exclusive("check --repair", wait):
        names = _generations(store)
        expected = _catalog_entries(store, names[0])
        name, writer = store.create()
        recovered: set[str] = set()
        from_others = 0
        try:
            for position, generation in enumerate(names):
                observer.phase(f"reading {generation}")
                for article in _readable(store, generation, complete=expected is None):
                    document = index_document(article)
                    entry = expected.get(article.id) if expected is not None else None
                    is_right_version = expected is None or (
                        entry is not None and entry.fingerprint == document.fingerprint
                    )
                    if article.id in recovered or not is_right_version:
                        continue
                    record = entry.record if entry else 0
                    writer.add(
                        PreparedDocument(
                            article.id, document.fingerprint, record, store.encode(document)
                        )
                    )
                    recovered.add(article.id)
                    from_others += position > 0
                if expected is None or len(recovered) == len(expected):
                    break
            _refuse_loss(expected, recovered)
            observer.phase("writing")
            notes = newest_notes(store) or LoadNotes()
            report = LoadReport(read=len(recovered), unchanged=len(recovered))
            writer.commit(report.to_keep() | notes.to_keep())
        except BaseException:
            writer.abort()
            raise
        observer.phase("checking")
        checks.check(store.open(name), 0, force=True)
        store.make_live(name)
        store.clear(checks.keep)
    return RepairReport(name, len(recovered), from_others)


def _generations(store: GenerationStore) -> list[str]:
    names = generation_names(store)
    if not names:
        raise IndexMissing("there is no index to repair; run dateline rebuild SOURCE… to make it")
    return names


def _catalog_entries(store: GenerationStore, generation: str) -> dict[str, CatalogEntry] | None:
    """Return a generation's catalog by id; None if it cannot be read."""
    try:
        return {entry.id: entry for entry in store.catalog(generation).entries()}
    except IndexForbidden:
        raise
    except EngineUnavailable:
        return None


def _readable(store: GenerationStore, generation: str, *, complete: bool) -> Iterator[Article]:
    """Yield a generation's readable articles; with `complete`, fail if any is unreadable."""
    try:
        yield from store.salvage(generation)
    except IndexForbidden:
        raise
    except EngineUnavailable as error:
        if complete:
            raise RepairIncomplete(
                f"neither the catalog nor the articles of generation {generation} can be read "
                f"({error}); nothing changed"
            ) from error


def _refuse_loss(expected: dict[str, CatalogEntry] | None, recovered: set[str]) -> None:
    lost = [article_id for article_id in expected or () if article_id not in recovered]
    if lost:
        named = ", ".join(map(repr, sorted(lost)[:_MAX_IDS_NAMED]))
        raise RepairIncomplete(
            f"{len(lost):,} of {len(expected or ()):,} articles cannot be read from any generation "
            f"(first {named}); nothing changed. Run dateline restore with a backup, dateline "
            "rollback, or dateline rebuild SOURCE…"
        )
