"""The report of a load: for people, for machines, for each file, and for the loads that follow."""

import hashlib
import time
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from indexer.formats import FormatOptions

__all__ = ["READERS", "FileReport", "LoadNotes", "LoadReport", "Replacement"]

READERS = "readers"
"""Names the version of the readers among the settings of a load."""

MAX_NAMED = 1_000
"""Replaced and skipped records that a report names; all of them are counted."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """A record that gave way to another one with its id in the same load; both origins are `file:line`."""

    id: str
    origin: str
    replaced: str


@dataclass(slots=True)
class FileReport:
    """The outcomes of one file's records: they add up to `read`; `number` counts the files of the load from 0.

    A record that a later one replaces counts as `replaced` in the file that it was read from. An archive
    may have millions of files, so `skipped` is None until there is something in it.
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
        """Count a record that is no article."""
        skipped = self.skipped = self.skipped or {}
        skipped[kind] = skipped.get(kind, 0) + 1

    def to_dict(self) -> dict[str, Any]:
        """Return it as a line of the report that `--report` writes."""
        line = asdict(self) | {"skipped": self.skipped or {}}
        del line["number"]
        return line


@dataclass(slots=True)
class LoadReport:
    """The outcome of a load; `seconds` run from reading the first record until readers see the last.

    `read` is the sum of added, changed, unchanged, replaced and rejected records and of those in
    `skipped`, which counts by kind. Files that are not read are no records: `left_out` counts them by
    kind. `ids` names what would be added, changed and deleted, in a dry run only.
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
        """The number of articles that the sources hold."""
        return self.added + self.changed + self.unchanged

    def finish(self, generation: str) -> None:
        """Stop the clock; `generation` is the one that was made, if any."""
        self.generation = generation
        self.seconds = round(time.monotonic() - self.started, 3)

    def skip(self, kind: str, origin: str) -> None:
        """Count a record that is no article, and name it among the first."""
        self.skipped[kind] += 1
        if len(self.skipped_records) < MAX_NAMED:
            self.skipped_records.append({"origin": origin, "kind": kind})

    def replace(self, article_id: str, origin: str, replaced: str) -> None:
        """Count a record that another one replaced, and name it among the first."""
        self.replaced += 1
        if len(self.replaced_ids) < MAX_NAMED:
            self.replaced_ids.append(Replacement(article_id, origin, replaced))

    def to_dict(self) -> dict[str, Any]:
        """Return it in the keys of the report that machines read; files left out are counted under `skipped`."""
        internal = (
            {"started", "files", "left_out"}
            if self.dry_run
            else {"started", "files", "left_out", "ids"}
        )
        report = {
            each.name: getattr(self, each.name)
            for each in fields(self)
            if each.name not in internal
        }
        return report | {
            "unknown_keys": dict(self.unknown_keys),
            "skipped": dict(self.skipped + self.left_out),
            "replaced_ids": [asdict(each) for each in self.replaced_ids],
        }

    def to_keep(self) -> dict[str, Any]:
        """Return the part that is kept with the generation that the load made."""
        kept = (
            "read",
            "added",
            "changed",
            "unchanged",
            "deleted",
            "rejected",
            "replaced",
            "rejects",
        )
        return {key: getattr(self, key) for key in kept}


@dataclass(frozen=True, slots=True)
class LoadNotes:
    """What a generation tells the loads that follow: ids that stay deleted, and the settings that records were read with.

    They are part of the generation's load report, so that backup, restore and rollback carry them on
    every engine.
    """

    deleted_ids: frozenset[str] = frozenset()
    read_with: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, load: Mapping[str, Any]) -> "LoadNotes":
        """Read them from a generation's load report; a report of an older release has none."""
        return cls(frozenset(load.get("deleted_ids", ())), load.get("read_with", {}))

    def to_keep(self) -> dict[str, Any]:
        """Return them as a generation's load report keeps them."""
        return {"deleted_ids": sorted(self.deleted_ids), "read_with": dict(self.read_with)}

    def without(self, ids: Collection[str]) -> "LoadNotes":
        """Let ids be loaded again."""
        return LoadNotes(self.deleted_ids.difference(ids), self.read_with)

    def deleting(self, ids: Collection[str]) -> "LoadNotes":
        """Keep ids out of later loads."""
        return LoadNotes(self.deleted_ids.union(ids), self.read_with)

    def reading_with(self, options: FormatOptions, version: int) -> "LoadNotes":
        """Note the settings and the version of the readers."""
        settings = {each.name: getattr(options, each.name) for each in fields(options)}
        described = {
            # Rules for sites are a whole file; its digest tells whether it changed.
            name: hashlib.sha256(value.encode()).hexdigest() if name == "sites" and value else value
            for name, value in settings.items()
        }
        as_json = {
            name: dict(value) if isinstance(value, Mapping) else value
            for name, value in described.items()
        }
        return LoadNotes(self.deleted_ids, as_json | {READERS: version})

    def differing(self, other: "LoadNotes") -> list[str]:
        """Name the settings that differ from another load's; `readers` is the version of the readers.

        A load of a release that noted nothing was read by other readers.
        """
        if not other.read_with:
            return [READERS]
        return sorted(
            name for name, value in self.read_with.items() if other.read_with.get(name) != value
        )
