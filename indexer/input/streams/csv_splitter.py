"""Splits a CSV table (RFC 4180, and what spreadsheets write) into one JSON object per row."""

import csv
import re
from collections.abc import Iterator, Mapping

import orjson

from indexer.input.streams.byte_stream import (
    BOM,
    MAX_RECORD_BYTES,
    ByteStream,
    RawRecord,
    Unreadable,
)
from search.model.article import ARTICLE_KEYS
from search.model.table_cells import split_values, unguard_formula

__all__ = ["Header", "header_of", "table_rows"]

_HEAD_BYTES = 1 << 16
_DELIMITERS = ",;\t"
_LISTS = frozenset(["authors", "regions", "themes", "reports"])
_INDENTED = frozenset(["body", "author_note"])
"""Columns whose text may begin with spaces."""
_OWN = frozenset(ARTICLE_KEYS)
_OTHER_SIGNS = ("|", ",")
_NAME_SIGN = re.compile(r"[\s_-]+")
_NEEDED = (("published", {"published"}), ("title or body", {"title", "body"}))


class Header:
    """The first row of a table: the key of each column, and the columns that articles need."""

    def __init__(self, cells: list[str], keys: Mapping[str, str]) -> None:
        self.columns = [_column(cell, keys) for cell in cells]
        self._keys = keys
        mapped = {keys.get(column, column) for column in self.columns}
        self.missing = " and ".join(
            name for name, keys_of_need in _NEEDED if not mapped & keys_of_need
        )
        self._is_own = set(self.columns) >= _OWN

    @property
    def problem(self) -> str:
        """Return why the table cannot be read; empty if it can."""
        if not self.missing:
            return ""
        named = ", ".join(filter(None, self.columns[:12])) or "none"
        return (
            f"the table has no column for {self.missing} (its columns: {named[:300]}); name "
            "columns like the keys of articles, map them under [import.keys] in dateline.toml, or "
            "write the articles as JSON Lines (.jsonl)"
        )

    def record(self, cells: list[str]) -> dict[str, str | list[str]]:
        """Return a row as an object without empty cells."""
        record: dict[str, str | list[str]] = {}
        for column, cell in zip(self.columns, cells, strict=False):
            text = unguard_formula(cell)
            if column not in _INDENTED:
                text = text.strip()
            if column and text.strip() and column not in record:
                record[column] = (
                    self._values(column, text)
                    if column in _LISTS and column not in self._keys
                    else text
                )
        return record

    def _values(self, column: str, text: str) -> list[str]:
        # Values in our own export may contain commas.
        if self._is_own or ";" in text:
            return split_values(text)
        sign = next((sign for sign in _OTHER_SIGNS if sign in text), "")
        if not sign:
            return [text]
        values = [value.strip() for value in text.split(sign)]
        # "Roy, Ana" is one author.
        if column == "authors" and sign == "," and not all(" " in value for value in values):
            return [text]
        return [value for value in values if value]


def header_of(stream: ByteStream, keys: Mapping[str, str]) -> tuple[Header, str]:
    """Return the header of a table, without consuming it, and the delimiter.

    `keys` maps columns whose names are not keys of articles.
    """
    head = stream.peek(_HEAD_BYTES).removeprefix(BOM).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    first = _text(head[: head.rfind(b"\n") + 1] or head)
    if first.startswith("sep=") and first[5:6] == "\n":
        first = first[6:]
    headers = [(Header(_first_row(first, sign), keys), sign) for sign in _DELIMITERS]
    return min(headers, key=lambda pair: (bool(pair[0].missing), -len(pair[0].columns)))


def table_rows(stream: ByteStream, keys: Mapping[str, str]) -> Iterator[RawRecord]:
    """Yield every row below the header as a JSON object with the number of its first line.

    Raises:
        Unreadable: a row does not end, or the stream is broken; the rows before were yielded.

    """
    header, sign = header_of(stream, keys)
    lines = _Lines(stream)
    csv.field_size_limit(MAX_RECORD_BYTES)
    rows = csv.reader(lines, delimiter=sign)
    seen_header = False
    while True:
        line = lines.number + 1
        lines.size = 0
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield RawRecord(line, b"", f"the row cannot be read: {error}")
            continue
        if lines.ended:
            raise Unreadable(
                f"it ends within the row that begins in line {line}; it was cut off, so export or "
                "copy it again"
            )
        if not any(map(str.strip, cells)) or (not seen_header and cells[0].startswith("sep=")):
            continue
        if not seen_header:
            seen_header = True
            continue
        yield _row(header, cells, line, whole=lines.number == line and not lines.is_unfinished)


def _row(header: Header, cells: list[str], line: int, *, whole: bool) -> RawRecord:
    """Return a row as a record; `whole` is True if it is a complete line.

    Then missing cells at its end are empty cells, as spreadsheets write them.
    """
    raw = orjson.dumps(header.record(cells))
    count = len(header.columns)
    while len(cells) > count and not cells[-1].strip():
        cells.pop()
    if len(cells) > count or (len(cells) < count and not whole):
        return RawRecord(
            line,
            raw,
            f"the row has {len(cells)} cells, but the header has {count}; correct its quotes or "
            "separators",
        )
    return RawRecord(line, raw)


class _Lines:
    """The lines of a stream as text: UTF-8, otherwise Windows-1252. `number` is the last line's."""

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream
        self._lines = self._read()
        self.number = 0
        self.size = 0
        self.ended = False
        self.is_unfinished = False

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = next(self._lines, None)
        if line is None:
            # csv.reader continues after a line only within quotes.
            self.ended = self.size > 0
            raise StopIteration
        self.number += 1
        self.size += len(line)
        if self.size > MAX_RECORD_BYTES:
            raise Unreadable(
                f"the row before line {self.number} is larger than "
                f"{MAX_RECORD_BYTES // 1_000_000} MB"
            )
        self.is_unfinished = not line.endswith(b"\n")
        return _text(line).replace("\0", "")

    def _read(self) -> Iterator[bytes]:
        rest = b""
        bom = BOM
        # Tables from old Macs end their lines with \r.
        head = self._stream.peek(_HEAD_BYTES)
        mac = b"\r" in head and b"\n" not in head
        while block := self._stream.read(max(_HEAD_BYTES, len(rest))):
            rest += (block.replace(b"\r", b"\n") if mac else block).removeprefix(bom)
            bom = b""
            *lines, rest = rest.split(b"\n")
            for line in lines:
                yield line + b"\n"
            if len(rest) > MAX_RECORD_BYTES:
                raise Unreadable(f"a line is longer than {MAX_RECORD_BYTES // 1_000_000} MB")
        if rest:
            yield rest


def _column(cell: str, keys: Mapping[str, str]) -> str:
    """Return the key of a column: a mapped name as it is, a key of articles in any spelling."""
    name = " ".join(cell.split())
    if name in keys or not name:
        return name
    key = _NAME_SIGN.sub("_", name.lower())
    return key if key in _OWN else name


def _first_row(text: str, sign: str) -> list[str]:
    lines = (line + "\n" for line in text.split("\n") if line.strip())
    try:
        return next(csv.reader(lines, delimiter=sign), [])
    except csv.Error:
        return []


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")
