"""A list in a file: JSON Lines, as the list's page exports it."""

from dataclasses import dataclass

import msgspec

__all__ = ["ListFile", "read_list_file"]

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class _Line(msgspec.Struct):
    id: str


_DECODER = msgspec.json.Decoder(_Line)


@dataclass(frozen=True, slots=True)
class ListFile:
    """The ids of a file's articles, each once, and the number of lines that are not articles."""

    ids: tuple[str, ...]
    unread: int


def read_list_file(data: bytes) -> ListFile:
    """Read the ids of a file. A client can send any bytes."""
    lines = [line for line in data.removeprefix(_BYTE_ORDER_MARK).split(b"\n") if line.strip()]
    ids = [article_id for article_id in map(_id_of, lines) if article_id]
    return ListFile(tuple(dict.fromkeys(ids)), len(lines) - len(ids))


def _id_of(line: bytes) -> str:
    try:
        return _DECODER.decode(line).id
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
