"""Generations on every engine: acceptance checks, rollback, delete, backup and statistics."""

import json
from collections.abc import Sequence

import pytest

from search.engines import open_configured
from search.settings.loading import read_settings
from tests.cli.data_dir.test_generations import check
from tests.cli.load.test_update import generation, load, record, titles, write
from tests.conftest import SAMPLE, Cli


@pytest.fixture
def cli(every_cli: Cli) -> Cli:
    """Return the command line of every engine."""
    return every_cli


def kept_generations(cli: Cli) -> Sequence[str]:
    """Return the names of the kept generations."""
    settings = read_settings(
        cli.environment | {"DATELINE_DATA": str(cli.folder / "data")}, cli.folder
    )
    return open_configured(settings).generations()


def test_a_golden_query_that_misses_its_article_stops_the_swap(cli: Cli) -> None:
    """If a golden query fails, readers keep the previous index."""
    source = write(cli.folder / "in.jsonl", record(1, title="The permanent base"), record(2))
    (cli.folder / "dateline.toml").write_text('[index.golden]\n"permanent base" = "r1"\n')
    load(cli, "rebuild", source)
    before = generation(cli)
    write(source, record(1, title="Something else"), record(2))
    for command in ("rebuild", "update"):
        refused = cli(command, source, code=1).stderr
        assert "golden query 'permanent base' does not find 'r1'" in refused
        built = refused.split("generation ")[1].split()[0]
        assert (generation(cli), built in kept_generations(cli)) == (before, True)
    # The rejected generation stays for inspection until the next run.
    (cli.folder / "dateline.toml").unlink()
    load(cli, "rebuild", source)
    assert built not in kept_generations(cli)


def test_keep_says_how_many_generations_stay(cli: Cli) -> None:
    """The setting limits disk use, and a rollback to every kept generation is possible."""
    (cli.folder / "dateline.toml").write_text("keep = 3\n")
    names = []
    for number in range(1, 6):
        load(cli, "rebuild", write(cli.folder / "in.jsonl", record(number)))
        names.append(generation(cli))
    assert kept_generations(cli) == names[-3:]
    cli("rollback", "--to", names[2])
    assert list(titles(cli)) == ["r3"]
    assert (
        names[0]
        not in cli("rollback", "--to", names[0], code=1).stderr.split("kept generations")[1]
    )
    assert "DATELINE_INDEX_KEEP is 0" in cli("stats", code=2, DATELINE_INDEX_KEEP="0").stderr


def test_rollback_can_be_undone(cli: Cli) -> None:
    """One command undoes a bad load, and the same command undoes the rollback."""
    load(cli, "rebuild", write(cli.folder / "in.jsonl", record(1)))
    first = generation(cli)
    assert "no other one is kept" in cli("rollback", code=1).stderr
    load(cli, "update", write(cli.folder / "in.jsonl", record(2)))
    second = generation(cli)
    assert json.loads(cli("rollback", "--json").stdout) == {"generation": first, "before": second}
    assert list(titles(cli)) == ["r1"]
    cli("rollback")
    assert sorted(titles(cli)) == ["r1", "r2"]
    # An update after a rollback starts from the live generation.
    cli("rollback")
    load(cli, "update", write(cli.folder / "in.jsonl", record(3)))
    assert sorted(titles(cli)) == ["r1", "r3"]


def test_delete_removes_articles_and_reports_unknown_ids(cli: Cli) -> None:
    """All ids are deleted in one commit; if all are unknown, nothing changes."""
    load(
        cli, "rebuild", write(cli.folder / "in.jsonl", *(record(number) for number in range(1, 6)))
    )
    assert json.loads(cli("delete", "r1", "r2", "--json").stdout)["deleted"] == 2
    before = generation(cli)
    assert "no article has the id 'r1'" in cli("delete", "r1", code=1).stderr
    assert generation(cli) == before
    report = json.loads(cli("delete", "r3", "r3", "gone", "--json", code=3).stdout)
    assert (report["deleted"], report["missing"], sorted(titles(cli))) == (
        1,
        ["gone"],
        ["r4", "r5"],
    )
    assert "no article" in cli("delete", "r4", "r5", code=1).stderr
    assert check(cli)["ok"] is True


def test_a_backup_is_restored_completely(cli: Cli) -> None:
    """The restored index equals the backup and can be updated; the previous one is kept."""
    cli("rebuild", SAMPLE)
    exported = cli("export").stdout
    data = json.loads(cli("backup", "b.tar", "--json").stdout)
    assert data["bytes"] == (cli.folder / "b.tar").stat().st_size
    load(cli, "rebuild", write(cli.folder / "in.jsonl", record(1)), "--force")
    assert json.loads(cli("restore", "b.tar", "--json").stdout)["articles"] == 42
    assert cli("export").stdout == exported
    assert load(cli, "update", SAMPLE)["unchanged"] == 42
    cli("rollback")
    assert list(titles(cli)) == ["r1"]
    elsewhere = f"{cli.environment.get('DATELINE_CLUSTER_ARCHIVE', 'dateline')}-2"
    cli("restore", "b.tar", "--data", "elsewhere", DATELINE_CLUSTER_ARCHIVE=elsewhere)
    assert (
        cli("export", "--data", "elsewhere", DATELINE_CLUSTER_ARCHIVE=elsewhere).stdout == exported
    )


def test_stats_show_facets_and_the_last_load(cli: Cli) -> None:
    """An admin sees how many articles lack a facet, and the rejects of the last load."""
    source = write(
        cli.folder / "in.jsonl",
        record(1, regions=["Asia", "Africa"]),
        record(2),
        record(3, published="soon"),
    )
    load(cli, "rebuild", source, code=3)
    stats = json.loads(cli("stats", "--json").stdout)
    assert stats["facets"]["region"] == {"values": 2, "articles_without": 1}
    assert stats["facets"]["report"] == {"values": 0, "articles_without": 2}
    assert [(reject["origin"], reject["line"]) for reject in stats["load"]["rejects"]] == [
        ("in.jsonl", 3)
    ]
    shown = cli("stats").stdout
    assert "2 values, 1 article without" in shown
    assert "rejected in.jsonl:3" in shown
