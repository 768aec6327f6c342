"""The folders of an archive's generations: creates, checks and clears them."""

import logging
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from search.errors import WriteFailed
from search.files.access import WRITE, first_refused, refusal
from search.files.ownership import inherit_owner, widen_mode
from search.files.regular_files import NotRegular, check_folder, open_folder_safely

__all__ = ["GenerationFolders"]

_LOG = logging.getLogger("dateline.store")
_MODE = 0o777
_UNCHANGED = "; nothing changed"


class GenerationFolders:
    """The folders `finished` and `building` in a data folder.

    Both are changed through open folder handles, so nothing behind a link is ever deleted.
    """

    def __init__(self, data: Path) -> None:
        self._data = data
        self.finished = data / "generations"
        self.building = data / "building"
        self._logged: set[Path] = set()

    def check_writable(self) -> None:
        """Check that a change could be finished.

        Raises:
            WriteFailed: a folder belongs to another user, is a link, or is not a folder.

        """
        for folder in (self.building, self.finished):
            try:
                check_folder(folder)
            except NotRegular as error:
                raise self._not_a_folder(folder, error) from error
            except PermissionError:
                break
        if refused := first_refused([self._data, self.building, self.finished], WRITE):
            raise WriteFailed(f"{refusal(refused, WRITE, self._data)}{_UNCHANGED}")

    def make(self, folder: Path) -> None:
        """Create one of the folders, with the owner of the data folder.

        An existing folder gets the permissions of a new one.
        """
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            with self._held(folder) as handle:
                widen_mode(handle, _MODE)
        else:
            with self._held(folder) as handle:
                inherit_owner(handle, self._data)

    def clear_building(self) -> None:
        """Delete everything that unfinished builds left behind."""
        if self.building.exists():
            with self._held(self.building) as building:
                with os.scandir(building) as entries:
                    names = [entry.name for entry in entries]
                for name in names:
                    self._remove(name, building)

    def remove(self, generation: str) -> None:
        """Delete a finished generation; log once if it belongs to another user and stays."""
        # Moved first, so that a process killed while deleting leaves no partial generation.
        gone = f"{generation}.gone"
        try:
            self.make(self.building)
            with self._held(self.finished) as finished, self._held(self.building) as building:
                os.rename(generation, gone, src_dir_fd=finished, dst_dir_fd=building)
                self._remove(gone, building)
        except PermissionError:
            self._log_left(self.finished / generation)

    def _remove(self, name: str, building: int) -> None:
        try:
            if stat.S_ISDIR(os.stat(name, dir_fd=building, follow_symlinks=False).st_mode):
                shutil.rmtree(name, dir_fd=building)
            else:
                os.unlink(name, dir_fd=building)
        except PermissionError:
            self._log_left(self.building / name)

    def _log_left(self, path: Path) -> None:
        """Log once that a folder of another user stays; that only wastes disk space."""
        if path not in self._logged:
            self._logged.add(path)
            why = refusal(first_refused([path, *path.rglob("*")], WRITE) or path, WRITE, self._data)
            _LOG.warning("%s is no longer needed and cannot be removed: %s", path, why)

    @contextmanager
    def _held(self, folder: Path) -> Iterator[int]:
        try:
            handle = open_folder_safely(folder)
        except NotRegular as error:
            raise self._not_a_folder(folder, error) from error
        try:
            yield handle
        finally:
            os.close(handle)

    def _not_a_folder(self, folder: Path, error: NotRegular) -> WriteFailed:
        if folder == self.building:
            advice = f"remove it (rm {folder}), the next load makes it again"
        else:
            advice = (
                "replace it with the folder itself; for another disk, move the whole data folder"
            )
        kind = "not a folder" if error.kind == "a file" else error.kind
        return WriteFailed(
            f"{folder} is {kind}, and its contents would be deleted; {advice}{_UNCHANGED}"
        )
