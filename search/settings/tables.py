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
from search.settings.areas import ALL_AREAS, OPEN_BY_DEFAULT, Area, read_open
from search.settings.host_names import read_address, read_hosts
from search.settings.rates import RATE_FORM, is_rate

__all__ = ["Settings", "read_settings"]

_FILE = "dateline.toml"
_PREFIX = "DATELINE_"
_MEANING = ("auto", "on", "off")
_ARCHIVE = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_MAX_SHARDS = 1024
_MAX_REPLICAS = 9
_LAST_PORT = 65_535
_MAX_WORKERS = 64
_ACCESS = ("open", "keys")
_SWITCH = ("on", "off")
_OPEN_BY_OLD_ACCESS = frozenset({Area.PAGES, Area.SUGGESTIONS, Area.METRICS})
"""What `access = "keys"` leaves open. Before the setting `open` was added, it closed only the API."""
_BOUNDS = {
    "port": (0, _LAST_PORT),
    "workers": (0, _MAX_WORKERS),
    "shards": (1, _MAX_SHARDS),
    "replicas": (0, _MAX_REPLICAS),
    "proxies": (0, 10),
    "search_ms": (10, 600_000),
    "searches": (1, 64),
    "waiting": (0, 1_000),
    "downloads": (1, 64),
}
"""The least and the most of settings that are numbers."""
_WORDS = {
    "log_format": FORMATS,
    "meaning": _MEANING,
    "access": _ACCESS,
    "access_log": _SWITCH,
    "query_log": _SWITCH,
}
"""The words that settings take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings; docs/admin.md has a line for each.

    `introduction` to `colours` are what readers see, told in docs/looks.md.
    `archive` to `ca` are for a cluster alone, told in docs/cluster.md.
    `workers` 0 means one for each core, four at most; `golden` maps a query to the id that must be in its first ten hits.
    `sites` (a file), `keys`, `categories` and `wordpress` say how files are read, told in docs/importing.md.
    `address` is where the site's absolute links begin, `hosts` are other names that it has; told in docs/proxies.md.
    `access` to `query_log` guard and watch a server, told in docs/admin.md under "Guards" and "Watching".
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
    access: str = "open"
    open: str = OPEN_BY_DEFAULT
    rate_limit: str = ""
    cors: str = ""
    address: str = ""
    hosts: str = ""
    proxies: int = 0
    search_ms: int = 2_000
    searches: int = 2
    waiting: int = 64
    downloads: int = 4
    access_log: str = "on"
    query_log: str = "on"
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
            raise InvalidSettings(
                f"keep is {self.keep}; at least 1 generation is kept, the live one"
            )
        for name, words in _WORDS.items():
            if getattr(self, name) not in words:
                raise InvalidSettings(
                    f"{name} is {getattr(self, name)!r}; it is {', '.join(words[:-1])} or {words[-1]}"
                )
        for name, (least, most) in _BOUNDS.items():
            if not least <= getattr(self, name) <= most:
                raise InvalidSettings(
                    f"{name} is {getattr(self, name)}; it goes from {least} to {most}"
                )
        if self.rate_limit and not is_rate(self.rate_limit):
            raise InvalidSettings(f"rate_limit is {self.rate_limit!r}; it is {RATE_FORM}")
        if self.access == "keys" and read_open(self.open) != ALL_AREAS:
            raise InvalidSettings(
                f'access is "keys" and open is {self.open!r}; leave out access: open alone says what needs no key'
            )
        read_address(self.address)
        read_hosts(self.hosts)
        read_open(self.open)
        if not _ARCHIVE.fullmatch(self.archive):
            raise InvalidSettings(
                f"archive is {self.archive!r}; it is a name of small letters, digits, - and _, beginning with a letter"
            )

    @property
    def open_areas(self) -> frozenset[Area]:
        """The areas that clients without a key may read."""
        return _OPEN_BY_OLD_ACCESS if self.access == "keys" else read_open(self.open)

    def changed(self, **given: Any) -> "Settings":
        """Return these with what was given in their place."""
        return replace(self, **{key: value for key, value in given.items() if value is not None})


def read_settings(environment: Mapping[str, str], folder: Path) -> Settings:
    """Read the settings in force in a folder.

    Raises:
        InvalidSettings: a key is unknown (the message names the nearest right one), or a value is wrong.

    """
    return Settings().changed(**_from_file(folder / _FILE) | _from_environment(environment))


_TYPES: dict[str, type] = {
    each.name: type(getattr(Settings(), each.name)) for each in fields(Settings)
}
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
            raise InvalidSettings(
                f"{key} in {path.name} is {value!r}; it must be {_described(wanted)}"
            )
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
