"""Resolution of output names to open descriptors, or to paths without links."""

import errno
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from search.errors import WriteFailed
from search.files.access import user_name

__all__ = ["STANDARD_OUTPUT", "OutputTarget", "is_standard_output", "resolve_output"]

STANDARD_OUTPUT = "-"
"""The name that means standard output."""
_STANDARD_OUTPUT = 1
_MAX_LINKS = 40
_ROOT = 0


@dataclass(frozen=True, slots=True)
class OutputTarget:
    """An open `descriptor`, or a `path` without links; `kind` is the file type (`S_IFMT`).

    A file that does not exist yet has the kind of a regular file.
    """

    path: Path
    kind: int
    descriptor: int | None = None

    def is_same(self, other: "OutputTarget") -> bool:
        """Return True if one output would replace or overwrite the other."""
        if self.descriptor is not None and other.descriptor is not None:
            # Output to both is appended, so neither overwrites the other.
            return False
        if stat.S_IFREG not in (self.kind, other.kind):
            return False
        try:
            return self.path.samefile(other.path)
        except OSError:
            return self.path == other.path


def resolve_output(name: str) -> OutputTarget:
    """Resolve a name and its links by the rule of the kernel's protected_symlinks (see proc(5)).

    The kernel does not apply this rule to the target of a rename, which replaces regular files.

    Raises:
        WriteFailed: a link belongs to another user and is in a shared folder.
        OSError: the name cannot be resolved.

    """
    if name == STANDARD_OUTPUT:
        return _descriptor(_STANDARD_OUTPUT)
    descriptors = Path("/proc/self/fd").resolve()
    resolved = Path("/")
    remaining = list(reversed(Path(name).absolute().parts))
    links = 0
    while remaining:
        part = remaining.pop()
        if part in ("/", ".."):
            resolved = Path("/") if part == "/" else resolved.parent
            continue
        if resolved == descriptors and part.isdecimal() and not remaining:
            return _descriptor(int(part))
        path = resolved / part
        status = _status(path)
        if status is None or not stat.S_ISLNK(status.st_mode):
            resolved = path
            continue
        links += 1
        if links > _MAX_LINKS:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), name)
        _check_link(path, status)
        remaining += reversed(path.readlink().parts)
    status = _status(resolved)
    kind = stat.S_IFREG if status is None else stat.S_IFMT(status.st_mode)
    return OutputTarget(resolved, kind)


def is_standard_output(name: str | None) -> bool:
    """Return whether a name means standard output: `-`, /dev/stdout or a link to it."""
    if name is None:
        return False
    try:
        return resolve_output(name).descriptor == _STANDARD_OUTPUT
    except (OSError, WriteFailed):
        # Opening it will raise the same error.
        return False


def _descriptor(number: int) -> OutputTarget:
    path = Path(f"/proc/self/fd/{number}")
    try:
        return OutputTarget(path, stat.S_IFMT(os.fstat(number).st_mode), number)
    except OSError:
        # The descriptor is closed; opening it will raise an error.
        return OutputTarget(path, 0, number)


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
            f"{link} is a link of another user, {user_name(status.st_uid)}, in a folder that "
            "others may write, so it is not followed; remove it, or name another file"
        )
