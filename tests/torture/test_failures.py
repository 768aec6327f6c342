"""Disks, folders, clocks and inputs that fail: a clear line each, and the last good generation served."""

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
from indexer.pipeline import Reject, read_batch
from search.engines import base_store, open_store
from search.index.protocols import GenerationStore
from tests.cli.data_dir.test_generations import check, folders, live
from tests.cli.load.test_update import generation, load, record, titles, write
from tests.conftest import SAMPLE, Cli, article, build, clean_environment, serving
from tests.support.exports import ATOM, EXPORT_END, EXPORT_HEAD, REST_POST, RSS, item
from tests.unit.formats.page.test_page import page

MANGLED = int(os.environ.get("MANGLED", "600"))
"""Copies of good inputs that are mangled; `make torture` takes 10,000."""


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Take the right to write in a folder away: by its mode or, from root whom modes do not bind, by a read-only mount."""
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


def test_a_read_only_folder_is_read_and_not_written(cli: Cli) -> None:
    """Where nothing can be written, everything that reads works, and each command that writes says so in one line."""
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
    """Where files cannot grow, a command says so, leaves no rubbish, and works when there is room again."""
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


def test_a_file_cut_under_a_running_server_leaves_the_generation_before(cli: Cli) -> None:
    """A worker that dies of a file cut under it comes back, and serves the last good generation."""
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


def test_a_file_removed_under_a_running_server_is_not_missed(cli: Cli) -> None:
    """A server goes on with the files that it holds open, and the check says what is missing."""
    load(cli, "rebuild", write(cli.folder / "in.jsonl", record(1)))
    with serving("serve", folder=cli.folder) as server:
        assert server.get("/api/v1/search").json()["total"] == 1
        for path in live(cli).rglob("*.fast"):
            path.unlink()
        assert server.get("/api/v1/search?q=title").json()["total"] == 1
    assert "missing or has another size" in check(cli, code=1)["problems"][0]


def test_a_clock_set_back_confuses_nothing(
    store: GenerationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Generations are in the order in which they were made live, whatever the time said."""

    class Clock(dt.datetime):
        """Goes backwards, and tells each time twice."""

        told = 0

        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> "Clock":
            cls.told += 1
            return cls(2030, 1, 1, tzinfo=tz) - dt.timedelta(days=cls.told // 2)

    monkeypatch.setattr(f"{base_store.__name__}.dt.datetime", Clock)
    names = [build(store, [article(number)]) for number in range(1, 6)]
    assert len(set(names)) == 5
    assert list(store.history()) == names[::-1]
    assert [each.id for each in store.current().articles()] == ["a5"]
    store.clear(2)
    assert sorted(store.generations()) == sorted(names[-2:])


def _mangle(data: bytes, dice: random.Random) -> bytes:
    """Change, cut, repeat or insert a few bytes."""
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(data) + 1)
        length = dice.choice((1, 1, 2, 7, 40))
        some = bytes(
            dice.choice((dice.randrange(256), *b'"{}[]\\\n,:\x00\xff')) for _ in range(length)
        )
        data = (
            dice.choice(
                (
                    data[:at] + some + data[at + length :],
                    data[:at] + some + data[at:],
                    data[:at] + data[at + length :],
                    data[:at],
                    data[:at] + data[at : at + 50] * dice.randint(2, 5) + data[at:],
                    data.replace(data[at : at + 1], some[:1]),
                )
            )
            or b"x"
        )
    return data


def test_mangled_inputs_are_rejects_or_articles(tmp_path: Path, cli: Cli) -> None:
    """Whatever is in a file, each record becomes an article or a reject with a reason, and every other one is read."""
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
        outcomes = read_batch(batch, FormatOptions(), lambda _: "").outcomes
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
    """Give a folder so little room that it is soon full: by a disk of its own, which root alone can mount."""
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


def test_a_full_disk_is_called_by_its_name(cli: Cli) -> None:
    """An admin who reads of killed writers looks everywhere but at the disk; the last index stays, and nothing else."""
    write(cli.folder / "in.jsonl", record(1))
    large = [
        record(number, body=" ".join(f"word{number}x{each}" for each in range(400)))
        for number in range(1_500)
    ]
    write(cli.folder / "large.jsonl", *large)
    named = re.compile(r"there is no room left on its disk \(\d+\.\d MB free|ulimit -f")
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
            said = cli(*arguments, code=1).stderr
            assert named.search(said), said
            assert said.count("\n") == 1
            assert (small / "data" / "live.json").read_bytes() == before
            assert list((small / "data" / "building").iterdir()) == []
            assert [each.name for each in small.iterdir()] == ["data"]
        with (small / "out").open("wb") as out:
            done = subprocess.run(
                [sys.executable, "-m", "indexer", "export", "--data", "elsewhere"],
                cwd=cli.folder, env=clean_environment(), stdout=out, stderr=subprocess.PIPE, text=True, check=False,
            )  # fmt: skip
        assert done.returncode == 1
        assert named.search(done.stderr), done.stderr
        (small / "out").unlink()
        assert len(titles_in(small / "data")) == 1


def titles_in(data: Path) -> list[str]:
    return [each.title for each in open_store("tantivy", data).current().articles()]
