"""Where the name of an output leads: an open descriptor, or a path behind links that may be followed."""

import errno
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from search.errors import WriteFailed
from search.files.access import user_name

__all__ = ["STANDARD_OUTPUT", "OutputPlace", "find_place", "is_standard_output"]

STANDARD_OUTPUT = "-"
"""The name that means standard output."""
_STANDARD_OUTPUT = 1
_MAX_LINKS = 40
_ROOT = 0


@dataclass(frozen=True, slots=True)
class OutputPlace:
    """An open `descriptor`, or a `path` without links; `kind` is the file's type bits (`S_IFMT`).

    A file that does not exist has the kind of a regular one, which it becomes.
    """

    path: Path
    kind: int
    descriptor: int | None = None

    def is_same(self, other: "OutputPlace") -> bool:
        """Return True if one output would replace or overwrite the other."""
        regular = stat.S_IFREG in (self.kind, other.kind)
        if self.descriptor is not None and other.descriptor is not None:
            # Each goes on where the other is.
            return False
        if not regular:
            return False
        try:
            return self.path.samefile(other.path)
        except OSError:
            return self.path == other.path


def find_place(name: str) -> OutputPlace:
    """Follow a name through its links, by the rule of the kernel's protected_symlinks (see proc(5)).

    The kernel cannot apply it itself where a file is replaced by a rename behind the links.

    Raises:
        WriteFailed: a link may not be followed, as another user left it in a shared folder.
        OSError: the name cannot be followed.

    """
    if name == STANDARD_OUTPUT:
        return _descriptor(_STANDARD_OUTPUT)
    descriptors = Path("/proc/self/fd").resolve()
    here = Path("/")
    left = list(reversed(Path(name).absolute().parts))
    links = 0
    while left:
        part = left.pop()
        if part in ("/", ".."):
            here = Path("/") if part == "/" else here.parent
            continue
        if here == descriptors and part.isdecimal() and not left:
            return _descriptor(int(part))
        path = here / part
        status = _status(path)
        if status is None or not stat.S_ISLNK(status.st_mode):
            here = path
            continue
        links += 1
        if links > _MAX_LINKS:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), name)
        _check_link(path, status)
        left += reversed(path.readlink().parts)
    found = _status(here)
    return OutputPlace(here, stat.S_IFREG if found is None else stat.S_IFMT(found.st_mode))


def is_standard_output(name: str | None) -> bool:
    """Tell names of this command's standard output from others: `-`, /dev/stdout or a link to it."""
    if name is None:
        return False
    try:
        return find_place(name).descriptor == _STANDARD_OUTPUT
    except (OSError, WriteFailed):
        # Opening it says what is wrong with it.
        return False


def _descriptor(number: int) -> OutputPlace:
    path = Path(f"/proc/self/fd/{number}")
    try:
        return OutputPlace(path, stat.S_IFMT(os.fstat(number).st_mode), number)
    except OSError:
        # It is closed, which opening it says.
        return OutputPlace(path, 0, number)


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.lstat()
    except FileNotFoundError:
        return None


def _check_link(link: Path, status: os.stat_result) -> None:
    folder = link.parent.lstat()
    shared = folder.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    if shared and status.st_uid not in (_ROOT, os.geteuid(), folder.st_uid):
        raise WriteFailed(
            f"{link} is a link of another user, {user_name(status.st_uid)}, in a folder that others may write, so it is "
            "not followed; remove it, or name another file"
        )
