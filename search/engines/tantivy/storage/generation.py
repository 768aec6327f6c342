"""The record of a generation: the file `generation.json` in its directory."""

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


_TYPES = {
    "generation": str,
    "schema_version": int,
    "built": str,
    "articles": int,
    "languages": list,
    "most_values": dict,
    "distinct": dict,
    "load": dict,
    "files": dict,
    "meaning": str,
}
"""The JSON type of each value; a record may come from a tampered backup."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationRecord:
    """A generation's record.

    `built` is an ISO 8601 time, `most_values` the largest number of values of an article, by facet,
    and `distinct` the number of values in the index, empty in records of schema 4 and before.
    `load` is the report of the command that made the generation, `files` the checksums of its
    files. `meaning` names the vectors that every article has, or is "".
    """

    generation: str
    schema_version: int
    built: str
    articles: int
    languages: tuple[str, ...]
    most_values: dict[str, int]
    distinct: dict[str, int] = field(default_factory=dict)
    load: dict[str, Any] = field(default_factory=dict)
    files: dict[str, FileChecksum] = field(default_factory=dict)
    meaning: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the record as JSON values."""
        return asdict(self) | {
            "files": {name: list(checksum) for name, checksum in self.files.items()}
        }

    @classmethod
    def from_dict(
        cls, data: Mapping[str, Any], oldest_schema: int, newest_schema: int
    ) -> "GenerationRecord":
        """Read what `to_dict` returned; unknown keys are ignored.

        Raises:
            IndexOutdated: its schema version is not from `oldest_schema` to `newest_schema`.
            KeyError, TypeError, ValueError: the data is not a record.

        """
        _check_types(data)
        version = data["schema_version"]
        if version < oldest_schema:
            raise IndexOutdated(
                f"the index was written by an older version of Dateline (schema {version}, this "
                f"one reads {oldest_schema} to {newest_schema}); run dateline check --repair, "
                "which rewrites it from its own articles, or dateline rebuild SOURCE…"
            )
        if version > newest_schema:
            raise IndexOutdated(
                f"the index was written by a newer version of Dateline (schema {version}, this "
                f"one reads up to {newest_schema}); use that version, or run dateline rebuild "
                "SOURCE… with this one"
            )
        known = {field.name for field in fields(cls)}
        record = {key: value for key, value in data.items() if key in known}
        files = {name: _read_checksum(*values) for name, values in data.get("files", {}).items()}
        return cls(**record | {"languages": tuple(data["languages"]), "files": files})

    def write(self, directory: Path) -> None:
        """Write the record into the generation's directory."""
        write_new(directory / RECORD_FILE, orjson.dumps(self.to_dict(), option=orjson.OPT_INDENT_2))

    @classmethod
    def read(cls, directory: Path, oldest_schema: int, newest_schema: int) -> "GenerationRecord":
        """Read the record from the generation's directory.

        Raises:
            IndexDamaged: the file is missing or unreadable.
            IndexForbidden: this user may not read it.
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
                f"{directory / RECORD_FILE} cannot be read ({error}); run dateline check --repair, "
                "dateline rollback, or dateline rebuild SOURCE…"
            ) from error


def _check_types(data: Mapping[str, Any]) -> None:
    for key, value in data.items():
        if key in _TYPES and type(value) is not _TYPES[key]:
            raise ValueError(f"its {key} is {value!r}")
    for key in ("most_values", "distinct"):
        if not all(type(number) is int for number in data.get(key, {}).values()):
            raise ValueError(f"its {key} are not numbers")


def _read_checksum(size: object, sha256: object) -> FileChecksum:
    if type(size) is not int or not isinstance(sha256, str):
        raise ValueError(f"the checksum of a file is {size!r}, {sha256!r}")
    return FileChecksum(size, sha256)
