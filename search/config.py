"""Settings: read once from `dateline.toml` and the environment (`DATELINE_…`, which wins), validated as a whole."""

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from search.errors import InvalidSettings

__all__ = ["Settings", "read_settings"]

_FILE = "dateline.toml"
_PREFIX = "DATELINE_"
_LAST_PORT = 65_535
_MOST_WORKERS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings; docs/admin.md has a line for each. `workers` 0 means one for each core, four at most."""

    data: str = "data"
    engine: str = "tantivy"
    language: str = "en"
    title: str = "Dateline"
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.port <= _LAST_PORT:
            raise InvalidSettings(f"port is {self.port}; it goes from 0 to {_LAST_PORT}")
        if not 0 <= self.workers <= _MOST_WORKERS:
            raise InvalidSettings(f"workers is {self.workers}; it goes from 0 to {_MOST_WORKERS}")

    def changed(self, **given: str | int | None) -> "Settings":
        """Return these with what was given in their place."""
        return replace(self, **{key: value for key, value in given.items() if value is not None})  # type: ignore[arg-type] # callers name the fields


def read_settings(environment: Mapping[str, str], folder: Path) -> Settings:
    """Read the settings in force in a folder.

    Raises:
        InvalidSettings: a key is unknown (the message names the nearest right one), or a value is wrong.

    """
    return Settings().changed(**_from_file(folder / _FILE) | _from_environment(environment))


_TYPES: dict[str, type] = {each.name: type(each.default) for each in fields(Settings)}


def _from_file(path: Path) -> dict[str, Any]:
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidSettings(f"{path.name} cannot be read: {error}") from error
    for key, value in found.items():
        wanted = _known(key, key, list(_TYPES), path.name)
        if type(value) is not wanted:
            raise InvalidSettings(f"{key} in {path.name} is {value!r}; it must be {_described(wanted)}")
    return found


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    names = [_PREFIX + name.upper() for name in _TYPES]
    for variable, value in environment.items():
        if not variable.startswith(_PREFIX):
            continue
        key = variable.removeprefix(_PREFIX).lower()
        wanted = _known(key, variable, names, "the environment")
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
    return "a whole number" if wanted is int else "text"
