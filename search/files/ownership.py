"""Owners and modes of files: files in a data folder get its owner and group."""

import os
import stat
from contextlib import suppress
from pathlib import Path

from search.files.regular_files import NotRegular, open_regular

__all__ = [
    "PRIVATE_MODE",
    "apply_umask",
    "inherit_owner",
    "prepare_file",
    "set_owner",
    "widen_mode",
]

PRIVATE_MODE = 0o640
"""Mode of files with keys or query texts: for the owner and the group of the data folder."""
_SHARED_MODE = 0o660
"""Mode of files that several users write, in a folder that its group may write."""


def set_owner(handle: int, user: int, group: int) -> None:
    """Set the owner and group of an open file, as far as permitted; the owner only as root."""
    status = os.fstat(handle)
    # Some groups cannot be set, and some file systems have no owners.
    with suppress(OSError):
        if os.geteuid() == 0 and (status.st_uid, status.st_gid) != (user, group):
            os.fchown(handle, user, group)
        elif status.st_gid != group:
            os.fchown(handle, -1, group)


def inherit_owner(handle: int, folder: Path) -> None:
    """Give an open file the owner and the group of a folder, as far as permitted."""
    status = folder.stat()
    set_owner(handle, status.st_uid, status.st_gid)


def apply_umask(mode: int) -> int:
    """Return the bits of a mode that the umask permits."""
    # The umask can only be read by setting it. Files that another thread creates at this moment get
    # a strict mode, not an open one.
    mask = os.umask(0o077)
    os.umask(mask)
    return mode & ~mask


def widen_mode(handle: int, mode: int) -> None:
    """Add to an open file or folder the permissions that a new one would have, if permitted.

    Otherwise one load with a strict umask would lock other users out of the data folder for ever.
    """
    status = os.fstat(handle)
    current = stat.S_IMODE(status.st_mode)
    widened = current | apply_umask(mode)
    if widened != current and os.geteuid() in (0, status.st_uid):
        with suppress(OSError):
            os.fchmod(handle, widened)


def prepare_file(path: Path, *, shared: bool = False) -> None:
    """Create a file that a library will write, with its folder's owner and group and PRIVATE_MODE.

    An existing file gets the same. The group may write a `shared` file if it may write the folder:
    a file created by root must be writable for the server. SQLite gives the files next to a
    database (-journal, -wal, -shm) the mode and owner of the database.

    Raises:
        NotRegular: a link or another kind of file is in its place.
        OSError: the file cannot be created.

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
        inherit_owner(handle, path.parent)
        os.fchmod(handle, mode)
    finally:
        os.close(handle)
