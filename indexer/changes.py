"""What a load does to each article: documents into a writer, and the report of it."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from indexer.input.batches import Batch, RawRecord
from indexer.pipeline import Outcome, ReadBatch, Reject, Skipped
from search.document import PreparedDocument
from search.engine import Catalog, IndexWriter

__all__ = ["Changes", "LoadReport"]

_REJECTS_KEPT = 20


@dataclass(slots=True)
class LoadReport:
    """What a load did; `seconds` from reading the first record to readers seeing the last.

    `skipped` counts what is no article, such as the drafts of a WordPress export, by its kind; it is not among `read`.
    `ids` names what would be added, changed and deleted, in a dry run alone; `rejects` are the first ones.
    """

    read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    deleted: int = 0
    rejected: int = 0
    replaced: int = 0
    seconds: float = 0.0
    unknown_keys: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    generation: str = ""
    dry_run: bool = False
    not_pruned: str = ""
    ids: dict[str, list[str]] = field(default_factory=dict)
    rejects: list[dict[str, Any]] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic, repr=False)

    @property
    def articles(self) -> int:
        """How many articles the sources hold."""
        return self.added + self.changed + self.unchanged

    def finish(self, generation: str) -> None:
        """Stop the clock; `generation` is what was made, if anything was."""
        self.generation = generation
        self.seconds = round(time.monotonic() - self.started, 3)

    def to_dict(self) -> dict[str, Any]:
        """Return it in the keys of the report that machines read."""
        report = asdict(self)
        for internal in ("started", "rejects", *(() if self.dry_run else ("ids",))):
            del report[internal]
        return report | {"unknown_keys": dict(self.unknown_keys), "skipped": dict(self.skipped)}

    def to_keep(self) -> dict[str, Any]:
        """Return what is kept with the generation that the load made."""
        kept = ("read", "added", "changed", "unchanged", "deleted", "rejected", "replaced", "rejects")
        return {key: getattr(self, key) for key in kept}


class Changes:
    """Tells by a catalog what changed, and gives a writer what must be written; of a repeated id the last record stays.

    `writer` is asked for when there is something to write; None is a dry run, which keeps ids instead. `whole` writes
    what did not change too, into an empty index. `reread` reads a known record of a batch after all; `on_reject` hears of each reject.
    """

    def __init__(
        self,
        report: LoadReport,
        base: Catalog | None,
        writer: Callable[[], IndexWriter] | None,
        *,
        whole: bool,
        reread: Callable[[Batch, RawRecord], PreparedDocument],
        on_reject: Callable[[Reject], None],
    ) -> None:
        self._on_reject = on_reject
        self._report = report
        self._base = base
        self._writer = writer
        self._whole = whole
        self._reread = reread
        # 64 bits an id: two that share them would at worst be taken for one in the report, or not pruned.
        self._key: Callable[[str], object] = hash if writer else str
        self._added: set[object] = set()
        self._changed: set[object] = set()
        self._unchanged: set[object] = set()
        self._protected: set[object] = set()
        self._unnamed_rejects = 0

    def take(self, batch: Batch, read: ReadBatch) -> None:
        """Take what was read."""
        report = self._report
        report.read += len(read.outcomes)
        report.skipped.update(batch.left_out)
        if read.unknown:
            report.unknown_keys.update(read.unknown)
        if not read.is_known or not self._all_unchanged(read.outcomes):
            self._one_by_one(batch, read.outcomes)
        report.added, report.changed, report.unchanged = len(self._added), len(self._changed), len(self._unchanged)

    def _all_unchanged(self, ids: Sequence[Outcome]) -> bool:
        """Take known records at once; False when some of them need a closer look."""
        keys = {self._key(str(article_id)) for article_id in ids}
        if len(keys) < len(ids) or not all(map(keys.isdisjoint, (self._unchanged, self._changed, self._added))):
            return False
        self._unchanged |= keys
        return True

    def _one_by_one(self, batch: Batch, outcomes: Sequence[Outcome]) -> None:
        ids = [outcome.id for outcome in outcomes if isinstance(outcome, PreparedDocument)]
        before = self._base.fingerprints(ids) if self._base is not None and ids else {}
        for place, outcome in enumerate(outcomes):
            if isinstance(outcome, PreparedDocument):
                self._document(outcome, before.get(outcome.id))
            elif isinstance(outcome, str):
                self._known(outcome, batch, place)
            elif isinstance(outcome, Skipped):
                self._report.skipped[outcome.kind] += 1
                self._report.read -= 1
            else:
                self._rejected(outcome)

    def _document(self, document: PreparedDocument, before: int | None) -> None:
        key = self._key(document.id)
        written = key in self._added or key in self._changed
        again = written or key in self._unchanged
        if again:
            self._report.replaced += 1
            for keys in (self._added, self._changed, self._unchanged):
                keys.discard(key)
        target = self._added if before is None else self._unchanged
        if before is not None and before != document.fingerprint:
            target = self._changed
        target.add(key)
        if self._writer and (self._whole or written or target is not self._unchanged):
            writer = self._writer()
            if again or (before is not None and not self._whole):
                writer.replace(document)
            else:
                writer.add(document)

    def _known(self, article_id: str, batch: Batch, place: int) -> None:
        key = self._key(article_id)
        if key in self._added or key in self._changed:
            # An older version of it was written in this run, and must give way.
            document = self._reread(batch, batch.records()[place])
            self._document(document, document.fingerprint)
        elif key in self._unchanged:
            self._report.replaced += 1
        else:
            self._unchanged.add(key)

    def _rejected(self, reject: Reject) -> None:
        self._report.rejected += 1
        self._on_reject(reject)
        if len(self._report.rejects) < _REJECTS_KEPT:
            self._report.rejects.append({"origin": reject.origin, "line": reject.line, "reason": reject.reason})
        given = reject.raw.get("id") if isinstance(reject.raw, dict) else None
        if isinstance(given, str) and given.strip():
            self._protected.add(self._key(" ".join(given.split())))
        else:
            self._unnamed_rejects += 1

    def prune(self, *, force: bool) -> None:
        """Delete what the sources no longer hold.

        An article whose record was rejected is kept. Where a rejected record does not tell whose it is, nothing is
        deleted unless `force` says so, and the report tells why.
        """
        if self._unnamed_rejects and not force:
            self._report.not_pruned = (
                f"nothing was deleted: {self._unnamed_rejects:,} rejected records do not tell which articles they are; "
                "mend them, or prune all the same with --force"
            )
            return
        for article_id in self._gone(self._protected):
            self._report.deleted += 1
            if self._writer:
                self._writer().delete(article_id)
            else:
                self._report.ids.setdefault("deleted", []).append(article_id)

    def finish(self) -> None:
        """Complete the report: what a whole load leaves out is deleted, and a dry run names ids."""
        report = self._report
        if self._whole and self._base is not None:
            report.deleted = len(self._base) - report.changed - report.unchanged
        if report.dry_run:
            deleted = self._gone(set()) if self._whole else report.ids.get("deleted", [])
            report.ids = {
                "added": sorted(map(str, self._added)),
                "changed": sorted(map(str, self._changed)),
                "deleted": sorted(deleted),
            }

    def _gone(self, protected: set[object]) -> Iterator[str]:
        for entry in self._base.entries() if self._base is not None else ():
            key = self._key(entry.id)
            if not any(key in keys for keys in (self._unchanged, self._changed, self._added, protected)):
                yield entry.id
