"""Acceptance checks, rollback, backup, restore and repair of Tantivy generations."""

import io
import json
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, cast

import pytest

from search.engines.tantivy.storage.schema import SCHEMA_VERSION
from search.query.vocabulary.packing import unpack
from tests.cli.load.test_update import generation, load, record, titles, write
from tests.conftest import SAMPLE, Cli, clean_environment, serving


def folders(cli: Cli) -> list[str]:
    """Return the names of the generations on disk."""
    return sorted(path.name for path in (cli.folder / "data" / "generations").iterdir())


def live(cli: Cli) -> Path:
    """Return the folder of the live generation."""
    return cli.folder / "data" / "generations" / generation(cli)


def check(cli: Cli, *options: str, code: int = 0) -> dict[str, Any]:
    """Run a check and return its report."""
    report: dict[str, Any] = json.loads(cli("check", "--json", *options, code=code).stdout)
    return report


def test_rollback_to_a_damaged_generation_is_refused(cli: Cli) -> None:
    """A rollback never makes things worse."""
    load(cli, "rebuild", write(cli.folder / "in.jsonl", record(1)))
    old = live(cli)
    load(cli, "rebuild", write(cli.folder / "in.jsonl", record(2)))
    before = generation(cli)
    shutil.rmtree(old / "index")
    assert "cannot be read" in cli("rollback", code=1).stderr
    assert generation(cli) == before


_MOST_BACKUPS = 20
"""On a busy machine loads, which give way, take long. Each backup is restored."""


def test_a_backup_is_consistent_during_loads(cli: Cli) -> None:
    """A backup contains one complete generation, even if it is deleted during the backup."""
    sources = [
        write(
            cli.folder / f"{number}.jsonl",
            *(record(article, title=f"Load {number}") for article in range(400)),
        )
        for number in range(2)
    ]
    load(cli, "rebuild", sources[0])
    loads = " && ".join(
        f"{sys.executable} -m indexer rebuild {sources[number % 2]}" for number in range(6)
    )
    environment = clean_environment() | {"DATELINE_INDEX_KEEP": "1"}
    with subprocess.Popen(
        ["bash", "-c", loads], cwd=cli.folder, env=environment, stdout=subprocess.PIPE
    ) as loading:
        count = 0
        while loading.poll() is None and count < _MOST_BACKUPS:
            # As long as a load, so that each falls into another moment of one.
            Cli(cli.folder, is_cold=True)("backup", f"{count}.tar")
            count += 1
        assert loading.wait() == 0
    assert count > 2
    for number in range(count):
        cli("restore", f"{number}.tar", "--data", "elsewhere")
        restored = titles(cli, "--data", "elsewhere")
        assert (len(restored), len(set(restored.values()))) == (400, 1)


def _truncate(backup: Path) -> None:
    backup.write_bytes(backup.read_bytes()[: backup.stat().st_size // 2])


def _change_byte(backup: Path) -> None:
    data = bytearray(backup.read_bytes())
    position = data.index(b"SQLite format 3") + 5000
    data[position] ^= 0xFF
    backup.write_bytes(data)


def _set_newer_format(backup: Path) -> None:
    backup.write_bytes(backup.read_bytes().replace(b'"format": 1', b'"format": 2', 1))


def _set_newer_schema(backup: Path) -> None:
    backup.write_bytes(
        backup.read_bytes().replace(
            f'"schema_version": {SCHEMA_VERSION}'.encode(), b'"schema_version": 9', 1
        )
    )


def _replace_by_other_tar(backup: Path) -> None:
    with tarfile.open(backup, "w") as archive:
        archive.add(SAMPLE / "__init__.py", "evil/../../x")


def _empty_file(backup: Path) -> None:
    backup.write_bytes(b"")


def _set_path_outside(backup: Path) -> None:
    backup.write_bytes(backup.read_bytes().replace(b'"catalog.sqlite"', b'"../../escape.x"'))


def _rewritten(backup: Path, change: Callable[[tarfile.TarInfo, dict[str, Any]], None]) -> None:
    """Rewrite a backup with another second member and another record in its head."""
    with tarfile.open(backup) as archive:
        members = [(each, cast("IO[bytes]", archive.extractfile(each)).read()) for each in archive]
    head = json.loads(members[0][1])
    change(members[1][0], head["record"])
    written = json.dumps(head).encode()
    members[0][0].size = len(written)
    members[0] = (members[0][0], written)
    with tarfile.open(backup, "w", format=tarfile.PAX_FORMAT) as archive:
        for member, content in members:
            archive.addfile(member, io.BytesIO(content) if member.isreg() else None)


def _linked(backup: Path) -> None:
    def change(member: tarfile.TarInfo, record: dict[str, Any]) -> None:
        member.type, member.linkname, member.size = tarfile.SYMTYPE, "/etc/passwd", 0
        record["files"][member.name] = [0, sha256(b"").hexdigest()]

    _rewritten(backup, change)


def _with(key: str, value: object) -> Callable[[Path], None]:
    return lambda backup: _rewritten(backup, lambda _, record: record.update({key: value}))


BAD_BACKUPS: list[tuple[Callable[[Path], None], str]] = [
    (_truncate, "b.tar is"),
    (_change_byte, "was changed since it was written"),
    (_set_newer_format, "newer version"),
    (_set_newer_schema, "newer version"),
    (_replace_by_other_tar, "not a backup that dateline backup wrote"),
    (_empty_file, "not a complete backup"),
    (_set_path_outside, "not a backup that dateline backup wrote"),
    (_linked, "b.tar is truncated"),
    (_with("files", {"generation.json": [0, ""]}), "not a backup that dateline backup wrote"),
    (_with("files", {"catalog.sqlite": ["5", ""]}), "not a complete backup"),
    (_with("files", []), "not a complete backup"),
    (_with("most_values", []), "not a complete backup"),
    (_with("schema_version", str(SCHEMA_VERSION)), "not a complete backup"),
]


@pytest.mark.parametrize(("damage", "message"), BAD_BACKUPS)
def test_a_bad_backup_changes_nothing(
    cli: Cli, damage: Callable[[Path], None], message: str
) -> None:
    """A damaged, foreign or newer backup is refused, and no partial files stay."""
    cli("rebuild", SAMPLE)
    cli("backup", "b.tar")
    before = (generation(cli), folders(cli))
    damage(cli.folder / "b.tar")
    refused = cli("restore", "b.tar", code=1).stderr
    assert message in refused
    assert "nothing changed" in refused
    assert (generation(cli), folders(cli)) == before
    assert list((cli.folder / "data" / "building").glob("*")) == []
    assert not list(cli.folder.parent.glob("**/escape.x"))


def test_a_damaged_index_is_not_backed_up(cli: Cli) -> None:
    """A damaged index must not replace a good backup."""
    cli("rebuild", SAMPLE)
    cli("backup", "b.tar")
    good_backup = (cli.folder / "b.tar").read_bytes()
    _flip_byte(live(cli) / "catalog.sqlite")
    assert "check --repair" in cli("backup", "b.tar", code=1).stderr
    assert (cli.folder / "b.tar").read_bytes() == good_backup
    cli("rebuild", SAMPLE)
    assert "could not be written to no/such/b.tar" in cli("backup", "no/such/b.tar", code=1).stderr


def _flip_byte(path: Path) -> None:
    """Change one byte in the middle of a file."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)


def _cut_end(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-10])


def _remove(path: Path) -> None:
    path.unlink()


DAMAGES = [
    (_flip_byte, "catalog.sqlite"),
    (_remove, "catalog.sqlite"),
    (_flip_byte, ".store"),
    (_cut_end, ".store"),
    (_flip_byte, ".term"),
    (_remove, ".fast"),
    (_cut_end, ".pos"),
    (_remove, "meta.json"),
    (_flip_byte, "words.bin"),
    (_remove, "words.bin"),
    (_flip_byte, "generation.json"),
]


@pytest.mark.parametrize(
    ("damage", "ending"), DAMAGES, ids=lambda value: getattr(value, "__name__", value)
)
def test_check_reports_and_repairs_damage(
    cli: Cli, damage: Callable[[Path], None], ending: str
) -> None:
    """A check finds damage to any file, and --repair restores all articles."""
    cli("rebuild", SAMPLE)
    # Unlike an update, a rebuild shares no files with the previous generation.
    cli("rebuild", SAMPLE)
    exported = cli("export").stdout
    folder = live(cli)
    damage(next(path for path in sorted(folder.rglob("*")) if path.name.endswith(ending)))
    failed = cli("check", code=1)
    assert "dateline check --repair" in failed.stdout + failed.stderr
    report = check(cli, "--repair")
    assert (report["ok"], report["repaired"]["articles"]) == (True, 42)
    assert cli("export").stdout == exported
    assert check(cli)["ok"] is True
    assert check(cli, "--repair").keys() == {"generation", "ok", "problems"}


@pytest.mark.parametrize("ending", [".store", ".term", ".idx", ".pos", ".fast", ".fieldnorm"])
def test_a_damaged_file_is_one_clear_line_in_every_command(cli: Cli, ending: str) -> None:
    """Damage that keeps a file's size never causes a traceback, and the check finds it."""
    cli("rebuild", SAMPLE)
    cli("rebuild", SAMPLE)
    for path in live(cli).rglob(f"*{ending}"):
        data = path.read_bytes()
        # Everything except the footer, which Tantivy reads when it opens a file.
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
    failed = cli("check", code=1)
    assert "dateline check --repair" in failed.stdout + failed.stderr
    assert load(cli, "rebuild", SAMPLE)["read"] == 42
    assert check(cli)["ok"] is True


def test_a_damaged_vocabulary_is_one_clear_line(cli: Cli) -> None:
    """A change of any part of it is noticed before it is searched."""
    cli("rebuild", SAMPLE)
    words = live(cli) / "words.bin"
    whole = words.read_bytes()
    for place in (0, 5, 20, len(whole) // 3, len(whole) - 1):
        words.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        failed = cli("search", "harbuor", code=1).stderr
        assert "dateline check --repair" in failed
        assert "Traceback" not in failed


def test_a_vocabulary_that_lost_its_record_of_size_is_one_clear_line(cli: Cli) -> None:
    """A file that is cut off is not searched, even if the record agrees with it."""
    cli("rebuild", SAMPLE)
    words = live(cli) / "words.bin"
    whole = words.read_bytes()
    record = live(cli) / "generation.json"
    data = json.loads(record.read_text())
    for length in (0, 7, 43, len(whole) - 4):
        words.write_bytes(whole[:length])
        data["files"]["words.bin"][0] = length
        record.write_text(json.dumps(data))
        failed = cli("search", "harbuor", code=1).stderr
        assert "dateline check --repair" in failed
        assert "Traceback" not in failed


@pytest.mark.parametrize("with_older_file", [True, False])
def test_an_index_of_an_older_version_has_the_same_words(
    cli: Cli, *, with_older_file: bool
) -> None:
    """Older versions wrote the words in another form, or not at all."""
    cli("rebuild", SAMPLE)
    paths = ("/api/v1/search?q=harbuor", "/api/v1/suggest?q=har")
    with serving("serve", folder=cli.folder) as server:
        expected = [server.get(path).json() for path in paths]
    older = live(cli) / "words.json"
    words = live(cli) / "words.bin"
    content = _older_words(words.read_bytes())
    generation_record = live(cli) / "generation.json"
    data = json.loads(generation_record.read_text())
    del data["files"]["words.bin"]
    words.unlink()
    if with_older_file:
        older.write_bytes(content)
        data["files"]["words.json"] = [len(content), sha256(content).hexdigest()]
    generation_record.write_text(json.dumps(data))
    with serving("serve", folder=cli.folder) as server:
        actual = [server.get(path).json() for path in paths]
    assert expected[0]["query"]["corrected"]
    assert expected[1]["suggestions"]
    for response in (*expected, *actual):
        response.pop("took_ms", None)
    assert actual == expected
    load(cli, "update", write(cli.folder / "in.jsonl", record(1)))
    assert (live(cli) / "words.bin").exists()
    assert not (live(cli) / "words.json").exists()


def _older_words(content: bytes) -> bytes:
    """Return the words of a vocabulary in the form that older versions wrote."""
    sections = unpack(memoryview(content))
    words = sections.text.tobytes().decode().split()
    suggested = [word for word, count in zip(words, sections.suggested, strict=True) if count]
    frequencies = dict(zip(words, sections.frequencies, strict=True))
    return json.dumps({"frequencies": frequencies, "suggested": sorted(suggested)}).encode()


def test_repair_that_would_lose_articles_is_refused(cli: Cli) -> None:
    """A lost article is named, and the index is unchanged, so that a backup can be restored."""
    load(cli, "rebuild", write(cli.folder / "in.jsonl", record(1)))
    shared = {path.name for path in live(cli).rglob("*.store")}
    load(cli, "update", write(cli.folder / "in.jsonl", record(2)))
    before = generation(cli)
    _cut_end(next(path for path in live(cli).rglob("*.store") if path.name not in shared))
    refused = cli("check", "--repair", code=1).stderr
    assert "1 of 2 articles cannot be read from any generation (first 'r2')" in refused
    assert "dateline restore" in refused
    assert json.loads((cli.folder / "data" / "live.json").read_text())["live"] == before


def as_of_schema_1(folder: Path) -> None:
    """Convert a generation to the format of the release without catalogs."""
    path = folder / "generation.json"
    data = json.loads(path.read_text()) | {"schema_version": 1}
    del data["files"]
    path.write_text(json.dumps(data))
    (folder / "catalog.sqlite").unlink()


def test_an_index_of_the_previous_schema_is_served_and_upgraded(cli: Cli) -> None:
    """An upgrade needs no sources: the old index is served, and a repair rewrites it."""
    cli("rebuild", SAMPLE)
    as_of_schema_1(live(cli))
    exported = cli("export").stdout
    with serving("serve", folder=cli.folder) as server:
        assert server.get("/api/v1/search").json()["total"] == 42
    assert "may lack words" in (cli.folder / "server.log").read_text("utf-8")
    assert "may lack words" in check(cli)["notice"]
    assert "check --repair" in cli("update", SAMPLE, code=1).stderr
    assert "check --repair" in cli("backup", "b.tar", code=1).stderr
    assert check(cli, "--repair")["repaired"]["articles"] == 42
    assert cli("export").stdout == exported
    assert load(cli, "update", SAMPLE)["unchanged"] == 42


def test_a_server_keeps_the_last_good_generation(cli: Cli) -> None:
    """If a server cannot read the live generation, it serves the previous one."""
    load(cli, "rebuild", write(cli.folder / "in.jsonl", record(1)))
    first = generation(cli)
    load(cli, "update", write(cli.folder / "in.jsonl", record(2)))
    path = live(cli) / "generation.json"
    path.write_text(
        path.read_text().replace(f'"schema_version": {SCHEMA_VERSION}', '"schema_version": 9')
    )
    # A server that starts now, and one that was running before the swap.
    with serving("serve", folder=cli.folder) as server:
        assert server.get("/api/v1/search").json()["generation"] == first
        assert server.get("/readyz").text.strip() == first
        load(cli, "rebuild", write(cli.folder / "in.jsonl", record(3)))
        third = generation(cli)
        assert server.get("/api/v1/search").json()["generation"] == third
        load(cli, "update", write(cli.folder / "in.jsonl", record(4)))
        for damaged in live(cli).rglob("*.fast"):
            _cut_end(damaged)
        assert server.get("/api/v1/search").json()["generation"] == third
    assert "cannot be read" in cli("search", "x", code=1).stderr


def test_logs_can_be_json(cli: Cli) -> None:
    """JSON logs have one object per line, with the fields of the event."""
    line = json.loads(cli("stats", "--log-format", "json", code=1).stderr)
    assert (line["level"], line["event"], line["exit_code"]) == ("error", "failed", 1)
    assert "dateline rebuild" in line["message"]
    assert "LOG_FORMAT is 'yaml'" in cli("stats", code=2, DATELINE_SERVER_LOG_FORMAT="yaml").stderr
    assert "[index.golden] in dateline.toml" in _with_toml(cli, "[index]\ngolden = 3\n")
    assert (
        "no setting DATELINE_INDEX_GOLDEN" in cli("stats", code=2, DATELINE_INDEX_GOLDEN="x").stderr
    )


def _with_toml(cli: Cli, text: str) -> str:
    (cli.folder / "dateline.toml").write_text(text)
    stderr = cli("stats", code=2).stderr
    (cli.folder / "dateline.toml").unlink()
    return stderr
