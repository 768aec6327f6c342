"""Finds the files of SOURCEs: walks folders, follows each link once, counts files left out."""

import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from indexer.input.first_look import kind_of_other, table_problem
from indexer.input.refusals import how_to_read
from indexer.input.selection import (
    EXCLUDED,
    OWN_NAMES,
    Identity,
    Selection,
    holds_index,
    identities,
)
from indexer.input.streams.file_format import Format, format_of, kind_left_out
from search.errors import DatelineError

__all__ = ["STANDARD_INPUT", "SourceFile", "SourceFiles", "SourceMissing", "find_files"]

STANDARD_INPUT = "-"
_MAX_KINDS_NAMED = 8


class SourceMissing(DatelineError):
    """A SOURCE does not exist, cannot be read, or contains nothing that Dateline reads."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read; `size` is in bytes, 0 if unknown. `problem` says why it cannot be read.

    `is_source` is True for a SOURCE itself, False for a file found in a folder or archive.
    """

    path: Path | None
    origin: str
    kind: Format
    size: int
    problem: str = ""
    selection: Selection = field(default_factory=Selection)
    is_source: bool = False


@dataclass(frozen=True, slots=True)
class SourceFiles:
    """The files of SOURCEs; `left_out` counts by kind the files that are not read."""

    files: Sequence[SourceFile]
    left_out: Mapping[str, int]

    @property
    def nothing_to_read(self) -> str:
        """The reason why there is no file to read; empty if there is one."""
        if self.files:
            return ""
        kinds = Counter(self.left_out).most_common(_MAX_KINDS_NAMED + 1)
        named = ", ".join(f"{kind} ({count:,})" for kind, count in kinds[:_MAX_KINDS_NAMED])
        named += " …" if kinds[_MAX_KINDS_NAMED:] else ""
        reason = f"left out: {named}" if named else "they are empty"
        return f"the SOURCEs contain nothing that Dateline reads; {reason}"


def find_files(
    sources: Sequence[str],
    *,
    exclude: Sequence[str] = (),
    never: Iterable[Path] = (),
    keys: Mapping[str, str] | None = None,
) -> SourceFiles:
    """Find the files of the SOURCEs, in order; folders are walked by name, without hidden files.

    A file in a folder that should be read but cannot be has a problem. `exclude` has patterns of
    names and relative paths. `never` are files and folders that are read only if they are a SOURCE
    themselves, such as the data folder. `keys` maps columns of tables to the keys of articles.

    Raises:
        SourceMissing: a SOURCE does not exist, cannot be read, or is of an unsupported format.

    """
    return _Finder(Selection(tuple(exclude), keys or {}), identities(never)).find(sources)


class _Finder:
    def __init__(self, selection: Selection, never: frozenset[Identity]) -> None:
        self._selection = selection
        self._never = never
        self._left_out: Counter[str] = Counter()

    def find(self, sources: Sequence[str]) -> SourceFiles:
        files: list[SourceFile] = []
        for source in sources:
            path = Path(source)
            if source == STANDARD_INPUT:
                files.append(
                    SourceFile(
                        None,
                        STANDARD_INPUT,
                        Format.JSON_LINES,
                        0,
                        selection=self._selection,
                        is_source=True,
                    )
                )
            elif path.is_dir():
                if not os.access(path, os.R_OK | os.X_OK):
                    raise SourceMissing(f"{source} cannot be read; its permissions do not allow it")
                files += self._walk(source, path)
            elif path.is_file() or path.is_fifo():
                files += self._source_file(source, path)
            else:
                raise SourceMissing(_reason_missing(source, path))
        return SourceFiles(tuple(files), dict(self._left_out))

    def _source_file(self, source: str, path: Path) -> Iterator[SourceFile]:
        """Yield a file that is a SOURCE, unless it is excluded."""
        if self._selection.excludes(path.name, str(path.parent)):
            self._left_out[EXCLUDED] += 1
            return
        kind = format_of(path.name)
        if kind is None:
            raise SourceMissing(f"{source}: {how_to_read(path.name)}")
        if not os.access(path, os.R_OK):
            raise SourceMissing(f"{source} cannot be read; its permissions do not allow it")
        file = SourceFile(
            path,
            _printable(path.name),
            kind,
            path.stat().st_size,
            selection=self._selection,
            is_source=True,
        )
        if path.is_file() and (problem := table_problem(path, self._selection)):
            raise SourceMissing(f"{source}: {problem}")
        yield file

    def _walk(self, source: str, folder: Path) -> Iterator[SourceFile]:
        problems: list[OSError] = []
        # Each folder is walked once, even if several links lead to it or form a loop.
        seen = {_identity(folder)}
        for directory, folders, names in os.walk(folder, onerror=problems.append, followlinks=True):
            own_names: frozenset[str] = frozenset()
            if holds_index([*folders, *names]) or self._is_never(Path(directory)):
                own_names = OWN_NAMES
                if Path(directory) != folder:
                    folders.clear()
                    continue
            inner = sorted(
                name for name in folders if not name.startswith(".") and name not in own_names
            )
            folders[:] = [name for name in inner if self._is_new(Path(directory, name), seen)]
            for name in sorted(names):
                if not name.startswith(".") and name not in own_names:
                    path = Path(directory, name)
                    yield from self._in_folder(source, path, path.relative_to(folder).as_posix())
        for error in problems:
            path = Path(os.fsdecode(error.filename))
            origin = _printable(path.relative_to(folder).as_posix())
            if self._selection.excludes(origin, source):
                continue
            yield SourceFile(
                path, origin, Format.JSON_LINES, 0, f"the folder cannot be read: {error.strerror}"
            )

    def _in_folder(self, source: str, path: Path, origin: str) -> Iterator[SourceFile]:
        """Yield a file of a folder if it is one to read, and count it otherwise."""
        excluded = self._selection.excludes(origin, source)
        kind = format_of(path.name)
        if kind is None or excluded:
            if excluded or not self._is_never(path):
                self._left_out[EXCLUDED if excluded else kind_left_out(path.name)] += 1
            return
        try:
            status = path.stat()
        except OSError as error:
            yield SourceFile(
                path, _printable(origin), kind, 0, f"the file cannot be read: {error.strerror}"
            )
            return
        if (status.st_dev, status.st_ino) in self._never:
            return
        problem = (
            ""
            if stat.S_ISREG(status.st_mode)
            else "this is a pipe, a device or a socket, not a file"
        )
        file = SourceFile(path, _printable(origin), kind, status.st_size, problem, self._selection)
        if kind_left := "" if problem else kind_of_other(path, kind, self._selection):
            self._left_out[kind_left] += 1
        else:
            yield file

    def _is_never(self, path: Path) -> bool:
        return bool(self._never) and _identity(path) in self._never

    def _is_new(self, folder: Path, seen: set[Identity]) -> bool:
        identity = _identity(folder)
        if identity in seen or identity in self._never:
            return False
        seen.add(identity)
        return True


def _reason_missing(source: str, path: Path) -> str:
    if path.is_symlink():
        return f"{source} is a broken link"
    if path.exists():
        return f"{source} is a device or a socket; name a file, a folder, or - for standard input"
    if any(sign in source for sign in "*?["):
        return (
            f"{source} matches nothing; check the folder and the pattern, which the shell expands, "
            "not Dateline"
        )
    return f"{source} does not exist; name a file, a folder, or - for standard input"


def _identity(folder: Path) -> Identity:
    try:
        status = folder.stat()
    except OSError:
        # The walk will report the problem.
        return 0, hash(str(folder))
    return status.st_dev, status.st_ino


def _printable(name: str) -> str:
    """Return a name with bytes that are not UTF-8 as escapes."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")
