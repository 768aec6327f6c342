"""Atomic replacement of files: write a temporary file next to the target, then rename it."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from search.files.ownership import apply_umask, inherit_owner, set_owner

__all__ = ["AtomicFile", "remove_stale_draft", "replace_file", "replacing"]

_PRIVATE_MODE = 0o600
_DEFAULT_MODE = 0o666


class AtomicFile:
    """A replacement of `path`: `file` is open for writing until `commit` or `discard` is called.

    A replaced file keeps its mode and, if permitted, its owner and group. A new file gets the mode
    that the umask leaves. `mode` overrides both. With `like_folder`, for files of a data folder,
    the file gets the owner and group of the folder and at least the permissions that the umask
    leaves. The temporary file is never opened through a link.

    Raises:
        OSError: the temporary file cannot be written. `commit` and writes raise it as well.

    """

    def __init__(self, path: Path, *, mode: int | None = None, like_folder: bool = False) -> None:
        self._path = path
        # The name is fixed, so that the file of a killed process is found and removed, and no other
        # program uses it.
        self._temporary = path.with_name(f".{path.name}.dateline-new")
        previous = _regular_status(path)
        if mode is None and previous is not None:
            mode = stat.S_IMODE(previous.st_mode)
            if like_folder:
                mode |= apply_umask(_DEFAULT_MODE)
        # Other users must not open the file before it has its final owner and mode.
        handle = _create(self._temporary, _DEFAULT_MODE if mode is None else _PRIVATE_MODE)
        self.file: IO[bytes] = os.fdopen(handle, "wb")
        try:
            if like_folder:
                inherit_owner(handle, path.parent)
            elif previous is not None:
                set_owner(handle, previous.st_uid, previous.st_gid)
            if mode is not None:
                os.fchmod(handle, mode)
        except BaseException:
            self.discard()
            raise

    def commit(self) -> None:
        """Replace the target durably."""
        try:
            self.file.flush()
            os.fsync(self.file.fileno())
            _check_is_open_at(self.file.fileno(), self._temporary)
            self._temporary.replace(self._path)
        except BaseException:
            self.discard()
            raise
        self.file.close()
        _sync_folder(self._path.parent)

    def discard(self) -> None:
        """Remove the temporary file and leave the target unchanged."""
        if not self.file.closed:
            is_ours = _is_open_at(self.file.fileno(), self._temporary)
            # The rest of the buffer may not fit on the disk either.
            with suppress(OSError):
                self.file.close()
            if is_ours:
                self._temporary.unlink(missing_ok=True)


@contextmanager
def replacing(
    path: Path, *, mode: int | None = None, like_folder: bool = False
) -> Iterator[IO[bytes]]:
    """Yield a file that replaces `path` if the block ends without an error; see AtomicFile."""
    replacement = AtomicFile(path, mode=mode, like_folder=like_folder)
    try:
        yield replacement.file
    except BaseException:
        replacement.discard()
        raise
    replacement.commit()


def replace_file(
    path: Path, content: bytes, *, mode: int | None = None, like_folder: bool = False
) -> None:
    """Replace the content of a file, completely or not at all; see AtomicFile.

    Raises:
        OSError: the file cannot be written, and is unchanged.

    """
    with replacing(path, mode=mode, like_folder=like_folder) as file:
        file.write(content)


def remove_stale_draft(path: Path) -> None:
    """Remove the temporary file that a killed process of an older release left in a data folder."""
    draft = path.with_name(f"{path.name}.new")
    if _regular_status(draft):
        with suppress(OSError):
            draft.unlink()


def _regular_status(path: Path) -> os.stat_result | None:
    try:
        status = path.lstat()
    except FileNotFoundError:
        return None
    return status if stat.S_ISREG(status.st_mode) else None


def _create(temporary: Path, mode: int) -> int:
    """Create the temporary file; an existing file or link of this name is removed, not opened."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        return os.open(temporary, flags, mode)
    except FileExistsError as error:
        if temporary.is_dir() and not temporary.is_symlink():
            raise IsADirectoryError(
                errno.EISDIR, f"{temporary} is a folder; remove it", str(temporary)
            ) from error
        temporary.unlink(missing_ok=True)
        return os.open(temporary, flags, mode)


def _is_open_at(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.lstat())
    except FileNotFoundError:
        return False


def _check_is_open_at(handle: int, path: Path) -> None:
    if not _is_open_at(handle, path):
        raise FileExistsError(0, "another process is writing the same file", str(path))


def _sync_folder(folder: Path) -> None:
    """Flush a rename to disk, if the folder can be opened and its file system supports it."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
