"""A file that a command writes for its admin: whole at the end, or as it was."""

import stat
from pathlib import Path
from typing import IO

__all__ = ["OutputFile"]


class OutputFile:
    """Bytes for `path`, written to a draft and renamed at the end, so that the file may be one of the SOURCEs.

    A device or a pipe is written straight, since a rename would replace it by a file. `path` None
    discards everything.

    Raises:
        OSError: the file cannot be written.

    """

    def __init__(self, path: str | None) -> None:
        self._path = Path(path) if path else None
        self._draft: Path | None = None
        self._file: IO[bytes] | None = None
        if self._path is not None and _is_replaceable(self._path):
            # Behind links, so that a link stays one.
            self._path = self._path.resolve()
            self._draft = self._path.with_name(f"{self._path.name}.new")
            self._file = self._draft.open("wb")
        elif self._path is not None:
            self._file = self._path.open("wb")

    def write(self, line: bytes) -> None:
        """Add bytes."""
        if self._file:
            self._file.write(line)

    def close(self, *, keep: bool) -> None:
        """Finish the file, or leave the one before as it was."""
        if self._file is None:
            return
        self._file.close()
        if self._draft and self._path:
            if keep:
                self._draft.replace(self._path)
            else:
                self._draft.unlink()


def _is_replaceable(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except FileNotFoundError:
        return True
