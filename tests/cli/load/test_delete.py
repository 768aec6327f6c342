"""`dateline delete`: a deleted article stays deleted until its id is forgotten."""

import json
from pathlib import Path

import pytest

from tests.cli.load.test_update import counts, generation, load, record, titles, write
from tests.support.cli import Cli


@pytest.fixture
def source(cli: Cli) -> Path:
    return write(cli.folder / "in.jsonl", record(1), record(2), record(3))


@pytest.fixture
def cli(every_cli: Cli) -> Cli:
    """Run on every engine."""
    return every_cli


def test_a_deleted_article_does_not_come_back(cli: Cli, source: Path) -> None:
    """No update, changed record or rebuild publishes a deleted article again."""
    load(cli, "rebuild", source)
    cli("delete", "r2")
    quiet = generation(cli)
    report = load(cli, "update", source)
    assert (counts(report), report["skipped"], report["read"]) == ((0, 0, 2, 0), {"deleted": 1}, 3)
    assert generation(cli) == quiet
    write(source, record(1), record(2, body="Private words, edited."), record(3))
    assert load(cli, "update", source)["skipped"] == {"deleted": 1}
    assert load(cli, "rebuild", source)["skipped"] == {"deleted": 1}
    assert sorted(titles(cli)) == ["r1", "r3"]
    assert cli("delete", "--list").stdout.split() == ["r2"]
    assert json.loads(cli("stats", "--json").stdout)["load"]["deleted_ids"] == 1


def test_forget_lets_an_article_be_loaded_again(cli: Cli, source: Path) -> None:
    """A deletion can be undone; the article returns with the next load that contains it."""
    load(cli, "rebuild", source)
    cli("delete", "r2", "r3")
    outcome = json.loads(cli("delete", "--forget", "r2", "--json").stdout)
    assert (outcome["forgotten"], outcome["missing"]) == (["r2"], [])
    assert sorted(titles(cli)) == ["r1"]
    assert counts(load(cli, "update", source)) == (1, 0, 1, 0)
    assert sorted(titles(cli)) == ["r1", "r2"]
    assert json.loads(cli("delete", "--list", "--json").stdout) == {"deleted_ids": ["r3"]}
    assert "'r1' was not deleted" in cli("delete", "--forget", "r1", code=1).stderr
    assert "'none' was not deleted" in cli("delete", "--forget", "r3", "none", code=3).stdout


def test_deletions_go_with_a_backup_and_a_rollback(cli: Cli, source: Path) -> None:
    """A deletion is part of its generation: backup and restore keep it, rollback undoes it."""
    load(cli, "rebuild", source)
    cli("delete", "r1")
    cli("backup", "kept")
    cli("delete", "--forget", "r1")
    load(cli, "update", source)
    cli("restore", "kept")
    assert cli("delete", "--list").stdout.split() == ["r1"]
    assert load(cli, "update", source)["skipped"] == {"deleted": 1}
    cli("rollback")
    assert cli("delete", "--list").stdout.split() == []
    assert sorted(titles(cli)) == ["r1", "r2", "r3"]


def test_a_deletion_outlives_a_repair(cli: Cli, source: Path) -> None:
    """Rebuilding an index from its own articles keeps the deletions."""
    load(cli, "rebuild", source)
    cli("delete", "r1")
    index = cli.folder / "data" / "generations" / generation(cli) / "index"
    if index.exists():
        # A cluster repairs its own files.
        next(index.glob("*.idx")).unlink()
        cli("check", "--repair")
    assert cli("delete", "--list").stdout.split() == ["r1"]


def test_ids_and_list_exclude_each_other(cli: Cli, source: Path) -> None:
    """A command with two meanings is a usage error and changes nothing."""
    load(cli, "rebuild", source)
    before = generation(cli)
    assert "--list takes no ID" in cli("delete", "r1", "--list", code=2).stderr
    assert "ID" in cli("delete", code=2).stderr
    assert generation(cli) == before
