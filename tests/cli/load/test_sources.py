"""Finding the files of SOURCEs, and splitting them into batches."""

import gzip
import json
import re
from pathlib import Path

import pytest

from indexer.input.batches import BLOCK_BYTES, RawRecord, batches
from indexer.input.sources import SourceMissing, find_files
from indexer.input.streams import byte_stream
from tests.support.cli import Cli


def _read(path: Path, block_bytes: int = BLOCK_BYTES) -> list[RawRecord]:
    read = batches(find_files([str(path)]).files, lambda _: None, block_bytes)
    return [record for batch in read for record in batch.records()]


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_every_line_is_read_once_under_its_number(tmp_path: Path, packed: bool, ends: str) -> None:
    """Blocks, batches and blank lines do not change a line's number, which admins look up."""
    lines = [
        "" if number % 10 == 0 else f"{number} " + "x" * (number % 4000)
        for number in range(1, 2001)
    ]
    raw = b"\xef\xbb\xbf" + ends.join(lines).encode()
    file = tmp_path / ("a.jsonl.gz" if packed else "a.jsonl")
    file.write_bytes(gzip.compress(raw) if packed else raw)
    records = _read(file)
    assert [(record.line, record.raw.decode().strip()) for record in records] == [
        (number, line.strip()) for number, line in enumerate(lines, 1) if line
    ]


def test_a_line_above_the_limit_is_refused_and_the_next_one_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file without line ends does not fill memory, nor hide the lines after it."""
    monkeypatch.setattr(byte_stream, "MAX_RECORD_BYTES", 1000)
    (tmp_path / "a.jsonl").write_bytes(b"first\n" + b"x" * 5000 + b"\nlast")
    assert [
        (record.line, record.raw, bool(record.problem))
        for record in _read(tmp_path / "a.jsonl", 300)
    ] == [
        (1, b"first", False),
        (2, b"", True),
        (3, b"last", False),
    ]


def test_bytes_read_add_up_to_the_file(tmp_path: Path) -> None:
    """The reported bytes add up to the file, so that a progress bar ends at 100 %."""
    (tmp_path / "a.jsonl").write_bytes(b"{}\n" * 500_000)
    (tmp_path / "b.txt").write_bytes(b"text")
    sizes: list[int] = []
    for _ in batches(find_files([str(tmp_path)]).files, sizes.append):
        pass
    assert sum(sizes) == 1_500_004


def test_a_wrong_source_is_named(tmp_path: Path) -> None:
    """A wrong SOURCE stops before anything is read."""
    with pytest.raises(SourceMissing, match="does not exist"):
        find_files([str(tmp_path / "gone")])


ENDINGS = [
    "a.jsonl", "b.NDJSON", "c.jl", "d.json", "e.csv.gz", "f.tsv", "g.txt.GZ", "h.html", "i.htm.gz", "j.xhtml", "k.shtml",
    "l.xml", "m.rss", "n.Atom", "o.rdf.gz", "p.zip", "q.tar", "r.tar.gz", "s.tgz", "t.warc", "u.warc.gz",
]  # fmt: skip


def test_files_are_found_by_extension_and_others_counted(tmp_path: Path) -> None:
    """Files of a folder that are not read are counted, except hidden ones."""
    (tmp_path / "deep" / "deeper").mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    others = [
        "x.pdf",
        "deep/y.PDF",
        "deep/deeper/z.doc",
        "README",
        "deep/a.b c",
        "old.gz",
        "note.eml",
        "odd.Ünı",
    ]
    for name in [*ENDINGS, *others, ".hidden.html", ".git/x.html", ".DS_Store"]:
        (tmp_path / name).write_text(
            "title,published\nA,2019-03-05\n" if "csv" in name or "tsv" in name else ""
        )
    source_files = find_files([str(tmp_path)])
    assert sorted(file.origin for file in source_files.files) == ENDINGS
    assert source_files.left_out == {
        "other: .pdf": 2, "other: .doc": 1, "other: no ending": 3, "other: .gz": 1, "other: .eml": 1,
    }  # fmt: skip


EXCLUDED = [
    ("drafts", 2),
    ("drafts/", 2),
    ("./drafts/*", 2),
    ("arch/drafts", 2),
    ("*.txt", 2),
    ("**/a.txt", 2),
    ("**/drafts/*", 2),
    ("drafts/a.txt", 1),
    ("deep/*/b.*", 1),
    ("drafts/deep", 1),
    ("none", 0),
    ("Drafts", 0),
]


@pytest.mark.parametrize(("pattern", "count"), EXCLUDED)
def test_patterns_exclude_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pattern: str, count: int
) -> None:
    """A pattern matches files or folders, and each excluded file is counted."""
    monkeypatch.chdir(tmp_path)
    for name in ("arch/a.txt", "arch/drafts/a.txt", "arch/drafts/deep/b.md", "arch/deep/er/b.html"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text("x")
    source_files = find_files(["arch"], exclude=[pattern])
    assert source_files.left_out.get("excluded", 0) == count
    assert len(source_files.files) + sum(source_files.left_out.values()) == 4
    assert find_files(["arch/a.txt"], exclude=["a.*"]).nothing_to_read == (
        "the SOURCEs contain nothing that Dateline reads; left out: excluded (1)"
    )


def test_own_files_are_not_read(tmp_path: Path) -> None:
    """An index of any name and Dateline's own lists within a SOURCE are not read."""
    archive = tmp_path / "arch"
    for name in (
        "data/generations/x/words.bin",
        "data/live.json",
        "copy/live.json",
        "copy/generations/x/words.bin",
        "good.json",
    ):
        (archive / name).parent.mkdir(parents=True, exist_ok=True)
        (archive / name).write_text("{}")
    for name in ("old.jsonl", "rejects.jsonl", "rejects.jsonl.new"):
        (archive / name).write_text('{"origin":"a.txt","line":0,"reason":"no date","raw":"x"}\n')
    (archive / "report.jsonl").write_text('{"file":"a.txt","format":"reprint text","read":1}\n')
    (archive / "index").symlink_to(archive / "data")
    (archive / "linked.jsonl").symlink_to(archive / "rejects.jsonl")
    (tmp_path / "there").symlink_to(archive)
    never = [
        archive / "data",
        archive / "rejects.jsonl",
        archive / "rejects.jsonl.new",
        archive / "gone",
    ]
    for source in (archive, tmp_path / "there"):
        source_files = find_files([str(source)], never=never)
        assert [file.origin for file in source_files.files] == ["good.json"]
        assert source_files.left_out == {"other: rejects file": 1, "other: report file": 1}
    assert find_files([str(archive / "rejects.jsonl")], never=never).files
    assert not find_files([str(archive / "data")], never=never).files


REFUSED = [
    ("a.7z", "unpack it first"),
    ("a.tar.xz", "unpack it first"),
    ("a.txt.bz2", "unpack it first"),
    ("a.zst", "unpack it first"),
    ("a.rar", "unpack it first"),
    ("a.mht", "save it as a web page"),
    ("a.MHTML", "save it as a web page"),
    ("a.eml", "e-mail"),
    ("a.mbox", "e-mail"),
    ("a.pdf", "save its text as"),
    ("a.docx", "save it as a web page"),
    ("a.xlsx", "save the sheet as CSV"),
    ("a.epub", "unpack it"),
    ("a.gz", "rename it"),
    ("a.xyz", "its format is not supported; Dateline reads .jsonl"),
    ("README", "its format is not supported"),
]


@pytest.mark.parametrize(("name", "help_"), REFUSED)
def test_a_file_that_is_not_read_says_what_to_do(tmp_path: Path, name: str, help_: str) -> None:
    """The error for an unsupported file explains how to load its articles."""
    (tmp_path / name).write_text("x")
    with pytest.raises(SourceMissing, match=re.escape(help_)) as refusal:
        find_files([str(tmp_path / name)])
    assert name in str(refusal.value)


def test_a_pattern_that_matches_nothing_says_so(tmp_path: Path) -> None:
    """A shell passes a pattern on unchanged if no file matches."""
    for pattern in ("*.html", "a?.txt", "[ab].txt"):
        with pytest.raises(SourceMissing, match="matches nothing"):
            find_files([str(tmp_path / pattern)])
    (tmp_path / "[ab].txt").write_text("x")
    assert len(find_files([str(tmp_path / "[ab].txt")]).files) == 1


def test_sources_without_anything_to_read_are_reported(cli: Cli) -> None:
    """A load or preview of a folder without articles names what is in it."""
    (cli.folder / "none").mkdir()
    assert "empty" in cli("read", "none", code=1).stderr
    for name in ("a.pdf", "b.pdf", "c.md"):
        (cli.folder / "none" / name).write_text("x")
    for command in ("read", "rebuild", "update"):
        message = cli(command, "none", code=1).stderr
        assert "left out: other: .pdf (2), other: .md (1)" in message


def test_the_folder_of_the_index_may_be_loaded(cli: Cli) -> None:
    """`rebuild .` in the folder of the index reads only the articles, every time."""
    (cli.folder / "a.jsonl").write_text(
        '{"id": "a", "title": "A", "published": "2019-03-05"}\n{"title": "no date"}\n'
    )
    for command in ("rebuild", "update", "update"):
        report = json.loads(
            cli(command, ".", "--rejects", "rejects.jsonl", "--json", code=3).stdout
        )
        assert (report["read"], report["rejected"]) == (2, 1)
    report = json.loads(cli("update", ".", "--json", code=3).stdout)
    assert (report["read"], report["skipped"]) == (2, {"other: rejects file": 1})
    report = json.loads(
        cli("update", ".", "--data", ".", "--dry-run", "--exclude", "re*", "--json", code=3).stdout
    )
    assert report["skipped"]["excluded"] >= 1
