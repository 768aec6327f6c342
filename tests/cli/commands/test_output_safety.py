"""Safety of output files: protected files, links of other users, and reports of lost output."""

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from search.errors import WriteFailed
from search.files.output_file import OutputFile
from tests.cli.load.test_update import write
from tests.conftest import Cli, clean_environment
from tests.support.other_user import IS_ROOT

GOOD = {"id": "r1", "title": "A", "published": "2020-01-01"}
BAD = {"id": "r2", "title": "B", "published": "soon"}
OTHER = 65_534
LONG = "x" * 300


@pytest.fixture
def loaded(cli: Cli) -> Cli:
    """Return a command line with an index of one article."""
    write(cli.folder / "in.jsonl", GOOD, BAD)
    cli("rebuild", "in.jsonl", code=3)
    return cli


def _shell(cli: Cli, command: str) -> "subprocess.CompletedProcess[str]":
    """Run a shell command, in which `dateline` is the command under test."""
    script = f'dateline() {{ {sys.executable} -m indexer "$@"; }}; {command}'
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=cli.folder,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert "Exception ignored" not in done.stderr, done.stderr
    return done


def _full_device(folder: Path) -> Path:
    """Create a full device, which only root can, or a link to the one of the system."""
    path = folder / "full"
    if IS_ROOT:
        os.mknod(path, 0o666 | stat.S_IFCHR, os.makedev(1, 7))
    else:
        path.symlink_to("/dev/full")
    return path


def _shared_link(folder: Path, target: str) -> Path:
    """Create a link of another user in a shared folder; without root, the link is our own."""
    shared = folder / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    link = shared / "list"
    link.symlink_to(target)
    if IS_ROOT:
        os.lchown(link, OTHER, OTHER)
    return link


@pytest.mark.parametrize(
    "command", ["update in.jsonl --rejects", "update in.jsonl --report", "backup"]
)
@pytest.mark.parametrize("target", ["exists", "missing"])
def test_links_of_others_in_shared_folders_are_not_followed(
    loaded: Cli, command: str, target: str
) -> None:
    """Otherwise anyone could make a nightly job of root replace or create any file."""
    (loaded.folder / "exists").touch()
    link = _shared_link(loaded.folder, f"../{target}")
    if not IS_ROOT:
        # Users' own links are followed, even in a shared folder.
        loaded(*command.split(), link, code=0 if command == "backup" else 3)
        assert link.is_symlink()
        return
    refused = loaded(*command.split(), link, code=1)
    assert "is a link of another user" in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert (loaded.folder / "exists").read_bytes() == b""
    assert not (loaded.folder / "missing").exists()


def test_links_of_others_to_folders_are_not_followed(tmp_path: Path) -> None:
    """Links in parent folders are checked as well; users' own links are followed."""
    (tmp_path / "far").mkdir()
    link = _shared_link(tmp_path, "../far")
    if IS_ROOT:
        with pytest.raises(WriteFailed, match="is a link of another user"):
            OutputFile(link / "list", "the list")
        os.lchown(link, os.geteuid(), os.getegid())
    file = OutputFile(link / "list", "the list")
    file.write(b"new")
    file.close(keep=True)
    assert (tmp_path / "far" / "list").read_bytes() == b"new"


@pytest.mark.parametrize(
    "command", ["update in.jsonl --rejects", "update in.jsonl --report", "backup"]
)
def test_nothing_is_written_into_the_data_folder(loaded: Cli, command: str) -> None:
    """A mistyped name must not overwrite the index or the keys."""
    loaded("keys", "add", "reader")
    data = loaded.folder / "data"
    (loaded.folder / "link").symlink_to("data/live.json")
    before = {path: path.read_bytes() for path in data.rglob("*") if path.is_file()}
    for name in (
        "data/live.json",
        "data/keys.json",
        "data/write.lock",
        "data/generations/new",
        "link",
    ):
        refused = loaded(*command.split(), name, code=1)
        assert "is in the data folder" in refused.stderr
    assert {path: path.read_bytes() for path in data.rglob("*") if path.is_file()} == before


def test_a_backup_replaces_only_empty_files_and_backups(loaded: Cli) -> None:
    """A backup must not overwrite articles or settings."""
    for name in ("in.jsonl", "notes", "dateline.toml"):
        path = loaded.folder / name
        if not path.exists():
            path.write_text("# mine\n")
        before = path.read_bytes()
        refused = loaded("backup", name, code=1)
        assert (
            f"{name} is not a backup by Dateline, and its content would be lost" in refused.stderr
        )
        assert path.read_bytes() == before
    (loaded.folder / "empty.tar").touch()
    for _ in range(2):
        loaded("backup", "empty.tar")
    loaded("restore", "empty.tar")


@pytest.mark.parametrize("option", ["--rejects", "--report"])
def test_a_list_replaces_only_empty_files_and_lists(loaded: Cli, option: str) -> None:
    """An admin's files are kept, whatever their name; the previous list is replaced."""
    for name in ("notes", "dateline.toml", "old.log"):
        (loaded.folder / name).write_text("# mine\n")
        assert "would be lost" in loaded("update", "in.jsonl", option, name, code=1).stderr
        assert (loaded.folder / name).read_text() == "# mine\n"
    (loaded.folder / "list").touch()
    for _ in range(2):
        loaded("update", "in.jsonl", option, "list", code=3)
        assert (loaded.folder / "list").read_bytes().startswith(b"{")


@pytest.mark.parametrize("before", ["missing", "empty"])
def test_no_output_becomes_the_settings(loaded: Cli, before: str) -> None:
    """No command would run until somebody found out why."""
    settings = loaded.folder / "dateline.toml"
    if before == "empty":
        settings.touch()
    for command in ("update in.jsonl --rejects", "update in.jsonl --report", "backup"):
        assert "is the settings file" in loaded(*command.split(), "dateline.toml", code=1).stderr
    assert settings.exists() == (before == "empty")
    (loaded.folder / "other.toml").touch()
    for command in ("update in.jsonl --rejects", "backup"):
        refused = loaded("--config", "other.toml", *command.split(), "other.toml", code=1).stderr
        assert "is the settings file" in refused
    loaded("stats")


def test_a_list_may_be_source_and_target_of_one_command(loaded: Cli) -> None:
    """Rejects are corrected in their file and loaded from it until it is empty."""
    loaded("update", "in.jsonl", "--rejects", "list.jsonl", code=3)
    loaded("update", "list.jsonl", "--rejects", "list.jsonl", code=3)
    path = loaded.folder / "list.jsonl"
    assert path.read_bytes().count(b"\n") == 1
    path.write_bytes(
        path.read_bytes().replace(b'"soon"', b'"2020-01-02"').replace(b'"r2"', b'"r1"')
    )
    loaded("update", "list.jsonl", "--rejects", "list.jsonl")
    assert path.read_bytes() == b""


@pytest.mark.parametrize("option", ["--rejects", "--report"])
def test_a_list_whose_reader_closes_it_is_reported_after_the_load(loaded: Cli, option: str) -> None:
    """The index has changed, so the command reports success and the lost list."""
    write(loaded.folder / "in.jsonl", GOOD | {"title": "Other"}, BAD)
    os.mkfifo(loaded.folder / "pipe")
    reader = threading.Thread(target=lambda: (loaded.folder / "pipe").open("rb").close())
    reader.start()
    done = loaded("update", "in.jsonl", option, "pipe", code=3)
    reader.join(60)
    assert "readers see generation" in done.stdout
    assert done.stderr.count("\n") == 1
    assert "done, but " in done.stderr
    assert "could not be written to pipe: its reader has left" in done.stderr.replace(
        f"{loaded.folder}/", ""
    )


@pytest.mark.parametrize("option", ["--rejects", "--report"])
def test_a_list_on_a_full_disk_is_reported_after_the_load(loaded: Cli, option: str) -> None:
    """A full disk after the swap affects the list, not the index."""
    write(loaded.folder / "in.jsonl", GOOD | {"title": "Other"}, BAD)
    done = loaded("update", "in.jsonl", option, _full_device(loaded.folder), code=3)
    assert "readers see generation" in done.stdout
    assert "done, but " in done.stderr
    assert "there is no room left" in done.stderr


@pytest.mark.parametrize(
    "command", ["update in.jsonl", "delete r1", "rollback --json", "keys add reader", "check"]
)
def test_a_lost_report_does_not_hide_that_the_index_changed(loaded: Cli, command: str) -> None:
    """If the report cannot be written, the exit code still says whether the index changed."""
    write(loaded.folder / "in.jsonl", GOOD, GOOD | {"id": "r3"})
    loaded("update", "in.jsonl")
    write(loaded.folder / "in.jsonl", GOOD | {"title": "Other"})
    full = _full_device(loaded.folder)
    done = _shell(loaded, f"dateline {command} >{full}")
    changes = command != "check"
    assert done.returncode == (3 if changes else 1), done.stderr
    assert "there is no room left" in done.stderr
    assert ("done, but " in done.stderr) == changes


def test_a_report_whose_reader_closes_it_is_reported_after_the_load(loaded: Cli) -> None:
    """Quitting a pager early does not mean that the load failed."""
    write(loaded.folder / "in.jsonl", GOOD | {"title": "Other"})
    for json in ("", "--json"):
        write(loaded.folder / "in.jsonl", GOOD | {"title": f"Other {json}"})
        os.mkfifo(loaded.folder / "pipe")
        done = _shell(
            loaded,
            f"head -c 0 pipe & exec 3>pipe; wait; dateline update in.jsonl {json} >&3; exit $?",
        )
        (loaded.folder / "pipe").unlink()
        assert done.returncode == 3, done.stderr
        assert "done, but the report could not be written" in done.stderr


@pytest.mark.parametrize(
    "command", ["update in.jsonl --rejects", "update in.jsonl --report", "backup"]
)
def test_impossible_names_are_one_clear_line(loaded: Cli, command: str) -> None:
    """A link to itself and a name of 300 letters give one line, not a traceback."""
    (loaded.folder / "loop").symlink_to("loop")
    for name, reason in (
        ("loop", "Too many levels of symbolic links"),
        (LONG, "File name too long"),
    ):
        refused = loaded(*command.split(), name, code=1)
        assert reason in refused.stderr
        assert refused.stderr.count("\n") == 1


@pytest.mark.parametrize("other", ["x", "./x", "sub/../x", "link", "there/x", "/dev/fd/3"])
def test_two_lists_in_one_file_are_refused(cli: Cli, other: str) -> None:
    """The second list would replace the first."""
    write(cli.folder / "in.jsonl", GOOD, BAD)
    (cli.folder / "sub").mkdir()
    (cli.folder / "link").symlink_to("x")
    (cli.folder / "there").symlink_to(".")
    done = _shell(cli, f"exec 3>x; dateline rebuild in.jsonl --rejects x --report {other}")
    assert done.returncode == 2, done.stderr
    assert "--rejects and --report cannot both write to" in done.stderr
    assert not (cli.folder / "data").exists()


@pytest.mark.parametrize(
    "command", ["update in.jsonl --rejects", "update in.jsonl --report", "backup"]
)
def test_an_empty_name_is_refused(loaded: Cli, command: str) -> None:
    """An unset variable of a script means neither a file nor standard output."""
    before = sorted(loaded.folder.iterdir())
    assert "must not be empty" in loaded(*command.split(), "", code=2).stderr
    assert sorted(loaded.folder.iterdir()) == before


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("backup - >&-", "standard output"),
        ("backup /dev/stdout >&-", "/dev/stdout"),
        ("backup /dev/fd/3", "/dev/fd/3"),
        ("backup /dev/fd/4", "/dev/fd/4"),
        ("export >&-", "standard output"),
        ("update in.jsonl --rejects /dev/fd/3", "/dev/fd/3"),
        ("update in.jsonl --report - >&-", "standard output"),
    ],
)
def test_a_closed_descriptor_is_not_written(loaded: Cli, command: str, name: str) -> None:
    """Its number may be reused for a file of the index."""
    done = _shell(loaded, f"dateline {command}")
    assert done.returncode == 1
    assert f"{name} is not open" in done.stderr
    loaded("check")


def test_commands_run_without_standard_descriptors(loaded: Cli) -> None:
    """Some jobs are started with closed descriptors; messages must not end up in our files."""
    write(loaded.folder / "in.jsonl", GOOD | {"title": "Other"})
    for command in ("update in.jsonl", "stats --json", "keys list", "check --json"):
        assert _shell(loaded, f"dateline {command} <&- >&- 2>&-").returncode == 0, command
        assert _shell(loaded, f"dateline {command} >&-").returncode == 0, command
    loaded("check")


def test_lists_are_appended_with_shell_redirection(loaded: Cli) -> None:
    """`>>` appends, under each name of standard output."""
    log = loaded.folder / "app.jsonl"
    log.write_text('{"mine": 1}\n')
    for number, name in enumerate(("-", "/dev/stdout", "/dev/fd/1"), start=1):
        assert (
            _shell(loaded, f"dateline update in.jsonl --rejects {name} >>app.jsonl").returncode == 3
        )
        assert log.read_text().startswith('{"mine": 1}\n{"origin":"in.jsonl"')
        assert log.read_text().count("\n") == 1 + number
