"""What is known of a generation beside its index: the file `generation.json` in its directory."""

from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import orjson

from search.errors import IndexDamaged, IndexOutdated

__all__ = ["GenerationRecord"]

_FILE = "generation.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationRecord:
    """A generation's record; `built` is an ISO 8601 time, `most_values` the largest number in one article, by facet."""

    generation: str
    schema_version: int
    built: str
    articles: int
    languages: tuple[str, ...]
    most_values: dict[str, int]
    load: dict[str, Any] = field(default_factory=dict)

    def write(self, directory: Path) -> None:
        """Put it into the generation's directory."""
        (directory / _FILE).write_bytes(orjson.dumps(asdict(self), option=orjson.OPT_INDENT_2))

    @classmethod
    def read(cls, directory: Path, schema_version: int) -> "GenerationRecord":
        """Read it back.

        Raises:
            IndexDamaged: it is missing or unreadable.
            IndexOutdated: the index has another schema version than `schema_version`.

        """
        try:
            data = orjson.loads((directory / _FILE).read_bytes())
            found = int(data["schema_version"])
            if found != schema_version:
                age = "an older" if found < schema_version else "a newer"
                raise IndexOutdated(
                    f"the index was written by {age} version of Dateline (schema {found}, this one reads "
                    f"{schema_version}); run dateline rebuild SOURCE… to write it anew"
                )
            known = {each.name for each in fields(cls)}
            record = {key: value for key, value in data.items() if key in known}
            return cls(**record | {"languages": tuple(data["languages"])})
        except (OSError, orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
            raise IndexDamaged(
                f"{directory / _FILE} cannot be read ({error}); run dateline rebuild SOURCE…, or dateline rollback"
            ) from error
