"""Output files: written directly to devices and pipes, through links, and atomically."""

import fcntl
import os
import socket
import stat
import subprocess
import sys
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest

from search.errors import WriteFailed
from search.files.output_file import OutputFile
from search.files.output_paths import is_standard_output
from tests.cli.load.test_update import write
from tests.conftest import Cli, clean_environment

GOOD = {"id": "r1", "title": "A", "published": "2020-01-01"}
BAD = {"id": "r2", "title": "B", "published": "soon"}


def _write_output(path: Path, content: bytes = b"new", *, keep: bool = True) -> None:
    file = OutputFile(path, "the list")
    file.write(content)
    file.close(keep=keep)


def _null_device(folder: Path) -> Path:
    """Create a null device, which only root can, or a link to the one of the system."""
    path = folder / "null"
    if os.geteuid() == 0:
        os.mknod(path, 0o666 | stat.S_IFCHR, os.makedev(1, 3))
    else:
        path.symlink_to(os.devnull)
    return path


@contextmanager
def _read_from(pipe: Path) -> Iterator[list[bytes]]:
    os.mkfifo(pipe)
    chunks: list[bytes] = []
    reader = threading.Thread(target=lambda: chunks.append(pipe.read_bytes()))
    reader.start()
    yield chunks
    reader.join(60)


def test_a_device_is_not_replaced(tmp_path: Path) -> None:
    """A rename over /dev/null by root would destroy the null device of the machine."""
    path = _null_device(tmp_path)
    before = path.lstat()
    _write_output(path)
    assert (path.lstat().st_mode, path.lstat().st_ino) == (before.st_mode, before.st_ino)
    assert [path.name for path in tmp_path.iterdir()] == ["null"]


def test_a_pipe_is_written_to_its_reader(tmp_path: Path) -> None:
    """A pipe is written, not replaced."""
    with _read_from(tmp_path / "pipe") as chunks:
        _write_output(tmp_path / "pipe")
    assert chunks == [b"new"]
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


def test_an_open_descriptor_is_written_at_its_position(tmp_path: Path) -> None:
    """/dev/stdout may be a file that a shell opened; its content stays."""
    with (tmp_path / "out").open("wb") as file:
        file.write(b"before ")
        file.flush()
        # Inheritable, like one that a shell opened.
        fcntl.fcntl(file, fcntl.F_SETFD, 0)
        (tmp_path / "link").symlink_to(f"/proc/self/fd/{file.fileno()}")
        _write_output(tmp_path / "link")
        file.write(b" after")
    assert (tmp_path / "out").read_bytes() == b"before new after"
    assert (tmp_path / "link").is_symlink()


def test_names_of_standard_output_are_recognised(tmp_path: Path) -> None:
    """If a list is written to standard output, the report of the command goes elsewhere."""
    (tmp_path / "link").symlink_to("/dev/stdout")
    assert all(
        map(is_standard_output, ("-", "/dev/stdout", "/proc/self/fd/1", str(tmp_path / "link")))
    )
    assert not any(map(is_standard_output, (None, "./-", "/dev/stderr", str(tmp_path / "1"))))


@pytest.mark.parametrize("kind", ["socket", "folder"])
def test_sockets_and_folders_are_refused(tmp_path: Path, kind: str) -> None:
    """Only regular files are replaced."""
    path = tmp_path / "output"
    if kind == "socket":
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(path))
    else:
        path.mkdir()
    with pytest.raises(WriteFailed, match=f"is a {kind}; name a file"):
        OutputFile(path, "the list")


def test_a_link_stays_and_its_file_keeps_mode_and_owner(tmp_path: Path) -> None:
    """A list may be a link to another disk, readable for others, and stays so."""
    (tmp_path / "far").mkdir()
    real = tmp_path / "far" / "real"
    real.write_bytes(b"old")
    real.chmod(0o604)
    owner = (65534, 65533) if os.geteuid() == 0 else (os.geteuid(), os.getegid())
    os.chown(real, *owner)
    (tmp_path / "list").symlink_to("far/real")
    _write_output(tmp_path / "list")
    assert (tmp_path / "list").is_symlink()
    assert real.read_bytes() == b"new"
    status = real.stat()
    assert (status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)) == (*owner, 0o604)


def test_an_aborted_output_leaves_the_previous_file(tmp_path: Path) -> None:
    """A load that was stopped has not read everything, so its list is incomplete."""
    (tmp_path / "list").write_bytes(b"old")
    _write_output(tmp_path / "list", keep=False)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("list", b"old")]


def test_rejects_and_backups_accept_any_output(cli: Cli) -> None:
    """With rejects or a backup on standard output, the command's report goes to standard error."""
    write(cli.folder / "in.jsonl", GOOD, BAD)
    null = _null_device(cli.folder)
    cli("rebuild", "in.jsonl", "--rejects", null, "--report", null, code=3)
    cli("backup", null)
    assert not stat.S_ISREG(null.lstat().st_mode)
    done = cli("update", "in.jsonl", "--rejects", "-", code=3)
    assert done.stdout.startswith('{"origin":"in.jsonl","line":2,')
    assert done.stdout.count("\n") == 1
    assert "1 rejected" in done.stderr
    backup = subprocess.run(
        [sys.executable, "-m", "indexer", "backup", "-"],
        cwd=cli.folder, env=clean_environment(), capture_output=True, check=True,
    )  # fmt: skip
    with tarfile.open(fileobj=BytesIO(backup.stdout)) as archive:
        assert "dateline-backup.json" in archive.getnames()
    (cli.folder / "b.tar").write_bytes(backup.stdout)
    assert "1 article" in cli("restore", "b.tar").stdout
    assert not (cli.folder / "-").exists()


def test_two_outputs_on_standard_output_are_refused(cli: Cli) -> None:
    """A program could not parse JSON with a list or a backup in between."""
    write(cli.folder / "in.jsonl", GOOD)
    for arguments in (
        ("rebuild", "in.jsonl", "--json", "--rejects", "-"),
        ("rebuild", "in.jsonl", "--rejects", "-", "--report", "/dev/stdout"),
        ("backup", "-", "--json"),
    ):
        assert "cannot both write to standard output" in cli(*arguments, code=2).stderr
    assert not (cli.folder / "data").exists()
