"""Build a generation beside the live one, check it, swap: readers see the old index or the new one, whole."""

from collections.abc import Sequence

from indexer.load import LoadReport, load
from indexer.progress import Observer
from indexer.reading import PARALLEL_FROM_BYTES, reader
from indexer.sources import SourceFile, batches
from search.engine import GenerationStore, IndexWriter, SearchEngine
from search.errors import DatelineError, EngineUnavailable

__all__ = ["SwapRefused", "rebuild"]


class SwapRefused(DatelineError):
    """The built generation failed a check; the live index is as it was."""


def rebuild(
    store: GenerationStore,
    files: Sequence[SourceFile],
    *,
    language: str,
    observer: Observer,
    force: bool = False,
    dry_run: bool = False,
    wait: float = 0.0,
) -> LoadReport:
    """Build a fresh generation from files and let readers see it.

    Raises:
        SwapRefused: there is no article, there are fewer than half of the live index's (without `force`), or a count
            is not its hits.
        IndexLocked: another process still writes after `wait` seconds.

    """
    report = LoadReport(dry_run=dry_run)
    observer.files(files)
    if dry_run:
        _load(files, None, report, language, observer)
        report.finish()
        return report
    with store.exclusive("rebuild", wait):
        store.discard_unfinished()
        name, writer = store.create()
        report.generation = name
        try:
            _load(files, writer, report, language, observer)
            _refuse_loss(store, report.added, force=force)
            observer.phase("writing")
            writer.commit(_stored(report))
        except BaseException:
            writer.abort()
            raise
        observer.phase("checking")
        engine = store.open(name)
        if wrong := engine.verify(thorough=False):
            raise SwapRefused(f"the new index was not put in place: {wrong[0]}; it is kept as generation {name}")
        store.make_live(name)
        _discard_old(store)
    report.finish()
    return report


def _load(
    files: Sequence[SourceFile], writer: IndexWriter | None, report: LoadReport, language: str, observer: Observer
) -> None:
    size = sum(file.size for file in files)
    unknown_size = any(file.path is None or file.size == 0 for file in files)
    with reader(language, parallel=size >= PARALLEL_FROM_BYTES or unknown_size) as read:
        load(read(batches(files, observer.bytes_read)), writer, report, observer.rejected, observer.loaded)


def _refuse_loss(store: GenerationStore, articles: int, *, force: bool) -> None:
    if not articles:
        raise SwapRefused("the sources hold no article that can be read, so the index was left as it is")
    live = _live_engine(store)
    before = live.statistics().articles if live else 0
    if articles * 2 < before and not force:
        raise SwapRefused(
            f"the sources hold {articles:,} articles, fewer than half of the {before:,} in the live index, "
            "so it was left as it is; if that is right, run again with --force"
        )


def _live_engine(store: GenerationStore) -> SearchEngine | None:
    """Return the live engine; None when there is none, or it cannot be read and is to be replaced."""
    try:
        return store.current()
    except EngineUnavailable:
        return None


def _stored(report: LoadReport) -> dict[str, object]:
    kept = ("read", "added", "changed", "unchanged", "deleted", "rejected", "replaced")
    return {key: value for key, value in report.to_dict().items() if key in kept}


def _discard_old(store: GenerationStore) -> None:
    """Keep the live generation and the one before it."""
    keep = {store.live(), store.previous()}
    for name in store.generations():
        if name not in keep:
            store.discard(name)
