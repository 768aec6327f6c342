"""Files that have the name of one to read, and other content, told by their first lines before anything is read."""

import re
from pathlib import Path

from indexer.input.selection import Selection
from indexer.input.streams.byte_stream import READ_PROBLEMS, ByteStream
from indexer.input.streams.content import format_by_content
from indexer.input.streams.csv_splitter import header_of
from indexer.input.streams.file_format import Format, format_of, is_packed, kind_left_out

__all__ = ["begins_list", "kind_of_other", "table_problem"]

_FIRST_LINE = 1 << 12
# The beginnings of the lines that Dateline writes for admins.
_OUTPUT = {
    "other: rejects file": re.compile(rb'\{"origin":"(?:[^"\\]|\\.)*+","line":\d+,"reason":"'),
    "other: report file": re.compile(rb'\{"file":"(?:[^"\\]|\\.)*+","format":'),
}


def kind_of_other(path: Path, kind: Format, selection: Selection) -> str:
    """Return how the report counts a file of a folder that is not one to read; empty for those that are."""
    if kind is Format.CSV:
        return kind_left_out(path.name) if table_problem(path, selection) else ""
    return _output_of_ours(path) if kind is Format.JSON_LINES else ""


def begins_list(head: bytes) -> bool:
    """Tell from the first bytes of a file that it is a list that Dateline wrote: rejects or a report."""
    return any(begins.match(head) for begins in _OUTPUT.values())


def table_problem(path: Path, selection: Selection) -> str:
    """Return why a table cannot be read, if it is one and can not."""
    if format_of(path.name) is not Format.CSV:
        return ""
    try:
        with ByteStream(path.open("rb"), None, packed=is_packed(path.name)) as stream:
            format_by_content(Format.CSV, stream)
            return header_of(stream, selection.keys)[0].problem
    except READ_PROBLEMS:
        # Reading it says what is wrong with it.
        return ""


def _output_of_ours(path: Path) -> str:
    try:
        with ByteStream(
            path.open("rb", buffering=_FIRST_LINE), None, packed=is_packed(path.name)
        ) as stream:
            head = stream.peek(_FIRST_LINE)
    except READ_PROBLEMS:
        return ""
    return next((kind for kind, begins in _OUTPUT.items() if begins.match(head)), "")
