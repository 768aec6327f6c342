"""Copies a generation's files into a new generation, by hard links where possible."""

import os
import re
import stat
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from search.files.regular_files import NotRegular, open_folder_safely, open_regular

__all__ = ["FILE_NAME", "copy_files"]

FILE_NAME = re.compile(r"(?:index/)?[\w-][\w.-]*|index/\.managed\.json", re.ASCII)
"""The names that files of a generation may have."""
_BLOCK_BYTES = 1 << 30


def copy_files(source: Path, target: Path, names: Iterable[str]) -> None:
    """Copy files of a generation by their names.

    The catalog and lists of segments, which a writer changes, are copied. Other files get a hard
    link, or are copied if that fails. Symbolic links are never followed.

    Raises:
        NotRegular: a file, or its folder, is a link or another kind of file.
        OSError: a file is missing, or a copy cannot be written.

    """
    with ExitStack() as held:
        folders: dict[str, int] = {}

        def opened(name: str, folder: int | None = None) -> int:
            handle = open_folder_safely(name, folder=folder)
            held.callback(os.close, handle)
            return handle

        top = opened(str(source))
        for name in names:
            if not FILE_NAME.fullmatch(name):
                raise NotRegular(name, 0)
            inner, _, own = name.rpartition("/")
            if inner and inner not in folders:
                folders[inner] = opened(inner, top)
                (target / inner).mkdir(exist_ok=True)
            folder = folders[inner] if inner else top
            is_changed = name.endswith((".sqlite", ".json"))
            if is_changed or not _linked(own, folder, target / name):
                _copy_bytes(own, folder, target / name)


def _linked(name: str, folder: int, target: Path) -> bool:
    """Hard-link a file of an open folder, and return whether that was possible.

    A file of another user is not linked, because its mode could not be changed.
    """
    status = os.stat(name, dir_fd=folder, follow_symlinks=False)
    if not stat.S_ISREG(status.st_mode):
        raise NotRegular(name, status.st_mode)
    if os.geteuid() not in (0, status.st_uid):
        return False
    try:
        os.link(name, target, src_dir_fd=folder, follow_symlinks=False)
    except OSError:
        return False
    # It may have been replaced meanwhile.
    if not os.path.samestat(status, target.lstat()):
        raise NotRegular(name, 0)
    return True


def _copy_bytes(name: str, folder: int, target: Path) -> None:
    handle = open_regular(name, folder=folder)
    try:
        with target.open("xb", buffering=0) as out:
            while os.sendfile(out.fileno(), handle, None, _BLOCK_BYTES):
                pass
    finally:
        os.close(handle)
