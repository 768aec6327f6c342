"""Failing disks, folders, clocks and inputs: clear errors, and the last good index is served."""

import datetime as dt
import gzip
import json
import os
import random
import re
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from indexer.formats import FormatOptions
from indexer.input.batches import batches
from indexer.input.sources import find_files
from indexer.parsing.pipeline import Reject, parse_batch
from search.engines import base_store, open_store
from search.index.protocols import GenerationStore
from tests.cli.data_dir.test_generations import check, folders, live
from tests.cli.load.test_update import generation, load, record, titles, write
from tests.conftest import SAMPLE, Cli, article, build, clean_environment, serving
from tests.support.exports import ATOM, EXPORT_END, EXPORT_HEAD, REST_POST, RSS, item
from tests.unit.formats.page.test_page import page

MANGLED = int(os.environ.get("MANGLED", "600"))
"""Number of mangled copies of good inputs; `make torture` uses 10,000."""


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Make a folder read-only: by its mode, or for root by a read-only mount."""
    if os.geteuid() == 0:
        subprocess.run(["mount", "--bind", folder, folder], check=True)
        try:
            subprocess.run(["mount", "-o", "remount,ro,bind", folder], check=True)
            yield
        finally:
            subprocess.run(["umount", folder], check=True)
        return
    paths = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
    for path in paths:
        path.chmod(0o500)
    try:
        yield
    finally:
        for path in paths:
            path.chmod(0o700)


def test_a_read_only_folder_can_be_read(cli: Cli) -> None:
    """Reading commands work; each writing command reports the problem in one line."""
    load(cli, "rebuild", write(cli.folder / "in.jsonl", record(1), record(2)))
    cli("backup", "b.tar")
    write(cli.folder / "in.jsonl", record(1, title="New"))
    with read_only(cli.folder / "data"):
        assert check(cli)["ok"] is True
        assert len(titles(cli)) == 2
        cli("backup", "c.tar")
        with serving("serve", folder=cli.folder) as server:
            assert server.get("/api/v1/search").json()["total"] == 2
        for arguments in (
            ["rebuild", "in.jsonl"],
            ["update", "in.jsonl"],
            ["delete", "r1"],
            ["restore", "b.tar"],
        ):
            refused = cli(*arguments, code=1).stderr
            assert "nothing changed" in refused
            assert refused.count("\n") == 1
    assert len(titles(cli)) == 2


LIMITED = [
    "rebuild in.jsonl",
    "update in.jsonl",
    "delete r1",
    "restore b.tar",
    "backup c.tar",
    "check --repair",
]


@pytest.mark.parametrize("command", LIMITED)
def test_a_full_disk_stops_every_writing_command_cleanly(cli: Cli, command: str) -> None:
    """A command reports it, leaves no files behind, and works once there is room."""
    source = write(
        cli.folder / "in.jsonl",
        *(record(number, body="some words " * 200) for number in range(1, 200)),
    )
    load(cli, "rebuild", source)
    cli("backup", "b.tar")
    if "repair" in command:
        (live(cli) / "catalog.sqlite").unlink()
    write(
        source, *(record(number, body=f"other words {number} " * 200) for number in range(1, 200))
    )
    before = (cli.folder / "data" / "live.json").read_bytes()
    limited = f"ulimit -f 20; exec {sys.executable} -m indexer {command}"
    done = subprocess.run(
        ["bash", "-c", limited],
        cwd=cli.folder,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert "could not be written" in done.stderr
    assert "larger than this process may write (ulimit -f)" in done.stderr
    assert (cli.folder / "data" / "live.json").read_bytes() == before
    assert not list(cli.folder.rglob("*-new"))
    cli(*command.split())
    assert check(cli)["ok"] is True


def test_a_truncated_file_makes_a_server_use_the_previous_generation(cli: Cli) -> None:
    """A worker that crashes is replaced, and serves the last good generation."""
    load(cli, "rebuild", write(cli.folder / "in.jsonl", *(record(number) for number in range(50))))
    first = generation(cli)
    load(
        cli,
        "rebuild",
        write(cli.folder / "in.jsonl", *(record(number, deck="Later") for number in range(60))),
    )
    folder = live(cli)
    with serving("serve", folder=cli.folder) as server:
        assert server.get("/api/v1/search").json()["total"] == 60
        for path in folder.rglob("*.store"):
            os.truncate(path, 0)
        for _ in range(500):
            try:
                answer = server.get("/api/v1/search?q=title")
            except httpx.HTTPError:
                continue
            if answer.status_code == 200 and answer.json()["generation"] == first:
                break
        else:
            pytest.fail("the generation before was not served")


def test_a_running_server_survives_a_removed_file(cli: Cli) -> None:
    """The server keeps its open files, and `check` reports the missing one."""
    load(cli, "rebuild", write(cli.folder / "in.jsonl", record(1)))
    with serving("serve", folder=cli.folder) as server:
        assert server.get("/api/v1/search").json()["total"] == 1
        for path in live(cli).rglob("*.fast"):
            path.unlink()
        assert server.get("/api/v1/search?q=title").json()["total"] == 1
    assert "missing or has another size" in check(cli, code=1)["problems"][0]


def test_a_clock_set_back_does_not_reorder_generations(
    store: GenerationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Generations are in the order in which they were published."""

    class Clock(dt.datetime):
        """Runs backwards and returns each time twice."""

        calls = 0

        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> "Clock":
            cls.calls += 1
            return cls(2030, 1, 1, tzinfo=tz) - dt.timedelta(days=cls.calls // 2)

    monkeypatch.setattr(f"{base_store.__name__}.dt.datetime", Clock)
    names = [build(store, [article(number)]) for number in range(1, 6)]
    assert len(set(names)) == 5
    assert list(store.history()) == names[::-1]
    assert [stored.id for stored in store.current().articles()] == ["a5"]
    store.clear(2)
    assert sorted(store.generations()) == sorted(names[-2:])


def _mangle(data: bytes, dice: random.Random) -> bytes:
    """Change, cut, repeat or insert a few bytes."""
    for _ in range(dice.randint(1, 4)):
        start = dice.randrange(len(data) + 1)
        length = dice.choice((1, 1, 2, 7, 40))
        junk = bytes(
            dice.choice((dice.randrange(256), *b'"{}[]\\\n,:\x00\xff')) for _ in range(length)
        )
        data = (
            dice.choice(
                (
                    data[:start] + junk + data[start + length :],
                    data[:start] + junk + data[start:],
                    data[:start] + data[start + length :],
                    data[:start],
                    data[:start] + data[start : start + 50] * dice.randint(2, 5) + data[start:],
                    data.replace(data[start : start + 1], junk[:1]),
                )
            )
            or b"x"
        )
    return data


def test_mangled_inputs_are_rejects_or_articles(tmp_path: Path, cli: Cli) -> None:
    """Each record becomes an article or a reject with a reason; the others are unaffected."""
    dice = random.Random(11)
    good = [path.read_bytes() for path in sorted(SAMPLE.glob("*.txt"))]
    line = json.dumps(
        record(1, authors=["A", "B"], regions=["Asia"], deck="é", published="2020-02-02T10:00:00Z")
    ).encode()
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(MANGLED // 2):
        (folder / f"{number}.txt").write_bytes(_mangle(dice.choice(good), dice))
    lines = [_mangle(line, dice).replace(b"\n", b" ") for _ in range(MANGLED // 2)]
    (folder / "lines.jsonl").write_bytes(b"\n".join([*lines, line]))
    whole = gzip.compress(b"\n".join([line] * 3000))
    for number in range(20):
        (folder / f"{number}.jsonl.gz").write_bytes(_mangle(whole, dice))
    export = (EXPORT_HEAD + "".join(map(item, range(5))) + EXPORT_END).encode()
    others = {"html": page(), "xml": export, "rss.xml": RSS.encode(), "atom.xml": ATOM.encode()}
    others["json"] = json.dumps([REST_POST, REST_POST]).encode()
    for ending, raw in others.items():
        for number in range(MANGLED // 20):
            (folder / f"{number}.{ending}").write_bytes(_mangle(raw, dice))
    rejects = read = 0
    for batch in batches(find_files([str(folder)]).files, lambda _: None):
        outcomes = parse_batch(batch, FormatOptions(), lambda _: "").outcomes
        assert len(outcomes) == len(batch.records())
        read += len(outcomes)
        rejects += sum(isinstance(outcome, Reject) and bool(outcome.reason) for outcome in outcomes)
    assert 0 < rejects < read
    report = load(cli, "rebuild", folder, code=3)
    assert (report["read"], report["rejected"]) == (read, rejects)
    assert check(cli)["ok"] is True
    assert folders(cli) == [generation(cli)]


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """Yield a folder with little room: a tmpfs mount for root, otherwise a file size limit."""
    folder.mkdir()
    if os.geteuid() != 0:
        limit = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, limit[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        return
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


def test_a_full_disk_is_named_as_the_cause(cli: Cli) -> None:
    """The message names the disk, and the last index stays."""
    # A limit of this process holds for the processes that it starts itself.
    cli = Cli(cli.folder, is_cold=True)
    write(cli.folder / "in.jsonl", record(1))
    large = [
        record(number, body=" ".join(f"word{number}x{position}" for position in range(400)))
        for number in range(1_500)
    ]
    write(cli.folder / "large.jsonl", *large)
    disk_full = re.compile(r"there is no room left on its disk \(\d+\.\d MB free|ulimit -f")
    cli("rebuild", "large.jsonl", "--data", "elsewhere")
    cli("backup", "large.tar", "--data", "elsewhere")
    small = cli.folder / "small"
    with small_disk(small):
        cli("rebuild", "in.jsonl", "--data", small / "data")
        before = (small / "data" / "live.json").read_bytes()
        for arguments in (
            ("rebuild", "large.jsonl", "--data", small / "data"),
            ("update", "large.jsonl", "--data", small / "data"),
            ("restore", "large.tar", "--data", small / "data"),
            ("backup", small / "b.tar", "--data", "elsewhere"),
        ):
            error = cli(*arguments, code=1).stderr
            assert disk_full.search(error), error
            assert error.count("\n") == 1
            assert (small / "data" / "live.json").read_bytes() == before
            assert list((small / "data" / "building").iterdir()) == []
            assert [entry.name for entry in small.iterdir()] == ["data"]
        with (small / "out").open("wb") as out:
            done = subprocess.run(
                [sys.executable, "-m", "indexer", "export", "--data", "elsewhere"],
                cwd=cli.folder,
                env=clean_environment(),
                stdout=out,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
            )
        assert done.returncode == 1
        assert disk_full.search(done.stderr), done.stderr
        (small / "out").unlink()
        assert len(titles_in(small / "data")) == 1


def titles_in(data: Path) -> list[str]:
    return [stored.title for stored in open_store("tantivy", data).current().articles()]
