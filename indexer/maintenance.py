"""Changes to the live index without sources: delete, forget, rollback, restore."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from indexer.acceptance import AcceptanceChecks, SwapRefused
from indexer.build import building, newest_notes
from indexer.load_report import LoadNotes, LoadReport
from indexer.progress import Observer
from indexer.publish import make_live, swap
from search.errors import DatelineError
from search.index.protocols import GenerationStore
from search.model.query import SearchQuery

__all__ = [
    "ArticlesMissing",
    "RollbackImpossible",
    "delete",
    "deleted_ids",
    "forget",
    "restore",
    "rollback",
]

_MAX_IDS_NAMED = 5


class RollbackImpossible(DatelineError):
    """The generation to return to does not exist."""


class ArticlesMissing(DatelineError):
    """No article has any of the ids."""


def delete(
    store: GenerationStore, ids: Sequence[str], checks: AcceptanceChecks, wait: float
) -> dict[str, Any]:
    """Remove articles and keep their ids out of later loads; return the outcome for JSON.

    Golden queries are not checked, because their articles may be deleted.

    Raises:
        ArticlesMissing: no article has any of the ids.
        SwapRefused: the new generation failed a check.

    """
    store.current()
    with store.exclusive("delete", wait):
        store.clear(checks.keep)
        live = store.current()
        notes = _notes(store)
        present = live.catalog.fingerprints(list(dict.fromkeys(ids)))
        missing = [article_id for article_id in dict.fromkeys(ids) if article_id not in present]
        if not present:
            earlier = [article_id for article_id in missing if article_id in notes.deleted_ids]
            hint = f" ({_named(earlier)} deleted before)" if earlier else ""
            raise ArticlesMissing(f"no article has the id {_named(missing)}{hint}; nothing changed")
        before_count = live.count(SearchQuery())
        report = LoadReport(deleted=len(present), unchanged=before_count - len(present))
        with building(store, live.generation) as build:
            for article_id in present:
                build.writer().delete(article_id)
            build.commit(report.to_keep() | notes.deleting(present).to_keep(), Observer())
        swap(store, build, replace(checks, golden={}), before_count, force=True)
    return {"deleted": len(present), "missing": missing, "generation": build.name}


def deleted_ids(store: GenerationStore) -> list[str]:
    """Return the ids that stay deleted, sorted."""
    store.current()
    return sorted(_notes(store).deleted_ids)


def forget(
    store: GenerationStore, ids: Sequence[str], checks: AcceptanceChecks, wait: float
) -> dict[str, Any]:
    """Forget that ids were deleted; return the outcome for JSON.

    The articles return with the next load that contains them.

    Raises:
        ArticlesMissing: none of the ids was deleted.

    """
    with store.exclusive("delete", wait):
        store.clear(checks.keep)
        live = store.current()
        notes = _notes(store)
        unique = list(dict.fromkeys(ids))
        forgotten = [article_id for article_id in unique if article_id in notes.deleted_ids]
        missing = [article_id for article_id in unique if article_id not in notes.deleted_ids]
        if not forgotten:
            raise ArticlesMissing(
                f"{_named(missing)} was not deleted; dateline delete --list shows the ids that "
                "were; nothing changed"
            )
        report = LoadReport(unchanged=live.count(SearchQuery()))
        with building(store, live.generation) as build:
            build.writer()
            build.commit(report.to_keep() | notes.without(forgotten).to_keep(), Observer())
        swap(store, build, replace(checks, golden={}), report.unchanged, force=True)
    return {"forgotten": forgotten, "missing": missing, "generation": build.name}


def _notes(store: GenerationStore) -> LoadNotes:
    return newest_notes(store) or LoadNotes()


def _named(ids: Sequence[str]) -> str:
    return " or ".join(map(repr, ids[:_MAX_IDS_NAMED])) + (
        " …" if len(ids) > _MAX_IDS_NAMED else ""
    )


def rollback(
    store: GenerationStore, checks: AcceptanceChecks, wait: float, to: str | None = None
) -> dict[str, str]:
    """Make the generation before the live one live, or the kept one named `to`; return both names.

    Raises:
        RollbackImpossible: no such generation is kept.
        EngineUnavailable: it cannot be read.

    """
    _other_generations(store, to)
    with store.exclusive("rollback", wait):
        store.clear(checks.keep)
        live, *others = _other_generations(store, to)
        target = to or others[0]
        if problems := store.open(target).verify():
            raise SwapRefused(
                f"generation {target} is inconsistent: {problems[0]}; nothing changed"
            )
        store.make_live(target)
    return {"generation": target, "before": live}


def _other_generations(store: GenerationStore, to: str | None) -> Sequence[str]:
    history = store.history()
    others = history[1:]
    if not others or (to is not None and to not in others):
        kept = f"kept generations: {', '.join(others)}" if others else "no other one is kept"
        raise RollbackImpossible(
            f"there is no generation {to or 'before the live one'} to return to; {kept}; "
            "nothing changed"
        )
    return history


def restore(
    store: GenerationStore, source: Path, observer: Observer, checks: AcceptanceChecks, wait: float
) -> dict[str, Any]:
    """Make the content of a backup live; return its generation and number of articles.

    Raises:
        BackupUnreadable: the file is not a backup, is incomplete, or is of another version.
        SwapRefused: the index in it is inconsistent.

    """
    observer.expect(store.check_backup(source), "restoring")
    with store.exclusive("restore", wait):
        store.clear(checks.keep)
        name = store.restore(source, observer.bytes_read)
        engine = store.open(name)
        if problems := engine.verify():
            raise SwapRefused(
                f"{source} contains an inconsistent index: {problems[0]}; nothing changed"
            )
        make_live(store, name, checks)
        return {"generation": name, "articles": engine.count(SearchQuery())}
