"""Checksums of a generation's files: size and SHA-256, recorded when it is finished."""

import hashlib
import os
import stat
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from search.files.ownership import set_owner

__all__ = [
    "RECORD_FILE",
    "FileChecksum",
    "checksum_files",
    "corrupt_files",
    "differing_size",
    "digest",
    "files_of",
    "settle",
    "sync",
]

RECORD_FILE = "generation.json"
"""The name of a generation's record in its directory."""
_BLOCK_BYTES = 1 << 20
_THREADS = 4
_ANY_FILE = 0o666
# Lock files of a writer, which come and go.
_LOCK_PREFIX = ".tantivy-"


class FileChecksum(NamedTuple):
    """A file's size in bytes, and its SHA-256 in hexadecimal."""

    size: int
    sha256: str


def files_of(directory: Path) -> Iterator[tuple[str, Path]]:
    """Yield a generation's files with their relative names, sorted, except its record.

    Links are left out: they may lead to files of another user.
    """
    for path in sorted(directory.rglob("*")):
        name = path.relative_to(directory).as_posix()
        if (
            path.is_file()
            and not path.is_symlink()
            and not path.name.startswith(_LOCK_PREFIX)
            and name != RECORD_FILE
        ):
            yield name, path


def checksum_files(
    directory: Path, known: Mapping[str, FileChecksum] | None = None
) -> dict[str, FileChecksum]:
    """Compute the checksums of all files.

    Files of a segment are never changed, so those that are `known` are not read again.
    """

    def checksum(file: tuple[str, Path]) -> FileChecksum:
        name, path = file
        size = path.stat().st_size
        previous = (known or {}).get(name)
        unchanged = previous is not None and _is_of_segment(name) and previous.size == size
        return previous if previous and unchanged else FileChecksum(size, digest(path))

    files = list(files_of(directory))
    # Digests are computed without the interpreter lock, so threads help.
    with ThreadPoolExecutor(_THREADS) as threads:
        return dict(zip((name for name, _ in files), threads.map(checksum, files), strict=True))


def differing_size(directory: Path, checksums: Mapping[str, FileChecksum]) -> str:
    """Return the first file that is missing or has another size, or ""."""
    for name, checksum in checksums.items():
        try:
            status = (directory / name).lstat()
            if status.st_size != checksum.size or not stat.S_ISREG(status.st_mode):
                return name
        except OSError:
            return name
    return ""


def corrupt_files(
    directory: Path, checksums: Mapping[str, FileChecksum], on_bytes: Callable[[int], None]
) -> Iterator[tuple[str, str]]:
    """Read all files and yield those without their checksum, with the reason.

    `on_bytes` receives the number of bytes read.
    """
    for name, checksum in checksums.items():
        try:
            size = (directory / name).stat().st_size
            sha256 = digest(directory / name, on_bytes)
        except FileNotFoundError:
            yield name, "is missing"
            continue
        except OSError as error:
            yield name, f"cannot be read ({error.strerror})"
            continue
        if size != checksum.size:
            yield name, f"has {size:,} bytes instead of {checksum.size:,}"
        elif sha256 != checksum.sha256:
            yield name, "was changed since it was written"


def digest(path: Path, on_bytes: Callable[[int], None] = lambda _: None) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    sha256 = hashlib.sha256()
    with path.open("rb", buffering=0) as file:
        while block := file.read(_BLOCK_BYTES):
            sha256.update(block)
            on_bytes(len(block))
    return sha256.hexdigest()


def writable_shadow(directory: Path) -> tempfile.TemporaryDirectory[str] | None:
    """Return a directory of links to the files of a read-only one, or None if it is writable.

    Tantivy creates a lock file in an index even to read it.
    """
    with os.scandir(directory) as entries:
        locks = [entry.path for entry in entries if entry.name.startswith(_LOCK_PREFIX)]
    # Another user may have created a lock file that only that user may write.
    if all(os.access(path, os.W_OK, effective_ids=True) for path in (str(directory), *locks)):
        return None
    # A thread of Tantivy may create its lock file again while the directory is removed.
    shadow = tempfile.TemporaryDirectory(prefix="dateline-", ignore_cleanup_errors=True)
    for path in directory.iterdir():
        if not path.name.startswith(_LOCK_PREFIX):
            Path(shadow.name, path.name).symlink_to(path.absolute())
    return shadow


def settle(directory: Path, data: Path) -> None:
    """Set mode and owner of a generation's files, and sync them to disk.

    Tantivy creates some files for their owner only. Here each file gets the mode that the umask
    leaves, taken from the new directory itself; files that root writes get the owner and group of
    the data folder.
    """
    mode = stat.S_IMODE(directory.stat().st_mode) & _ANY_FILE
    owner = data.stat()
    # Bottom up, so that nobody else may write in a folder before its files are done.
    for _, _, names, folder in os.fwalk(directory, topdown=False):
        for name in names:
            _settle_file(name, folder, mode, owner)
        set_owner(folder, owner.st_uid, owner.st_gid)
        os.fsync(folder)


def _settle_file(name: str, folder: int, new_mode: int, owner: os.stat_result) -> None:
    handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
    try:
        status = os.fstat(handle)
        mode = stat.S_IMODE(status.st_mode)
        # A file shared with an earlier generation stays readable for that one's readers.
        right_mode = mode | new_mode if status.st_nlink > 1 else new_mode
        set_owner(handle, owner.st_uid, owner.st_gid)
        if mode != right_mode:
            os.fchmod(handle, right_mode)
        os.fsync(handle)
    finally:
        os.close(handle)


def sync(path: Path) -> None:
    """Sync a file or a directory to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _is_of_segment(name: str) -> bool:
    """Return whether a file belongs to a segment.

    Its name has a number that is never reused, unlike the lists of segments.
    """
    return name.startswith("index/") and not name.endswith(".json")
