"""Files that are replaced whole: written to a draft next to them, which is renamed at the end."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from search.files.owners import give_to, give_to_folder, left_by_umask

__all__ = ["Draft", "remove_old_draft", "replace_file", "replacing"]

_ONLY_OURS = 0o600
_ANY_FILE = 0o666


class Draft:
    """The draft of `path`: `file` is open for writing until `keep` or `discard` is called.

    A file that is replaced keeps its mode and, where this process may give them, its owner and group.
    A new one has the mode that the umask leaves. `mode` says otherwise for both. So does
    `like_folder`, for files of a data folder: they get its owner and group, and at least the rights
    that the umask leaves. The draft is never opened through a link.

    Raises:
        OSError: the draft cannot be written; so do `keep` and writing to `file`.

    """

    def __init__(self, path: Path, *, mode: int | None = None, like_folder: bool = False) -> None:
        self._path = path
        # One name for each file, so that the draft of a killed process is found, and one that nobody else uses.
        self._draft = path.with_name(f".{path.name}.dateline-new")
        before = _regular(path)
        if mode is None and before is not None:
            mode = stat.S_IMODE(before.st_mode) | (left_by_umask(_ANY_FILE) if like_folder else 0)
        # Nobody may open it before it has the owner and the mode that it is to have.
        handle = _opened(self._draft, _ANY_FILE if mode is None else _ONLY_OURS)
        self.file: IO[bytes] = os.fdopen(handle, "wb")
        try:
            if like_folder:
                give_to_folder(handle, path.parent)
            elif before is not None:
                give_to(handle, before.st_uid, before.st_gid)
            if mode is not None:
                os.fchmod(handle, mode)
        except BaseException:
            self.discard()
            raise

    def keep(self) -> None:
        """Put the draft in the place of the file, durably."""
        try:
            self.file.flush()
            os.fsync(self.file.fileno())
            _check_is_open_at(self.file.fileno(), self._draft)
            self._draft.replace(self._path)
        except BaseException:
            self.discard()
            raise
        self.file.close()
        _sync_folder(self._path.parent)

    def discard(self) -> None:
        """Remove the draft; the file is as it was."""
        if not self.file.closed:
            ours = _is_open_at(self.file.fileno(), self._draft)
            # What is left in its buffer may not fit on the disk either.
            with suppress(OSError):
                self.file.close()
            if ours:
                self._draft.unlink(missing_ok=True)


@contextmanager
def replacing(
    path: Path, *, mode: int | None = None, like_folder: bool = False
) -> Iterator[IO[bytes]]:
    """Give a file to write, which takes the place of `path` when the block ends without an error; see Draft."""
    draft = Draft(path, mode=mode, like_folder=like_folder)
    try:
        yield draft.file
    except BaseException:
        draft.discard()
        raise
    draft.keep()


def replace_file(
    path: Path, content: bytes, *, mode: int | None = None, like_folder: bool = False
) -> None:
    """Replace a file by these bytes, whole or not at all; see Draft.

    Raises:
        OSError: it cannot be written, and is as it was.

    """
    with replacing(path, mode=mode, like_folder=like_folder) as file:
        file.write(content)


def remove_old_draft(path: Path) -> None:
    """Remove what a killed process of an older release left next to a file of the data folder."""
    draft = path.with_name(f"{path.name}.new")
    if _regular(draft):
        with suppress(OSError):
            draft.unlink()


def _regular(path: Path) -> os.stat_result | None:
    try:
        status = path.lstat()
    except FileNotFoundError:
        return None
    return status if stat.S_ISREG(status.st_mode) else None


def _opened(draft: Path, mode: int) -> int:
    """Create a draft; one that a killed process left, or a link of this name, is removed and not opened."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        return os.open(draft, flags, mode)
    except FileExistsError as error:
        if draft.is_dir() and not draft.is_symlink():
            raise IsADirectoryError(
                errno.EISDIR, f"{draft} is a folder; remove it", str(draft)
            ) from error
        draft.unlink(missing_ok=True)
        return os.open(draft, flags, mode)


def _is_open_at(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.lstat())
    except FileNotFoundError:
        return False


def _check_is_open_at(handle: int, path: Path) -> None:
    if not _is_open_at(handle, path):
        raise FileExistsError(0, "another process writes the same file now", str(path))


def _sync_folder(folder: Path) -> None:
    """Wait until a rename is on disk, where the folder may be opened and its file system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
