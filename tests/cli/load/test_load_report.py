"""The report of a load accounts for every record, by number, by id and by file."""

import json
from pathlib import Path
from typing import Any

import pytest

from indexer.formats import FormatOptions
from indexer.load_report import READERS, LoadNotes
from tests.cli.load.test_update import counts, generation, load, record, titles, write
from tests.support.cli import Cli

OUTCOMES = ("added", "changed", "unchanged", "replaced", "rejected")


@pytest.fixture
def cli(every_cli: Cli) -> Cli:
    """Run on every engine."""
    return every_cli


def by_file(path: Path) -> dict[str, dict[str, Any]]:
    """Read a report of files, and check each line's sum."""
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    for line in lines:
        assert line["read"] == sum(line[key] for key in OUTCOMES) + sum(line["skipped"].values()), (
            line
        )
    return {line["file"]: line for line in lines}


def test_each_file_has_its_own_numbers(cli: Cli) -> None:
    """The report shows which file replaced records of which, and the numbers of files add up."""
    folder = cli.folder / "in"
    folder.mkdir()
    write(folder / "a.jsonl", record(1), record(2), record(3, published="soon"))
    write(
        folder / "b.jsonl", record(2, title="Later"), record(2, title="Last"), {"title": "No day"}
    )
    report = load(cli, "rebuild", folder, "--report", "files.jsonl", code=3)
    files = by_file(cli.folder / "files.jsonl")
    assert [files["a.jsonl"][key] for key in ("read", "added", "replaced", "rejected")] == [
        3,
        1,
        1,
        1,
    ]
    assert [files["b.jsonl"][key] for key in ("read", "added", "replaced", "rejected")] == [
        3,
        1,
        1,
        1,
    ]
    assert files["a.jsonl"]["format"] == "JSON Lines"
    for key in ("read", *OUTCOMES):
        assert report[key] == sum(line[key] for line in files.values())
    load(cli, "update", folder, "--report", "files.jsonl", code=3)
    files = by_file(cli.folder / "files.jsonl")
    assert [files["b.jsonl"][key] for key in ("unchanged", "replaced", "added")] == [1, 1, 0]


def test_replaced_records_are_named(cli: Cli) -> None:
    """For a repeated id the report names both places, in JSON and on the terminal."""
    source = write(
        cli.folder / "in.jsonl", record(7, title="First"), record(8), record(7, title="Last")
    )
    named = {"id": "r7", "origin": "in.jsonl:3", "replaced": "in.jsonl:1"}
    assert load(cli, "update", source)["replaced_ids"] == [named]
    assert load(cli, "update", source)["replaced_ids"] == [named]
    assert "r7: in.jsonl:3 replaces in.jsonl:1" in cli("rebuild", source).stdout


def test_a_repeated_id_makes_no_generation_each_night(cli: Cli) -> None:
    """An update whose result equals the live generation keeps it and the one before it."""
    source = write(
        cli.folder / "in.jsonl", record(1, title="First"), record(1, title="Last"), record(2)
    )
    load(cli, "rebuild", source)
    before = generation(cli)
    for _ in range(2):
        assert counts(load(cli, "update", source)) == (0, 0, 2, 0)
        assert generation(cli) == before
    assert titles(cli)["r1"] == "Last"
    assert json.loads(cli("check", "--json").stdout)["ok"] is True
    write(source, record(1, title="First"), record(1, title="Last"), record(2, title="New"))
    assert counts(load(cli, "update", source)) == (0, 1, 1, 0)
    assert titles(cli) == {"r1": "Last", "r2": "New"}


def test_a_refused_load_shows_its_rejects(cli: Cli) -> None:
    """A refused load shows its rejects, on the terminal and in JSON."""
    source = write(
        cli.folder / "in.jsonl", record(1, published="some day"), record(2, published="soon")
    )
    process = cli("rebuild", source, code=1)
    assert "in.jsonl:1: published 'some day' is not a date" in process.stdout
    assert "no article" in process.stderr
    report = json.loads(cli("rebuild", source, "--json", "--rejects", "r.jsonl", code=1).stdout)
    assert [reject["line"] for reject in report["rejects"]] == [1, 2]
    assert "no article" in report["refused"]
    assert len((cli.folder / "r.jsonl").read_text().splitlines()) == 2
    assert "no article" in json.loads(cli("update", source, "--json", code=1).stdout)["refused"]


def test_prune_ignores_a_page_that_never_was_an_article(cli: Cli) -> None:
    """A reject without an id only protects articles of its own file."""
    folder = cli.folder / "in"
    folder.mkdir()
    write(folder / "a.jsonl", *(record(number) for number in range(1, 5)))
    write(folder / "b.jsonl", record(5), record(6))
    (folder / "stray.jsonl").write_text("not JSON\n")
    load(cli, "rebuild", folder, code=3)
    write(folder / "a.jsonl", *(record(number) for number in range(2, 5)))
    assert load(cli, "update", folder, "--prune", code=3)["deleted"] == 1
    (folder / "b.jsonl").write_text(json.dumps(record(5)) + '\n{"id": "r6", "ti')
    report = load(cli, "update", folder, "--prune", code=3)
    assert (report["deleted"], "r6" in titles(cli)) == (0, True)
    assert "b.jsonl" in report["not_pruned"]
    # The same file protects its articles if it is named from another folder, too.
    assert (
        load(cli, "update", folder / "a.jsonl", folder / "b.jsonl", "--prune", code=3)["deleted"]
        == 0
    )
    assert load(cli, "update", folder, "--prune", "--force", code=3)["deleted"] == 1


def test_a_load_with_changed_settings_names_them(cli: Cli) -> None:
    """Changed settings change every record, so the report names them."""
    source = cli.folder / "in.jsonl"
    source.write_text(json.dumps({"headline": "H", "published": "2020-01-01", "id": "h"}) + "\n")
    (cli.folder / "dateline.toml").write_text('[import.keys]\nheadline = "title"\n')
    assert load(cli, "rebuild", source)["changed_settings"] == []
    assert load(cli, "update", source)["changed_settings"] == []
    (cli.folder / "dateline.toml").write_text(
        '[index]\nlanguage = "de"\n[import.keys]\nheadline = "title"\n'
    )
    assert load(cli, "update", source, "--dry-run")["changed_settings"] == ["language"]
    process = cli("update", source)
    assert "settings differ from those of the last load (language" in process.stdout
    assert load(cli, "update", source)["changed_settings"] == []


def test_the_report_may_go_to_a_device(cli: Cli) -> None:
    """A device as the target of rejects or reports is not replaced by a file."""
    source = write(cli.folder / "in.jsonl", record(1), record(2, published="soon"))
    pipe = cli.folder / "null"
    pipe.symlink_to("/dev/null")
    load(cli, "rebuild", source, "--rejects", pipe, "--report", pipe, code=3)
    assert pipe.is_symlink()
    assert Path("/dev/null").is_char_device()
    shown = cli("rebuild", source, "--rejects", "/dev/stdout", code=3).stdout
    assert '"published":"soon"' in shown


def test_options_may_precede_the_command(cli: Cli) -> None:
    """`dateline --data DIR --json COMMAND` is the same as with the options after the command."""
    source = write(cli.folder / "in.jsonl", record(1))
    report = json.loads(cli("--data", "there", "--json", "rebuild", source).stdout)
    assert report["added"] == 1
    assert json.loads(cli("--json", "stats", "--data", "there").stdout)["articles"] == 1


def test_notes_of_an_older_release_name_the_readers() -> None:
    """The readers of a release that stored no notes count as different; the same readers do not."""
    notes = LoadNotes().reading_with(FormatOptions(), 4)
    assert notes.differing(LoadNotes.of({"read": 3})) == [READERS]
    assert notes.differing(LoadNotes.of(notes.to_keep())) == []
    assert notes.reading_with(FormatOptions(), 5).differing(notes) == [READERS]
    assert notes.reading_with(FormatOptions(language="fr", sites="a"), 4).differing(notes) == [
        "language",
        "sites",
    ]


@pytest.mark.parametrize("option", ["--report", "--rejects"])
def test_lists_are_never_written_over_articles(cli: Cli, option: str) -> None:
    """A wrong file name must not destroy a source; only lists of earlier loads are overwritten."""
    folder = cli.folder / "in"
    folder.mkdir()
    write(folder / "a.jsonl", record(1), record(2, published="soon"))
    before = (folder / "a.jsonl").read_bytes()
    refused = cli("rebuild", "in", option, "in/a.jsonl", code=1)
    assert "in/a.jsonl is not a list written by Dateline" in refused.stderr
    assert (folder / "a.jsonl").read_bytes() == before
    for _ in range(2):
        load(cli, "rebuild", folder, option, "list.jsonl", code=3)
