"""Decides what a load changes: writes new and changed documents, and counts the outcomes."""

from collections.abc import Callable, Iterator
from enum import IntEnum
from typing import NamedTuple

from indexer.input.batches import Batch, RawRecord
from indexer.load_report import FileReport, LoadReport
from indexer.parsing.pipeline import Outcome, ParsedBatch, Reject, Skipped, Summary
from indexer.parsing.summaries import says_less
from search.index.document import PreparedDocument
from search.index.protocols import Catalog, IndexWriter
from search.model.article import Article

__all__ = ["Changes"]

_MAX_REJECTS_REPORTED = 20
_MAX_FILES_NAMED = 3
_LINE_SHIFT = 3
_FILE_SHIFT = 43
_SUMMARY = 4
"""Flag of a packed place: its record was only a summary of the article."""


class _State(IntEnum):
    UNCHANGED = 0
    ADDED = 1
    CHANGED = 2


_STATE_MASK = 3


class _FileLine(NamedTuple):
    """The number of a file and a line in it."""

    file: int
    line: int


class _RecordPlace(NamedTuple):
    """The record that an article of this load came from.

    Stored as one packed integer, because there may be millions of them.
    """

    file: int
    line: int
    state: _State
    summary: bool = False

    def packed(self) -> int:
        return (
            self.file << _FILE_SHIFT
            | self.line << _LINE_SHIFT
            | (_SUMMARY if self.summary else 0)
            | self.state
        )

    @classmethod
    def of(cls, packed: int) -> "_RecordPlace":
        line = packed >> _LINE_SHIFT & (1 << _FILE_SHIFT - _LINE_SHIFT) - 1
        return cls(
            packed >> _FILE_SHIFT, line, _State(packed & _STATE_MASK), bool(packed & _SUMMARY)
        )


class Changes:
    """Compares parsed batches with a catalog and writes what changed.

    If records share an id, the last one wins. `writer` is called when there is something to write;
    None means a dry run, which collects ids instead. `whole` writes unchanged articles too, into an
    empty index. `parse_known` parses a record of a batch that the catalog has, `on_reject` receives
    each reject, and `stored` returns an article of the live index. Records with one of the
    `deleted_ids` are skipped.
    """

    def __init__(
        self,
        report: LoadReport,
        base: Catalog | None,
        writer: Callable[[], IndexWriter] | None,
        *,
        whole: bool,
        parse_known: Callable[[Batch, RawRecord], PreparedDocument],
        on_reject: Callable[[Reject], None],
        stored: Callable[[str], Article | None] = lambda _id: None,
        deleted_ids: frozenset[str] = frozenset(),
    ) -> None:
        self._on_reject = on_reject
        self._report = report
        self._base = base
        self._writer = writer
        self._whole = whole
        self._parse_known = parse_known
        self._stored = stored
        self._deleted_ids = deleted_ids
        # 64-bit hashes save memory. A collision would at worst merge two articles in the report,
        # or keep one from being pruned.
        self._key: Callable[[str], object] = hash if writer else str
        self._places: dict[object, int] = {}
        self._counts = [0, 0, 0]
        self._files: list[FileReport] = []
        self._withdrawn: dict[object, str] = {}
        self._protected_ids: set[object] = set()
        self._protected_files: set[str] = set()

    @property
    def is_empty(self) -> bool:
        """True if no article differs from the base, even if some were written and reverted."""
        report = self._report
        return not (self._whole or report.added or report.changed or report.deleted)

    def take(self, batch: Batch, parsed: ParsedBatch) -> None:
        """Process the outcomes of a batch."""
        report = self._report
        number = self._file_number(batch)
        report.read += len(parsed.outcomes)
        report.left_out.update(batch.left_out)
        self._files[number].read += len(parsed.outcomes)
        if parsed.unknown:
            report.unknown_keys.update(parsed.unknown)
        if not parsed.is_known or not self._all_unchanged(number, parsed):
            self._one_by_one(batch, number, parsed)
        report.unchanged, report.added, report.changed = self._counts

    def _file_number(self, batch: Batch) -> int:
        file = self._report.files.get(batch.origin)
        if file is None:
            file = self._report.files[batch.origin] = FileReport(
                len(self._files), batch.origin, batch.kind.value
            )
            self._files.append(file)
        return file.number

    def _all_unchanged(self, number: int, parsed: ParsedBatch) -> bool:
        """Count a batch of known records in one step; return False if an id is repeated."""
        keys = [self._key(str(article_id)) for article_id in parsed.outcomes]
        if len(set(keys)) < len(keys) or not self._places.keys().isdisjoint(keys):
            return False
        file = number << _FILE_SHIFT
        self._places.update(
            zip(keys, (file | line << _LINE_SHIFT for line in parsed.lines), strict=True)
        )
        self._counts[_State.UNCHANGED] += len(keys)
        self._files[number].unchanged += len(keys)
        return True

    def _one_by_one(self, batch: Batch, number: int, parsed: ParsedBatch) -> None:
        ids = [
            outcome.id
            for outcome in map(_bare, parsed.outcomes)
            if isinstance(outcome, PreparedDocument)
        ]
        before = self._base.fingerprints(ids) if self._base is not None and ids else {}
        for index, (line, outcome) in enumerate(zip(parsed.lines, parsed.outcomes, strict=True)):
            at = _FileLine(number, line)
            if isinstance(outcome, Summary):
                self._document(outcome.document, at, before.get(outcome.document.id), outcome.text)
            elif isinstance(outcome, PreparedDocument):
                self._document(outcome, at, before.get(outcome.id), None)
            elif isinstance(outcome, str):
                self._known(outcome, batch, index, at)
            elif isinstance(outcome, Skipped):
                self._skip(outcome.kind, at)
                if outcome.withdraws:
                    self._withdraw(outcome.withdraws, at)
            else:
                self._reject(outcome, number)

    def _document(
        self, document: PreparedDocument, at: _FileLine, before: int | None, summary: str | None
    ) -> None:
        if document.id in self._deleted_ids:
            self._skip("deleted", at)
            return
        key = self._key(document.id)
        earlier = self._earlier(key)
        if summary is not None and self._has_fuller_text(document.id, before, earlier, at, summary):
            if earlier is None:
                self._put(key, _RecordPlace(*at, _State.UNCHANGED))
            else:
                self._files[at.file].replaced += 1
                self._report.replace(document.id, self._origin(earlier), self._origin(at))
            return
        if earlier is not None:
            self._replace_earlier(key, document.id, earlier, at)
        state = _State.ADDED if before is None else _State.UNCHANGED
        if before is not None and before != document.fingerprint:
            state = _State.CHANGED
        self._put(key, _RecordPlace(*at, state, summary is not None))
        withdrawn = self._withdrawn.pop(key, None)
        was_written = withdrawn is not None or (
            earlier is not None and earlier.state is not _State.UNCHANGED
        )
        if self._writer and (self._whole or was_written or state is not _State.UNCHANGED):
            if (
                earlier is not None
                or withdrawn is not None
                or (before is not None and not self._whole)
            ):
                self._writer().replace(document)
            else:
                self._writer().add(document)

    def _known(self, article_id: str, batch: Batch, index: int, at: _FileLine) -> None:
        key = self._key(article_id)
        earlier = self._earlier(key)
        if key in self._withdrawn or (
            earlier is not None and earlier.state is not _State.UNCHANGED
        ):
            # This load wrote or deleted another version, which this record replaces.
            document = self._parse_known(batch, batch.records()[index])
            self._document(document, at, document.fingerprint, None)
            return
        if earlier is not None:
            self._replace_earlier(key, article_id, earlier, at)
        self._put(key, _RecordPlace(*at, _State.UNCHANGED))

    def _earlier(self, key: object) -> _RecordPlace | None:
        packed = self._places.get(key)
        return None if packed is None else _RecordPlace.of(packed)

    def _replace_earlier(
        self, key: object, article_id: str, earlier: _RecordPlace, at: _FileLine
    ) -> None:
        """Replace an earlier record of this load by the one at `at`."""
        self._remove(key, earlier)
        self._files[earlier.file].replaced += 1
        self._report.replace(article_id, self._origin(at), self._origin(earlier))

    def _put(self, key: object, place: _RecordPlace) -> None:
        self._places[key] = place.packed()
        self._count(place, 1)

    def _remove(self, key: object, place: _RecordPlace) -> None:
        """Undo `_put` for a record that is replaced."""
        del self._places[key]
        self._count(place, -1)

    def _count(self, place: _RecordPlace, by: int) -> None:
        self._counts[place.state] += by
        file = self._files[place.file]
        if place.state is _State.ADDED:
            file.added += by
        elif place.state is _State.CHANGED:
            file.changed += by
        else:
            file.unchanged += by

    def _has_fuller_text(
        self,
        article_id: str,
        before: int | None,
        earlier: _RecordPlace | None,
        at: _FileLine,
        summary: str,
    ) -> bool:
        """Return True if this load or the live index has a longer text than the summary."""
        if earlier is not None and earlier.state is not _State.UNCHANGED:
            return not earlier.summary
        stored = self._stored(article_id) if before is not None and not self._whole else None
        if stored is None:
            return earlier is not None and not earlier.summary
        return says_less(summary, stored, self._origin(at))

    def _skip(self, kind: str, at: _FileLine) -> None:
        self._files[at.file].skip(kind)
        self._report.skip(kind, self._origin(at))

    def _withdraw(self, article_id: str, at: _FileLine) -> None:
        """Remove an article that its source made private."""
        key = self._key(article_id)
        earlier = self._earlier(key)
        if earlier is not None:
            self._replace_earlier(key, article_id, earlier, at)
        if key in self._withdrawn:
            return
        in_base = (
            not self._whole
            and self._base is not None
            and bool(self._base.fingerprints([article_id]))
        )
        if in_base or earlier is not None:
            self._withdrawn[key] = article_id
            if self._writer:
                self._writer().delete(article_id)

    def _reject(self, reject: Reject, number: int) -> None:
        self._report.rejected += 1
        self._files[number].rejected += 1
        self._on_reject(reject)
        if len(self._report.rejects) < _MAX_REJECTS_REPORTED:
            self._report.rejects.append(
                {"origin": reject.origin, "line": reject.line, "reason": reject.reason}
            )
        raw_id = reject.raw.get("id") if isinstance(reject.raw, dict) else None
        if isinstance(raw_id, str) and raw_id.strip():
            self._protected_ids.add(self._key(" ".join(raw_id.split())))
        else:
            self._protected_files |= {reject.origin, self._files[number].file}

    def prune(self, *, force: bool) -> None:
        """Delete the articles that the sources no longer hold.

        An article is kept if a reject has its id or if it came from the same file as a reject
        without an id; `force` deletes the latter too. The report counts what was kept.
        """
        kept_count = 0
        for article_id in self._gone(self._protected_ids):
            if self._protected_files and not force and self._is_in_protected_file(article_id):
                kept_count += 1
                continue
            self._report.deleted += 1
            if self._writer:
                self._writer().delete(article_id)
            else:
                self._report.ids.setdefault("deleted", []).append(article_id)
        if kept_count:
            files = sorted(self._protected_files)
            named = ", ".join(files[:_MAX_FILES_NAMED])
            named += " …" if len(files) > _MAX_FILES_NAMED else ""
            noun, verb = ("article", "was") if kept_count == 1 else ("articles", "were")
            self._report.not_pruned = (
                f"{kept_count:,} {noun} of files with rejected records ({named}) {verb} not "
                "deleted; correct the records, or prune anyway with --force"
            )

    def _is_in_protected_file(self, article_id: str) -> bool:
        stored = self._stored(article_id)
        return stored is not None and any(
            _is_of(stored.origin, file) for file in self._protected_files
        )

    def finish(self) -> None:
        """Complete the report: a whole load deletes what it lacks, and a dry run lists ids."""
        report = self._report
        if self._base is not None:
            if self._whole:
                report.deleted = len(self._base) - report.changed - report.unchanged
            else:
                report.deleted += self._withdrawn_from_base()
        if report.dry_run:
            deleted = self._gone(set()) if self._whole else report.ids.get("deleted", [])
            report.ids = {
                "added": sorted(self._ids_of(_State.ADDED)),
                "changed": sorted(self._ids_of(_State.CHANGED)),
                "deleted": sorted((*deleted, *(() if self._whole else self._withdrawn.values()))),
            }

    def _withdrawn_from_base(self) -> int:
        assert self._base is not None
        return len(self._base.fingerprints(list(self._withdrawn.values())))

    def _ids_of(self, state: _State) -> Iterator[str]:
        return (str(key) for key, packed in self._places.items() if packed & _STATE_MASK == state)

    def _gone(self, protected: set[object]) -> Iterator[str]:
        for entry in self._base.entries() if self._base is not None else ():
            key = self._key(entry.id)
            if key not in self._places and key not in protected and key not in self._withdrawn:
                yield entry.id

    def _origin(self, at: _FileLine | _RecordPlace) -> str:
        file = self._files[at.file].file
        return f"{file}:{at.line}" if at.line else file


def _bare(outcome: Outcome) -> Outcome:
    return outcome.document if isinstance(outcome, Summary) else outcome


def _is_of(origin: str, file: str) -> bool:
    """Return True if an origin is in a file, or in an archive or a folder of that name.

    Origins are relative to their SOURCE, and that of an earlier load may have been a folder above
    or below. So a common suffix is enough; this keeps too many articles rather than too few.
    """
    path, colon, line = origin.rpartition(":")
    path = path if colon and line.isdigit() else origin
    shorter, longer = sorted((f"/{path}", f"/{file}"), key=len)
    return longer.endswith(shorter) or f"/{path}/".find(f"/{file}/") >= 0
