"""SOURCEs to files: folders walked, links followed once, what cannot be read named."""

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from indexer.input.file_format import ENDINGS, Format, format_of
from search.errors import DatelineError

__all__ = ["STANDARD_INPUT", "SourceFile", "SourceMissing", "find_files"]

STANDARD_INPUT = "-"


class SourceMissing(DatelineError):
    """A SOURCE that is not there, cannot be read or holds nothing that Dateline reads."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read; `size` in bytes, 0 where it cannot be known. `problem` says why it cannot be read."""

    path: Path | None
    origin: str
    kind: Format
    size: int
    problem: str = ""


def find_files(sources: Sequence[str]) -> list[SourceFile]:
    """Find all files of the SOURCEs, in order; folders are walked by name, hidden files left out.

    What stands in a folder and looks like a file to read, but cannot be one, comes back with a problem.

    Raises:
        SourceMissing: a SOURCE is not there, cannot be read, or is a file of no known kind.

    """
    files: list[SourceFile] = []
    for source in sources:
        path = Path(source)
        if source == STANDARD_INPUT:
            files.append(SourceFile(None, STANDARD_INPUT, Format.JSON_LINES, 0))
        elif path.is_dir():
            if not os.access(path, os.R_OK | os.X_OK):
                raise SourceMissing(f"{source} cannot be read; its permissions do not allow it")
            files += _walk(path)
        elif path.is_file() or path.is_fifo():
            files.append(_single(source, path))
        elif path.is_symlink():
            raise SourceMissing(f"{source} is a link that leads to no file")
        elif path.exists():
            raise SourceMissing(f"{source} is a device or a socket; give a file, a folder, or - for standard input")
        else:
            raise SourceMissing(f"{source} does not exist; give a file, a folder, or - for standard input")
    return files


def _single(source: str, path: Path) -> SourceFile:
    kind = format_of(path.name)
    if kind is None:
        raise SourceMissing(f"{source} is of no kind that Dateline reads: {', '.join(ENDINGS)}")
    if not os.access(path, os.R_OK):
        raise SourceMissing(f"{source} cannot be read; its permissions do not allow it")
    return SourceFile(path, _printable(path.name), kind, path.stat().st_size)


def _walk(folder: Path) -> Iterator[SourceFile]:
    problems: list[OSError] = []
    # Each folder is walked once, however many links lead to it and round it.
    seen = {_identity(folder)}
    for directory, folders, names in os.walk(folder, onerror=problems.append, followlinks=True):
        inner = sorted(name for name in folders if not name.startswith("."))
        folders[:] = [name for name in inner if _is_new(Path(directory, name), seen)]
        for name in sorted(names):
            kind = None if name.startswith(".") else format_of(name)
            if kind is not None:
                path = Path(directory, name)
                yield _in_folder(path, _printable(path.relative_to(folder).as_posix()), kind)
    for error in problems:
        place = Path(os.fsdecode(error.filename))
        origin = _printable(place.relative_to(folder).as_posix())
        yield SourceFile(place, origin, Format.JSON_LINES, 0, f"the folder cannot be read: {error.strerror}")


def _in_folder(path: Path, origin: str, kind: Format) -> SourceFile:
    try:
        status = path.stat()
    except OSError as error:
        return SourceFile(path, origin, kind, 0, f"the file cannot be read: {error.strerror}")
    problem = "" if stat.S_ISREG(status.st_mode) else "this is a pipe, a device or a socket, and no file"
    return SourceFile(path, origin, kind, status.st_size, problem)


def _is_new(folder: Path, seen: set[tuple[int, int]]) -> bool:
    identity = _identity(folder)
    if identity in seen:
        return False
    seen.add(identity)
    return True


def _identity(folder: Path) -> tuple[int, int]:
    try:
        status = folder.stat()
    except OSError:
        # Walking it will say what is wrong with it.
        return 0, hash(str(folder))
    return status.st_dev, status.st_ino


def _printable(name: str) -> str:
    """Write a name that is no UTF-8 with its odd bytes as escapes."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")
