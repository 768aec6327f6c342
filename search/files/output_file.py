"""A file that a command writes for its admin: rejects, reports, backups."""

import errno
import os
import stat
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from search.errors import WriteFailed
from search.files.drafts import Draft
from search.files.output_paths import STANDARD_OUTPUT, OutputPlace, find_place
from search.files.write_errors import write_failed

__all__ = ["OutputFile"]

_STANDARD_OUTPUT = 1
_UNWRITABLE = {stat.S_IFDIR: "a folder", stat.S_IFSOCK: "a socket"}


class OutputFile:
    """Bytes for `path`; `what` names them in messages, `needed` tells how many there will be.

    A file is written as a draft and replaced at the end, so that it may be one of the SOURCEs. It is
    found through links, which stay, and keeps its mode and owner. A device, a pipe and a descriptor
    that the shell opened (`-`, /dev/stdout) are written straight. `path` None discards everything.

    Raises:
        WriteFailed: the file cannot be written; so do its methods.

    """

    def __init__(self, path: str | Path | None, what: str, *, needed: int = 0) -> None:
        self._what = what
        self._needed = needed
        self._place = Path(path or STANDARD_OUTPUT)
        self._draft: Draft | None = None
        self._file: IO[bytes] | None = None
        self._is_standard_output = False
        try:
            if path is not None:
                self._file = self._opened(str(path))
        except OSError as error:
            raise self._failed(error) from error

    def _opened(self, path: str) -> IO[bytes]:
        found = find_place(path)
        if found.descriptor is not None:
            return self._descriptor(path, found.descriptor)
        if found.kind in _UNWRITABLE:
            raise WriteFailed(
                f"{path} is {_UNWRITABLE[found.kind]}; name a file, a device, a pipe or -"
            )
        if found.kind == stat.S_IFREG:
            self._draft = Draft(found.path)
            return self._draft.file
        return os.fdopen(_open_straight(found), "wb")

    def _descriptor(self, path: str, descriptor: int) -> IO[bytes]:
        self._is_standard_output = descriptor == _STANDARD_OUTPUT
        if not _is_inherited(descriptor):
            name = "standard output" if path == STANDARD_OUTPUT else path
            raise WriteFailed(f"{name} is not open; open it in the shell, or name a file")
        # What is open already goes on where it is; by its name it would be overwritten from its beginning.
        self._place = Path(f"/proc/self/fd/{descriptor}").readlink()
        return os.fdopen(os.dup(descriptor), "wb")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close(keep=kind is None)

    def write(self, line: bytes) -> int:
        """Add bytes, and return their number, as files do."""
        try:
            return self._file.write(line) if self._file else len(line)
        except OSError as error:
            if self._is_left(error):
                raise
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
        except OSError as error:
            if self._is_left(error):
                raise
            raise self._failed(error) from error

    def _is_left(self, error: OSError) -> bool:
        """Tell that whoever read our standard output has left, which is no failure of a file."""
        return self._is_standard_output and error.errno == errno.EPIPE

    def _failed(self, error: OSError) -> WriteFailed:
        return write_failed(self._what, self._place, error, needed=self._needed)


def _open_straight(found: OutputPlace) -> int:
    """Open a device or a pipe; one that was exchanged for a link or a file meanwhile is not written."""
    handle = os.open(found.path, os.O_WRONLY | os.O_NOCTTY | os.O_CLOEXEC | os.O_NOFOLLOW)
    if stat.S_IFMT(os.fstat(handle).st_mode) != found.kind:
        os.close(handle)
        raise WriteFailed(
            f"{found.path} was exchanged by another process meanwhile; try again, or name another file"
        )
    return handle


def _is_inherited(descriptor: int) -> bool:
    """Tell a descriptor that whoever started us opened from files of our own, which children do not inherit."""
    try:
        return os.get_inheritable(descriptor)
    except OSError:
        return False
