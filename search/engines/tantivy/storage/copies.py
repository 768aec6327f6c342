"""Copies of a generation's files, with which a new generation begins."""

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
_COPIED_BYTES = 1 << 30


def copy_files(source: Path, target: Path, names: Iterable[str]) -> None:
    """Copy files of a generation by their names: the catalog and lists, which a writer changes, by bytes, others by links.

    A file that nobody writes to again gets a hard link, or is copied where there can be none. Symbolic
    links are never followed.

    Raises:
        NotRegular: one of them, or a folder of them, is a link or another kind of file.
        OSError: one is missing, or a copy cannot be written.

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
            changing = name.endswith((".sqlite", ".json"))
            if changing or not _linked(own, folder, target / name):
                _copy_bytes(own, folder, target / name)


def _linked(name: str, folder: int, target: Path) -> bool:
    """Give a file in an open folder a second place, if it can have one.

    A file of another user cannot, as its mode could not be changed.
    """
    found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    if not stat.S_ISREG(found.st_mode):
        raise NotRegular(name, found.st_mode)
    if os.geteuid() not in (0, found.st_uid):
        return False
    try:
        os.link(name, target, src_dir_fd=folder, follow_symlinks=False)
    except OSError:
        return False
    # It may have been replaced meanwhile.
    if not os.path.samestat(found, target.lstat()):
        raise NotRegular(name, 0)
    return True


def _copy_bytes(name: str, folder: int, target: Path) -> None:
    handle = open_regular(name, folder=folder)
    try:
        with target.open("xb", buffering=0) as out:
            while os.sendfile(out.fileno(), handle, None, _COPIED_BYTES):
                pass
    finally:
        os.close(handle)
