"""A file that a command writes for its admin: rejects, reports, backups."""

import os
import stat
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from search.errors import WriteFailed
from search.file_drafts import Draft
from search.write_problems import write_failed

__all__ = ["STANDARD_OUTPUT", "OutputFile", "is_standard_output"]

STANDARD_OUTPUT = "-"
"""The name that stands for standard output."""
_STANDARD_OUTPUT = 1
_MOST_LINKS = 40
_UNWRITABLE = {stat.S_IFDIR: "a folder", stat.S_IFSOCK: "a socket"}


def is_standard_output(path: str | None) -> bool:
    """Tell names of this command's standard output from others: `-`, /dev/stdout or a link to it."""
    return path is not None and _descriptor(path) == _STANDARD_OUTPUT


class OutputFile:
    """Bytes for `path`; `what` names them in messages, `needed` tells how many there will be.

    A file is written as a draft and replaced at the end, so that it may be one of the SOURCEs. It is
    found through links, which stay, and keeps its mode and owner. A device, a pipe and an open
    descriptor (`-`, /dev/stdout) are written straight. `path` None discards everything.

    Raises:
        WriteFailed: the file cannot be written; so do its methods.

    """

    def __init__(self, path: str | Path | None, what: str, *, needed: int = 0) -> None:
        self._what = what
        self._needed = needed
        self._place = Path(path or STANDARD_OUTPUT)
        self._draft: Draft | None = None
        self._file: IO[bytes] | None = None
        try:
            if path is not None:
                self._file = self._opened(str(path))
        except OSError as error:
            raise self._failed(error) from error

    def _opened(self, path: str) -> IO[bytes]:
        descriptor = _descriptor(path)
        if descriptor is not None:
            # What is open already goes on where it is; by its name it would be overwritten from its beginning.
            self._place = Path(f"/proc/self/fd/{descriptor}").readlink()
            return os.fdopen(os.dup(descriptor), "wb")
        kind = _kind(self._place)
        if kind in _UNWRITABLE:
            raise WriteFailed(f"{path} is {_UNWRITABLE[kind]}; name a file, a device, a pipe or -")
        if kind == stat.S_IFREG:
            self._draft = Draft(self._place.resolve())
            return self._draft.file
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_NOCTTY | os.O_CLOEXEC), "wb")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close(keep=kind is None)

    def write(self, line: bytes) -> int:
        """Add bytes, and return their number, as files do."""
        try:
            return self._file.write(line) if self._file else len(line)
        except BrokenPipeError:
            raise
        except OSError as error:
            raise self._failed(error) from error

    def close(self, *, keep: bool) -> None:
        """Finish the file, or leave the one before as it was."""
        file, self._file = self._file, None
        if file is None:
            return
        try:
            if self._draft is None:
                file.close()
            elif keep:
                self._draft.keep()
            else:
                self._draft.discard()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise self._failed(error) from error

    def _failed(self, error: OSError) -> WriteFailed:
        return write_failed(self._what, self._place, error, needed=self._needed)


def _kind(path: Path) -> int:
    """Return the kind of a file, behind links; one that does not exist becomes a regular one."""
    try:
        return stat.S_IFMT(path.stat().st_mode)
    except FileNotFoundError:
        return stat.S_IFREG


def _descriptor(path: str) -> int | None:
    """Return the number of the open descriptor that a name leads to, as /dev/stdout does."""
    if path == STANDARD_OUTPUT:
        return _STANDARD_OUTPUT
    here = Path(path)
    ours = Path("/proc/self/fd").resolve()
    for _ in range(_MOST_LINKS):
        if here.name.isdecimal() and here.parent.resolve() == ours:
            return int(here.name)
        if not here.is_symlink():
            return None
        here = here.parent / here.readlink()
    return None
