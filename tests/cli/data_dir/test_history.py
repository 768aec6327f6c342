"""What an admin does with generations, on every engine: the gate before a swap, and the ways back."""

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
    """Take every engine."""
    return every_cli


def kept(cli: Cli) -> Sequence[str]:
    """Name the generations that are kept."""
    settings = read_settings(
        cli.environment | {"DATELINE_DATA": str(cli.folder / "data")}, cli.folder
    )
    return open_configured(settings).generations()


def test_a_golden_query_that_misses_its_article_stops_the_swap(cli: Cli) -> None:
    """What an admin named as sure to be found is found, or readers keep the index in which it was."""
    source = write(cli.folder / "in.jsonl", record(1, title="The permanent base"), record(2))
    (cli.folder / "dateline.toml").write_text('[index.golden]\n"permanent base" = "r1"\n')
    load(cli, "rebuild", source)
    before = generation(cli)
    write(source, record(1, title="Something else"), record(2))
    for command in ("rebuild", "update"):
        refused = cli(command, source, code=1).stderr
        assert "golden query 'permanent base' does not find 'r1'" in refused
        built = refused.split("generation ")[1].split()[0]
        assert (generation(cli), built in kept(cli)) == (before, True)
    # What was refused stays for inspection, until the next run.
    (cli.folder / "dateline.toml").unlink()
    load(cli, "rebuild", source)
    assert built not in kept(cli)


def test_keep_says_how_many_generations_stay(cli: Cli) -> None:
    """Disk use is bounded by a setting, and every kept generation can be returned to."""
    (cli.folder / "dateline.toml").write_text("keep = 3\n")
    made = []
    for number in range(1, 6):
        load(cli, "rebuild", write(cli.folder / "in.jsonl", record(number)))
        made.append(generation(cli))
    assert kept(cli) == made[-3:]
    cli("rollback", "--to", made[2])
    assert list(titles(cli)) == ["r3"]
    assert (
        made[0] not in cli("rollback", "--to", made[0], code=1).stderr.split("kept generations")[1]
    )
    assert "DATELINE_INDEX_KEEP is 0" in cli("stats", code=2, DATELINE_INDEX_KEEP="0").stderr


def test_rollback_returns_and_returns_again(cli: Cli) -> None:
    """A bad load is undone by one command, and so is the undoing."""
    load(cli, "rebuild", write(cli.folder / "in.jsonl", record(1)))
    first = generation(cli)
    assert "no other one is kept" in cli("rollback", code=1).stderr
    load(cli, "update", write(cli.folder / "in.jsonl", record(2)))
    second = generation(cli)
    assert json.loads(cli("rollback", "--json").stdout) == {"generation": first, "before": second}
    assert list(titles(cli)) == ["r1"]
    cli("rollback")
    assert sorted(titles(cli)) == ["r1", "r2"]
    # An update after a rollback goes on from what readers see.
    cli("rollback")
    load(cli, "update", write(cli.folder / "in.jsonl", record(3)))
    assert sorted(titles(cli)) == ["r1", "r3"]


def test_delete_removes_articles_and_names_what_is_not_there(cli: Cli) -> None:
    """One commit for all ids; unknown ones are named, and if all are unknown nothing happens."""
    load(
        cli, "rebuild", write(cli.folder / "in.jsonl", *(record(number) for number in range(1, 6)))
    )
    assert json.loads(cli("delete", "r1", "r2", "--json").stdout)["deleted"] == 2
    before = generation(cli)
    assert "no article has the id 'r1'" in cli("delete", "r1", code=1).stderr
    assert generation(cli) == before
    done = json.loads(cli("delete", "r3", "r3", "gone", "--json", code=3).stdout)
    assert (done["deleted"], done["missing"], sorted(titles(cli))) == (1, ["gone"], ["r4", "r5"])
    assert "no article" in cli("delete", "r4", "r5", code=1).stderr
    assert check(cli)["ok"] is True


def test_a_backup_comes_back_whole(cli: Cli) -> None:
    """What is restored is what was backed up, updates go on from it, and the index of before is kept."""
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


def test_stats_tell_of_each_facet_and_of_the_last_load(cli: Cli) -> None:
    """An admin sees how well articles are described, and what the last load could not read."""
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
    assert [(each["origin"], each["line"]) for each in stats["load"]["rejects"]] == [
        ("in.jsonl", 3)
    ]
    shown = cli("stats").stdout
    assert "2 values, 1 article without" in shown
    assert "rejected in.jsonl:3" in shown
