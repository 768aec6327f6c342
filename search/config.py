"""Settings: read once from `dateline.toml` and the environment (`DATELINE_…`, which wins), validated as a whole."""

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from search.errors import InvalidSettings
from search.logs import FORMATS

__all__ = ["Settings", "read_settings"]

_FILE = "dateline.toml"
_PREFIX = "DATELINE_"
_MEANING = ("auto", "on", "off")
_ARCHIVE = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_MOST_SHARDS = 1024
_MOST_REPLICAS = 9
_LAST_PORT = 65_535
_MOST_WORKERS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings; docs/admin.md has a line for each.

    `introduction` to `colours` are what readers see, told in docs/looks.md.
    `archive` to `ca` are for a cluster alone, told in docs/cluster.md.
    `workers` 0 means one for each core, four at most; `golden` maps a query to the id that must be in its first ten hits.
    `sites` (a file), `keys`, `categories` and `wordpress` say how files are read, told in docs/bringing.md.
    `recency_days`, `pins` (a query to the id that stands first) and `boosts` (`facet:value` to points) are told in docs/ranking.md.
    """

    data: str = "data"
    engine: str = "tantivy"
    language: str = "en"
    title: str = "Dateline"
    introduction: str = ""
    footer: str = ""
    logo: str = ""
    interface: str = "en"
    dates: str = ""
    colours: dict[str, str] = field(default_factory=dict)
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 0
    keep: int = 2
    log_format: str = "text"
    synonyms: str = "default"
    meaning: str = "auto"
    recency_days: int = 0
    archive: str = "dateline"
    shards: int = 3
    replicas: int = 1
    snapshots: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    ca: str = ""
    golden: dict[str, str] = field(default_factory=dict)
    pins: dict[str, str] = field(default_factory=dict)
    boosts: dict[str, str] = field(default_factory=dict)
    sites: str = ""
    keys: dict[str, str] = field(default_factory=dict)
    categories: dict[str, str] = field(default_factory=dict)
    wordpress: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.keep < 1:
            raise InvalidSettings(f"keep is {self.keep}; at least 1 generation is kept, the live one")
        if self.log_format not in FORMATS:
            raise InvalidSettings(f"log_format is {self.log_format!r}; it is {' or '.join(FORMATS)}")
        if self.meaning not in _MEANING:
            raise InvalidSettings(f"meaning is {self.meaning!r}; it is {', '.join(_MEANING[:-1])} or {_MEANING[-1]}")
        if not _ARCHIVE.fullmatch(self.archive):
            raise InvalidSettings(
                f"archive is {self.archive!r}; it is a name of small letters, digits, - and _, beginning with a letter"
            )
        if not 1 <= self.shards <= _MOST_SHARDS:
            raise InvalidSettings(f"shards is {self.shards}; it goes from 1 to {_MOST_SHARDS}")
        if not 0 <= self.replicas <= _MOST_REPLICAS:
            raise InvalidSettings(f"replicas is {self.replicas}; it goes from 0 to {_MOST_REPLICAS}")
        if not 0 <= self.port <= _LAST_PORT:
            raise InvalidSettings(f"port is {self.port}; it goes from 0 to {_LAST_PORT}")
        if not 0 <= self.workers <= _MOST_WORKERS:
            raise InvalidSettings(f"workers is {self.workers}; it goes from 0 to {_MOST_WORKERS}")

    def changed(self, **given: Any) -> "Settings":
        """Return these with what was given in their place."""
        return replace(self, **{key: value for key, value in given.items() if value is not None})


def read_settings(environment: Mapping[str, str], folder: Path) -> Settings:
    """Read the settings in force in a folder.

    Raises:
        InvalidSettings: a key is unknown (the message names the nearest right one), or a value is wrong.

    """
    return Settings().changed(**_from_file(folder / _FILE) | _from_environment(environment))


_TYPES: dict[str, type] = {each.name: type(getattr(Settings(), each.name)) for each in fields(Settings)}
_TABLES = tuple(name for name, kind in _TYPES.items() if kind is dict)


def _from_file(path: Path) -> dict[str, Any]:
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidSettings(f"{path.name} cannot be read: {error}") from error
    for key, value in found.items():
        wanted = _known(key, key, list(_TYPES), path.name)
        inner = value.values() if isinstance(value, dict) else ()
        if type(value) is not wanted or not all(isinstance(each, str) for each in inner):
            raise InvalidSettings(f"{key} in {path.name} is {value!r}; it must be {_described(wanted)}")
    return found


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    names = [_PREFIX + name.upper() for name in _TYPES if name not in _TABLES]
    for variable, value in environment.items():
        if not variable.startswith(_PREFIX):
            continue
        key = variable.removeprefix(_PREFIX).lower()
        wanted = _known("" if key in _TABLES else key, variable, names, "the environment")
        if wanted is int and not (value.isascii() and value.isdigit()):
            raise InvalidSettings(f"{variable} is {value!r}; it must be {_described(wanted)}")
        found[key] = wanted(value)
    return found


def _known(key: str, written: str, names: list[str], place: str) -> type:
    if key not in _TYPES:
        near = difflib.get_close_matches(written, names, n=1)
        hint = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(names)}"
        raise InvalidSettings(f"there is no setting {written} (in {place}){hint}")
    return _TYPES[key]


def _described(wanted: type) -> str:
    return {int: "a whole number", dict: "a table of texts"}.get(wanted, "text")
