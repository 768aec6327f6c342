"""The file of API keys in a data folder: read by servers, changed by one command at a time."""

import grp
import os
import pwd
import shlex
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from search.errors import DatelineError
from search.files.atomic_file import remove_stale_draft, replace_file
from search.files.file_lock import exclusive
from search.files.ownership import PRIVATE_MODE
from search.files.regular_files import read_regular
from search.files.write_errors import write_failed

__all__ = ["KeyFile", "KeysDamaged", "KeysNotReadable", "KeysUnavailable", "Stamp"]

_FILE_NAME = "keys.json"
_LOCK_NAME = "keys.lock"
_LOCK_TIMEOUT = 5.0

Stamp = tuple[int, ...]
"""Identifies a version of the file; empty if there is no file."""


class KeysUnavailable(DatelineError):
    """The key file cannot be used, so no key can be checked."""


class KeysNotReadable(KeysUnavailable):
    """The key file cannot be read, usually because it belongs to another user."""


class KeysDamaged(KeysUnavailable):
    """The key file is truncated or has invalid content."""


class KeyFile:
    """A list of JSON objects, one per key. Values of later versions are preserved."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / _FILE_NAME

    def stamp(self) -> Stamp:
        """Return the current stamp of the file.

        Raises:
            KeysNotReadable: the file cannot be accessed.

        """
        try:
            status = self._path.stat()
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise self._not_readable(error) from error
        return (status.st_mtime_ns, status.st_ino, status.st_size)

    def read(self) -> list[dict[str, Any]]:
        """Return the stored objects.

        Raises:
            KeysUnavailable: the file cannot be read.

        """
        try:
            entries = orjson.loads(read_regular(self._path))
        except FileNotFoundError:
            return []
        except OSError as error:
            raise self._not_readable(error) from error
        except ValueError as error:
            raise self.damaged(str(error)) from error
        if not (isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries)):
            raise self.damaged("it is not a list of objects")
        return entries

    @contextmanager
    def changing(self) -> Iterator[list[dict[str, Any]]]:
        """Yield the stored objects for changes, which are saved if the block ends without an error.

        Raises:
            IndexLocked: another command is changing them.
            KeysUnavailable: the file cannot be read.
            WriteFailed: the file cannot be written.

        """
        with exclusive(self._folder / _LOCK_NAME, "keys", _LOCK_TIMEOUT):
            if self._path.is_symlink():
                raise KeysUnavailable(
                    f"{self._path} is a link, and the file behind it is not changed; put the file "
                    "itself in its place"
                )
            entries = self.read()
            yield entries
            content = orjson.dumps(entries, option=orjson.OPT_INDENT_2)
            try:
                replace_file(self._path, content, mode=PRIVATE_MODE, like_folder=True)
            except OSError as error:
                raise write_failed(
                    "the keys", self._path, error, after="; nothing changed"
                ) from error
            remove_stale_draft(self._path)

    def damaged(self, reason: str) -> KeysDamaged:
        """Return the error for a file with invalid content."""
        return KeysDamaged(
            f"{self._path} is damaged ({reason}); restore a copy of it, or delete it and create "
            "new keys"
        )

    def _not_readable(self, error: OSError) -> KeysNotReadable:
        if not isinstance(error, PermissionError):
            return KeysNotReadable(
                f"{self._path} cannot be read ({error.strerror}); fix that, or delete it and "
                "create new keys"
            )
        uid = os.geteuid()
        try:
            status = self._path.stat()
        except OSError:
            return KeysNotReadable(
                f"{self._path} cannot be read: the user {_user_name(uid)} may not enter "
                f"{self._folder}"
            )
        folder, file = shlex.quote(str(self._folder)), shlex.quote(str(self._path))
        folder_status = self._folder.stat()
        set_group = ""
        if folder_status.st_uid != uid and folder_status.st_gid not in (
            os.getegid(),
            *os.getgroups(),
        ):
            # Change the folder's group, because adding a key sets the file's group to it.
            set_group = f"chgrp {_group_name(os.getegid())} {folder} && "
        mode = f"mode {stat.S_IMODE(status.st_mode):04o}"
        if status.st_uid == uid:
            problem = f"is not readable by its owner, {_user_name(uid)} ({mode})"
        else:
            problem = (
                f"belongs to another user, {_user_name(status.st_uid)} ({mode}), and this runs as "
                f"{_user_name(uid)}"
            )
        return KeysNotReadable(
            f"{self._path} {problem}; give it the owner and the group of its folder: "
            f"{set_group}chown --reference={folder} {file} && chmod {PRIVATE_MODE:04o} {file}"
        )


def _group_name(number: int) -> str:
    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return str(number)


def _user_name(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
