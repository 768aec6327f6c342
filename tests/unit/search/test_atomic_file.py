"""Atomically replaced files keep their mode, and temporary files are never opened through links."""

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
    """A rename alone would lose the admin's mode and owner."""
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


def test_new_files_follow_the_umask_or_their_folder(tmp_path: Path) -> None:
    """Keys are readable only for the folder's owner and group, whoever creates the first key."""
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


def test_the_mode_of_an_existing_file_is_corrected(tmp_path: Path) -> None:
    """Query statistics of an older release were readable for everyone."""
    path = tmp_path / "counts"
    path.write_bytes(b"kept")
    path.chmod(0o644)
    prepare_file(path)
    assert (_mode(path), path.read_bytes()) == (0o640, b"kept")


@pytest.mark.parametrize("existing", ["link", "dangling link", "file"])
def test_an_existing_temporary_file_is_never_opened(tmp_path: Path, existing: str) -> None:
    """Through a link of this name, a command would overwrite the target of the link."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"untouched")
    temporary = tmp_path / ".list.dateline-new"
    if existing == "file":
        temporary.write_bytes(b"a file of a killed process")
    else:
        temporary.symlink_to(elsewhere if existing == "link" else tmp_path / "nowhere")
    replace_file(tmp_path / "list", b"new")
    assert elsewhere.read_bytes() == b"untouched"
    assert (tmp_path / "list").read_bytes() == b"new"
    assert _names(tmp_path) == ["elsewhere", "list"]


def test_a_failure_leaves_the_file_unchanged(tmp_path: Path) -> None:
    """A partial file under the final name would be taken for a complete one."""
    path = tmp_path / "list"
    path.write_bytes(b"old")
    with pytest.raises(KeyError):
        _fail_half_way(path)
    assert path.read_bytes() == b"old"
    assert _names(tmp_path) == ["list"]


def test_one_of_two_concurrent_writers_is_refused(tmp_path: Path) -> None:
    """Otherwise the first to finish would publish the partial file of the other."""
    first = AtomicFile(tmp_path / "list")
    second = AtomicFile(tmp_path / "list")
    first.file.write(b"first")
    second.file.write(b"second")
    with pytest.raises(FileExistsError):
        first.commit()
    second.commit()
    assert (tmp_path / "list").read_bytes() == b"second"
    assert _names(tmp_path) == ["list"]
