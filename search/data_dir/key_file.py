"""The file of API keys in a data folder: read by servers, changed by commands one at a time."""

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
from search.files.drafts import remove_old_draft, replace_file
from search.files.file_lock import exclusive
from search.files.owners import PRIVATE_MODE
from search.files.regular_files import read_regular
from search.files.write_errors import write_failed

__all__ = ["KeyFile", "KeysDamaged", "KeysNotReadable", "KeysUnavailable", "Stamp"]

_FILE = "keys.json"
_LOCK = "keys.lock"
_WAIT_SECONDS = 5.0

Stamp = tuple[int, ...]
"""Differs between two versions of the file; empty where there is no file."""


class KeysUnavailable(DatelineError):
    """The file of keys cannot be used now, so no key can be checked."""


class KeysNotReadable(KeysUnavailable):
    """The file of keys is of another user, or not to be read for another reason."""


class KeysDamaged(KeysUnavailable):
    """The file of keys is torn, or holds something that is not a key."""


class KeyFile:
    """A list of JSON objects, one for each key, with whatever a later version keeps in them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / _FILE

    def stamp(self) -> Stamp:
        """Return the stamp of the file as it is now.

        Raises:
            KeysNotReadable: nothing can be known of it.

        """
        try:
            status = self._path.stat()
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise self._not_readable(error) from error
        return (status.st_mtime_ns, status.st_ino, status.st_size)

    def read(self) -> list[dict[str, Any]]:
        """Return what is kept.

        Raises:
            KeysUnavailable: it cannot be read.

        """
        try:
            kept = orjson.loads(read_regular(self._path))
        except FileNotFoundError:
            return []
        except OSError as error:
            raise self._not_readable(error) from error
        except ValueError as error:
            raise self.damaged(str(error)) from error
        if not (isinstance(kept, list) and all(isinstance(each, dict) for each in kept)):
            raise self.damaged("it is not a list of objects")
        return kept

    @contextmanager
    def changing(self) -> Iterator[list[dict[str, Any]]]:
        """Give what is kept to change; it is written when the block ends without an error.

        Raises:
            IndexLocked: another command changes it.
            KeysUnavailable: it cannot be read.
            WriteFailed: it cannot be written.

        """
        with exclusive(self._folder / _LOCK, "keys", _WAIT_SECONDS):
            if self._path.is_symlink():
                raise KeysUnavailable(
                    f"{self._path} is a link, and the file behind it is not changed; put the file itself in its place"
                )
            kept = self.read()
            yield kept
            content = orjson.dumps(kept, option=orjson.OPT_INDENT_2)
            try:
                replace_file(self._path, content, mode=PRIVATE_MODE, like_folder=True)
            except OSError as error:
                raise write_failed(
                    "the keys", self._path, error, after="; nothing changed"
                ) from error
            remove_old_draft(self._path)

    def damaged(self, what: str) -> KeysDamaged:
        """Return the error of a file whose content is wrong."""
        return KeysDamaged(
            f"{self._path} is damaged ({what}); put a copy of it back, or delete it and make new keys"
        )

    def _not_readable(self, error: OSError) -> KeysNotReadable:
        if not isinstance(error, PermissionError):
            return KeysNotReadable(
                f"{self._path} cannot be read ({error.strerror}); mend that, or delete it and make new keys"
            )
        we = os.geteuid()
        try:
            status = self._path.stat()
        except OSError:
            return KeysNotReadable(
                f"{self._path} cannot be read: the user {_user(we)} may not enter {self._folder}"
            )
        folder, file = shlex.quote(str(self._folder)), shlex.quote(str(self._path))
        opened = self._folder.stat()
        share = ""
        if opened.st_uid != we and opened.st_gid not in (os.getegid(), *os.getgroups()):
            # Whoever adds the next key gives the file to its folder's group again.
            share = f"chgrp {_group(os.getegid())} {folder} && "
        mode = f"mode {stat.S_IMODE(status.st_mode):04o}"
        if status.st_uid == we:
            what = f"is closed to its owner, {_user(we)} ({mode})"
        else:
            what = f"belongs to another user, {_user(status.st_uid)} ({mode}), and this runs as {_user(we)}"
        return KeysNotReadable(
            f"{self._path} {what}; give it the owner and the group of its folder: "
            f"{share}chown --reference={folder} {file} && chmod {PRIVATE_MODE:04o} {file}"
        )


def _group(number: int) -> str:
    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return str(number)


def _user(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
