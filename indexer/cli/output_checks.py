"""Checks the FILEs that a command writes before it starts, so that a wrong name loses nothing."""

import os
import stat
from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path

import click

from indexer.input.first_look import begins_list
from search.errors import WriteFailed
from search.files.backup_format import MAX_HEAD_BYTES, begins_backup
from search.files.output_paths import OutputTarget, resolve_output
from search.files.write_errors import write_failed
from search.settings.loading import SETTINGS_FILE

__all__ = ["check_backup_target", "check_lists", "not_empty"]

_FIRST_LINE_BYTES = 1 << 12


def not_empty(_context: click.Context, parameter: click.Parameter, name: str | None) -> str | None:
    """Refuse an empty name, as a script's unset variable gives; a click callback."""
    if name == "":
        raise click.BadParameter(
            "the name must not be empty; name a file, or - for standard output", param=parameter
        )
    return name


def check_lists(lists: Mapping[str, str | None], data: str, settings_file: Path) -> Sequence[Path]:
    """Check the FILEs of options that write lists, and return their resolved paths.

    Raises:
        UsageError: two of them are the same file.
        WriteFailed: one is in the data folder, cannot be found, or has other content.

    """
    places = {option: _find(name) for option, name in lists.items() if name is not None}
    for (option, place), (second, other) in combinations(places.items(), 2):
        if place.is_same(other):
            raise click.UsageError(
                f"{option} and {second} cannot both write to {place.path}; name another file"
            )
    for place in places.values():
        _check(place, data)
        if (
            _is_regular(place)
            and (head := _head(place.path, _FIRST_LINE_BYTES))
            and not begins_list(head)
        ):
            raise WriteFailed(
                f"{place.path} is not a list written by Dateline, and its content would be lost; "
                "write to another file, or remove it"
            )
        _check_is_no_settings(place, settings_file)
    return [place.path for place in places.values()]


def check_backup_target(name: str, data: str, settings_file: Path) -> None:
    """Check the FILE of a backup.

    Raises:
        WriteFailed: it is in the data folder, cannot be found, or is not a backup.

    """
    place = _find(name)
    _check(place, data)
    if (
        _is_regular(place)
        and (head := _head(place.path, MAX_HEAD_BYTES))
        and not begins_backup(head)
    ):
        raise WriteFailed(
            f"{place.path} is not a backup by Dateline, and its content would be lost; write to "
            "another file, or remove it"
        )
    _check_is_no_settings(place, settings_file)


def _find(name: str) -> OutputTarget:
    try:
        return resolve_output(name)
    except OSError as error:
        raise write_failed("the output", Path(name), error, after="; nothing changed") from error


def _check(place: OutputTarget, data: str) -> None:
    if place.descriptor is None and place.path.is_relative_to(os.path.realpath(data)):
        raise WriteFailed(
            f"{place.path} is in the data folder, which is only for the index and the server's "
            "files; write to another folder"
        )


def _check_is_no_settings(place: OutputTarget, settings_file: Path) -> None:
    """Refuse the settings file, even one that is missing or empty.

    The next command would read a list as settings.
    """
    # A file next to it becomes the settings of the next command without --config.
    if place.path in (Path(SETTINGS_FILE).resolve(), settings_file):
        raise WriteFailed(f"{place.path} is the settings file; write to another file")


def _is_regular(place: OutputTarget) -> bool:
    return place.descriptor is None and place.kind == stat.S_IFREG


def _head(path: Path, size: int) -> bytes:
    """Return the first bytes of a file; of a missing one, none."""
    try:
        with path.open("rb") as file:
            return file.read(size)
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise WriteFailed(
            f"{path} cannot be read ({error.strerror}), and its content would be lost; write to "
            "another file, or remove it"
        ) from error
