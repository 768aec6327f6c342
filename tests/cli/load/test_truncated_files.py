"""Truncated files: everything before the break is read, and the break is one reject."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.input.batches import batches
from indexer.input.sources import find_files
from tests.support.archives import line
from tests.support.cli import Cli
from tests.support.exports import ATOM, EXPORT_END, EXPORT_HEAD, RSS, item

_ARTICLES = [json.loads(line(name, note="x" * 30)) for name in "abc"]
_LINES = "".join(map(line, "abc"))
_RDF = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
<channel rdf:about="https://r.example/"><title>R</title></channel>
<item rdf:about="https://r.example/1"><title>One</title></item><!-- between <item> --><item rdf:about="https://r.example/2"><title>Two</title></item>
</rdf:RDF>"""
_WHOLE = {
    "a.jsonl": (_LINES, 3),
    "array.json": (json.dumps(_ARTICLES), 3),
    "pretty.json": (json.dumps(_ARTICLES, indent=1), 3),
    "joined.json": (json.dumps(_ARTICLES[:2]) + "\n" + json.dumps(_ARTICLES[2:]), 3),
    "wrapped.json": (json.dumps({"status": "ok", "articles": _ARTICLES, "next": None}), 3),
    "inner.json": (json.dumps({"took": 1, "data": {"posts": _ARTICLES, "more": []}}), 3),
    "feed.json": (
        json.dumps(
            {"version": "https://jsonfeed.org/version/1.1", "title": "F", "items": _ARTICLES}
        ),
        3,
    ),
    "rss.xml": (RSS, 2),
    "atom.atom": (ATOM, ATOM.count("<entry")),
    "rdf.rdf": (_RDF, 2),
    "export.xml": (EXPORT_HEAD + item(1) + item(2, "]] > <item> --") + item(3) + EXPORT_END, 3),
    "table.csv": ('title,published,body\nA,2019-03-05,"x\ny"\nB,2019-03-05,"z"\n', 2),
}


def _read(path: Path) -> tuple[list[bytes], list[str]]:
    """Return the complete records of a file, and the problems."""
    records, problems = [], []
    for batch in batches(find_files([str(path.parent)]).files, lambda _: None, 50):
        for record in batch.records():
            if problem := record.problem or batch.problem:
                problems.append(problem)
            else:
                records.append(record.raw)
    return records, problems


@pytest.mark.parametrize("name", _WHOLE)
def test_a_file_cut_anywhere_keeps_its_complete_records(tmp_path: Path, name: str) -> None:
    """Wherever a file is cut, its complete records are read in order, with at most one problem."""
    text, count = _WHOLE[name]
    raw = text.encode()
    (tmp_path / name).write_bytes(raw)
    whole, problems = _read(tmp_path / name)
    assert (len(whole), problems) == (count, [])
    for end in range(len(raw)):
        (tmp_path / name).write_bytes(raw[:end])
        records, problems = _read(tmp_path / name)
        wholes = [
            record for record, expected in zip(records, whole, strict=False) if record == expected
        ]
        if name not in ("a.jsonl", "joined.json", "table.csv"):
            # A format with a closing mark always reports that it was cut off.
            assert len(problems) == 1, end
        # A cut-off line or row is read as a record, and rejected unless it is valid.
        assert len(records) - len(wholes) + len(problems) <= 1, end
        assert len(wholes) >= sum(
            raw[:end].count(record) for record in whole if name.endswith((".json", "l", "f", "m"))
        )


@pytest.mark.parametrize("name", ["a.jsonl.gz", "b.json.gz", "c.xml.gz"])
def test_a_gzip_file_cut_anywhere_keeps_its_complete_records(tmp_path: Path, name: str) -> None:
    """Compressed data is read up to the last byte; a later cut never loses earlier records."""
    text = {
        "a": "".join(line(str(n), note=str(n * 7919) * 9) for n in range(40)),
        "b": json.dumps(_ARTICLES),
        "c": RSS,
    }
    raw = gzip.compress(text[name[0]].encode())
    before = 0
    for end in range(2, len(raw) + 1):
        (tmp_path / name).write_bytes(raw[:end])
        records, problems = _read(tmp_path / name)
        assert len(problems) == (end < len(raw))
        assert len(records) >= before
        before = len(records)
    assert before == {"a": 40, "b": 3, "c": 2}[name[0]]


BROKEN: list[tuple[Callable[[bytes], bytes], str, int]] = [
    (lambda raw: raw[:-8] + b"\0" * 8, "incorrect data check", 40),
    (lambda raw: raw + b"rubbish", "bytes that are not gzip follow its end", 40),
    (lambda raw: raw[:60] + b"\xff\xff" + raw[62:], "Error -3", 0),
    (lambda raw: raw + raw[:20], "it was cut off", 40),
]


@pytest.mark.parametrize(("spoil", "problem", "count"), BROKEN)
def test_a_broken_gzip_file_keeps_the_records_before(
    tmp_path: Path, spoil: Callable[[bytes], bytes], problem: str, count: int
) -> None:
    """A wrong checksum, garbage or changed bytes are one reject; earlier lines are loaded."""
    raw = gzip.compress("".join(line(str(n), note=str(n * 7919) * 9) for n in range(40)).encode())
    (tmp_path / "a.jsonl.gz").write_bytes(spoil(raw))
    records, problems = _read(tmp_path / "a.jsonl.gz")
    assert [problem in each for each in problems] == [True]
    assert len(records) >= count


def test_joined_and_padded_gzip_files_are_read(tmp_path: Path) -> None:
    """Joined gzip members are one file; zeros after the last are padding."""
    raw = gzip.compress(line("a").encode()) + gzip.compress(line("b").encode()) + b"\0" * 99
    (tmp_path / "a.jsonl.gz").write_bytes(raw)
    records, problems = _read(tmp_path / "a.jsonl.gz")
    assert (len(records), problems) == (2, [])


def test_a_cut_off_load_says_where(cli: Cli) -> None:
    """The reject names the line of the break, and everything else is in the index."""
    (cli.folder / "in").mkdir()
    (cli.folder / "in" / "feed.rss").write_text(RSS[: RSS.index("</item>\n</channel>")])
    (cli.folder / "in" / "all.json").write_text(json.dumps(_ARTICLES, indent=0)[:-9])
    report = json.loads(cli("rebuild", "in", "--json", "--rejects", "r.jsonl", code=3).stdout)
    assert (report["added"], report["rejected"]) == (3, 2)
    reasons = [
        json.loads(each)["reason"]
        for each in (cli.folder / "r.jsonl").read_text("utf-8").splitlines()
    ]
    assert any("item that begins in line 7" in reason for reason in reasons)
    assert any("element that begins in line 16" in reason for reason in reasons)
