"""The report of a load: in total, per file, and notes for later loads."""

import hashlib
import time
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from indexer.formats import FormatOptions

__all__ = ["READERS", "FileReport", "LoadNotes", "LoadReport", "Replacement"]

READERS = "readers"
"""Key of the readers' version among the settings of a load."""

MAX_RECORDS_LISTED = 1_000
"""Limit of the replaced and skipped records that a report lists; all are counted."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """A record replaced by a later one with the same id; both origins are `file:line`."""

    id: str
    origin: str
    replaced: str


@dataclass(slots=True)
class FileReport:
    """The outcomes of one file's records, which add up to `read`.

    `number` is the file's position in the load, from 0. A record counts as `replaced` in the file
    it came from. `skipped` is created when needed, because a load may have millions of files.
    """

    number: int
    file: str
    format: str
    read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    replaced: int = 0
    rejected: int = 0
    skipped: dict[str, int] | None = None

    def skip(self, kind: str) -> None:
        """Count a record that is not an article."""
        skipped = self.skipped = self.skipped or {}
        skipped[kind] = skipped.get(kind, 0) + 1

    def to_dict(self) -> dict[str, Any]:
        """Return a line of the file that `--report` writes."""
        line = asdict(self) | {"skipped": self.skipped or {}}
        del line["number"]
        return line


@dataclass(slots=True)
class LoadReport:
    """The outcome of a load.

    `read` is the sum of the added, changed, unchanged, replaced, rejected and skipped records.
    `skipped` counts by kind, and so does `left_out` for files that were not read. `seconds` is the
    time from the first record until the new generation is live. Only a dry run fills `ids`: the ids
    that would be added, changed and deleted.
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
    left_out: Counter[str] = field(default_factory=Counter)
    generation: str = ""
    dry_run: bool = False
    not_pruned: str = ""
    refused: str = ""
    changed_settings: list[str] = field(default_factory=list)
    replaced_ids: list[Replacement] = field(default_factory=list)
    skipped_records: list[dict[str, str]] = field(default_factory=list)
    ids: dict[str, list[str]] = field(default_factory=dict)
    rejects: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, FileReport] = field(default_factory=dict, repr=False)
    started: float = field(default_factory=time.monotonic, repr=False)

    @property
    def articles(self) -> int:
        """The number of articles in the sources."""
        return self.added + self.changed + self.unchanged

    def finish(self, generation: str) -> None:
        """Stop the clock; `generation` is the new one's name, or empty."""
        self.generation = generation
        self.seconds = round(time.monotonic() - self.started, 3)

    def skip(self, kind: str, origin: str) -> None:
        """Count a record that is not an article, and list the first ones."""
        self.skipped[kind] += 1
        if len(self.skipped_records) < MAX_RECORDS_LISTED:
            self.skipped_records.append({"origin": origin, "kind": kind})

    def replace(self, article_id: str, origin: str, replaced: str) -> None:
        """Count a record that another one replaced, and list the first ones."""
        self.replaced += 1
        if len(self.replaced_ids) < MAX_RECORDS_LISTED:
            self.replaced_ids.append(Replacement(article_id, origin, replaced))

    def to_dict(self) -> dict[str, Any]:
        """Return the report for JSON; files left out are counted in `skipped`."""
        internal = {"started", "files", "left_out"} | (set() if self.dry_run else {"ids"})
        names = (item.name for item in fields(self))
        report = {name: getattr(self, name) for name in names if name not in internal}
        return report | {
            "unknown_keys": dict(self.unknown_keys),
            "skipped": dict(self.skipped + self.left_out),
            "replaced_ids": [asdict(replacement) for replacement in self.replaced_ids],
        }

    def to_keep(self) -> dict[str, Any]:
        """Return the part that is stored in the new generation."""
        names = (
            "read",
            "added",
            "changed",
            "unchanged",
            "deleted",
            "rejected",
            "replaced",
            "rejects",
        )
        return {key: getattr(self, key) for key in names}


@dataclass(frozen=True, slots=True)
class LoadNotes:
    """Notes for later loads: deleted ids, and the settings that the records were read with.

    They are part of the generation's load report, so backup, restore and rollback keep them on
    every engine.
    """

    deleted_ids: frozenset[str] = frozenset()
    read_with: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, load: Mapping[str, Any]) -> "LoadNotes":
        """Read the notes of a generation's load report; a report of an older release has none."""
        return cls(frozenset(load.get("deleted_ids", ())), load.get("read_with", {}))

    def to_keep(self) -> dict[str, Any]:
        """Return the notes for a generation's load report."""
        return {"deleted_ids": sorted(self.deleted_ids), "read_with": dict(self.read_with)}

    def without(self, ids: Collection[str]) -> "LoadNotes":
        """Return notes in which ids are no longer deleted."""
        return LoadNotes(self.deleted_ids.difference(ids), self.read_with)

    def deleting(self, ids: Collection[str]) -> "LoadNotes":
        """Return notes in which ids are deleted, too."""
        return LoadNotes(self.deleted_ids.union(ids), self.read_with)

    def reading_with(self, options: FormatOptions, version: int) -> "LoadNotes":
        """Return notes with the current settings and version of the readers."""
        settings = {item.name: getattr(options, item.name) for item in fields(options)}
        described = {
            # The site rules are the text of a file; its digest is enough to detect a change.
            name: hashlib.sha256(value.encode()).hexdigest() if name == "sites" and value else value
            for name, value in settings.items()
        }
        as_json = {
            name: dict(value) if isinstance(value, Mapping) else value
            for name, value in described.items()
        }
        return LoadNotes(self.deleted_ids, as_json | {READERS: version})

    def differing(self, other: "LoadNotes") -> list[str]:
        """Return the names of the settings that differ from another load's.

        A load without notes, by an older release, differs in the version of its readers.
        """
        if not other.read_with:
            return [READERS]
        return sorted(
            name for name, value in self.read_with.items() if other.read_with.get(name) != value
        )
