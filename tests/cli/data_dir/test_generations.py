"""The gate before a swap, and the ways back: rollback, backup and restore, repair."""

import json
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.load.test_update import generation, load, record, titles, write
from tests.conftest import SAMPLE, Cli, clean_environment, serving


def folders(cli: Cli) -> list[str]:
    """Name the generations on disk."""
    return sorted(path.name for path in (cli.folder / "data" / "generations").iterdir())


def live(cli: Cli) -> Path:
    """Return the folder of the live generation."""
    return cli.folder / "data" / "generations" / generation(cli)


def check(cli: Cli, *options: str, code: int = 0) -> dict[str, Any]:
    """Run a check and return its report."""
    report: dict[str, Any] = json.loads(cli("check", "--json", *options, code=code).stdout)
    return report


def test_rollback_to_a_damaged_generation_is_refused(cli: Cli) -> None:
    """Returning never makes things worse."""
    load(cli, "rebuild", write(cli.folder / "in.jsonl", record(1)))
    old = live(cli)
    load(cli, "rebuild", write(cli.folder / "in.jsonl", record(2)))
    before = generation(cli)
    shutil.rmtree(old / "index")
    assert "cannot be read" in cli("rollback", code=1).stderr
    assert generation(cli) == before


def test_a_backup_is_whole_while_others_write(cli: Cli) -> None:
    """A nightly backup may run into the nightly load: it holds one generation whole, even one that is gone meanwhile."""
    sources = [
        write(
            cli.folder / f"{number}.jsonl",
            *(record(each, title=f"Load {number}") for each in range(400)),
        )
        for number in range(2)
    ]
    load(cli, "rebuild", sources[0])
    loads = " && ".join(
        f"{sys.executable} -m indexer rebuild {sources[number % 2]}" for number in range(6)
    )
    environment = clean_environment() | {"DATELINE_KEEP": "1"}
    with subprocess.Popen(
        ["bash", "-c", loads], cwd=cli.folder, env=environment, stdout=subprocess.PIPE
    ) as loading:
        made = 0
        while loading.poll() is None:
            cli("backup", f"{made}.tar")
            made += 1
        assert loading.returncode == 0
    assert made > 2
    for number in range(made):
        cli("restore", f"{number}.tar", "--data", "elsewhere")
        held = titles(cli, "--data", "elsewhere")
        assert (len(held), len(set(held.values()))) == (400, 1)


def _torn(backup: Path) -> None:
    backup.write_bytes(backup.read_bytes()[: backup.stat().st_size // 2])


def _changed(backup: Path) -> None:
    data = bytearray(backup.read_bytes())
    place = data.index(b"SQLite format 3") + 5000
    data[place] ^= 0xFF
    backup.write_bytes(data)


def _newer(backup: Path) -> None:
    backup.write_bytes(backup.read_bytes().replace(b'"format": 1', b'"format": 2', 1))


def _newer_schema(backup: Path) -> None:
    backup.write_bytes(
        backup.read_bytes().replace(b'"schema_version": 3', b'"schema_version": 9', 1)
    )


def _foreign(backup: Path) -> None:
    with tarfile.open(backup, "w") as archive:
        archive.add(SAMPLE / "__init__.py", "evil/../../x")


def _empty(backup: Path) -> None:
    backup.write_bytes(b"")


def _climbing(backup: Path) -> None:
    backup.write_bytes(backup.read_bytes().replace(b'"catalog.sqlite"', b'"../../escape.x"'))


BAD_BACKUPS: list[tuple[Callable[[Path], None], str]] = [
    (_torn, "b.tar is"),
    (_changed, "was changed since it was written"),
    (_newer, "newer version"),
    (_newer_schema, "newer version"),
    (_foreign, "not a backup that dateline backup wrote"),
    (_empty, "not a complete backup"),
    (_climbing, "not a backup that dateline backup wrote"),
]


@pytest.mark.parametrize(("spoil", "message"), BAD_BACKUPS)
def test_a_bad_backup_changes_nothing(
    cli: Cli, spoil: Callable[[Path], None], message: str
) -> None:
    """A torn, changed, foreign or newer file is refused by name, and leaves neither index nor rubbish."""
    cli("rebuild", SAMPLE)
    cli("backup", "b.tar")
    before = (generation(cli), folders(cli))
    spoil(cli.folder / "b.tar")
    refused = cli("restore", "b.tar", code=1).stderr
    assert message in refused
    assert "nothing changed" in refused
    assert (generation(cli), folders(cli)) == before
    assert list((cli.folder / "data" / "building").glob("*")) == []
    assert not list(cli.folder.parent.glob("**/escape.x"))


def test_a_damaged_index_is_not_backed_up(cli: Cli) -> None:
    """A backup is never a copy of damage, and never replaces a good one with it."""
    cli("rebuild", SAMPLE)
    cli("backup", "b.tar")
    good = (cli.folder / "b.tar").read_bytes()
    _flip(live(cli) / "catalog.sqlite")
    assert "check --repair" in cli("backup", "b.tar", code=1).stderr
    assert (cli.folder / "b.tar").read_bytes() == good
    cli("rebuild", SAMPLE)
    assert "could not be written to no/such/b.tar" in cli("backup", "no/such/b.tar", code=1).stderr


def _flip(path: Path) -> None:
    """Change one byte in the middle of a file, its size kept."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-10])


def _remove(path: Path) -> None:
    path.unlink()


DAMAGES = [
    (_flip, "catalog.sqlite"),
    (_remove, "catalog.sqlite"),
    (_flip, ".store"),
    (_cut, ".store"),
    (_flip, ".term"),
    (_remove, ".fast"),
    (_cut, ".pos"),
    (_remove, "meta.json"),
    (_flip, "words.json"),
    (_remove, "words.json"),
    (_flip, "generation.json"),
]


@pytest.mark.parametrize(
    ("damage", "ending"), DAMAGES, ids=lambda value: getattr(value, "__name__", value)
)
def test_check_names_damage_and_mends_it(
    cli: Cli, damage: Callable[[Path], None], ending: str
) -> None:
    """Whatever file is harmed, a check says so and how to mend it; --repair does, from the index or the one before."""
    cli("rebuild", SAMPLE)
    # A rebuild shares no file with the generation before, as an update does.
    cli("rebuild", SAMPLE)
    exported = cli("export").stdout
    folder = live(cli)
    damage(next(path for path in sorted(folder.rglob("*")) if path.name.endswith(ending)))
    found = cli("check", code=1)
    assert "dateline check --repair" in found.stdout + found.stderr
    report = check(cli, "--repair")
    assert (report["ok"], report["repaired"]["articles"]) == (True, 42)
    assert cli("export").stdout == exported
    assert check(cli)["ok"] is True
    assert check(cli, "--repair").keys() == {"generation", "ok", "problems"}


@pytest.mark.parametrize("ending", [".store", ".term", ".idx", ".pos", ".fast", ".fieldnorm"])
def test_a_damaged_file_is_one_clear_line_whatever_reads_it(cli: Cli, ending: str) -> None:
    """Damage that the size of a file does not tell never ends a command with a traceback, and the check finds it."""
    cli("rebuild", SAMPLE)
    cli("rebuild", SAMPLE)
    for path in live(cli).rglob(f"*{ending}"):
        data = path.read_bytes()
        # All but the footer, which Tantivy reads when it opens a file.
        path.write_bytes(bytes(byte ^ 0x5A for byte in data[:-200]) + data[-200:])
    for command in (
        ["stats"],
        ["search", "harbour"],
        ["search", '"the harbour" begin*'],
        ["export"],
    ):
        done = subprocess.run(
            [sys.executable, "-m", "indexer", *command],
            cwd=cli.folder,
            env=clean_environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode in (0, 1)
        assert "Traceback" not in done.stderr
        if done.returncode:
            assert "dateline check --repair" in done.stderr
    found = cli("check", code=1)
    assert "dateline check --repair" in found.stdout + found.stderr
    assert load(cli, "rebuild", SAMPLE)["read"] == 42
    assert check(cli)["ok"] is True


def test_words_that_cannot_be_read_are_one_clear_line(cli: Cli) -> None:
    """A damaged list of words ends no search with a traceback, whether it is no JSON or another's."""
    cli("rebuild", SAMPLE)
    words = live(cli) / "words.json"
    size = words.stat().st_size
    for damaged in (b"{}", b"[1]", b'{"frequencies":{},"suggested":[],"more":1}', b"\xff"):
        words.write_bytes(damaged.ljust(size))
        failed = cli("search", "harbuor", code=1).stderr
        assert "dateline check --repair" in failed
        assert "Traceback" not in failed


def test_words_are_found_in_the_index_where_no_list_is(cli: Cli) -> None:
    """An index of an older version corrects and suggests what one with a list of its words does."""
    cli("rebuild", SAMPLE)
    paths = ("/api/v1/search?q=harbuor", "/api/v1/suggest?q=har")
    with serving("serve", folder=cli.folder) as server:
        listed = [server.get(path).json() for path in paths]
    record = live(cli) / "generation.json"
    data = json.loads(record.read_text())
    del data["files"]["words.json"]
    record.write_text(json.dumps(data))
    (live(cli) / "words.json").unlink()
    with serving("serve", folder=cli.folder) as server:
        found = [server.get(path).json() for path in paths]
    assert listed[0]["query"]["corrected"]
    assert listed[1]["suggestions"]
    for answer in (*listed, *found):
        answer.pop("took_ms", None)
    assert found == listed


def test_repair_that_would_lose_articles_is_refused(cli: Cli) -> None:
    """Where an article can be read nowhere it is named, and the index stays as it is for other ways out."""
    load(cli, "rebuild", write(cli.folder / "in.jsonl", record(1)))
    shared = {path.name for path in live(cli).rglob("*.store")}
    load(cli, "update", write(cli.folder / "in.jsonl", record(2)))
    before = generation(cli)
    _cut(next(path for path in live(cli).rglob("*.store") if path.name not in shared))
    refused = cli("check", "--repair", code=1).stderr
    assert "1 of 2 articles can be read nowhere (first 'r2')" in refused
    assert "dateline restore" in refused
    assert json.loads((cli.folder / "data" / "live.json").read_text())["live"] == before


def as_of_schema_1(folder: Path) -> None:
    """Make a generation what the version before catalogs wrote."""
    path = folder / "generation.json"
    data = json.loads(path.read_text()) | {"schema_version": 1}
    del data["files"]
    path.write_text(json.dumps(data))
    (folder / "catalog.sqlite").unlink()


def test_an_index_of_the_version_before_is_served_and_brought_forward(cli: Cli) -> None:
    """An upgrade does not stop a service: the old index is read as it is, and written anew without its sources."""
    cli("rebuild", SAMPLE)
    as_of_schema_1(live(cli))
    exported = cli("export").stdout
    with serving("serve", folder=cli.folder) as server:
        assert server.get("/api/v1/search").json()["total"] == 42
    assert "check --repair" in cli("update", SAMPLE, code=1).stderr
    assert "check --repair" in cli("backup", "b.tar", code=1).stderr
    assert check(cli, "--repair")["repaired"]["articles"] == 42
    assert cli("export").stdout == exported
    assert load(cli, "update", SAMPLE)["unchanged"] == 42


def test_a_server_keeps_the_last_good_generation(cli: Cli) -> None:
    """A live generation that a server cannot read, damaged or of a newer version, leaves readers on the one before."""
    load(cli, "rebuild", write(cli.folder / "in.jsonl", record(1)))
    first = generation(cli)
    load(cli, "update", write(cli.folder / "in.jsonl", record(2)))
    path = live(cli) / "generation.json"
    path.write_text(path.read_text().replace('"schema_version": 3', '"schema_version": 9'))
    # A server that starts now, and one that was there before the swap.
    with serving("serve", folder=cli.folder) as server:
        assert server.get("/api/v1/search").json()["generation"] == first
        assert server.get("/readyz").text.strip() == first
        load(cli, "rebuild", write(cli.folder / "in.jsonl", record(3)))
        third = generation(cli)
        assert server.get("/api/v1/search").json()["generation"] == third
        load(cli, "update", write(cli.folder / "in.jsonl", record(4)))
        for damaged in live(cli).rglob("*.fast"):
            _cut(damaged)
        assert server.get("/api/v1/search").json()["generation"] == third
    assert "cannot be read" in cli("search", "x", code=1).stderr


def test_logs_are_json_when_asked(cli: Cli) -> None:
    """What a machine collects is one object a line, with the event's own fields."""
    line = json.loads(cli("stats", "--log-format", "json", code=1).stderr)
    assert (line["level"], line["event"], line["exit_code"]) == ("error", "failed", 1)
    assert "dateline rebuild" in line["message"]
    assert "log_format is 'yaml'" in cli("stats", code=2, DATELINE_LOG_FORMAT="yaml").stderr
    assert "golden in dateline.toml" in _with_toml(cli, "golden = 3\n")
    assert "no setting DATELINE_GOLDEN" in cli("stats", code=2, DATELINE_GOLDEN="x").stderr


def _with_toml(cli: Cli, text: str) -> str:
    (cli.folder / "dateline.toml").write_text(text)
    stderr = cli("stats", code=2).stderr
    (cli.folder / "dateline.toml").unlink()
    return stderr
