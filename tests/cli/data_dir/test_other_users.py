"""One user loads and another serves: permissions follow the umask, and refusals are explained."""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from search.engines import open_store
from search.errors import IndexForbidden, WriteFailed
from search.index.protocols import GenerationStore
from tests.cli.load.test_update import record, write
from tests.conftest import Cli, article, build, clean_environment
from tests.support.other_user import IS_ROOT, OtherUser, open_folder

DATELINE = [sys.executable, "-m", "indexer"]
GROUP = 61_000
ARCHIVE = OtherUser(61_001, GROUP, umask=0o027)
SERVER = OtherUser(61_002, 61_002, groups=[GROUP], umask=0o027)
STRANGER = OtherUser(61_003, 61_003)
READING = (["stats"], ["check"], ["search", "title"], ["export"], ["backup", "-"])
WRITING = (
    ["rebuild", "in.jsonl"],
    ["update", "in.jsonl"],
    ["delete", "r1"],
    ["rollback"],
    ["check", "--repair"],
)


@pytest.fixture
def folder() -> Iterator[Path]:
    """Yield a folder that every user may enter, with a file to load."""
    with open_folder() as path:
        write(path / "in.jsonl", record(1), record(2)).chmod(0o644)
        yield path


def _modes(data: Path) -> dict[str, str]:
    return {
        path.relative_to(data).as_posix(): f"{stat.S_IMODE(path.stat().st_mode):o}"
        for path in data.rglob("*")
        if not path.name.startswith(".tantivy-")
    }


def _expected(data: Path, umask: int) -> dict[str, str]:
    return {
        name: f"{(0o777 if (data / name).is_dir() else 0o666) & ~umask:o}" for name in _modes(data)
    }


@pytest.mark.parametrize("umask", [0o022, 0o027, 0o002, 0o077])
def test_every_file_of_an_index_follows_the_umask(cli: Cli, umask: int) -> None:
    """Tantivy creates some files for their owner only, whatever the umask."""
    source = write(cli.folder / "in.jsonl", *(record(number) for number in range(30)))
    commands = (
        "rebuild in.jsonl",
        "update in.jsonl",
        "delete r3",
        "backup b.tar",
        "restore b.tar",
        "update in.jsonl",
    )
    for number, command in enumerate(commands):
        write(
            source,
            *(
                record(article_number, title=f"Version {number} of {article_number}")
                for article_number in range(30)
            ),
        )
        done = subprocess.run(
            [*DATELINE, *command.split()],
            cwd=cli.folder,
            env=clean_environment(),
            umask=umask,
            check=False,
        )
        assert done.returncode == 0
        assert _modes(cli.folder / "data") == _expected(cli.folder / "data", umask)
    (cli.folder / "data" / "generations" / _live(cli.folder) / "catalog.sqlite").unlink()
    subprocess.run(
        [*DATELINE, "check", "--repair"],
        cwd=cli.folder,
        env=clean_environment(),
        umask=umask,
        check=True,
    )
    assert _modes(cli.folder / "data") == _expected(cli.folder / "data", umask)
    assert stat.S_IMODE((cli.folder / "b.tar").stat().st_mode) == 0o666 & ~umask


def test_a_stricter_umask_keeps_the_modes_of_the_previous_generation(cli: Cli) -> None:
    """An update shares files with the live generation, which must stay readable until the swap."""
    write(cli.folder / "in.jsonl", *(record(number) for number in range(30)))
    cli("rebuild", "in.jsonl")
    first = cli.folder / "data" / "generations" / _live(cli.folder)
    write(cli.folder / "in.jsonl", record(1, title="New"))
    subprocess.run(
        [*DATELINE, "update", "in.jsonl"],
        cwd=cli.folder,
        env=clean_environment(),
        umask=0o077,
        check=True,
    )
    second = first.parent / _live(cli.folder)
    assert second != first
    assert {mode for name, mode in _modes(first).items() if (first / name).is_file()} == {"644"}
    assert f"{stat.S_IMODE(second.stat().st_mode):o}" == "700"


def test_one_user_loads_and_another_of_the_group_serves(folder: Path) -> None:
    """The server of one user shows what the cron job of another user loads."""
    if not _is_loaded_by_archive(folder):
        return
    # As documented in docs/admin.md.
    (folder / "data").chmod(0o3770)
    for command in READING:
        SERVER.run(*command, folder=folder)
    process = SERVER.start("serve", "--port", "0", "--workers", "1", folder=folder)
    try:
        url = _address(process)
        assert httpx.get(f"{url}/api/v1/search?q=title", timeout=20).json()["total"] == 2
        write(folder / "in.jsonl", record(3)).chmod(0o644)
        ARCHIVE.run("update", "in.jsonl", folder=folder)
        assert httpx.get(f"{url}/api/v1/search?q=title", timeout=20).json()["total"] == 3
    finally:
        process.terminate()
        output, _ = process.communicate(timeout=20)
    assert " error " not in output
    assert "title" in ARCHIVE.run("queries", folder=folder)
    counts = (folder / "data" / "queries.sqlite").stat()
    assert (counts.st_uid, counts.st_gid, stat.S_IMODE(counts.st_mode)) == (
        SERVER.user,
        GROUP,
        0o640,
    )


def test_an_index_of_another_user_is_reported(folder: Path) -> None:
    """A repair without read permission would not help, and could lose unreadable articles."""
    if not _is_loaded_by_archive(folder):
        return
    before = _snapshot(folder)
    for command in (*READING, *WRITING):
        stderr = STRANGER.run(*command, folder=folder, code=1)
        assert f"belongs to another user: its owner is {ARCHIVE.user}" in stderr, stderr
        assert f"chown -R {STRANGER.user}" in stderr
        assert "repair" not in stderr
        assert stderr.count("\n") == 1
    process = STRANGER.start("serve", "--port", "0", "--workers", "1", folder=folder)
    try:
        assert httpx.get(f"{_address(process)}/readyz", timeout=20).status_code == 503
    finally:
        process.terminate()
        output, _ = process.communicate(timeout=20)
    assert f"belongs to another user: its owner is {ARCHIVE.user}" in output
    assert _snapshot(folder) == before


def test_modes_of_an_older_release_are_corrected_by_the_next_load(folder: Path) -> None:
    """Older releases left files with mode 0600; one load of the owner makes them readable."""
    if not _is_loaded_by_archive(folder):
        return
    for path in (folder / "data" / "generations" / _live(folder) / "index").glob("*.json"):
        path.chmod(0o600)
    (folder / "data").chmod(0o2775)
    stderr = SERVER.run("stats", folder=folder, code=1)
    assert "its mode 0600" in stderr
    assert f"chmod -R g+rX {folder}/data/generations" in stderr
    # A rebuild without read permission would treat the live index as damaged and skip its checks.
    assert "belongs to another user" in SERVER.run("rebuild", "in.jsonl", folder=folder, code=1)
    write(folder / "in.jsonl", record(3)).chmod(0o644)
    ARCHIVE.run("update", "in.jsonl", folder=folder)
    SERVER.run("stats", folder=folder)


def test_files_written_by_root_belong_to_the_owner_of_the_folder(folder: Path) -> None:
    """One load by root must not block the user of the nightly load."""
    if not _is_loaded_by_archive(folder):
        return
    write(folder / "in.jsonl", record(3)).chmod(0o644)
    Cli(folder)("update", "in.jsonl")
    assert {(path.stat().st_uid, path.stat().st_gid) for path in (folder / "data").rglob("*")} == {
        (ARCHIVE.user, GROUP)
    }
    for number in range(4, 7):
        write(folder / "in.jsonl", record(number)).chmod(0o644)
        ARCHIVE.run("update", "in.jsonl", folder=folder)
    assert len(list((folder / "data" / "generations").iterdir())) == 2


def test_undeletable_generations_do_not_stop_a_load(folder: Path) -> None:
    """Generations that an older release wrote as root only cost disk space."""
    if not _is_loaded_by_archive(folder):
        return
    first = folder / "data" / "generations" / _live(folder)
    for path in (first, *first.rglob("*")):
        os.chown(path, 0, 0)
        path.chmod(0o755 if path.is_dir() else 0o644)
    stderr = ""
    for number in range(3, 6):
        write(folder / "in.jsonl", record(number)).chmod(0o644)
        stderr += ARCHIVE.run("update", "in.jsonl", folder=folder)
    assert f"{first.name} is no longer needed and cannot be removed" in stderr
    assert first.is_dir()
    assert json.loads(SERVER.run("stats", "--json", folder=folder))["articles"] == 5


def test_the_folder_of_builds_is_emptied_without_following_links(
    tmp_path: Path,
) -> None:
    """Each load deletes its content, so it must not be another folder behind a link."""
    store = open_store("tantivy", tmp_path / "data")
    build(store, [article(1)])
    building, elsewhere = tmp_path / "data" / "building", tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious").touch()
    (building / "stray").touch()
    (building / "link").symlink_to(elsewhere)
    with store.exclusive("test", 0):
        store.clear(2)
    assert list(building.iterdir()) == []
    shutil.rmtree(building)
    building.symlink_to(elsewhere)
    with (
        pytest.raises(WriteFailed, match=r"building is a link.*rm .*nothing changed"),
        store.exclusive("test", 0),
    ):
        pass
    assert (elsewhere / "precious").exists()


def test_a_read_only_lock_file_can_be_locked(store: GenerationStore, tmp_path: Path) -> None:
    """The lock file of another user of the group can be opened, but not written."""
    with store.exclusive("first", 0):
        pass
    for lock in tmp_path.rglob("write.lock"):
        lock.chmod(0o444)
    with store.exclusive("second", 0):
        pass


def _is_loaded_by_archive(folder: Path) -> bool:
    """Give the folder to ARCHIVE, load as ARCHIVE, and return True.

    This needs root. Without root, check a similar case with modes instead.
    """
    if not IS_ROOT:
        _check_unreadable_for_owner(folder)
        return False
    os.chown(folder, ARCHIVE.user, GROUP)
    ARCHIVE.run("rebuild", "in.jsonl", folder=folder)
    return True


def _check_unreadable_for_owner(folder: Path) -> None:
    """Check that a file that its owner may not read is not reported as damaged."""
    store = open_store("tantivy", folder / "data")
    name = build(store, [article(1)])
    path = folder / "data" / "generations" / name / "index" / "meta.json"
    path.chmod(0o000)
    with pytest.raises(IndexForbidden, match="its mode is 0000; run chmod u\\+rwX"):
        open_store("tantivy", folder / "data").current()
    path.chmod(0o644)
    open_store("tantivy", folder / "data").current()


def _live(folder: Path) -> str:
    return str(json.loads((folder / "data" / "live.json").read_bytes())["live"])


def _snapshot(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    return {
        str(path): (
            path.stat().st_mode,
            path.stat().st_uid,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in folder.rglob("*")
        if not path.name.startswith(".tantivy-")
    }


def _address(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if match := re.search(r"http://127\.0\.0\.1:\d+", line):
            return match[0]
    raise AssertionError("the server did not start")
