"""The command line, run in a process of its own."""

import gzip
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from indexer.__main__ import WRITING
from indexer.cli.base import cli as group
from indexer.cli.main import COMMANDS
from search.engines.tantivy.storage.schema import SCHEMA_VERSION
from tests.support.cli import Cli, clean_environment
from tests.support.paths import ROOT, SAMPLE


def lines(*records: object) -> str:
    """Return records as JSON Lines."""
    return "".join(json.dumps(record) + "\n" for record in records)


GOOD = {"id": "g1", "title": "Good", "published": "2020-01-01"}


def test_rebuild_then_every_reading_command(cli: Cli) -> None:
    """The same articles are in stats, check, search and export after a rebuild."""
    report = json.loads(cli("rebuild", SAMPLE, "--json").stdout)
    assert set(report) >= {
        "read",
        "added",
        "changed",
        "unchanged",
        "deleted",
        "rejected",
        "seconds",
        "replaced",
    }
    assert (report["read"], report["added"], report["rejected"]) == (42, 42, 0)
    statistics = json.loads(cli("stats", "--json").stdout)
    assert (statistics["articles"], statistics["segments"]) == (42, 1)
    assert json.loads(cli("check", "--json").stdout)["ok"] is True
    results = json.loads(
        cli("search", "permanent", "--region", "Middle East & North Africa", "--json").stdout
    )
    assert [hit["id"][:11] for hit in results["hits"]] == ["a-permanent"]
    assert "1 article" in cli("search", "permanent tugs", "--match", "all").stdout
    themes = ("search", "--json", "--theme", "Global Economy", "--theme", "Law and Justice")
    either, both = (
        json.loads(cli(*themes, "--theme-match", match).stdout)["total"] for match in ("any", "all")
    )
    assert 0 < both < either
    ids = [hit["id"] for hit in json.loads(cli("search", "--json").stdout)["hits"]][:2]
    named = ("search", "--json", "--id", ids[0], "--id", ids[1], "--id", "none", "--id", ids[0])
    assert json.loads(cli(*named).stdout)["total"] == 2
    assert len(cli("export").stdout.splitlines()) == 42


def test_a_search_says_what_it_did_to_the_text(cli: Cli) -> None:
    """A search on the terminal reports every rewriting of its query."""
    cli("rebuild", SAMPLE)
    assert "nothing matches 'flamigos'; these match 'flamingos'" in cli("search", "flamigos").stdout
    assert "also searching United Kingdom, Britain" in cli("search", "UK OR river").stdout
    reversed_days = cli("search", "--from", "2020-01-01", "--to", "2010-01-01").stdout
    assert "0 articles\nthe first day is after the last day" in reversed_days
    assert "did you mean 'river glacier' (" in cli("search", "river glaceir").stdout
    assert json.loads(cli("search", "flamigos", "--json").stdout)["corrected"] == "flamingos"


def test_export_is_read_back_to_the_same_index(cli: Cli) -> None:
    """Nothing is lost between export and rebuild, including origins and order."""
    cli("rebuild", SAMPLE)
    exported = cli("export").stdout
    cli("rebuild", "-", "--data", "again", stdin=exported.encode())
    assert cli("export", "--data", "again").stdout == exported


def test_rejects_can_be_corrected_and_loaded(cli: Cli) -> None:
    """Unreadable records are kept with place and reason, and can be corrected and loaded."""
    source = cli.folder / "in.jsonl"
    source.write_text(
        lines(GOOD, {"id": "b1", "title": "Bad", "published": "soon"}) + "not json\n\n[1]\n"
    )
    (cli.folder / "bad.txt").write_text("A title\n\nBy X\n\nNo date here.")
    process = cli("rebuild", source, "bad.txt", "--rejects", "rejects.jsonl", code=3)
    assert "rejected in.jsonl:2" in process.stdout
    rejects = [json.loads(line) for line in (cli.folder / "rejects.jsonl").read_text().splitlines()]
    assert [(each["origin"], each["line"]) for each in rejects] == [
        ("in.jsonl", 2),
        ("in.jsonl", 3),
        ("in.jsonl", 5),
        ("bad.txt", 0),
    ]
    mended = (
        (cli.folder / "rejects.jsonl")
        .read_text()
        .replace("soon", "2020-02-02")
        .replace("By X", "Site, July 1, 2020")
    )
    (cli.folder / "mended.jsonl").write_text(
        "".join(mended.splitlines(keepends=True)[i] for i in (0, 3))
    )
    # The file of rejects may itself be a SOURCE; records that are still wrong stay rejected.
    cli("rebuild", source, "mended.jsonl", "rejects.jsonl", "--rejects", "rejects.jsonl", code=3)
    again = [json.loads(line) for line in (cli.folder / "rejects.jsonl").read_text().splitlines()]
    assert len(again) == 7
    assert again[3:] == rejects
    assert "No such file" in cli("rebuild", source, "--rejects", "no/such/folder", code=1).stderr
    assert json.loads(cli("stats", "--json").stdout)["articles"] == 3


def test_formats_and_oddities_of_files(cli: Cli) -> None:
    """Folders are walked, byte order marks and blank lines ignored, gzip read."""
    folder = cli.folder / "in"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.jsonl").write_bytes(b"\xef\xbb\xbf" + lines(GOOD).encode() + b"\r\n\n")
    (folder / "deep" / "b.jsonl.gz").write_bytes(
        gzip.compress(lines(GOOD | {"title": "Later"}).encode())
    )
    (folder / "notes.md").write_text("not ours")
    (folder / ".hidden.jsonl").write_text("not json")
    report = json.loads(cli("rebuild", folder, "--json").stdout)
    assert (report["read"], report["added"], report["replaced"]) == (2, 1, 1)
    article = json.loads(cli("export").stdout)
    assert (article["title"], article["origin"]) == ("Later", "deep/b.jsonl.gz:1")


def test_a_damaged_archive_file_is_a_reject(cli: Cli) -> None:
    """One damaged file does not stop a load, and is named."""
    (cli.folder / "torn.jsonl.gz").write_bytes(
        gzip.compress(lines(*[GOOD | {"id": str(n)} for n in range(5000)]).encode())[:-2000]
    )
    (cli.folder / "good.jsonl").write_text(lines(GOOD))
    assert "the file cannot be read" in cli("rebuild", "torn.jsonl.gz", "good.jsonl", code=3).stdout


def test_a_dry_run_writes_nothing(cli: Cli) -> None:
    """A dry run shows the changes and makes none."""
    report = json.loads(cli("rebuild", SAMPLE, "--dry-run", "--json").stdout)
    assert (report["added"], report["dry_run"]) == (42, True)
    assert list(cli.folder.iterdir()) == []


def test_a_rebuild_that_would_lose_half_is_refused(cli: Cli) -> None:
    """An empty or half-empty source leaves the live index unchanged; --force overrides this."""
    cli("rebuild", SAMPLE)
    before = cli("stats", "--json").stdout
    (cli.folder / "few.jsonl").write_text(lines(GOOD))
    (cli.folder / "none.jsonl").write_text("")
    assert "no article" in cli("rebuild", "none.jsonl", "--force", code=1).stderr
    assert "fewer than half" in cli("rebuild", "few.jsonl", code=1).stderr
    assert cli("stats", "--json").stdout == before
    cli("rebuild", "few.jsonl", "--force")
    assert json.loads(cli("stats", "--json").stdout)["articles"] == 1
    assert list((cli.folder / "data" / "building").iterdir()) == []


WRONG = [
    (["stats"], 1, "run dateline rebuild"),
    (["check"], 1, "run dateline rebuild"),
    (["search", "x"], 1, "run dateline rebuild"),
    (["export"], 1, "run dateline rebuild"),
    (["rebuild", "missing"], 1, "missing does not exist"),
    (["rebuild", "notes.md"], 1, "it is Markdown; save its text"),
    (["rebuild"], 2, "Missing argument"),
    (["rebuild", "x", "--nonsense"], 2, "No such option"),
    (["rebuild", "x", "--wait", "-1"], 2, "--wait"),
    (["search", "x", "--size", "101"], 2, "--size"),
    (["search", "x", "--date", "2017-13"], 2, "2017-13"),
    (["search", "y" * 1001], 2, "1,000"),
    (["serve", "--port", "99999"], 2, "--port"),
    (["stats", "--engine", "elastic"], 2, "no engine 'elastic'"),
    (["nonsense"], 2, "No such command"),
    (["update", "missing"], 1, "missing does not exist"),
    (["delete", "x"], 1, "run dateline rebuild"),
    (["rollback"], 1, "no other one is kept"),
    (["backup", "b.tar"], 1, "run dateline rebuild"),
    (["restore", "b.tar"], 1, "b.tar does not exist"),
    (["restore", "notes.md"], 1, "not a complete backup"),
    (["stats", "--log-format", "xml"], 2, "--log-format"),
]


@pytest.mark.parametrize(("arguments", "code", "message"), WRONG)
def test_an_error_is_one_clear_line(
    cli: Cli, arguments: list[str], code: int, message: str
) -> None:
    """A wrong command says what to do, has the documented exit code and leaves no files."""
    (cli.folder / "notes.md").write_text("x")
    process = cli(*arguments, code=code)
    assert message in process.stderr
    assert process.stdout == ""
    assert not (cli.folder / "data").exists()


def test_settings_come_from_file_and_environment(cli: Cli) -> None:
    """The environment wins over dateline.toml, an option over both; a wrong key names the right one."""
    (cli.folder / "dateline.toml").write_text('data = "from-file"\n[index]\nlanguage = "de"\n')
    (cli.folder / "one.jsonl").write_text(lines(GOOD))
    cli("rebuild", "one.jsonl")
    assert (cli.folder / "from-file").is_dir()
    assert json.loads(cli("export").stdout)["language"] == "de"
    cli("rebuild", "one.jsonl", DATELINE_DATA="from-environment")
    assert (cli.folder / "from-environment").is_dir()
    assert "did you mean DATELINE_DATA" in cli("stats", code=2, DATELINE_DATTA="x").stderr
    (cli.folder / "dateline.toml").write_text("prot = 1\n")
    assert "did you mean [server] port" in cli("stats", code=2).stderr
    (cli.folder / "dateline.toml").write_text('[server]\nport = "x"\n')
    assert "must be a whole number" in cli("stats", code=2).stderr


def test_another_schema_and_damage_are_reported(cli: Cli) -> None:
    """An unreadable index is never read in part, and a rebuild replaces it."""
    cli("rebuild", SAMPLE)
    record = next((cli.folder / "data" / "generations").iterdir()) / "generation.json"
    whole = record.read_text()
    record.write_text(whole.replace(f'"schema_version": {SCHEMA_VERSION}', '"schema_version": 99'))
    assert "a newer version" in cli("search", "x", code=1).stderr
    record.write_text("{")
    assert "cannot be read" in cli("check", code=1).stdout
    (cli.folder / "data" / "live.json").write_text("no json")
    assert "cannot be read" in cli("stats", code=1).stderr
    cli("rebuild", SAMPLE)
    assert json.loads(cli("check", "--json").stdout)["ok"] is True


def test_a_second_writer_is_told_who_writes(cli: Cli) -> None:
    """A second writer is refused; the message names the first process, which has low priority."""
    waiting = subprocess.Popen(
        [sys.executable, "-m", "indexer", "rebuild", "-"],
        cwd=cli.folder,
        env=clean_environment(),
        stdin=subprocess.PIPE,
    )
    try:
        lock = cli.folder / "data" / "write.lock"
        while not (lock.exists() and lock.read_text()):
            assert waiting.poll() is None
        refused = cli("rebuild", SAMPLE, code=1)
        assert f"process {waiting.pid} (rebuild)" in refused.stderr
        # Servers on the same machine come first.
        assert os.getpriority(os.PRIO_PROCESS, waiting.pid) > os.getpriority(os.PRIO_PROCESS, 0)
        waiting.send_signal(signal.SIGTERM)
        assert waiting.wait(timeout=30) == 1
        cli("rebuild", SAMPLE, "--wait", "5")
    finally:
        waiting.kill()
        waiting.communicate()


@pytest.mark.parametrize(
    ("command", "output"), [("update", "gives way: nothing loaded"), ("search", "Usage")]
)
def test_writing_commands_lower_their_priority_first(command: str, output: str) -> None:
    """Writing commands lower their priority before they load modules; reading ones do not."""
    code = """
import os, sys
def nice(by):
    print("gives way:", "much" if {"search", "indexer.cli"} & set(sys.modules) else "nothing", "loaded")
os.nice = nice
from indexer.__main__ import main
main()
"""
    process = subprocess.run(
        [sys.executable, "-c", code, command, "--help"],
        env=clean_environment(),
        capture_output=True,
        check=True,
    )
    assert process.stdout.decode().startswith(output)


def test_every_command_with_wait_lowers_its_priority() -> None:
    """A new command that writes must be added to those that lower their priority."""
    waiting = {
        name
        for name, command in group.commands.items()
        if any(parameter.name == "wait" for parameter in command.params)
    }
    assert waiting == WRITING


def test_a_killed_build_leaves_the_live_index(cli: Cli) -> None:
    """Kill -9 during a rebuild changes nothing, and the next one cleans up."""
    cli("rebuild", SAMPLE)
    before = cli("export").stdout
    building = subprocess.Popen(
        [sys.executable, "-m", "indexer", "rebuild", "-"],
        cwd=cli.folder,
        env=clean_environment(),
        stdin=subprocess.PIPE,
    )
    folder = cli.folder / "data" / "building"
    while not list(folder.glob("*")):
        assert building.poll() is None
    building.kill()
    building.communicate()
    assert cli("export").stdout == before
    cli("rebuild", SAMPLE)
    assert list(folder.glob("*")) == []
    assert len(list((cli.folder / "data" / "generations").iterdir())) == 2


def test_help_names_every_command_of_the_contract(cli: Cli) -> None:
    """Every documented command is in the help."""
    shown = cli("--help").stdout
    for command in (
        "rebuild",
        "update",
        "delete",
        "check",
        "stats",
        "search",
        "rollback",
        "backup",
        "restore",
        "serve",
        "demo",
        "export",
    ):
        assert f"  {command} " in shown


def test_two_rebuilds_keep_one_generation_before(cli: Cli) -> None:
    """Disk use is limited: the live generation and the one before it."""
    for _ in range(3):
        cli("rebuild", SAMPLE)
    assert len(list((cli.folder / "data" / "generations").iterdir())) == 2


def test_sources_are_read_from_a_folder_without_rights(cli: Cli, tmp_path: Path) -> None:
    """A file that cannot be opened is named, and the others are read."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "good.jsonl").write_text(lines(GOOD))
    (tmp_path / "in" / "gone.jsonl").symlink_to(tmp_path / "nowhere")
    process = cli("rebuild", "in", "--json", "--rejects", "r.jsonl", code=3)
    assert json.loads(process.stdout)["added"] == 1
    assert json.loads((tmp_path / "r.jsonl").read_text())["origin"] == "gone.jsonl"


def test_a_full_disk_changes_nothing(cli: Cli) -> None:
    """On a full disk the command says so, and the live index and the disk are as before."""
    cli("rebuild", SAMPLE)
    before = cli("export").stdout
    limited = f"ulimit -f 8; exec {sys.executable} -m indexer rebuild {SAMPLE}"
    process = subprocess.run(
        ["bash", "-c", limited],
        cwd=cli.folder,
        env=clean_environment(),
        capture_output=True,
        check=False,
    )
    assert process.returncode == 1, process.stderr
    assert b"nothing changed" in process.stderr
    assert b"Traceback" not in process.stderr
    assert cli("export").stdout == before
    cli("rebuild", SAMPLE)
    assert list((cli.folder / "data" / "building").glob("*")) == []


def test_ctrl_c_ends_all_processes_with_one_line(cli: Cli) -> None:
    """Stopping a long load at a terminal prints one line: nothing changed."""
    big = cli.folder / "big.jsonl"
    big.write_text(
        lines(*(GOOD | {"id": str(number), "body": "word " * 300} for number in range(20_000)))
    )
    # A shell makes its background jobs ignore Ctrl-C, and tests may be one.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    loading = subprocess.Popen(
        [sys.executable, "-m", "indexer", "rebuild", "big.jsonl"],
        cwd=cli.folder,
        env=clean_environment(),
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
    )
    signal.signal(signal.SIGINT, before)
    lock = cli.folder / "data" / "building"
    while not list(lock.glob("*/index/*.term")) and not list(lock.glob("*/catalog.sqlite")):
        assert loading.poll() is None
    os.killpg(loading.pid, signal.SIGINT)
    # Click may end the line of a prompt first.
    assert loading.communicate(timeout=60)[1].strip() == "dateline: stopped; nothing changed"
    assert loading.returncode == 1
    assert not list(lock.glob("*"))


def test_read_shows_articles_and_the_places_of_their_values(cli: Cli, tmp_path: Path) -> None:
    """A preview shows why an article will look as it does, and what will be rejected."""
    (tmp_path / "a.jsonl").write_text(
        '{"id": "a", "headline": "The Ledger", "date": "July 4, 2019", "extra": 1}\n{"id": "b"}\n'
    )
    (tmp_path / "dateline.toml").write_text(
        '[import.keys]\nheadline = "title"\ndate = "published"\n'
    )
    shown = " ".join(cli("read", "a.jsonl", code=3).stdout.split())
    assert (
        "a.jsonl:1 id a key id title The Ledger key headline published 2019-07-04 key date" in shown
    )
    assert "language en setting language ignored: extra" in shown
    assert "a.jsonl:2: rejected, published is missing" in shown
    lines_read = [
        json.loads(line) for line in cli("read", "a.jsonl", "--json", code=3).stdout.splitlines()
    ]
    assert lines_read[0]["article"]["title"] == "The Ledger"
    assert lines_read[0]["found"]["published"] == "key date"
    assert (lines_read[1]["line"], lines_read[1]["reason"][:20]) == (2, "published is missing")
    assert len(cli("read", "a.jsonl", "--json", "--limit", "1").stdout.splitlines()) == 1
    assert not (tmp_path / "data").exists()


def test_rules_for_sites_are_read_from_their_file(cli: Cli, tmp_path: Path) -> None:
    """The setting `sites` names a file of rules; an error in it stops the command."""
    (tmp_path / "p.html").write_text(
        "<html><body><h2>Ruled</h2><i class=d>July 4, 2019</i><p>Text of it.</p></body></html>"
    )
    (tmp_path / "sites.toml").write_text(
        '[[site]]\nhosts = ["e.org"]\ntitle = "h2"\npublished = ".d"\nbody = "p"\n'
    )
    (tmp_path / "p.html").write_text(
        "<!-- saved from url=(0016)https://e.org/x -->" + (tmp_path / "p.html").read_text()
    )
    (read,) = [
        json.loads(line)
        for line in cli(
            "read", "p.html", "--json", DATELINE_IMPORT_SITES="sites.toml"
        ).stdout.splitlines()
    ]
    assert (read["article"]["title"], read["article"]["published"], read["found"]["body"]) == (
        "Ruled",
        "2019-07-04",
        "p",
    )
    (tmp_path / "sites.toml").write_text('[[site]]\nhosts = ["e.org"]\nheadline = "h2"\n')
    assert (
        "sites.toml: headline in the site rule for e.org is not a key"
        in cli("read", "p.html", code=2, DATELINE_IMPORT_SITES="sites.toml").stderr
    )
    assert (
        "cannot be read"
        in cli("rebuild", "p.html", code=2, DATELINE_IMPORT_SITES="gone.toml").stderr
    )


def test_every_command_is_documented() -> None:
    """An admin finds every command in the documentation."""
    text = "".join(
        (ROOT / "docs" / name).read_text("utf-8") for name in ("admin.md", "settings.md")
    )
    assert [each for each in COMMANDS if f"`dateline {each}" not in text] == []


@pytest.mark.parametrize("command", ["rebuild", "update", "read"])
def test_an_empty_source_is_refused(cli: Cli, command: str) -> None:
    """A script with an unset variable does not load the working directory."""
    (cli.folder / "a.jsonl").write_text('{"title": "A tug", "published": "2020-01-01"}\n', "utf-8")
    assert "a SOURCE must not be empty" in cli(command, "", code=2).stderr
    assert not (cli.folder / "data").exists()
