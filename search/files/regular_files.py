"""Regular files and folders, opened without following links and without waiting for pipes.

A data folder may belong to another user than the one who runs a command. A link in it would lead
root to files outside it, and a pipe would hold a command up.
"""

import errno
import os
import stat
from pathlib import Path

__all__ = [
    "NotRegular",
    "SameFolder",
    "check_folder",
    "open_regular",
    "opened_folder",
    "read_regular",
    "write_new",
]

_SAFELY = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_OTHER_KINDS = (errno.ELOOP, errno.EISDIR, errno.ENOTDIR, errno.ENXIO)
_NAMES = {
    stat.S_IFLNK: "a link",
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFREG: "a file",
}


class NotRegular(OSError):
    """A path with another kind of file than it must have; `kind` names it, as in `a link`."""

    def __init__(self, name: str, mode: int) -> None:
        self.kind = _NAMES.get(stat.S_IFMT(mode), "not a file")
        super().__init__(errno.EINVAL, f"{name} is {self.kind}", name)


def open_regular(
    path: str | Path, flags: int = os.O_RDONLY, mode: int = 0, *, folder: int | None = None
) -> int:
    """Open a regular file; `folder` is the open folder that a relative path begins in.

    Raises:
        NotRegular: it is a link or another kind of file.
        OSError: it cannot be opened.

    """
    try:
        handle = os.open(path, flags | _SAFELY, mode, dir_fd=folder)
    except OSError as error:
        if error.errno in _OTHER_KINDS:
            raise NotRegular(
                str(path), os.stat(path, dir_fd=folder, follow_symlinks=False).st_mode
            ) from error
        raise
    kind = os.fstat(handle).st_mode
    if not stat.S_ISREG(kind):
        os.close(handle)
        raise NotRegular(str(path), kind)
    return handle


def opened_folder(path: str | Path, *, folder: int | None = None) -> int:
    """Open a folder that is not a link; see open_regular."""
    try:
        return os.open(path, os.O_RDONLY | os.O_DIRECTORY | _SAFELY, dir_fd=folder)
    except OSError as error:
        if error.errno in _OTHER_KINDS:
            raise NotRegular(
                str(path), os.stat(path, dir_fd=folder, follow_symlinks=False).st_mode
            ) from error
        raise


def check_folder(path: Path) -> None:
    """Raise NotRegular where a path exists that is not a folder, or is a link to one."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISDIR(mode):
        raise NotRegular(str(path), mode)


class SameFolder:
    """A folder that is filled by its path: another user who may rename it could put another one or a link in its place.

    Raises:
        NotRegular: it is a link or another kind of file.
        OSError: it cannot be found.

    """

    def __init__(self, path: Path) -> None:
        check_folder(path)
        self._path = path
        self._found = path.lstat()

    def check(self) -> None:
        """Raise FileExistsError where the path does not lead to the folder any more."""
        try:
            is_same = os.path.samestat(self._found, self._path.lstat())
        except FileNotFoundError:
            is_same = False
        if not is_same:
            raise FileExistsError(
                errno.EEXIST,
                "another process put something else in the place of the folder",
                str(self._path),
            )


def write_new(path: Path, content: bytes) -> None:
    """Write a file in the place of one that is there; a link of this name is replaced and not followed."""
    path.unlink(missing_ok=True)
    with path.open("xb") as file:
        file.write(content)


def read_regular(path: Path) -> bytes:
    """Return the content of a regular file, also behind a link: what is read with our rights stays ours.

    Raises:
        NotRegular: it is another kind of file.
        OSError: it cannot be read.

    """
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    mode = os.fstat(handle).st_mode
    if not stat.S_ISREG(mode):
        os.close(handle)
        raise NotRegular(str(path), mode)
    with os.fdopen(handle, "rb") as file:
        return file.read()
