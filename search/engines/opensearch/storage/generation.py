"""The record of a generation, kept in its index's mapping and thus in the cluster state."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from search.engines.opensearch.storage.schema import OLDEST_SCHEMA_VERSION, SCHEMA_VERSION
from search.errors import IndexDamaged, IndexOutdated

__all__ = ["OpenSearchRecord"]

_KEY = "dateline"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSearchRecord:
    """A generation's record, written to its index once that is complete.

    `built` is an ISO 8601 time, `shards` the number of shards, `distinct` the number of values by
    facet, `words` the number of documents of its vocabulary. `load` is the report of the command
    that made it. `meaning` names the vectors that every article has, or is "". `version` is the
    highest version of a document.
    """

    generation: str
    schema_version: int
    built: str
    articles: int
    languages: tuple[str, ...]
    shards: int
    distinct: dict[str, int]
    words: int
    version: int
    load: dict[str, Any] = field(default_factory=dict)
    meaning: str = ""

    def to_mapping(self) -> dict[str, Any]:
        """Return the record as part of a mapping."""
        return {"_meta": {_KEY: asdict(self)}}

    def renamed(self, generation: str) -> "OpenSearchRecord":
        """Return the record of a copy under another name."""
        return replace(self, generation=generation)

    @staticmethod
    def is_in(mapping: Mapping[str, Any], generation: str) -> bool:
        """Return whether a mapping has the record of this generation.

        An unfinished clone has the record of another.
        """
        return bool(mapping.get("_meta", {}).get(_KEY, {}).get("generation") == generation)

    @classmethod
    def read(cls, mapping: Mapping[str, Any], index: str) -> "OpenSearchRecord":
        """Read the record from a mapping.

        Raises:
            IndexDamaged: it is missing or cannot be read.
            IndexOutdated: another version of Dateline wrote it.

        """
        data = mapping.get("_meta", {}).get(_KEY, {})
        try:
            version = int(data["schema_version"])
            if not OLDEST_SCHEMA_VERSION <= version <= SCHEMA_VERSION:
                raise IndexOutdated(
                    f"the index {index} was written by another version of Dateline (schema "
                    f"{version}, this one reads {OLDEST_SCHEMA_VERSION} to {SCHEMA_VERSION}); use "
                    "that version, or run dateline rebuild SOURCE… with this one"
                )
            known = {field.name for field in fields(cls)}
            record = {key: value for key, value in data.items() if key in known}
            return cls(**record | {"languages": tuple(data["languages"])})
        except (KeyError, TypeError, ValueError) as error:
            raise IndexDamaged(
                f"the record of the index {index} cannot be read ({error!r}); run dateline "
                "rollback, or dateline rebuild SOURCE…"
            ) from error
