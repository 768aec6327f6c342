"""Texts of readers in drawings and lists: short, in lines, and without what XML cannot hold."""

import re

__all__ = ["drawable", "drawable_document", "shortened", "wrapped"]

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no character for: control characters, lone surrogates, U+FFFE and U+FFFF."""
_MARKS_OF_DIRECTION = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
"""Without them a text cannot reorder what is drawn next to it."""


def drawable(text: str) -> str:
    """Return a text on one line that any XML document can hold."""
    return " ".join(_MARKS_OF_DIRECTION.sub("", _NOT_XML.sub(" ", text)).split())


def drawable_document(text: str) -> str:
    """Return a document without what XML has no character for, wherever it came from."""
    return _NOT_XML.sub("", text)


def shortened(text: str, length: int) -> str:
    """Return a text of at most so many characters, cut between words where that keeps half."""
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    words = cut.rpartition(" ")[0] if text[length - 1] != " " else cut
    return f"{(words if len(words) > length // 2 else cut).rstrip()}…"


def wrapped(text: str, length: int, most: int) -> list[str]:
    """Return a text in at most so many lines of so many characters; the last one may be cut."""
    lines: list[str] = []
    rest = text
    while rest and len(lines) < most - 1 and len(rest) > length:
        line = rest[: length + 1].rpartition(" ")[0]
        line = line if len(line) > length // 2 else rest[:length]
        lines.append(line)
        rest = rest[len(line) :].lstrip()
    return [*lines, shortened(rest, length)] if rest else lines
