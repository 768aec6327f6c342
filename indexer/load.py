"""Documents into a writer, and the report of it."""

import gc
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from indexer.reading import ReadBatch, Reject
from search.engine import IndexWriter

__all__ = ["LoadReport", "load"]


@dataclass(slots=True)
class LoadReport:
    """What a load did; `seconds` from reading the first record to readers seeing the last."""

    read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    deleted: int = 0
    rejected: int = 0
    replaced: int = 0
    seconds: float = 0.0
    unknown_keys: Counter[str] = field(default_factory=Counter)
    generation: str = ""
    dry_run: bool = False
    started: float = field(default_factory=time.monotonic, repr=False)

    def finish(self) -> None:
        """Stop the clock."""
        self.seconds = round(time.monotonic() - self.started, 3)

    def to_dict(self) -> dict[str, Any]:
        """Return it in the keys of the report that machines read."""
        report = asdict(self)
        del report["started"]
        return report | {"unknown_keys": dict(self.unknown_keys)}


def load(
    batches: Iterable[ReadBatch],
    writer: IndexWriter | None,
    report: LoadReport,
    on_reject: Callable[[Reject], None],
    on_progress: Callable[[LoadReport], None],
) -> None:
    """Give every document to the writer (None for a dry run); of a repeated id the last stays."""
    seen: set[str] = set()
    collecting = gc.isenabled()
    # Documents make no cycles, and looking for them costs more than adding them.
    gc.disable()
    try:
        for batch in batches:
            _take(batch, seen, writer, report, on_reject)
            on_progress(report)
    finally:
        if collecting:
            gc.enable()


def _take(
    batch: ReadBatch,
    seen: set[str],
    writer: IndexWriter | None,
    report: LoadReport,
    on_reject: Callable[[Reject], None],
) -> None:
    report.read += batch.read
    report.rejected += len(batch.rejects)
    report.unknown_keys.update(batch.unknown)
    for reject in batch.rejects:
        on_reject(reject)
    for document in batch.documents:
        if document.id in seen:
            report.replaced += 1
            if writer:
                writer.replace(document)
        else:
            seen.add(document.id)
            if writer:
                writer.add(document)
    report.added = len(seen)
