"""The names of settings before they were in tables; still read, with a warning each.

Every setting was at the top level of `dateline.toml` and `DATELINE_<KEY>` in the environment.
"""

import logging
from collections.abc import Iterable
from typing import NamedTuple

from search.settings.all_tables import ALL_SETTINGS
from search.settings.areas import Area
from search.settings.table_base import PREFIX, Setting

__all__ = [
    "ACCESS",
    "NEWER_TABLES",
    "OLD_NAMES",
    "OLD_VARIABLES",
    "OPEN_BY_OLD_ACCESS",
    "Renamed",
    "warn_once",
]

_LOG = logging.getLogger("dateline.settings")

ACCESS = "access"
"""A setting that `[security] open` replaced; "keys" closed all but a few areas."""
OPEN_BY_OLD_ACCESS = f"{Area.PAGES} {Area.SUGGESTIONS} {Area.METRICS}"
"""The value of `open` that `access = "keys"` means. It dates from before exports had an area."""
NEWER_TABLES = frozenset({"labels"})
"""Tables whose settings never were at the top level; their names may be those of others."""
OLD_NAMES: dict[str, Setting] = {
    setting.name: setting
    for setting in ALL_SETTINGS.values()
    if setting.table and setting.table not in NEWER_TABLES
}
"""The settings by their old names, which are the names in the tables."""
OLD_VARIABLES: dict[str, Setting] = {
    PREFIX + name.upper(): setting for name, setting in OLD_NAMES.items() if not setting.is_mapping
}
"""The settings by their old environment variables."""

_WARNED: set[str] = set()


class Renamed(NamedTuple):
    """A use of an old name, and the name that replaces it."""

    old: str
    new: str


def warn_once(renamed: Iterable[Renamed]) -> None:
    """Log a warning for each old name, once per process and the workers that it forks."""
    for each in renamed:
        if each.old not in _WARNED:
            _WARNED.add(each.old)
            _LOG.warning(
                "%s is now %s; the old name still works",
                each.old,
                each.new,
                extra={"event": "setting_renamed", "old": each.old, "new": each.new},
            )
