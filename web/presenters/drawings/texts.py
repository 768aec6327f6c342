"""Texts of readers in drawings: short, in lines, and without characters that XML lacks."""

import re
import unicodedata
from itertools import accumulate

__all__ = ["drawable", "drawable_document", "shortened", "wrapped"]

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Not characters of XML 1.0: control characters, lone surrogates, U+FFFE and U+FFFF."""
_MARKS_OF_DIRECTION = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
"""Without them a text cannot reorder what is drawn next to it."""

_NARROW, _WIDE = frozenset(" !'(),-./:;I[]fijlrt|"), frozenset("@MWmw…—")


def drawable(text: str) -> str:
    """Return a text on one line that any XML document can hold."""
    return " ".join(_MARKS_OF_DIRECTION.sub("", _NOT_XML.sub(" ", text)).split())


def drawable_document(text: str) -> str:
    """Return a document without characters that XML does not have, wherever they came from."""
    return _NOT_XML.sub("", text)


def shortened(text: str, width: float) -> str:
    """Return a text of at most a width in em, cut between words where that keeps half of it."""
    if _width(text) <= width:
        return text
    cut = _fitting(text, width - _width("…"))
    words = cut.rpartition(" ")[0] if not text[len(cut) :].startswith(" ") else cut
    return f"{(words if len(words) > len(cut) // 2 else cut).rstrip()}…"


def wrapped(text: str, width: float, most: int) -> list[str]:
    """Return a text in lines of a width in em; the last of the `most` lines may be cut."""
    lines: list[str] = []
    rest = text
    while rest and len(lines) < most - 1 and _width(rest) > width:
        cut = _fitting(rest, width)
        words = cut.rpartition(" ")[0] if not rest[len(cut) :].startswith(" ") else cut
        line = words if len(words) > len(cut) // 2 else cut
        lines.append(line)
        rest = rest[len(line) :].lstrip()
    return [*lines, shortened(rest, width)] if rest else lines


def _width(text: str) -> float:
    """Return about how wide a text is in em, rather more than less."""
    return sum(map(_character_width, text))


def _fitting(text: str, width: float) -> str:
    """Return the beginning of a text that fits, at least one character."""
    for length, used in enumerate(accumulate(map(_character_width, text))):
        if used > width:
            return text[: max(1, length)]
    return text


def _character_width(character: str) -> float:
    if character in _NARROW or unicodedata.combining(character):
        return 0.32
    is_wide = character in _WIDE or unicodedata.east_asian_width(character) in "WF"
    return 1.0 if is_wide else 0.72 if character.isupper() or character == "%" else 0.58
