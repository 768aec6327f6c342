"""What is known of a generation beside its index: the file `generation.json` in its directory."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import orjson

from search.engines.tantivy.storage.checksums import RECORD_FILE, FileChecksum
from search.errors import IndexDamaged, IndexForbidden, IndexOutdated
from search.files.access import READ, first_refused, refusal
from search.files.regular_files import read_regular, write_new

__all__ = ["GenerationRecord"]


_KINDS = {
    "generation": str,
    "schema_version": int,
    "built": str,
    "articles": int,
    "languages": list,
    "most_values": dict,
    "load": dict,
    "files": dict,
    "meaning": str,
}
"""What each value is in JSON: a record may come from a backup that somebody changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationRecord:
    """A generation's record.

    `built` is an ISO 8601 time, `most_values` the largest number in one article, by facet, `load` the report of the
    command that made it, `files` what its files must be, `meaning` names the vectors that every article has, if any.
    """

    generation: str
    schema_version: int
    built: str
    articles: int
    languages: tuple[str, ...]
    most_values: dict[str, int]
    load: dict[str, Any] = field(default_factory=dict)
    files: dict[str, FileChecksum] = field(default_factory=dict)
    meaning: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return asdict(self) | {"files": {name: list(mark) for name, mark in self.files.items()}}

    @classmethod
    def from_dict(
        cls, data: Mapping[str, Any], oldest_schema: int, newest_schema: int
    ) -> "GenerationRecord":
        """Read what `to_dict` returned; keys of other versions are ignored.

        Raises:
            IndexOutdated: its schema version is none from `oldest_schema` to `newest_schema`.
            KeyError, TypeError, ValueError: it is no record.

        """
        _check_kinds(data)
        found = data["schema_version"]
        if found < oldest_schema:
            raise IndexOutdated(
                f"the index was written by an older version of Dateline (schema {found}, this one reads {oldest_schema} "
                f"to {newest_schema}); run dateline check --repair, which writes it anew from its own articles, or "
                "dateline rebuild SOURCE…"
            )
        if found > newest_schema:
            raise IndexOutdated(
                f"the index was written by a newer version of Dateline (schema {found}, this one reads up to "
                f"{newest_schema}); use that version, or run dateline rebuild SOURCE… with this one"
            )
        known = {each.name for each in fields(cls)}
        record = {key: value for key, value in data.items() if key in known}
        marks = {name: FileChecksum(*mark) for name, mark in data.get("files", {}).items()}
        marks = {name: _mark(*mark) for name, mark in data.get("files", {}).items()}
        return cls(**record | {"languages": tuple(data["languages"]), "files": marks})

    def write(self, directory: Path) -> None:
        """Put it into the generation's directory."""
        (directory / RECORD_FILE).write_bytes(
            orjson.dumps(self.to_dict(), option=orjson.OPT_INDENT_2)
        )
        write_new(directory / RECORD_FILE, orjson.dumps(self.to_dict(), option=orjson.OPT_INDENT_2))

    @classmethod
    def read(cls, directory: Path, oldest_schema: int, newest_schema: int) -> "GenerationRecord":
        """Read it back.

        Raises:
            IndexDamaged: it is missing or unreadable.
            IndexForbidden: it belongs to another user and cannot be read.
            IndexOutdated: see `from_dict`.

        """
        try:
            return cls.from_dict(
                orjson.loads(read_regular(directory / RECORD_FILE)), oldest_schema, newest_schema
            )
        except PermissionError as error:
            refused = first_refused([directory / RECORD_FILE], READ) or directory / RECORD_FILE
            raise IndexForbidden(refusal(refused, READ, directory.parent.parent)) from error
        except (OSError, orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
            raise IndexDamaged(
                f"{directory / RECORD_FILE} cannot be read ({error}); run dateline check --repair, dateline rollback, or "
                "dateline rebuild SOURCE…"
            ) from error


def _check_kinds(data: Mapping[str, Any]) -> None:
    for key, value in data.items():
        if key in _KINDS and type(value) is not _KINDS[key]:
            raise ValueError(f"its {key} is {value!r}")
    if not all(type(each) is int for each in data["most_values"].values()):
        raise ValueError("its most_values are no numbers")


def _mark(size: object, sha256: object) -> FileChecksum:
    if type(size) is not int or not isinstance(sha256, str):
        raise ValueError(f"the mark of a file is {size!r}, {sha256!r}")
    return FileChecksum(size, sha256)
