"""`dateline update`: changes are detected by content and published in one step."""

import json
import multiprocessing
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from indexer.formats import FormatOptions
from indexer.input.batches import batches
from indexer.input.sources import find_files
from indexer.parsing.parse_pool import parse_pool
from search.engines.tantivy.storage.schema import encode
from tests.support.cli import Cli, clean_environment
from tests.support.paths import SAMPLE
from tests.support.servers import serving

KEYS = {"read", "added", "changed", "unchanged", "deleted", "rejected", "replaced", "seconds"}


def record(number: int, **values: Any) -> dict[str, Any]:
    """Make a record; `values` replace or add keys."""
    return {
        "id": f"r{number}",
        "title": f"Title {number}",
        "published": "2020-01-01",
        "body": "Body.",
    } | values


def write(path: Path, *records: dict[str, Any]) -> Path:
    """Write records as JSON Lines."""
    path.write_text("".join(json.dumps(each) + "\n" for each in records))
    return path


def load(cli: Cli, command: str, *arguments: str | Path, code: int = 0) -> dict[str, Any]:
    """Run a loading command and return its report."""
    report: dict[str, Any] = json.loads(cli(command, *arguments, "--json", code=code).stdout)
    assert report.keys() >= KEYS
    return report


def counts(report: dict[str, Any]) -> tuple[int, ...]:
    """Return the numbers of added, changed, unchanged and deleted articles."""
    return tuple(report[key] for key in ("added", "changed", "unchanged", "deleted"))


def titles(cli: Cli, *options: str) -> dict[str, str]:
    """Return the titles in the live index by id."""
    articles = map(json.loads, cli("export", *options).stdout.splitlines())
    return {article["id"]: article["title"] for article in articles}


def generation(cli: Cli) -> str:
    """Return the name of the live generation."""
    return str(json.loads(cli("stats", "--json").stdout)["generation"])


@pytest.fixture
def cli(every_cli: Cli) -> Cli:
    """Run on every engine."""
    return every_cli


def test_only_what_changed_is_written(cli: Cli) -> None:
    """Unchanged articles and those missing in the sources stay; the index equals a rebuilt one."""
    source = write(cli.folder / "in.jsonl", *(record(number) for number in range(1, 9)))
    assert counts(load(cli, "update", source)) == (8, 0, 0, 0)
    write(
        source,
        record(1),
        record(2, title="Second"),
        *(record(number) for number in (4, 5, 6, 7, 8, 9)),
    )
    assert counts(load(cli, "update", source)) == (1, 1, 6, 0)
    titles_by_id = titles(cli)
    assert (len(titles_by_id), titles_by_id["r2"], titles_by_id["r3"], titles_by_id["r9"]) == (
        9,
        "Second",
        "Title 3",
        "Title 9",
    )
    assert json.loads(cli("search", "second", "--json").stdout)["total"] == 1
    assert json.loads(cli("check", "--json").stdout)["ok"] is True


def test_an_update_without_a_change_writes_nothing(cli: Cli) -> None:
    """An update without changes keeps the generation, and so every cache that depends on it."""
    cli("rebuild", SAMPLE)
    before = generation(cli)
    assert counts(load(cli, "update", SAMPLE)) == (0, 0, 42, 0)
    assert generation(cli) == before
    # The same content in other JSON syntax is not a change.
    source = write(cli.folder / "in.jsonl", record(1))
    load(cli, "update", source)
    source.write_text(
        json.dumps(dict(reversed(record(1).items())) | {"deck": ""}, indent=None) + "\n"
    )
    assert counts(load(cli, "update", source)) == (0, 0, 1, 0)


def test_prune_deletes_what_the_sources_no_longer_hold(cli: Cli) -> None:
    """Only --prune deletes; an article whose record is a reject is without_prune."""
    source = write(cli.folder / "in.jsonl", *(record(number) for number in range(1, 7)))
    load(cli, "rebuild", source)
    write(source, record(1), record(2), record(3, published="soon"), record(4))
    assert counts(load(cli, "update", source, code=3)) == (0, 0, 3, 0)
    assert counts(load(cli, "update", source, "--prune", code=3)) == (0, 0, 3, 2)
    assert sorted(titles(cli)) == ["r1", "r2", "r3", "r4"]


def test_prune_deletes_nothing_if_a_reject_has_no_id(cli: Cli) -> None:
    """A broken source does not empty the index; the report says why nothing was deleted."""
    source = write(cli.folder / "in.jsonl", record(1), record(2), record(3))
    load(cli, "rebuild", source)
    source.write_text(json.dumps(record(1)) + "\n" + json.dumps(record(2)) + '\n{"id": "r3", "ti')
    report = load(cli, "update", source, "--prune", code=3)
    assert (report["deleted"], len(titles(cli))) == (0, 3)
    assert "--force" in report["not_pruned"]
    assert load(cli, "update", source, "--prune", "--force", code=3)["deleted"] == 1


def test_prune_that_would_lose_half_is_refused(cli: Cli) -> None:
    """A half-empty source does not reach readers unless an admin forces it."""
    source = write(cli.folder / "in.jsonl", *(record(number) for number in range(1, 7)))
    load(cli, "rebuild", source)
    write(source, record(1))
    assert "fewer than half" in cli("update", source, "--prune", code=1).stderr
    assert len(titles(cli)) == 6
    assert load(cli, "update", source, "--prune", "--force")["deleted"] == 5


def test_the_last_record_of_an_id_wins_whatever_was_known(cli: Cli) -> None:
    """If records share an id, the last one wins, even if the index already has it."""
    source = write(cli.folder / "in.jsonl", record(1, title="First"), record(1, title="Last"))
    report = load(cli, "update", source)
    assert (counts(report), report["replaced"]) == ((1, 0, 0, 0), 1)
    # The first of the two is not a known record, the second is: the article must be unchanged.
    report = load(cli, "update", source)
    assert (counts(report), report["replaced"]) == ((0, 0, 1, 0), 1)
    assert titles(cli) == {"r1": "Last"}
    write(
        source,
        record(1, title="Last"),
        record(1, title="First"),
        record(1, title="Last"),
        record(1, title="New"),
    )
    report = load(cli, "update", source)
    assert (counts(report), report["replaced"]) == ((0, 1, 0, 0), 3)
    assert titles(cli) == {"r1": "New"}
    assert json.loads(cli("check", "--json").stdout)["ok"] is True


def test_a_dry_run_names_ids_and_writes_nothing(cli: Cli) -> None:
    """A dry run lists the affected ids, for both loading commands."""
    source = write(cli.folder / "in.jsonl", *(record(number) for number in range(1, 4)))
    load(cli, "rebuild", source)
    before = generation(cli)
    write(source, record(2, title="New"), record(3), record(4))
    pruned = load(cli, "update", source, "--prune", "--dry-run")
    without_prune = load(cli, "update", source, "--dry-run")
    whole = load(cli, "rebuild", source, "--dry-run")
    assert pruned["ids"] == whole["ids"] == {"added": ["r4"], "changed": ["r2"], "deleted": ["r1"]}
    assert without_prune["ids"]["deleted"] == []
    assert counts(pruned) == counts(whole) == (1, 1, 1, 1)
    assert (generation(cli), "ids" in load(cli, "update", source)) == (before, False)


def test_a_rebuild_says_what_changed_since_before(cli: Cli) -> None:
    """The report of a rebuild compares with the live index, as that of an update does."""
    source = write(cli.folder / "in.jsonl", *(record(number) for number in range(1, 5)))
    assert counts(load(cli, "rebuild", source)) == (4, 0, 0, 0)
    write(source, record(1), record(2, body="Other."), record(5))
    assert counts(load(cli, "rebuild", source)) == (1, 1, 1, 2)


def test_another_default_language_is_a_change(cli: Cli) -> None:
    """A record without a language is read again if the setting that supplies it changes."""
    source = write(cli.folder / "in.jsonl", record(1), record(2, language="fr"))
    load(cli, "update", source)
    (cli.folder / "dateline.toml").write_text('language = "de"\n')
    assert counts(load(cli, "update", source)) == (0, 1, 1, 0)


def test_a_running_server_shows_an_update_at_once(cli: Cli) -> None:
    """Readers see a new article with the first request after the command ends."""
    source = write(cli.folder / "in.jsonl", record(1))
    load(cli, "rebuild", source)
    with serving("serve", folder=cli.folder, environment=cli.environment) as server:
        assert server.get("/api/v1/search").json()["total"] == 1
        write(source, record(1), record(2))
        load(cli, "update", source)
        assert server.get("/api/v1/search").json()["total"] == 2


def test_several_processes_keep_the_order(cli: Cli) -> None:
    """With several processes the order of the sources still decides which record wins."""
    records = [
        record(number % 6000, title=f"Title {number}", body="word " * 120) for number in range(9000)
    ]
    source = write(cli.folder / "in.jsonl", *records)
    assert source.stat().st_size > 3_000_000
    report = load(cli, "update", source)
    assert (report["added"], report["replaced"]) == (6000, 3000)
    titles_by_id = titles(cli)
    assert all(titles_by_id[f"r{number}"] == f"Title {number + 6000}" for number in range(3000))
    assert counts(load(cli, "update", source)) == (0, 0, 6000, 0)
    assert titles(cli) == titles_by_id
    # The size of piped input is unknown.
    cli("rebuild", "-", stdin=source.read_bytes())
    assert titles(cli) == titles_by_id


@pytest.mark.parametrize(("records", "started"), [(1, False), (6000, True)])
def test_processes_start_only_if_there_is_work_for_them(
    tmp_path: Path, records: int, *, started: bool
) -> None:
    """A small update through a pipe starts no processes, because they would slow down searches.

    A large one does.
    """
    source = write(
        tmp_path / "in.jsonl", *(record(number, body="word " * 120) for number in range(records))
    )
    with parse_pool(FormatOptions(), encode, size=None) as parse:
        parsed = list(parse(batches(find_files([str(source)]).files, lambda _: None)))
        assert sum(len(batch.outcomes) for _, batch in parsed) == records
        assert bool(multiprocessing.active_children()) is (started and os.cpu_count() != 1)


def test_standard_input_is_a_source(cli: Cli) -> None:
    """Another program can pipe an update into the command."""
    process = subprocess.run(
        [sys.executable, "-m", "indexer", "update", "-", "--json"],
        cwd=cli.folder,
        env=clean_environment() | cli.environment,
        input=json.dumps(record(1)).encode(),
        capture_output=True,
        check=True,
    )
    assert json.loads(process.stdout)["added"] == 1


def test_a_merged_index_has_the_same_articles(cli: Cli) -> None:
    """`rebuild --merge` changes how an index is stored, and nothing that it holds."""
    cli("rebuild", SAMPLE)
    plain = cli("export").stdout
    report = json.loads(cli("rebuild", SAMPLE, "--merge", "--json").stdout)
    assert (report["unchanged"], report["added"], report["deleted"]) == (42, 0, 0)
    assert cli("export").stdout == plain
    assert json.loads(cli("check", "--json").stdout)["ok"] is True
