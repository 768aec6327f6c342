"""Recognises files by their first lines whose name is misleading, before a load starts."""

import re
from pathlib import Path

from indexer.input.selection import Selection
from indexer.input.streams.byte_stream import READ_PROBLEMS, ByteStream
from indexer.input.streams.content import format_by_content
from indexer.input.streams.csv_splitter import header_of
from indexer.input.streams.file_format import Format, format_of, is_packed, kind_left_out

__all__ = ["begins_list", "kind_of_other", "table_problem"]

_FIRST_LINE_BYTES = 1 << 12
# How lines of the files that `--rejects` and `--report` write begin.
_OWN_LISTS = {
    "other: rejects file": re.compile(rb'\{"origin":"(?:[^"\\]|\\.)*+","line":\d+,"reason":"'),
    "other: report file": re.compile(rb'\{"file":"(?:[^"\\]|\\.)*+","format":'),
}


def kind_of_other(path: Path, kind: Format, selection: Selection) -> str:
    """Return the kind under which a file is counted as left out; empty if it is to be read."""
    if kind is Format.CSV:
        return kind_left_out(path.name) if table_problem(path, selection) else ""
    return _kind_of_own_list(path) if kind is Format.JSON_LINES else ""


def begins_list(head: bytes) -> bool:
    """Return True if a file's first bytes are those of a list of rejects or a report of files."""
    return any(pattern.match(head) for pattern in _OWN_LISTS.values())


def table_problem(path: Path, selection: Selection) -> str:
    """Return why a file is a table that cannot be read; empty for any other file."""
    if format_of(path.name) is not Format.CSV:
        return ""
    try:
        with ByteStream(path.open("rb"), None, packed=is_packed(path.name)) as stream:
            format_by_content(Format.CSV, stream)
            return header_of(stream, selection.keys)[0].problem
    except READ_PROBLEMS:
        # The load will report what is wrong with it.
        return ""


def _kind_of_own_list(path: Path) -> str:
    try:
        with ByteStream(
            path.open("rb", buffering=_FIRST_LINE_BYTES), None, packed=is_packed(path.name)
        ) as stream:
            head = stream.peek(_FIRST_LINE_BYTES)
    except READ_PROBLEMS:
        return ""
    return next((kind for kind, pattern in _OWN_LISTS.items() if pattern.match(head)), "")
