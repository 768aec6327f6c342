"""Hostile or odd files: each is a named reject or a clear error, in limited memory and time."""

import gzip
import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from indexer.formats import FormatOptions
from indexer.input.batches import Batch, batches
from indexer.input.sources import find_files
from indexer.input.streams.file_format import Format
from indexer.parsing import pipeline
from indexer.parsing.pipeline import Reject, parse_batch
from tests.support.cli import Cli, clean_environment
from tests.support.exports import ATOM, EXPORT_END, EXPORT_HEAD, REST_POST, RSS, item
from tests.support.paths import SAMPLE
from tests.unit.formats.page.test_page import page

GOOD = '{"id": "good", "title": "A good one", "published": "2017-07-12"}\n'
_MEMORY = 700_000_000


def _rejects(cli: Cli, folder: Path, *, limit_memory: bool = False) -> dict[str, str]:
    """Load a folder with one good article, and return the reasons of the other rejects by file."""
    (folder / "good.jsonl").write_text(GOOD)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY, _MEMORY))

    process = subprocess.run(
        [sys.executable, "-m", "indexer", "rebuild", str(folder), "--json", "--rejects", "r.jsonl"],
        cwd=cli.folder,
        env=clean_environment() | cli.environment,
        capture_output=True,
        check=False,
        timeout=120,
        preexec_fn=limit if limit_memory else None,  # safe: this process has no other threads
    )
    assert process.returncode == 3, process.stderr.decode()
    report = json.loads(process.stdout)
    assert report["read"] == report["added"] + report["rejected"] + report["replaced"] + sum(
        report["skipped"].values()
    )
    assert report["added"] >= 1
    assert b"Traceback" not in process.stderr
    lines = (cli.folder / "r.jsonl").read_text("utf-8").splitlines()
    return {reject["origin"]: reject["reason"] for reject in map(json.loads, lines)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "in"
    path.mkdir()
    return path


def test_bombs_are_refused(cli: Cli, folder: Path) -> None:
    """Entity and decompression bombs and endless lines are refused within the usual memory."""
    (folder / "entities.xml").write_text(
        '<!DOCTYPE b [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rss><channel><item/></channel></rss>'
    )
    with gzip.open(folder / "zeros.jsonl.gz", "wb", 9) as file:
        for _ in range(200):
            file.write(b"0" * 2_000_000)
    (folder / "line.jsonl").write_bytes(b'{"title": "' + b"x" * 100_000_000)
    with gzip.open(folder / "blank.xml.gz", "wb", 9) as file:
        file.write(b"<rss>")
        for _ in range(200):
            file.write(b" " * 2_000_000)
    rejects = _rejects(cli, folder, limit_memory=True)
    assert "declares entities" in rejects["entities.xml"]
    assert "unpacks to more than 200 times its size" in rejects["zeros.jsonl.gz"]
    assert "longer than 64 MB" in rejects["line.jsonl"]
    assert (
        "unpacks to more than 200 times" in rejects["blank.xml.gz"]
        or "an item is larger than" in rejects["blank.xml.gz"]
    )


def test_odd_bytes_are_read_or_refused(cli: Cli, folder: Path) -> None:
    """NULs, lone surrogates and cut-off characters do not stop a load; usable articles are kept."""
    (folder / "nul.txt").write_bytes(b"Title\x00\n\nSite, July 12, 2017\n\nBody")
    (folder / "nul.html").write_bytes(page().replace(b"lock keeper", b"lock\x00 keeper"))
    (folder / "surrogate.jsonl").write_text(
        '{"id": "s", "title": "\\ud800 x", "published": "2017-07-12"}\n'
    )
    (folder / "cut.jsonl").write_bytes(
        b'{"id": "c", "title": "caf\xc3", "published": "2017-07-12"}\n'
    )
    rejects = _rejects(cli, folder)
    assert set(rejects) == {"nul.txt", "surrogate.jsonl", "cut.jsonl"}
    assert "is not text" in rejects["nul.txt"]


def test_pipes_and_links_are_reported(cli: Cli, folder: Path) -> None:
    """Pipes, broken links and loops are reported and do not block; links are followed once."""
    os.mkfifo(folder / "pipe.jsonl")
    (folder / "dead.txt").symlink_to(folder / "nowhere")
    (folder / "loop.txt").symlink_to(folder / "loop.txt")
    (folder / "round").symlink_to(folder, target_is_directory=True)
    (folder / "zero.jsonl").symlink_to("/dev/zero")
    other = folder.parent / "other"
    other.mkdir()
    (other / "linked.jsonl").write_text(GOOD.replace('"good"', '"linked"'))
    (folder / "linked").symlink_to(other, target_is_directory=True)
    rejects = _rejects(cli, folder)
    assert set(rejects) == {"pipe.jsonl", "dead.txt", "loop.txt", "zero.jsonl"}
    assert "pipe" in rejects["pipe.jsonl"]
    exported = [json.loads(line) for line in cli("export").stdout.splitlines()]
    assert {article["id"] for article in exported} == {"good", "linked"}


def test_file_names_in_old_encodings(cli: Cli, folder: Path) -> None:
    """A file name in an old encoding is shown with escapes, and its article is loaded."""
    (folder / os.fsdecode(b"caf\xe9.jsonl")).write_text(GOOD)
    (folder / os.fsdecode(b"caf\xe9.txt")).write_text("no date")
    assert set(_rejects(cli, folder)) == {"caf\\xe9.txt"}


def test_an_unreadable_folder_is_reported(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unreadable folder is a reject, so that --prune does not delete its articles."""
    (folder / "closed").mkdir()
    (folder / "good.jsonl").write_text(GOOD)
    scan = os.scandir

    def refuse(path: str | os.PathLike[str]) -> Any:
        # Root ignores permissions.
        if os.fspath(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", os.fspath(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    problems = {file.origin: file.problem for file in find_files([str(folder)]).files}
    assert problems == {"good.jsonl": "", "closed": "the folder cannot be read: Permission denied"}


def test_a_file_that_changes_while_it_is_read_is_refused(folder: Path) -> None:
    """A mix of an old and a new text is not loaded."""
    file = folder / "a.jsonl"
    file.write_text(GOOD * 40_000)
    problems = []
    for number, batch in enumerate(batches(find_files([str(folder)]).files, lambda _: None)):
        if not number:
            with file.open("a") as more:
                more.write(GOOD)
        problems.append(batch.problem)
    assert "changed while it was read" in problems[-1]
    assert not any(problems[:-1])


def test_a_page_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """One page cannot delay a load beyond its time limit."""
    monkeypatch.setattr(pipeline, "MAX_SECONDS_PER_RECORD", 0.05)
    slow = page(body="<p>x<br>" * 50_000)
    (outcome,) = parse_batch(
        Batch(Format.PAGE, "slow.html", slow), FormatOptions(), lambda _: ""
    ).outcomes
    assert isinstance(outcome, Reject)
    assert "takes more than" in outcome.reason
    assert outcome.raw == slow.decode()


@pytest.mark.parametrize("tag", ["div", "em", "ul><li", "blockquote", "table><tr><td"])
def test_deep_nesting_ends_in_an_article_or_a_reject(tag: str) -> None:
    """Ten levels of tables are read; ten thousand levels of anything are rejected."""
    for depth in (10, 300, 10_000):
        raw = page(
            body=f"<{tag}>" * depth
            + "<p>Deep down in the text stands a sentence of some length, and it says so.</p>"
        )
        (outcome,) = parse_batch(
            Batch(Format.PAGE, "deep.html", raw), FormatOptions(), repr
        ).outcomes
        if isinstance(outcome, Reject):
            assert depth > 10
            assert "nested" in outcome.reason
        else:
            assert "Deep down" in str(outcome)


def test_sources_that_are_not_files_are_clear_errors(cli: Cli, tmp_path: Path) -> None:
    """A device, a broken link or an unsupported file as a SOURCE stops before anything is read."""
    (tmp_path / "dead.txt").symlink_to(tmp_path / "nowhere")
    for name in ("x.doc", "x.xyz"):
        (tmp_path / name).write_text("x")
    for source, message in (
        ("/dev/null", "device"),
        ("dead.txt", "is a broken link"),
        ("x.doc", "save it as a web page"),
        ("x.xyz", "its format is not supported"),
    ):
        assert (
            message
            in cli(
                "rebuild", source if source.startswith("/") else tmp_path / source, code=1
            ).stderr
        )


def test_a_folder_of_all_formats_loads_at_once_and_adds_up(cli: Cli, folder: Path) -> None:
    """One rebuild reads all formats; the report adds up, and corrected rejects can be loaded."""
    (folder / "reprint.txt").write_bytes((SAMPLE / "2025-10-02-lock-gates.txt").read_bytes())
    (folder / "page.html").write_bytes(page())
    (folder / "export.xml").write_text(
        EXPORT_HEAD + item(1) + item(2, status="draft") + item(3, date="") + EXPORT_END
    )
    (folder / "posts.json").write_text(json.dumps([REST_POST]))
    (folder / "rss.xml").write_text(RSS)
    (folder / "atom.xml").write_text(ATOM)
    (folder / "packed.jsonl.gz").write_bytes(
        gzip.compress((GOOD + GOOD.replace('"good"', '"two"')).encode())
    )
    (folder / "nodate.html").write_bytes(page(head="<title>Undated</title>"))
    rejects = _rejects(cli, folder)
    assert set(rejects) == {"export.xml", "nodate.html"}
    report = json.loads(cli("rebuild", folder, "--json", "--rejects", "r.jsonl", code=3).stdout)
    assert {key: report[key] for key in ("read", "unchanged", "rejected", "replaced", "skipped")} == {
        "read": 13, "unchanged": 9, "rejected": 2, "replaced": 1, "skipped": {"status draft": 1},
    }  # fmt: skip
    again = json.loads(cli("update", folder, "--json", code=3).stdout)
    assert (again["read"], again["unchanged"], again["added"], again["changed"]) == (13, 9, 0, 0)
    mended = (cli.folder / "r.jsonl").read_text("utf-8")
    mended = mended.replace(
        "<title>Undated</title>", "<title>Undated</title><meta name='date' content='2017-07-12'>"
    )
    mended = mended.replace(
        "<wp:status>", "<wp:post_date>2017-07-12 09:30:00</wp:post_date><wp:status>"
    )
    (cli.folder / "mended.jsonl").write_text(mended, "utf-8")
    report = json.loads(cli("update", "mended.jsonl", "--json").stdout)
    assert (report["added"], report["rejected"]) == (2, 0)
    exported = {
        article["title"]: article for article in map(json.loads, cli("export").stdout.splitlines())
    }
    assert exported["Undated"]["published"] == "2017-07-12"
    assert exported["Dykes & Dunes"]["authors"] == ["Ana Roy"]


def test_rejects_in_old_encodings_are_loaded_again(cli: Cli, folder: Path) -> None:
    """A file of rejects is in UTF-8, whatever the encoding of the page or export."""
    undated = (
        page(head="<title>Мост</title>").decode().replace("charset='utf-8'", "charset='koi8-r'")
    )
    (folder / "old.html").write_bytes(undated.encode("koi8-r", "replace"))
    export = (
        EXPORT_HEAD.replace("UTF-8", "windows-1252")
        + item(title="Café – Dünen", date="")
        + EXPORT_END
    )
    (folder / "old.xml").write_bytes(export.encode("cp1252"))
    assert set(_rejects(cli, folder)) == {"old.html", "old.xml"}
    mended = (cli.folder / "r.jsonl").read_text("utf-8")
    mended = mended.replace("<title>", "<meta name='date' content='2017-07-12'><title>", 1)
    mended = mended.replace(
        "<wp:status>", "<wp:post_date>2017-07-12 09:30:00</wp:post_date><wp:status>"
    )
    (cli.folder / "mended.jsonl").write_text(mended, "utf-8")
    cli("update", "mended.jsonl")
    titles = {article["title"] for article in map(json.loads, cli("export").stdout.splitlines())}
    assert titles == {"A good one", "Мост", "Café – Dünen"}
