"""The sources of settings: `dateline.toml` and the environment, each validated as it is read."""

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from search.errors import InvalidSettings
from search.settings.all_tables import ALL_SETTINGS, TABLES
from search.settings.old_names import (
    ACCESS,
    OLD_NAMES,
    OLD_VARIABLES,
    OPEN_BY_OLD_ACCESS,
    Renamed,
)
from search.settings.table_base import PREFIX, Setting

__all__ = ["CONFIG_VARIABLE", "GivenValue", "Source", "read_environment", "read_file"]

CONFIG_VARIABLE = f"{PREFIX}CONFIG"
"""Names the file of settings, for servers that take no `--config`."""
_FILE_SUFFIX = "_FILE"
_TOP_LEVEL = {key: setting for key, setting in ALL_SETTINGS.items() if not setting.table}
_VARIABLES = {each.variable: each for each in ALL_SETTINGS.values() if not each.is_mapping}
_SECRET_FILES = {
    each.variable + _FILE_SUFFIX: each for each in ALL_SETTINGS.values() if each.is_secret
}
_ACCESS_CHOICES = ("open", "keys")


class GivenValue(NamedTuple):
    """A value and its origin: the name of a file, of an environment variable or of an option."""

    value: Any
    origin: str


@dataclass(slots=True)
class Source:
    """The values of one source by key, and the old names that it uses."""

    values: dict[str, GivenValue] = field(default_factory=dict)
    renamed: list[Renamed] = field(default_factory=list)
    _names: dict[str, str] = field(default_factory=dict)

    def add(self, setting: Setting, value: Any, name: str, origin: str) -> None:
        """Add a value that was given under a name.

        Raises:
            InvalidSettings: the setting was given under another name, too.

        """
        if other := self._names.get(setting.key):
            place = "" if origin.startswith(PREFIX) else f" in {origin}"
            old = next((each for each in (name, other) if _is_old(each)), "one of them")
            raise InvalidSettings(
                f"{other} and {name} are the same setting, and both are given{place}; "
                f"leave out {old}"
            )
        self._names[setting.key] = name
        self.values[setting.key] = GivenValue(value, origin)

    def add_access(self, value: Any, name: str, origin: str) -> None:
        """Add the value of the old setting `access`."""
        if value not in _ACCESS_CHOICES:
            raise InvalidSettings(f"{name} is {value!r}; it must be {' or '.join(_ACCESS_CHOICES)}")
        self.values[ACCESS] = GivenValue(value, origin)
        new = ALL_SETTINGS["security.open"]
        new_name = new.variable if name.startswith(PREFIX) else new.label
        self.renamed.append(
            Renamed(
                name, f'{new_name} = "{OPEN_BY_OLD_ACCESS if value == "keys" else new.default}"'
            )
        )


def _is_old(name: str) -> bool:
    return name in OLD_NAMES or name in OLD_VARIABLES


def read_file(folder: Path, file: str, *, required: bool) -> Source:
    """Read a file of settings, whose keys may be in tables or, as before, at the top level.

    Args:
        folder: where `file` is, if it is a relative path.
        file: the file as messages name it.
        required: whether it is an error if there is no such file.

    Raises:
        InvalidSettings: the file cannot be read, a name is unknown, or a value is wrong.

    """
    source = Source()
    try:
        content = tomllib.loads((folder / file).read_text("utf-8"))
    except FileNotFoundError as error:
        if not required:
            return source
        raise InvalidSettings(f"there is no file of settings {file}") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidSettings(f"{file} cannot be read: {error}") from error
    for name, value in content.items():
        if name in TABLES:
            _read_table(source, name, value, file)
        elif setting := _TOP_LEVEL.get(name):
            _add_from_file(source, setting, value, name, file)
        elif setting := OLD_NAMES.get(name):
            old = f"[{name}]" if setting.is_mapping else name
            _add_from_file(source, setting, value, name, file)
            source.renamed.append(Renamed(f"{old} in {file}", setting.label))
        elif name == ACCESS:
            source.add_access(value, f"{name} in {file}", file)
        else:
            raise _unknown(f"[{name}]" if isinstance(value, dict) else name, name, file)
    return source


def _read_table(source: Source, table: str, content: Any, file: str) -> None:
    if not isinstance(content, dict):
        raise InvalidSettings(
            f"{table} in {file} is {content!r}; it must be a table that begins with [{table}]"
        )
    for name, value in content.items():
        setting = ALL_SETTINGS.get(f"{table}.{name}")
        if setting is None:
            raise _unknown(f"[{table}] {name}", name, file, table)
        _add_from_file(source, setting, value, setting.label, file)


def _add_from_file(source: Source, setting: Setting, value: Any, name: str, file: str) -> None:
    setting.check(value, name, file)
    source.add(setting, value, name, file)


def _unknown(written: str, name: str, file: str, table: str = "") -> InvalidSettings:
    """Say which setting comes nearest; one of the same table before others."""
    by_name: dict[str, str] = {each.name: each.label for each in ALL_SETTINGS.values()}
    if not table:
        by_name |= {each: f"[{each}]" for each in TABLES}
    in_table = [each.name for each in ALL_SETTINGS.values() if each.table == table]
    near = _nearest(name, in_table) if table else None
    near = near or _nearest(name, by_name)
    there_are = ", ".join(in_table if table else [*_TOP_LEVEL, *(f"[{each}]" for each in TABLES)])
    hint = f"did you mean {by_name[near]}?" if near else f"there are {there_are}"
    return InvalidSettings(f"there is no setting {written} (in {file}); {hint}")


def _nearest(name: str, names: Iterable[str]) -> str | None:
    return next(iter(difflib.get_close_matches(name, list(names), n=1)), None)


def read_environment(environment: Mapping[str, str]) -> Source:
    """Read the variables that begin with `DATELINE_`; a secret's may name a file by `…_FILE`.

    Raises:
        InvalidSettings: a name is unknown, or a value is wrong.

    """
    source = Source()
    for name, text in environment.items():
        # Case after the prefix does not matter, as before there were tables.
        variable = name.upper() if name.startswith(PREFIX) else name
        if not variable.startswith(PREFIX) or variable == CONFIG_VARIABLE:
            continue
        if setting := _VARIABLES.get(variable):
            _add_from_environment(source, setting, text, variable)
        elif setting := _SECRET_FILES.get(variable):
            _add_from_environment(source, setting, _secret_in(text, variable), variable)
        elif setting := OLD_VARIABLES.get(variable):
            _add_from_environment(source, setting, text, variable)
            source.renamed.append(Renamed(variable, setting.variable))
        elif variable == PREFIX + ACCESS.upper():
            source.add_access(text, variable, variable)
        else:
            raise _unknown_variable(variable)
    return source


def _add_from_environment(source: Source, setting: Setting, text: str, variable: str) -> None:
    is_digits = text.isascii() and text.isdigit()
    value = int(text) if setting.is_number and is_digits else text
    setting.check(value, variable)
    source.add(setting, value, variable, variable)


def _secret_in(path: str, variable: str) -> str:
    if not path:
        raise InvalidSettings(f"{variable} is empty; it must name a file that contains the secret")
    try:
        return Path(path).read_text("utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidSettings(f"{variable} is {path!r}, which cannot be read: {error}") from error


def _unknown_variable(variable: str) -> InvalidSettings:
    key = variable.removeprefix(PREFIX).lower()
    for setting in ALL_SETTINGS.values():
        if setting.is_mapping and key in (setting.name, setting.key.replace(".", "_")):
            hint = f"it is a table; write {setting.label} in dateline.toml"
            return InvalidSettings(f"there is no setting {variable} (in the environment); {hint}")
    names = {each: each for each in (*_VARIABLES, *_SECRET_FILES, CONFIG_VARIABLE)}
    names |= {old: setting.variable for old, setting in OLD_VARIABLES.items()}
    near = _nearest(variable, names)
    hint = f"did you mean {names[near]}?" if near else f"there are {', '.join(_VARIABLES)}"
    return InvalidSettings(f"there is no setting {variable} (in the environment); {hint}")
