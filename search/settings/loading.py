"""Loads the settings in force from defaults, `dateline.toml`, the environment and options.

The later source wins. tomllib parses and msgspec validates; the merge is our own, because each
value keeps its origin and the name under which it was written, old or new, for messages and for
`dateline settings`.
"""

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from search.errors import InvalidSettings
from search.settings.all_tables import ALL_SETTINGS, ATTRIBUTES, Settings
from search.settings.areas import ALL_AREAS, read_open
from search.settings.old_names import ACCESS, OLD_VARIABLES, OPEN_BY_OLD_ACCESS, Renamed, warn_once
from search.settings.sources import CONFIG_VARIABLE, GivenValue, read_environment, read_file

__all__ = [
    "DEFAULT",
    "SETTINGS_FILE",
    "LoadedSettings",
    "export_changes",
    "load_settings",
    "read_settings",
]

SETTINGS_FILE = "dateline.toml"
_OPEN = "security.open"
DEFAULT = "default"
"""The origin of a value that no source gives."""


@dataclass(frozen=True, slots=True)
class LoadedSettings:
    """Settings with the origin of each value that a source gave, and the old names in use."""

    settings: Settings
    origins: Mapping[str, str]
    file: Path = Path(SETTINGS_FILE)
    """The absolute path of the settings file, which need not exist."""
    renamed: tuple[Renamed, ...] = ()

    def origin_of(self, key: str) -> str:
        """Return the origin of a setting's value: `default`, a file, a variable or an option."""
        return self.origins.get(key, DEFAULT)

    def warn(self) -> None:
        """Log a warning for each old name in use, once."""
        warn_once(self.renamed)


def load_settings(
    environment: Mapping[str, str], folder: Path, options: Mapping[str, Any] | None = None
) -> LoadedSettings:
    """Load the settings in force in a folder.

    Args:
        environment: the variables; `DATELINE_CONFIG` names another file than `dateline.toml`.
        folder: where `dateline.toml` is looked for.
        options: values of command-line options by the settings' keys; None gives nothing. The
            option of a setting has the setting's name.

    Raises:
        InvalidSettings: a name is unknown (the message names the nearest one), or a value is wrong.

    """
    config = environment.get(CONFIG_VARIABLE, "")
    file = read_file(folder, config or SETTINGS_FILE, required=bool(config))
    variables = read_environment(environment)
    given = file.values | variables.values
    _resolve_access(given)
    for key, value in (options or {}).items():
        if value is not None:
            given[key] = GivenValue(value, f"--{ALL_SETTINGS[key].name.replace('_', '-')}")
    return LoadedSettings(
        _settings(given),
        {key: each.origin for key, each in given.items()},
        (folder / (config or SETTINGS_FILE)).resolve(),
        (*file.renamed, *variables.renamed),
    )


def read_settings(environment: Mapping[str, str], folder: Path) -> Settings:
    """Return the settings in force in a folder.

    Raises:
        InvalidSettings: a name is unknown (the message names the nearest one), or a value is wrong.

    """
    return load_settings(environment, folder).settings


def export_changes(settings: Settings, environment: MutableMapping[str, str], folder: Path) -> None:
    """Add to the environment what differs in it, so that workers read the same settings.

    What does not differ is left out, so that workers see changes of the file when they reload.
    """
    current = read_settings(environment, folder)
    for setting in ALL_SETTINGS.values():
        value = settings.value_of(setting)
        if value == current.value_of(setting):
            continue
        for old, renamed in OLD_VARIABLES.items():
            if renamed is setting:
                environment.pop(old, None)
        environment[setting.variable] = str(value)


def _resolve_access(given: dict[str, GivenValue]) -> None:
    """Replace the old setting `access` by the value of `open` that it means."""
    access = given.pop(ACCESS, None)
    if access is None or access.value == "open":
        return
    if _OPEN in given and read_open(given[_OPEN].value) != ALL_AREAS:
        raise InvalidSettings(
            f'access is "keys" ({access.origin}) and open is {given[_OPEN].value!r} '
            f"({given[_OPEN].origin}); leave out access: [security] open alone says what needs "
            "no key"
        )
    given[_OPEN] = GivenValue(OPEN_BY_OLD_ACCESS, access.origin)


def _settings(given: Mapping[str, GivenValue]) -> Settings:
    values: dict[str, Any] = {}
    for key, each in given.items():
        setting = ALL_SETTINGS[key]
        if setting.table:
            values.setdefault(ATTRIBUTES[setting.table], {})[setting.name] = each.value
        else:
            values[key] = each.value
    return Settings().changed(**values)
