"""Users with write access to a data folder cannot redirect or block commands of other users."""

import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from search.data_dir.query_stats import QueryStats, QueryStatsUnreadable
from search.data_dir.query_stats_limits import DailyQuery, QueryTotals
from search.engines.tantivy import writer as tantivy_writer
from search.engines.tantivy.store import TantivyStore
from search.errors import InvalidSettings, WriteFailed
from search.ranking.tuning import Tuning
from tests.cli.load.test_update import generation, load, record, write
from tests.conftest import ROOT, Cli, clean_environment
from tests.support.other_user import IS_ROOT, OtherUser, open_folder
from web.limits.rate_limit import RateLimit

GROUP = 61_000
ARCHIVE = OtherUser(61_001, GROUP, umask=0o027)
SERVER = OtherUser(61_002, 61_002, groups=[GROUP], umask=0o027)
SECRET = "only root may read this"


def _loaded(cli: Cli) -> Path:
    """Load an article, write the source for the next load, and return the data folder."""
    load(cli, "rebuild", write(cli.folder / "in.jsonl", record(1)))
    write(cli.folder / "in.jsonl", record(2))
    return cli.folder / "data"


def _secret(cli: Cli) -> Path:
    path = cli.folder / "elsewhere"
    path.mkdir()
    (path / "secret").write_text(SECRET)
    (path / "secret").chmod(0o600)
    return path


def _live(data: Path) -> str:
    return str(json.loads((data / "live.json").read_bytes())["live"])


def _run(cli: Cli, command: str, umask: int) -> None:
    subprocess.run(
        [sys.executable, "-m", "indexer", *command.split()],
        cwd=cli.folder,
        env=clean_environment(),
        umask=umask,
        check=True,
    )


def _mode(path: Path) -> str:
    return f"{stat.S_IMODE(path.stat().st_mode):03o}"


@pytest.mark.parametrize("name", ["generations", "building"])
@pytest.mark.parametrize("command", ["rebuild in.jsonl", "update in.jsonl", "delete r1"])
def test_a_folder_that_is_a_link_is_refused(cli: Cli, name: str, command: str) -> None:
    """A load deletes old generations, and would delete other files behind the link."""
    data = _loaded(cli)
    elsewhere = _secret(cli)
    (data / name).rename(cli.folder / "before")
    (data / name).symlink_to(elsewhere)
    if name == "generations":
        shutil.copytree(cli.folder / "before", elsewhere, dirs_exist_ok=True)
    before = sorted(elsewhere.rglob("*"))
    stderr = cli(*command.split(), code=1).stderr
    assert f"data/{name} is a link" in stderr, stderr
    assert "nothing changed" in stderr
    assert sorted(elsewhere.rglob("*")) == before
    (data / name).unlink()
    (cli.folder / "before").rename(data / name)
    cli("update", "in.jsonl")


@pytest.mark.parametrize("name", ["x.json", "index/x.store", "x.store"])
def test_an_update_copies_only_listed_files(cli: Cli, name: str) -> None:
    """Otherwise an update by root would publish a private file through a link in a generation."""
    data = _loaded(cli)
    elsewhere = _secret(cli)
    before = generation(cli)
    (data / "generations" / before / name).symlink_to(elsewhere / "secret")
    (data / "generations" / before / "note.json").write_text("{}")
    load(cli, "update", cli.folder / "in.jsonl")
    live = data / "generations" / generation(cli)
    assert live.name != before
    assert not os.path.lexists(live / name)
    assert not (live / "note.json").exists()
    assert json.loads(cli("stats", "--json").stdout)["articles"] == 2


@pytest.mark.parametrize("name", ["catalog.sqlite", "words.bin", "index/meta.json"])
@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_a_listed_file_of_another_kind_is_damage(cli: Cli, name: str, kind: str) -> None:
    """A link instead of a listed file is not followed, and a pipe does not block."""
    data = _loaded(cli)
    before = generation(cli)
    path = data / "generations" / before / name
    if kind == "link":
        path.rename(cli.folder / "moved")
        path.symlink_to(cli.folder / "moved")
    else:
        path.unlink()
        os.mkfifo(path)
    stderr = cli("update", "in.jsonl", code=1).stderr
    assert "check --repair" in stderr, stderr
    assert _live(data) == before
    cli("rebuild", "in.jsonl", "--force")
    assert not (data / "generations" / _live(data) / name).is_symlink()


def test_a_linked_index_folder_is_damage(cli: Cli) -> None:
    """Below a link, listed files would be files of another folder."""
    data = _loaded(cli)
    before = generation(cli)
    index = data / "generations" / before / "index"
    index.rename(cli.folder / "moved")
    index.symlink_to(cli.folder / "moved")
    assert "index is a link" in cli("update", "in.jsonl", code=1).stderr
    assert _live(data) == before


@pytest.mark.parametrize("name", ["../../elsewhere", "/etc", ".."])
def test_names_of_generations_cannot_leave_the_data_folder(cli: Cli, name: str) -> None:
    """Nothing outside of the data folder is read or copied as a generation."""
    data = _loaded(cli)
    shutil.copytree(data / "generations" / generation(cli), cli.folder / "elsewhere")
    (data / "live.json").write_text(
        json.dumps({"live": name, "previous": None, "history": [name, "x"]})
    )
    stderr = cli("update", "in.jsonl", code=1).stderr
    assert "live.json cannot be read" in stderr, stderr


def test_a_linked_generation_is_not_copied(cli: Cli) -> None:
    """Otherwise a private index of another user would become a readable generation."""
    data = _loaded(cli)
    folder = data / "generations" / generation(cli)
    folder.rename(cli.folder / "elsewhere")
    folder.symlink_to(cli.folder / "elsewhere")
    assert f"{folder.name} is a link" in cli("update", "in.jsonl", code=1).stderr


@pytest.mark.parametrize(
    ("name", "command"), [("write.lock", "update in.jsonl"), ("keys.lock", "keys add monitor")]
)
@pytest.mark.parametrize("kind", ["link", "dangling link", "pipe", "folder"])
def test_a_lock_must_be_a_file(cli: Cli, name: str, command: str, kind: str) -> None:
    """Through a link, a command would empty a file, or create one and change its owner."""
    data = _loaded(cli)
    elsewhere = _secret(cli)
    lock = data / name
    lock.unlink(missing_ok=True)
    if kind == "pipe":
        os.mkfifo(lock)
    elif kind == "folder":
        lock.mkdir()
    else:
        lock.symlink_to(elsewhere / ("secret" if kind == "link" else "new"))
    stderr = cli(*command.split(), code=1).stderr
    assert f"{name} is a {kind.removeprefix('dangling ')}" in stderr, stderr
    assert f"{name}; nothing changed" not in stderr
    assert "remove it" in stderr
    assert [path.name for path in elsewhere.iterdir()] == ["secret"]
    assert (elsewhere / "secret").read_text() == SECRET
    if kind == "folder":
        lock.rmdir()
    else:
        lock.unlink()
    cli(*command.split())


def test_a_lock_created_by_root_belongs_to_the_owner_of_the_folder(cli: Cli) -> None:
    """The user of the nightly load must be able to write the lock."""
    data = _loaded(cli)
    (data / "write.lock").unlink()
    owner = (61_001, GROUP) if IS_ROOT else (os.geteuid(), data.stat().st_gid)
    os.chown(data, *owner)
    cli("update", "in.jsonl")
    status = (data / "write.lock").stat()
    assert (status.st_uid, status.st_gid) == owner


def test_modes_of_a_load_with_a_strict_umask_are_corrected_by_the_next(cli: Cli) -> None:
    """One load in a root shell must not lock out the server for ever."""
    write(cli.folder / "in.jsonl", record(1))
    _run(cli, "rebuild in.jsonl", 0o022)
    data = cli.folder / "data"
    _run(cli, "keys add monitor", 0o077)
    for name in ("generations", "building"):
        (data / name).chmod(0o700)
    for name in ("live.json", "write.lock"):
        (data / name).chmod(0o600)
    write(cli.folder / "in.jsonl", record(2))
    _run(cli, "update in.jsonl", 0o027)
    modes = {
        name: _mode(data / name)
        for name in ("live.json", "write.lock", "generations", "building", "keys.json")
    }
    assert modes == {
        "live.json": "640",
        "write.lock": "640",
        "generations": "750",
        "building": "750",
        "keys.json": "640",
    }
    _run(cli, "update in.jsonl", 0o077)
    assert {name: _mode(data / name) for name in modes} == modes


def test_a_server_can_read_again_after_a_load_with_the_right_umask() -> None:
    """A load with a strict umask locks out the server's user only until the next load."""
    with open_folder() as folder:
        data = folder / "data"
        write(folder / "in.jsonl", record(1)).chmod(0o644)
        data.mkdir()
        if not IS_ROOT:
            data.chmod(0o750)
            return
        for path in (folder, data):
            os.chown(path, ARCHIVE.user, GROUP)
        OtherUser(ARCHIVE.user, GROUP, umask=0o077).run("rebuild", "in.jsonl", folder=folder)
        write(folder / "in.jsonl", record(2)).chmod(0o644)
        ARCHIVE.run("update", "in.jsonl", folder=folder)
        assert json.loads(SERVER.run("stats", "--json", folder=folder))["articles"] == 2


def test_files_named_like_old_temporary_files_stay(cli: Cli) -> None:
    """Files next to an output are never removed, whatever their name."""
    _loaded(cli)
    write(cli.folder / "in.jsonl", record(2), {"id": "bad"})
    for name in ("backup.tar.new", "list.jsonl.new", "report.jsonl.new"):
        (cli.folder / name).write_text("precious")
    cli("backup", "backup.tar")
    cli("update", "in.jsonl", "--rejects", "list.jsonl", "--report", "report.jsonl", code=3)
    for name in ("backup.tar", "list.jsonl", "report.jsonl"):
        assert (cli.folder / f"{name}.new").read_text() == "precious"
        assert (cli.folder / name).stat().st_size
    assert not list(cli.folder.rglob("*dateline-new"))


def test_temporary_files_of_a_killed_run_are_removed(cli: Cli) -> None:
    """Names of an older release are included; nothing else uses them in a data folder."""
    data = _loaded(cli)
    for name in (
        "live.json.new",
        ".live.json.dateline-new",
        "keys.json.new",
        ".keys.json.dateline-new",
    ):
        (data / name).write_text("half a dra")
    cli("update", "in.jsonl")
    cli("keys", "add", "monitor")
    assert not [path.name for path in data.iterdir() if path.name.endswith("new")]


@pytest.mark.parametrize("name", ["live.json", "keys.json"])
def test_a_folder_named_like_a_temporary_file_is_reported(cli: Cli, name: str) -> None:
    """The message names the folder; a folder with the name of older releases does no harm."""
    data = _loaded(cli)
    command = ("update", "in.jsonl") if name == "live.json" else ("keys", "add", "monitor")
    (data / f"{name}.new").mkdir()
    (data / f".{name}.dateline-new").mkdir()
    stderr = cli(*command, code=1).stderr
    assert f"data/.{name}.dateline-new is a folder; remove it" in stderr, stderr
    (data / f".{name}.dateline-new").rmdir()
    cli(*command)
    assert (data / f"{name}.new").is_dir()


@pytest.mark.parametrize("name", ["live.json", "keys.json"])
@pytest.mark.parametrize("kind", ["pipe", "folder"])
def test_pipes_and_folders_instead_of_files_do_not_block(cli: Cli, name: str, kind: str) -> None:
    """A pipe without a writer would block every command and every request for ever."""
    data = _loaded(cli)
    (data / name).unlink(missing_ok=True)
    if kind == "pipe":
        os.mkfifo(data / name)
    else:
        (data / name).mkdir()
    stderr = cli(*(["stats"] if name == "live.json" else ["keys", "list"]), code=1).stderr
    assert f"{name} cannot be read (" in stderr, stderr
    assert "is a" in stderr.lower()


@pytest.mark.parametrize("kind", ["link to a file", "link to nothing", "pipe"])
def test_counts_are_written_to_no_link(tmp_path: Path, kind: str) -> None:
    """SQLite follows links, and makes what is not there: a server of root would write outside of its folder."""
    data, elsewhere = tmp_path / "data", tmp_path / "elsewhere"
    data.mkdir()
    for name in ("queries.sqlite", "limits.sqlite"):
        if kind == "pipe":
            os.mkfifo(data / name)
        else:
            (data / name).symlink_to(elsewhere)
    if kind == "link to a file":
        with closing(sqlite3.connect(elsewhere)) as other:
            other.execute("CREATE TABLE other (a)")
    before = elsewhere.read_bytes() if elsewhere.exists() else None
    what = "a pipe" if kind == "pipe" else "a link"
    counts = QueryStats(data)
    with pytest.raises(QueryStatsUnreadable, match=f"queries.sqlite is {what}; remove it"):
        counts.add({DailyQuery("2026-03-04", "tugs"): QueryTotals(1, 0, 1.0, 1.0)})
    if kind == "link to a file":
        with pytest.raises(QueryStatsUnreadable, match="is a link; remove it"):
            counts.read("top", 30, 10)
    with pytest.raises(InvalidSettings, match=f"it is {what}; remove it"):
        RateLimit("60/minute", data)
    assert (elsewhere.read_bytes() if elsewhere.exists() else None) == before


@pytest.mark.parametrize("moment", ["filled", "written"])
def test_a_build_whose_folder_is_exchanged_writes_nothing_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """The owner of the data folder may rename what root builds in it, and put links in its place."""
    secret = tmp_path / "secret"
    secret.write_text(SECRET)
    store = TantivyStore(tmp_path / "data", Tuning())
    name, writer = store.create()
    built = tmp_path / "data" / "building" / name

    def exchange(_searcher: object = None) -> tuple[str, ...]:
        built.rename(built.with_name("moved"))
        built.mkdir()
        for each in ("generation.json", "words.bin", "catalog.sqlite"):
            (built / each).symlink_to(secret)
        (built / "index").symlink_to(tmp_path)
        return ()

    if moment == "filled":
        exchange()
    else:
        monkeypatch.setattr(tantivy_writer, "languages_in", exchange)
    with pytest.raises(
        WriteFailed, match=r"put something else in the place of the folder; nothing changed"
    ):
        writer.commit({})
    writer.abort()
    assert secret.read_text() == SECRET
    # A thread of Tantivy opens its own, empty lock file by path, wherever that leads.
    names = sorted(path.name for path in tmp_path.iterdir())
    assert [name for name in names if name != ".tantivy-meta.lock"] == ["data", "secret"]


def test_files_of_a_generation_are_made_and_never_found(tmp_path: Path) -> None:
    """A group that may write in the folder of a build may put links in the place of what comes last."""
    secret = tmp_path / "secret"
    secret.write_text(SECRET)
    store = TantivyStore(tmp_path / "data", Tuning())
    name, writer = store.create()
    for each in ("generation.json", "words.bin"):
        (tmp_path / "data" / "building" / name / each).symlink_to(secret)
    writer.commit({})
    assert secret.read_text() == SECRET
    assert not (tmp_path / "data" / "generations" / name / "generation.json").is_symlink()


def test_keys_behind_a_link_are_not_copied_into_the_folder(cli: Cli) -> None:
    """The list of another service, which root alone may read, would come into a file of the folder's owner."""
    data = _loaded(cli)
    cli("keys", "add", "one")
    other = cli.folder / "other.json"
    (data / "keys.json").rename(other)
    before = other.read_bytes()
    (data / "keys.json").symlink_to(other)
    assert "keys.json is a link" in cli("keys", "add", "two", code=1).stderr
    assert (data / "keys.json").is_symlink()
    assert other.read_bytes() == before


def test_a_data_folder_that_is_a_file_is_not_called_closed(cli: Cli) -> None:
    """`chmod u+rwX` helps nobody there."""
    path = cli.folder / "file"
    path.write_bytes(b"")
    said = cli("--data", str(path), "stats", code=1).stderr
    assert "chmod" not in said
    assert "there is no index in" in said


def test_a_deleted_working_directory_is_reported(tmp_path: Path) -> None:
    """The message says so in one line, without a traceback."""
    gone = tmp_path / "gone"
    gone.mkdir()
    script = 'rmdir "$PWD"; exec "$0" -m indexer stats'
    done = subprocess.run(
        ["sh", "-c", script, sys.executable],
        cwd=gone,
        env=clean_environment() | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "the working directory was deleted" in done.stderr
