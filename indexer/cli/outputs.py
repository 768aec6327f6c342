"""The FILEs that a command writes: checked before anything is done, so that no slip of a name costs a file."""

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

__all__ = ["check_backup_target", "check_lists", "not_empty"]

_FIRST_LINE = 1 << 12


def not_empty(_context: click.Context, parameter: click.Parameter, name: str | None) -> str | None:
    """Refuse an empty name, which a script's unset variable makes; a callback of options and arguments."""
    if name == "":
        raise click.BadParameter(
            "the name must not be empty; name a file, or - for standard output", param=parameter
        )
    return name


def check_lists(lists: Mapping[str, str | None], data: str) -> Sequence[Path]:
    """Check the FILEs of options that write lists, and return the paths, behind links.

    Raises:
        UsageError: two of them are one file.
        WriteFailed: one is in the data folder, cannot be found, or holds something other than a list.

    """
    places = {option: _found(name) for option, name in lists.items() if name is not None}
    for (option, place), (second, other) in combinations(places.items(), 2):
        if place.is_same(other):
            raise click.UsageError(
                f"{option} and {second} cannot both write to {place.path}; name another file"
            )
    for place in places.values():
        _check(place, data)
        if (
            _is_regular(place)
            and (head := _head(place.path, _FIRST_LINE))
            and not begins_list(head)
        ):
            raise WriteFailed(
                f"{place.path} holds something that is no list of Dateline and would be lost; write to another file, "
                "or remove it"
            )
    return [place.path for place in places.values()]


def check_backup_target(name: str, data: str) -> None:
    """Check the FILE that a backup goes to.

    Raises:
        WriteFailed: it is in the data folder, cannot be found, or holds something other than a backup.

    """
    place = _found(name)
    _check(place, data)
    if (
        _is_regular(place)
        and (head := _head(place.path, MAX_HEAD_BYTES))
        and not begins_backup(head)
    ):
        raise WriteFailed(
            f"{place.path} is no backup of Dateline and would be lost; write to another file, or remove it"
        )


def _found(name: str) -> OutputTarget:
    try:
        return resolve_output(name)
    except OSError as error:
        raise write_failed("the output", Path(name), error, after="; nothing changed") from error


def _check(place: OutputTarget, data: str) -> None:
    if place.descriptor is None and place.path.is_relative_to(os.path.realpath(data)):
        raise WriteFailed(
            f"{place.path} is in the data folder, where only the index and the server's files are; write to another folder"
        )


def _is_regular(place: OutputTarget) -> bool:
    return place.descriptor is None and place.kind == stat.S_IFREG


def _head(path: Path, size: int) -> bytes:
    """Return the first bytes of a file; one that does not exist has none."""
    try:
        with path.open("rb") as file:
            return file.read(size)
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise WriteFailed(
            f"{path} cannot be read ({error.strerror}), so it may hold something that would be lost; write to another "
            "file, or remove it"
        ) from error
