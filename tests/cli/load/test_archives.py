"""Zip, tar and WARC files: members are read like files, and dangerous ones are rejected by name."""

import gzip
import json
import struct
import tarfile
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from indexer.input import members
from indexer.input.batches import batches
from indexer.input.sources import find_files
from indexer.input.streams import byte_stream
from indexer.input.streams.file_format import Format
from tests.support.archives import Capture, line, page_of, tar, web_archive, zipped
from tests.support.cli import Cli
from tests.support.exports import EXPORT_END, EXPORT_HEAD, RSS, item


class ReadResult(NamedTuple):
    """The content of a SOURCE: records and problems by place, other files by kind."""

    records: dict[str, bytes]
    problems: dict[str, str]
    left_out: Counter[str]


def _read(path: Path, *exclude: str) -> ReadResult:
    records: dict[str, bytes] = {}
    problems: dict[str, str] = {}
    files = find_files([str(path)], exclude=exclude)
    left_out = Counter(files.left_out)
    for batch in batches(files.files, lambda _: None):
        left_out.update(batch.left_out)
        for record in batch.records():
            place = f"{batch.origin}:{record.line}" if record.line else batch.origin
            if problem := record.problem or batch.problem:
                problems[place] = problem
            else:
                records[place] = record.raw
    return ReadResult(records, problems, left_out)


_MIXED: list[tuple[str, bytes | str]] = [
    ("pages/pier.html", page_of("Pier")),
    ("lines.jsonl", line("a") + line("b")),
    ("packed/more.jl.gz", gzip.compress(line("c").encode())),
    ("feed/index.html", RSS),
    ("export.xml", EXPORT_HEAD + item(7) + item(8, status="draft") + EXPORT_END),
    ("people.csv", "Title,Published,Body\nTide,2019-03-05,Low\n"),
    ("numbers.csv", "a,b\n1,2\n"),
    ("notes.md", "x"),
    ("img/a.jpg", b"x"),
    ("img/b.JPG", b"x"),
    ("drafts/secret.html", page_of("Secret")),
    (".hidden/x.html", page_of("Hidden")),
    ("__MACOSX/._pier.html", b"x"),
]
_PLACES = {
    "pages/pier.html", "lines.jsonl:1", "lines.jsonl:2", "packed/more.jl.gz:1", "feed/index.html:4", "feed/index.html:7",
    "export.xml:13", "export.xml:15", "people.csv:2",
}  # fmt: skip
_OTHERS = {"other: .md": 1, "other: .jpg": 2, "other: .csv": 1, "excluded": 1}


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.TGZ"])
def test_members_are_read_as_files_are(tmp_path: Path, name: str) -> None:
    """Members are read by name and content.

    Others are counted, hidden or excluded ones not read.
    """
    path = tmp_path / name
    if name.endswith("zip"):
        zipped(path, _MIXED)
    else:
        contents: list[tuple[str, bytes, dict[str, Any]]] = [
            (each, content.encode() if isinstance(content, str) else content, {})
            for each, content in _MIXED
        ]
        tar(tmp_path / name.lower(), contents).rename(path)
    result = _read(path, "drafts")
    assert set(result.records) == {f"{name}/{place}" for place in _PLACES}
    assert result.left_out == _OTHERS
    assert not result.problems
    assert result.records[f"{name}/lines.jsonl:2"].decode() == line("b").rstrip()


def test_an_archive_is_loaded_and_adds_up(cli: Cli) -> None:
    """An archive is loaded as it is: the report counts its members, an update finds no change."""
    zipped(cli.folder / "site.zip", _MIXED)
    report = json.loads(cli("rebuild", "site.zip", "--exclude", "drafts", "--json", code=0).stdout)
    assert (report["added"], report["rejected"]) == (8, 0)
    assert report["skipped"] == _OTHERS | {"status draft": 1}
    assert report["read"] == report["added"] + 1
    again = json.loads(cli("update", "site.zip", "--exclude", "drafts", "--json").stdout)
    assert (again["unchanged"], again["added"], again["changed"]) == (8, 0, 0)
    exported = {
        article["title"]: article for article in map(json.loads, cli("export").stdout.splitlines())
    }
    assert exported["Pier"]["origin"] == "site.zip/pages/pier.html"
    assert "Secret" not in exported


def test_harmful_members_of_a_zip_archive_are_named(tmp_path: Path) -> None:
    """Dangerous members are rejects: outside paths, nested archives, repeated names, encryption.

    The other members are read.
    """
    path = tmp_path / "a.zip"
    with pytest.warns(UserWarning, match="Duplicate"):
        zipped(
            path,
            [
                ("good.jsonl", line("good")),
                ("../up.html", page_of("Up")),
                ("/etc/abs.jsonl", line("abs")),
                ("C:\\win.jsonl", line("win")),
                ("inner.zip", b"PK"),
                ("inner.tar.gz", b"x"),
                ("twice.jsonl", line("one")),
                ("twice.jsonl", line("two")),
            ],
        )
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("link.html")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "good.html")
        archive.writestr("odd.jsonl", line("odd"), zipfile.ZIP_LZMA)
    result = _read(path)
    assert set(result.records) == {"a.zip/good.jsonl:1", "a.zip/twice.jsonl:1"}
    assert {place: problem.split(";")[0] for place, problem in result.problems.items()} == {
        "a.zip/../up.html": "its name points outside the archive",
        "a.zip/etc/abs.jsonl": "its name points outside the archive",
        "a.zip/C:/win.jsonl": "its name points outside the archive",
        "a.zip/inner.zip": "it is an archive within an archive",
        "a.zip/inner.tar.gz": "it is an archive within an archive",
        "a.zip/twice.jsonl": "the archive contains this name twice",
        "a.zip/link.html": "it is a link, and links of archives are not followed",
        "a.zip/odd.jsonl": "its compression method (14) is not supported",
    }


def _flagged(path: Path, flag: int) -> None:
    """Set a flag of every member in both of its headers."""
    raw = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = raw.find(mark)
        while start >= 0:
            struct.pack_into(
                "<H", raw, start + place, struct.unpack_from("<H", raw, start + place)[0] | flag
            )
            start = raw.find(mark, start + 1)
    path.write_bytes(raw)


def test_an_encrypted_archive_says_so(tmp_path: Path) -> None:
    """Encrypted members are rejects: no password is requested, and no noise is read."""
    path = zipped(tmp_path / "a.zip", [("a.jsonl", line("a")), ("b.html", page_of("B"))])
    _flagged(path, 1)
    result = _read(path)
    assert not result.records
    assert all(
        "it is encrypted; unpack the archive with its password" in each
        for each in result.problems.values()
    )
    assert len(result.problems) == 2


def test_a_member_that_is_broken_does_not_hide_others(tmp_path: Path) -> None:
    """A wrong checksum is one reject with the name of its member; other members are read."""
    path = zipped(
        tmp_path / "a.zip", [("a.html", page_of("A")), ("b.jsonl", line("b"))], zipfile.ZIP_STORED
    )
    raw = path.read_bytes()
    path.write_bytes(raw.replace(b"northern mole", b"northern hole", 1))
    result = _read(path)
    assert set(result.records) == {"a.zip/b.jsonl:1"}
    assert "Bad CRC-32" in result.problems["a.zip/a.html"]


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.warc", "a.tgz", "a.warc.gz"])
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"rubbish" * 300, b"\x00" * 700])
def test_a_file_that_is_not_an_archive_is_one_reject(
    tmp_path: Path, name: str, content: bytes
) -> None:
    """A file that only has the name of an archive is one reject, which says what to do."""
    (tmp_path / name).write_bytes(content)
    result = _read(tmp_path)
    assert not result.records
    assert len(result.problems) <= 1
    if result.problems:
        assert (
            "unpack it yourself" in result.problems[name]
            or "neither gzip nor text" in result.problems[name]
        )


def test_links_and_devices_of_a_tar_archive_are_named(tmp_path: Path) -> None:
    """Links are not followed and devices not opened."""
    path = tar(
        tmp_path / "a.tar.gz",
        [
            ("./good.jsonl", line("good").encode(), {}),
            ("soft.html", b"", {"type": tarfile.SYMTYPE, "linkname": "/etc/passwd"}),
            ("hard.jsonl", b"", {"type": tarfile.LNKTYPE, "linkname": "good.jsonl"}),
            ("null", b"", {"type": tarfile.CHRTYPE}),
            ("pipe.txt", b"", {"type": tarfile.FIFOTYPE}),
            ("folder.html", b"", {"type": tarfile.DIRTYPE}),
            ("current", b"", {"type": tarfile.SYMTYPE, "linkname": "x"}),
            ("../up.jsonl", line("up").encode(), {}),
            (f"{'deep/' * 60}far.jsonl", line("far").encode(), {}),
        ],
    )
    result = _read(path)
    assert set(result.records) == {"a.tar.gz/good.jsonl:1", f"a.tar.gz/{'deep/' * 60}far.jsonl:1"}
    assert {place.removeprefix("a.tar.gz/") for place in result.problems} == {
        "soft.html", "hard.jsonl", "null", "pipe.txt", "../up.jsonl",
    }  # fmt: skip
    assert result.left_out == {"other: no ending": 1}


def test_decompression_bombs_in_archives_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A decompression bomb is refused, whether one member or all members together."""
    for module in (byte_stream, members):
        monkeypatch.setattr(module, "FREE_BYTES", 100_000)
    lines = (line("x") * 30_000).encode()
    bomb = zipped(
        tmp_path / "a.zip",
        [
            ("bomb.jsonl", lines),
            ("twice.jsonl.gz", gzip.compress(lines)),
            ("good.jsonl", line("g")),
        ],
    )
    result = _read(bomb)
    assert "unpacks to more than 200 times" in next(
        each for place, each in result.problems.items() if "bomb" in place
    )
    assert "a.zip/good.jsonl:1" in result.records
    many = zipped(tmp_path / "b.zip", [(f"{number}.jsonl", b" " * 90_000) for number in range(200)])
    assert "the archive unpacks to more than 200 times" in " ".join(_read(many).problems.values())
    (tmp_path / "c.tar.gz").write_bytes(gzip.compress(b"\0" * 60_000_000))
    assert len(_read(tmp_path / "c.tar.gz").problems) <= 1


def test_headers_of_a_tar_archive_are_limited(tmp_path: Path) -> None:
    """A header that claims to be long is not read into memory."""
    info = tarfile.TarInfo("pax")
    info.type, info.size = tarfile.XHDTYPE, 50_000_000_000
    (tmp_path / "a.tar").write_bytes(info.tobuf(tarfile.GNU_FORMAT) + b"\0" * 5_000)
    ((_, problem),) = _read(tmp_path / "a.tar").problems.items()
    assert "a header in it is too long" in problem


def test_joined_archives_are_reported(tmp_path: Path) -> None:
    """Data after the end of a tar archive is reported."""
    raw = tar(tmp_path / "a.tar", [("a.jsonl", line("a").encode(), {})]).read_bytes()
    (tmp_path / "a.tar").write_bytes(raw + raw)
    result = _read(tmp_path / "a.tar")
    assert set(result.records) == {"a.tar/a.jsonl:1"}
    assert "data follows its end" in result.problems["a.tar"]


def test_a_directory_that_would_fill_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A zip archive's directory is held in memory, so its size is limited."""
    monkeypatch.setattr(members, "_MAX_DIRECTORY_BYTES", 300)
    path = zipped(tmp_path / "a.zip", [(f"{number}.jsonl", line("x")) for number in range(50)])
    assert "too many files" in _read(path).problems["a.zip"]


_CAPTURES: list[Capture] = [
    ("https://quay.example/1", page_of("One"), {}),
    ("https://quay.example/gone", page_of("Gone"), {":status": "404 Not ReadResult"}),
    ("https://quay.example/a.png", b"x", {":type": "image/png"}),
    ("https://quay.example/1", b"", {":warc": "revisit"}),
    ("https://quay.example/packed", gzip.compress(page_of("Packed")), {"Content-Encoding": "gzip"}),
    (
        "https://quay.example/parts",
        b"%x\r\n%s\r\n%x;x=y\r\n%s\r\n0\r\n\r\n" % (60, page_of("Parts")[:60], len(page_of("Parts")) - 60, page_of("Parts")[60:]),
        {"Transfer-Encoding": "chunked"},
    ),
    ("https://quay.example/koi", page_of("Мост").decode().replace(" charset='utf-8'", "").encode("koi8-r"), {":type": "text/html; charset=KOI8-R"}),
    ("https://quay.example/saved", page_of("Saved"), {":warc": "resource"}),
    ("https://quay.example/cut", page_of("Cut"), {":has-WARC-Truncated": "length"}),
    ("https://quay.example/odd", b"\x1b\x02", {"Content-Encoding": "br"}),
    ("https://quay.example/tag/sea", page_of("Tag"), {}),
]  # fmt: skip


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
def test_pages_of_a_web_archive_are_read(tmp_path: Path, name: str) -> None:
    """HTML responses are decoded as the server sent them; other records are counted by kind."""
    result = _read(web_archive(tmp_path / name, _CAPTURES), "*/tag/*")
    pages = {place.rpartition("/")[2]: raw for place, raw in result.records.items()}
    assert set(pages) == {"1", "packed", "parts", "koi", "saved"}
    for place, title in (
        ("1", "One"),
        ("packed", "Packed"),
        ("parts", "Parts"),
        ("koi", "Мост"),
        ("saved", "Saved"),
    ):
        assert f"<title>{title}</title>" in pages[place].decode("utf-8-sig")
    assert result.left_out == {
        "other: warc status 404": 1,
        "other: warc image/png": 1,
        "other: warc revisit": 1,
        "excluded": 1,
    }
    assert {place.rpartition("/")[2] for place in result.problems} == {"cut", "odd"}


def test_pages_of_a_web_archive_have_address_and_date(tmp_path: Path) -> None:
    """The address and date of a capture are the context of its page."""
    path = web_archive(tmp_path / "a.warc.gz", _CAPTURES[:1])
    (batch,) = batches(find_files([str(path)]).files, lambda _: None)
    address, date = batch.context
    assert (batch.kind, address) == (Format.PAGE, b"https://quay.example/1")
    assert date == b"2020-06-07T08:09:10Z"


def test_a_page_in_a_web_archive_that_fills_memory_is_refused(tmp_path: Path) -> None:
    """The size limit also applies to content that the server compressed."""
    bomb = gzip.compress(b" " * 70_000_000)
    path = web_archive(
        tmp_path / "a.warc", [("https://quay.example/b", bomb, {"Content-Encoding": "gzip"})]
    )
    assert "larger than 64 MB" in _read(path).problems["a.warc/https://quay.example/b"]
    (tmp_path / "b.warc").write_bytes(b"WARC/1.0\r\nWARC-Type: " + b"x" * 9_000_000)
    assert "header of a record is too long" in _read(tmp_path / "b.warc").problems["b.warc"]


@pytest.mark.parametrize("length", [b"-5", b"20", b"%d"])
def test_a_page_whose_length_is_wrong_is_not_read(
    tmp_path: Path, length: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    """A record shorter than its page is a reject; the pages before it are read."""
    raw = web_archive(
        tmp_path / "a.warc",
        [("https://quay.example/1", page_of("One"), {}), ("https://quay.example/2", b"", {})],
    ).read_bytes()
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>one\n<p>two\n<p>three"
    length = length.replace(b"%d", b"%d" % (len(block) - 4))
    head = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://quay.example/3\r\nContent-Length: "
    (tmp_path / "a.warc").write_bytes(raw + head + length + b"\r\n\r\n" + block + b"\r\n\r\n" + raw)
    result = _read(tmp_path / "a.warc")
    assert list(result.records) == [
        "a.warc/https://quay.example/1",
        "a.warc/https://quay.example/2",
    ]
    assert "does not end where its Content-Length says" in result.problems["a.warc"]
    assert capsys.readouterr().err == ""


def test_a_web_archive_is_loaded_and_its_rejects_loaded_again(cli: Cli) -> None:
    """A page without a date is a reject with its address; corrected, it is loaded."""
    date = "<meta property='article:published_time' content='2019-03-05'>"
    undated = page_of("Undated").replace(date.encode(), b"")
    web_archive(
        cli.folder / "a.warc.gz", [*_CAPTURES[:1], ("https://quay.example/undated", undated, {})]
    )
    cli("rebuild", "a.warc.gz", "--rejects", "r.jsonl", code=3)
    corrected = (cli.folder / "r.jsonl").read_text("utf-8").replace("<title>", f"{date}<title>")
    (cli.folder / "corrected.jsonl").write_text(corrected, "utf-8")
    report = json.loads(cli("update", "corrected.jsonl", "--json").stdout)
    assert (report["added"], report["rejected"]) == (1, 0)


@pytest.mark.parametrize("name", ["a.tar", "a.tar.gz"])
def test_lines_before_a_break_in_a_member_are_read(tmp_path: Path, name: str) -> None:
    """The complete lines of a truncated member of a tar archive are records."""
    lines = "".join(line(f"L{number}") for number in range(500))
    raw = tar(tmp_path / "a.tar", [("a.jsonl", lines.encode(), {})]).read_bytes()[:20_000]
    (tmp_path / name).write_bytes(raw if name == "a.tar" else gzip.compress(raw))
    result = _read(tmp_path / name)
    assert list(result.records.values()) == raw[512:].split(b"\n")[:-1]
    assert ["was cut off" in problem for problem in result.problems.values()] == [True]


def test_a_truncated_archive_keeps_its_complete_members(tmp_path: Path) -> None:
    """Wherever an archive is cut, earlier members are read and the break is one reject."""
    pages: list[Capture] = [
        (f"https://quay.example/{number}", page_of(f"P{number}"), {}) for number in range(3)
    ]
    whole = {
        "a.warc": web_archive(tmp_path / "a.warc", pages).read_bytes(),
        "a.warc.gz": web_archive(tmp_path / "a.warc.gz", pages).read_bytes(),
        "a.tar": tar(
            tmp_path / "a.tar", [(f"{n}.html", page_of(f"P{n}"), {}) for n in range(3)]
        ).read_bytes()[:6000],
    }
    full = {page_of(f"P{number}") for number in range(3)}
    for name, raw in whole.items():
        before = 0
        for end in [*range(0, len(raw), 37), len(raw)]:
            (tmp_path / name).write_bytes(raw[:end])
            result = _read(tmp_path / name)
            assert full.issuperset(result.records.values())
            assert len(result.records) >= before
            assert len(result.problems) <= 1
            before = len(result.records)
        assert before == 3
