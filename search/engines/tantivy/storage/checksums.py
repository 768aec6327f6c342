"""The files of a generation: listed with size and SHA-256 when it is finished, held against that list later."""

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
# Lock files of a writer that may or may not be there.
_PASSING = ".tantivy-"


class FileChecksum(NamedTuple):
    """What a file must be: bytes, and SHA-256 in hexadecimal."""

    size: int
    sha256: str


def files_of(directory: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files that make a generation with their names relative to it, in a fixed order, but its record.

    Links are not files of it: they may lead to files of another user.
    """
    for path in sorted(directory.rglob("*")):
        name = path.relative_to(directory).as_posix()
        if (
            path.is_file()
            and not path.is_symlink()
            and not path.name.startswith(_PASSING)
            and name != RECORD_FILE
        ):
            yield name, path


def checksum_files(
    directory: Path, known: Mapping[str, FileChecksum] | None = None
) -> dict[str, FileChecksum]:
    """Read all files and mark them; those of a segment already `known` are never written twice and not read again."""

    def mark(file: tuple[str, Path]) -> FileChecksum:
        name, path = file
        size = path.stat().st_size
        before = (known or {}).get(name)
        unchanged = before is not None and _is_of_segment(name) and before.size == size
        return before if before and unchanged else FileChecksum(size, digest(path))

    files = list(files_of(directory))
    # Digests are made outside Python's lock, so threads help.
    with ThreadPoolExecutor(_THREADS) as threads:
        return dict(zip((name for name, _ in files), threads.map(mark, files), strict=True))


def differing_size(directory: Path, marks: Mapping[str, FileChecksum]) -> str:
    """Name the first file that is missing or has another size than it must; "" when all are right."""
    for name, mark in marks.items():
        try:
            found = (directory / name).lstat()
            if found.st_size != mark.size or not stat.S_ISREG(found.st_mode):
                return name
        except OSError:
            return name
    return ""


def corrupt_files(
    directory: Path, marks: Mapping[str, FileChecksum], on_bytes: Callable[[int], None]
) -> Iterator[tuple[str, str]]:
    """Read all files and yield those that are not what they must be, with the reason; `on_bytes` hears what was read."""
    for name, mark in marks.items():
        try:
            size = (directory / name).stat().st_size
            found = digest(directory / name, on_bytes)
        except FileNotFoundError:
            yield name, "is missing"
            continue
        except OSError as error:
            yield name, f"cannot be read ({error.strerror})"
            continue
        if size != mark.size:
            yield name, f"has {size:,} bytes instead of {mark.size:,}"
        elif found != mark.sha256:
            yield name, "was changed since it was written"


def digest(path: Path, on_bytes: Callable[[int], None] = lambda _: None) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    made = hashlib.sha256()
    with path.open("rb", buffering=0) as file:
        while block := file.read(_BLOCK_BYTES):
            made.update(block)
            on_bytes(len(block))
    return made.hexdigest()


def writable_shadow(directory: Path) -> tempfile.TemporaryDirectory[str] | None:
    """Give a folder of links to the files of one that cannot be written to; None where it can.

    Tantivy creates a lock file beside an index even to read it.
    """
    with os.scandir(directory) as entries:
        locks = [entry.path for entry in entries if entry.name.startswith(_PASSING)]
    # A reader of the same group may have made a lock file that only it may write.
    if all(os.access(path, os.W_OK, effective_ids=True) for path in (str(directory), *locks)):
        return None
    shadow = tempfile.TemporaryDirectory(prefix="dateline-")
    for path in directory.iterdir():
        if not path.name.startswith(_PASSING):
            Path(shadow.name, path.name).symlink_to(path.absolute())
    return shadow


def settle(directory: Path, data: Path) -> None:
    """Finish the files of a generation: their mode, their owner, and all of it on disk.

    Tantivy makes some files for their owner alone. Here each gets the mode that the umask leaves,
    which the directory itself, being new, tells; and what root writes gets the owner and the group
    of the data folder.
    """
    wanted = stat.S_IMODE(directory.stat().st_mode) & _ANY_FILE
    owner = data.stat()
    # From below, so that nobody else may write in a folder before its files are done.
    for _, _, names, folder in os.fwalk(directory, topdown=False):
        for name in names:
            _settle_file(name, folder, wanted, owner)
        set_owner(folder, owner.st_uid, owner.st_gid)
        os.fsync(folder)


def _settle_file(name: str, folder: int, wanted: int, owner: os.stat_result) -> None:
    handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
    try:
        status = os.fstat(handle)
        mode = stat.S_IMODE(status.st_mode)
        # A file that an earlier generation shares is not taken from that one's readers.
        right = mode | wanted if status.st_nlink > 1 else wanted
        set_owner(handle, owner.st_uid, owner.st_gid)
        if mode != right:
            os.fchmod(handle, right)
        os.fsync(handle)
    finally:
        os.close(handle)


def sync(path: Path) -> None:
    """Wait until a file or a directory is on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _is_of_segment(name: str) -> bool:
    """Whether a file is of a segment: its name holds a number never used twice, unlike the lists of segments."""
    return name.startswith("index/") and not name.endswith(".json")
