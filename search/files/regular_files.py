"""Safe opening of regular files and folders: links are not followed, and pipes do not block.

A command may run as another user than the owner of the data folder. A link in the folder would
lead root to files outside of it, and a pipe would block the command.
"""

import errno
import mmap
import os
import stat
from pathlib import Path
from typing import BinaryIO

__all__ = [
    "NotRegular",
    "SameFolder",
    "check_folder",
    "map_regular",
    "open_folder_safely",
    "open_regular",
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
    """A path of another kind than required; `kind` names the kind, such as `a link`."""

    def __init__(self, name: str, mode: int) -> None:
        self.kind = _NAMES.get(stat.S_IFMT(mode), "not a file")
        super().__init__(errno.EINVAL, f"{name} is {self.kind}", name)


def open_regular(
    path: str | Path, flags: int = os.O_RDONLY, mode: int = 0, *, folder: int | None = None
) -> int:
    """Open a regular file; `folder` is the open folder that a relative path starts from.

    Raises:
        NotRegular: the path is a link or another kind of file.
        OSError: the file cannot be opened.

    """
    try:
        handle = os.open(path, flags | _SAFELY, mode, dir_fd=folder)
    except OSError as error:
        if error.errno in _OTHER_KINDS:
            raise NotRegular(
                str(path), os.stat(path, dir_fd=folder, follow_symlinks=False).st_mode
            ) from error
        raise
    file_mode = os.fstat(handle).st_mode
    if not stat.S_ISREG(file_mode):
        os.close(handle)
        raise NotRegular(str(path), file_mode)
    return handle


def open_folder_safely(path: str | Path, *, folder: int | None = None) -> int:
    """Open a folder that is not a link; see `open_regular`."""
    try:
        return os.open(path, os.O_RDONLY | os.O_DIRECTORY | _SAFELY, dir_fd=folder)
    except OSError as error:
        if error.errno in _OTHER_KINDS:
            raise NotRegular(
                str(path), os.stat(path, dir_fd=folder, follow_symlinks=False).st_mode
            ) from error
        raise


def check_folder(path: Path) -> None:
    """Raise NotRegular if a path exists and is not a folder, or is a link to one."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISDIR(mode):
        raise NotRegular(str(path), mode)


class SameFolder:
    """Checks that a path still leads to the same folder.

    A user with write access to the parent could put another folder or a link in its place.

    Raises:
        NotRegular: the path is a link or another kind of file.
        OSError: the folder does not exist.

    """

    def __init__(self, path: Path) -> None:
        check_folder(path)
        self._path = path
        self._status = path.lstat()

    def check(self) -> None:
        """Raise FileExistsError if the path no longer leads to the folder."""
        try:
            is_same = os.path.samestat(self._status, self._path.lstat())
        except FileNotFoundError:
            is_same = False
        if not is_same:
            raise FileExistsError(
                errno.EEXIST,
                "another process put something else in the place of the folder",
                str(self._path),
            )


def write_new(path: Path, content: bytes) -> None:
    """Write a new file in place of an existing one; a link of its name is replaced."""
    path.unlink(missing_ok=True)
    with path.open("xb") as file:
        file.write(content)


def read_regular(path: Path) -> bytes:
    """Return the content of a regular file.

    Links are followed here, because the content is only used by this process and not copied.

    Raises:
        NotRegular: the path leads to another kind of file.
        OSError: the file cannot be read.

    """
    with _opened(path) as file:
        return file.read()


def map_regular(path: Path) -> mmap.mmap:
    """Map a regular file into memory; see `read_regular`.

    Raises:
        ValueError: the file is empty.

    """
    with _opened(path) as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _opened(path: Path) -> BinaryIO:
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    mode = os.fstat(handle).st_mode
    if not stat.S_ISREG(mode):
        os.close(handle)
        raise NotRegular(str(path), mode)
    return os.fdopen(handle, "rb")
