"""One user loads, another serves: what the umask allows works, and what it does not is called by its name."""

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
    """Give a folder that every user may enter, with a file to load and the index of it."""
    with open_folder() as made:
        write(made / "in.jsonl", record(1), record(2)).chmod(0o644)
        yield made


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
    """Tantivy makes its lists for their owner alone, whatever the umask, in each new generation."""
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
        write(source, *(record(each, title=f"Version {number} of {each}") for each in range(30)))
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


def test_a_stricter_umask_takes_nothing_from_the_generation_before(cli: Cli) -> None:
    """An update shares files with the generation that readers see, who must not lose them before the swap."""
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
    """Cron and the service of the documents are two users: a night's load is shown by the server of the other."""
    if not _is_loaded_by_archive(folder):
        return
    # As docs/admin.md makes it.
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
        said, _ = process.communicate(timeout=20)
    assert " error " not in said
    assert "title" in ARCHIVE.run("queries", folder=folder)
    counts = (folder / "data" / "queries.sqlite").stat()
    assert (counts.st_uid, counts.st_gid, stat.S_IMODE(counts.st_mode)) == (
        SERVER.user,
        GROUP,
        0o640,
    )


def test_an_index_that_belongs_to_another_user_is_called_so(folder: Path) -> None:
    """«check --repair» mends nothing where the right to read is missing, and may lose what it cannot read."""
    if not _is_loaded_by_archive(folder):
        return
    before = _snapshot(folder)
    for command in (*READING, *WRITING):
        said = STRANGER.run(*command, folder=folder, code=1)
        assert f"belongs to another user: its owner is {ARCHIVE.user}" in said, said
        assert f"chown -R {STRANGER.user}" in said
        assert "repair" not in said
        assert said.count("\n") == 1
    process = STRANGER.start("serve", "--port", "0", "--workers", "1", folder=folder)
    try:
        assert httpx.get(f"{_address(process)}/readyz", timeout=20).status_code == 503
    finally:
        process.terminate()
        said, _ = process.communicate(timeout=20)
    assert f"belongs to another user: its owner is {ARCHIVE.user}" in said
    assert _snapshot(folder) == before


def test_an_index_of_the_release_before_is_mended_by_the_next_load(folder: Path) -> None:
    """Its lists have mode 0600; one load of its owner, and everybody whom the umask lets can read it."""
    if not _is_loaded_by_archive(folder):
        return
    for path in (folder / "data" / "generations" / _live(folder) / "index").glob("*.json"):
        path.chmod(0o600)
    (folder / "data").chmod(0o2775)
    said = SERVER.run("stats", folder=folder, code=1)
    assert "its mode 0600" in said
    assert f"chmod -R g+rX {folder}/data/generations" in said
    # A rebuild by who cannot read the live index would take it for damaged, and its checks would not hold.
    assert "belongs to another user" in SERVER.run("rebuild", "in.jsonl", folder=folder, code=1)
    write(folder / "in.jsonl", record(3)).chmod(0o644)
    ARCHIVE.run("update", "in.jsonl", folder=folder)
    SERVER.run("stats", folder=folder)


def test_what_root_writes_belongs_to_the_owner_of_the_folder(folder: Path) -> None:
    """One load by root must not keep the user who loads every night from going on."""
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


def test_what_root_left_behind_before_does_not_keep_a_load_from_its_end(folder: Path) -> None:
    """Generations that an older release wrote as root cannot be deleted by the user who loads; that costs room, no more."""
    if not _is_loaded_by_archive(folder):
        return
    first = folder / "data" / "generations" / _live(folder)
    for path in (first, *first.rglob("*")):
        os.chown(path, 0, 0)
        path.chmod(0o755 if path.is_dir() else 0o644)
    said = ""
    for number in range(3, 6):
        write(folder / "in.jsonl", record(number)).chmod(0o644)
        said += ARCHIVE.run("update", "in.jsonl", folder=folder)
    assert f"{first.name} is no longer needed and cannot be removed" in said
    assert first.is_dir()
    assert json.loads(SERVER.run("stats", "--json", folder=folder))["articles"] == 5


def test_files_left_in_the_folder_of_builds_are_removed_and_links_are_not_followed(
    tmp_path: Path,
) -> None:
    """Each load deletes everything in there, so it must never be somebody's folder behind a link."""
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


def test_a_lock_of_another_user_of_the_group_is_locked_all_the_same(
    store: GenerationStore, tmp_path: Path
) -> None:
    """A lock needs a file that can be opened, not one that can be written."""
    with store.exclusive("first", 0):
        pass
    for lock in tmp_path.rglob("write.lock"):
        lock.chmod(0o444)
    with store.exclusive("second", 0):
        pass


def _is_loaded_by_archive(folder: Path) -> bool:
    """Give the folder to ARCHIVE and let it load; only root can, so another user tries the like of it with modes."""
    if not IS_ROOT:
        _closed_to_its_owner(folder)
        return False
    os.chown(folder, ARCHIVE.user, GROUP)
    ARCHIVE.run("rebuild", "in.jsonl", folder=folder)
    return True


def _closed_to_its_owner(folder: Path) -> None:
    """Without other users, check that a file which its owner may not read is not called damaged either."""
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
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            return found[0]
    raise AssertionError("the server did not start")
