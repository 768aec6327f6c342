"""Output files of commands: rejects, reports and backups."""

import errno
import os
import stat
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from search.errors import WriteFailed
from search.files.atomic_file import AtomicFile
from search.files.output_paths import STANDARD_OUTPUT, OutputTarget, resolve_output
from search.files.write_errors import write_failed

__all__ = ["OutputFile"]

_STANDARD_OUTPUT = 1
_UNWRITABLE = {stat.S_IFDIR: "a folder", stat.S_IFSOCK: "a socket"}


class OutputFile:
    """A file, a device, a pipe or an open descriptor to write to.

    A regular file is replaced atomically at the end, so it may also be one of the SOURCEs. Links
    are followed and kept, and the file keeps its mode and owner. A device, a pipe and a descriptor
    that the shell opened (`-`, /dev/stdout) are written directly. With `path` None, everything is
    discarded. `what` names the content in messages, and `needed` is its expected size in bytes.

    Raises:
        WriteFailed: the file cannot be written. Methods raise it as well.

    """

    def __init__(self, path: str | Path | None, what: str, *, needed: int = 0) -> None:
        self._what = what
        self._needed = needed
        self._target = Path(path or STANDARD_OUTPUT)
        self._atomic_file: AtomicFile | None = None
        self._file: IO[bytes] | None = None
        self._is_standard_output = False
        try:
            if path is not None:
                self._file = self._opened(str(path))
        except OSError as error:
            raise self._failed(error) from error

    def _opened(self, path: str) -> IO[bytes]:
        target = resolve_output(path)
        if target.descriptor is not None:
            return self._descriptor(path, target.descriptor)
        if target.kind in _UNWRITABLE:
            raise WriteFailed(
                f"{path} is {_UNWRITABLE[target.kind]}; name a file, a device, a pipe or -"
            )
        if target.kind == stat.S_IFREG:
            self._atomic_file = AtomicFile(target.path)
            return self._atomic_file.file
        return os.fdopen(_open_directly(target), "wb")

    def _descriptor(self, path: str, descriptor: int) -> IO[bytes]:
        self._is_standard_output = descriptor == _STANDARD_OUTPUT
        if not _is_inherited(descriptor):
            name = "standard output" if path == STANDARD_OUTPUT else path
            raise WriteFailed(f"{name} is not open; open it in the shell, or name a file")
        # Write at the descriptor's position; opening it by name would overwrite it from the start.
        self._target = Path(f"/proc/self/fd/{descriptor}").readlink()
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

    def write(self, data: bytes) -> int:
        """Write bytes and return their number, as files do."""
        try:
            return self._file.write(data) if self._file else len(data)
        except OSError as error:
            if self._is_closed_by_reader(error):
                raise
            raise self._failed(error) from error

    def close(self, *, keep: bool) -> None:
        """Finish the file, or leave the previous one unchanged."""
        file, self._file = self._file, None
        if file is None:
            return
        try:
            if self._atomic_file is None:
                file.close()
            elif keep:
                self._atomic_file.commit()
            else:
                self._atomic_file.discard()
        except OSError as error:
            if self._is_closed_by_reader(error):
                raise
            raise self._failed(error) from error

    def _is_closed_by_reader(self, error: OSError) -> bool:
        """Return whether the reader of standard output closed it, which is not a failed file."""
        return self._is_standard_output and error.errno == errno.EPIPE

    def _failed(self, error: OSError) -> WriteFailed:
        return write_failed(self._what, self._target, error, needed=self._needed)


def _open_directly(target: OutputTarget) -> int:
    """Open a device or a pipe; refuse it if it was replaced by a link or a file meanwhile."""
    handle = os.open(target.path, os.O_WRONLY | os.O_NOCTTY | os.O_CLOEXEC | os.O_NOFOLLOW)
    if stat.S_IFMT(os.fstat(handle).st_mode) != target.kind:
        os.close(handle)
        raise WriteFailed(
            f"{target.path} was replaced by another process meanwhile; try again, or name another "
            "file"
        )
    return handle


def _is_inherited(descriptor: int) -> bool:
    """Return whether a descriptor was opened by the parent process, not by this one."""
    try:
        return os.get_inheritable(descriptor)
    except OSError:
        return False
