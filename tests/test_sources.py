"""Files to batches of raw records."""

import gzip
from pathlib import Path

import pytest

from indexer.input import byte_stream
from indexer.input.batches import BLOCK_BYTES, RawRecord, batches
from indexer.input.sources import SourceMissing, find_files


def _read(path: Path, block_bytes: int = BLOCK_BYTES) -> list[RawRecord]:
    read = batches(find_files([str(path)]).files, lambda _: None, block_bytes)
    return [record for batch in read for record in batch.records()]


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_every_line_is_read_once_under_its_number(tmp_path: Path, packed: bool, ends: str) -> None:
    """Blocks, batches and blank lines do not shift a line's number, which an admin looks up in the file."""
    lines = ["" if number % 10 == 0 else f"{number} " + "x" * (number % 4000) for number in range(1, 2001)]
    raw = b"\xef\xbb\xbf" + ends.join(lines).encode()
    file = tmp_path / ("a.jsonl.gz" if packed else "a.jsonl")
    file.write_bytes(gzip.compress(raw) if packed else raw)
    found = _read(file)
    assert [(record.line, record.raw.decode().strip()) for record in found] == [
        (number, line.strip()) for number, line in enumerate(lines, 1) if line
    ]


def test_a_line_past_all_bounds_is_refused_and_the_next_one_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file without line ends cannot fill the memory, nor hide what follows."""
    monkeypatch.setattr(byte_stream, "MAX_RECORD_BYTES", 1000)
    (tmp_path / "a.jsonl").write_bytes(b"first\n" + b"x" * 5000 + b"\nlast")
    assert [(record.line, record.raw, bool(record.problem)) for record in _read(tmp_path / "a.jsonl", 300)] == [
        (1, b"first", False),
        (2, b"", True),
        (3, b"last", False),
    ]


def test_bytes_read_add_up_to_the_file(tmp_path: Path) -> None:
    """A progress bar ends at its end."""
    (tmp_path / "a.jsonl").write_bytes(b"{}\n" * 500_000)
    (tmp_path / "b.txt").write_bytes(b"text")
    told: list[int] = []
    for _ in batches(find_files([str(tmp_path)]).files, told.append):
        pass
    assert sum(told) == 1_500_004


def test_what_is_no_source_is_named(tmp_path: Path) -> None:
    """A wrong SOURCE stops before anything is read."""
    with pytest.raises(SourceMissing, match="does not exist"):
        find_files([str(tmp_path / "gone")])
