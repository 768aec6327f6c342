"""Owners and modes of the files in a data folder: they are its owner's and its group's, whoever writes them."""

import os
import stat
from contextlib import suppress
from pathlib import Path

from search.files.regular_files import NotRegular, open_regular

__all__ = ["PRIVATE_MODE", "give_to", "give_to_folder", "left_by_umask", "prepare", "widen"]

PRIVATE_MODE = 0o640
"""The mode of files with keys or readers' words: for the owner and the group of the data folder."""
_SHARED_MODE = 0o660
"""That of what several users write, in a folder that its group may write."""


def give_to(handle: int, user: int, group: int) -> None:
    """Let an open file belong to a user and a group, as far as this process may: only root changes a file's user."""
    found = os.fstat(handle)
    # Not every group may be given, and not every file system knows owners.
    with suppress(OSError):
        if os.geteuid() == 0 and (found.st_uid, found.st_gid) != (user, group):
            os.fchown(handle, user, group)
        elif found.st_gid != group:
            os.fchown(handle, -1, group)


def give_to_folder(handle: int, folder: Path) -> None:
    """Let an open file belong to the owner and the group of a folder, as far as this process may."""
    status = folder.stat()
    give_to(handle, status.st_uid, status.st_gid)


def left_by_umask(mode: int) -> int:
    """Return what the umask leaves of a mode."""
    # It can only be read by setting it; files that another thread makes meanwhile are closed, not open.
    mask = os.umask(0o077)
    os.umask(mask)
    return mode & ~mask


def widen(handle: int, mode: int) -> None:
    """Give an open file or folder the rights of a new one, where it lacks some and this process may.

    One load with a strict umask would otherwise close the data folder to other users for ever.
    """
    found = os.fstat(handle)
    before = stat.S_IMODE(found.st_mode)
    wanted = before | left_by_umask(mode)
    if wanted != before and os.geteuid() in (0, found.st_uid):
        with suppress(OSError):
            os.fchmod(handle, wanted)


def prepare(path: Path, *, shared: bool = False) -> None:
    """Make a file that a library is to write, or mend one that is there: owner and group of its folder, PRIVATE_MODE.

    The group may write a file that is `shared` where it may write the folder: root may have made it,
    and the server is to write it. SQLite gives the files next to a database (-journal, -wal, -shm) the mode and owner of the database.

    Raises:
        NotRegular: a link or another kind of file is in its place.
        OSError: it cannot be made.

    """
    mode = _SHARED_MODE if shared and path.parent.stat().st_mode & stat.S_IWGRP else PRIVATE_MODE
    try:
        handle = open_regular(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, PRIVATE_MODE)
    except FileExistsError:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode):
            raise NotRegular(str(path), status.st_mode) from None
        if stat.S_IMODE(status.st_mode) == mode or os.geteuid() not in (0, status.st_uid):
            return
        handle = open_regular(path)
    try:
        give_to_folder(handle, path.parent)
        os.fchmod(handle, mode)
    finally:
        os.close(handle)
