"""Files that are replaced whole keep their mode, and drafts never lead elsewhere."""

import os
import stat
from pathlib import Path

import pytest

from search.files.atomic_file import AtomicFile, replace_file, replacing
from search.files.ownership import prepare_file


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _fail_half_way(path: Path) -> None:
    with replacing(path) as file:
        file.write(b"half")
        raise KeyError


def test_a_file_is_replaced_with_its_mode_and_owner(tmp_path: Path) -> None:
    """An admin's mode and owner would be lost each night by a rename."""
    path = tmp_path / "list"
    path.write_bytes(b"old")
    path.chmod(0o604)
    owner = (65534, 65534) if os.geteuid() == 0 else (os.geteuid(), os.getegid())
    os.chown(path, *owner)
    replace_file(path, b"new")
    assert path.read_bytes() == b"new"
    assert _mode(path) == 0o604
    assert (path.stat().st_uid, path.stat().st_gid) == owner
    assert _names(tmp_path) == ["list"]


def test_a_new_file_follows_the_umask_and_a_private_one_its_folder(tmp_path: Path) -> None:
    """Keys are for the folder's owner and group alone, whoever makes the first."""
    folder = tmp_path / "data"
    folder.mkdir()
    owner = (65534, 65533) if os.geteuid() == 0 else (os.geteuid(), os.getegid())
    os.chown(folder, *owner)
    replace_file(folder / "open", b"x")
    (folder / "probe").touch()
    assert _mode(folder / "open") == _mode(folder / "probe")
    replace_file(folder / "keys", b"x", mode=0o640, like_folder=True)
    prepare_file(folder / "counts")
    for name in ("keys", "counts"):
        assert _mode(folder / name) == 0o640
        assert ((folder / name).stat().st_uid, (folder / name).stat().st_gid) == owner


def test_a_file_of_an_older_release_is_mended_when_it_is_next_written(tmp_path: Path) -> None:
    """Counts that the world could read stay so for ever if only new files are made right."""
    path = tmp_path / "counts"
    path.write_bytes(b"kept")
    path.chmod(0o644)
    prepare_file(path)
    assert (_mode(path), path.read_bytes()) == (0o640, b"kept")


@pytest.mark.parametrize("left", ["link", "dangling link", "file"])
def test_a_draft_is_made_and_never_found(tmp_path: Path, left: str) -> None:
    """A link under a draft's name would let a command write whatever it leads to."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"untouched")
    draft = tmp_path / ".list.dateline-new"
    if left == "file":
        draft.write_bytes(b"a draft of a killed process")
    else:
        draft.symlink_to(elsewhere if left == "link" else tmp_path / "nowhere")
    replace_file(tmp_path / "list", b"new")
    assert elsewhere.read_bytes() == b"untouched"
    assert (tmp_path / "list").read_bytes() == b"new"
    assert _names(tmp_path) == ["elsewhere", "list"]


def test_a_failure_leaves_the_file_and_no_draft(tmp_path: Path) -> None:
    """Half a file under the name of a whole one is worse than none."""
    path = tmp_path / "list"
    path.write_bytes(b"old")
    with pytest.raises(KeyError):
        _fail_half_way(path)
    assert path.read_bytes() == b"old"
    assert _names(tmp_path) == ["list"]


def test_of_two_processes_that_write_one_file_one_is_refused(tmp_path: Path) -> None:
    """The first to end would otherwise show the half draft of the other under the file's name."""
    first = AtomicFile(tmp_path / "list")
    second = AtomicFile(tmp_path / "list")
    first.file.write(b"first")
    second.file.write(b"second")
    with pytest.raises(FileExistsError):
        first.commit()
    second.commit()
    assert (tmp_path / "list").read_bytes() == b"second"
    assert _names(tmp_path) == ["list"]
