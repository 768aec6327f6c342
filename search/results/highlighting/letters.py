"""Texts as bytes, one for each character, in which the letters of words are found fast.

Accents of Western European letters are removed, and what else is not ASCII becomes one byte, which
may stand for any letters.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate

from search.analysis.folding import SILENT, fold

__all__ = ["Letters", "Run", "letters_of"]

_OTHER = b"\xff"
_MAX_OTHERS = 1 / 8
"""The share of other characters above which a text is in another script."""
_PLAIN_SIGNS = {
    "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u201e": '"',
    "\u2013": ",", "\u2014": ",", "\u2022": ",", "\u2026": ",", "\u20ac": ",",
}  # fmt: skip
"""Signs that are frequent in texts in Latin letters, and ASCII signs that mean the same here."""
_SIGN = b"."
_APOSTROPHE = b"'"
_SIGNS = _SIGN + _APOSTROPHE


def _folded(code: int) -> bytes:
    character = chr(code)
    folded = fold(character)
    if character == " " or bytes([code]) == _OTHER:
        return bytes([code])
    if character in SILENT:
        # Unlike other signs, any number of them may be in a word.
        return _OTHER
    if character.isspace():
        # A no-break space may be in a number (`10 000`).
        return _SIGN if character == "\u00a0" else b"\n"
    if character.isalnum():
        return folded.encode() if len(folded) == 1 and folded.isascii() else _OTHER
    return _APOSTROPHE if folded == "'" else _SIGN


_FOLDED = b"".join(map(_folded, range(256)))
_ALPHABET = frozenset(b"abcdefghijklmnopqrstuvwxyz")
_SHAPES = bytes(range(256)).translate(
    bytes.maketrans(b"abcdefghijklmnopqrstuvwxyz0123456789" + _APOSTROPHE, b"a" * 36 + _SIGN)
)
_JOINED = (b"a.a", b"a..a")
"""The shapes of runs with signs in a word: `U.S.`, `C++11`."""


def letters_of(text: str) -> str:
    """Return the letters and digits of a term."""
    return "".join(filter(str.isalnum, text))


Run = tuple[int, str]
"""A run of non-space characters in a text, with its offset."""


class Letters:
    """The letters of several texts. A text in another script is left out."""

    def __init__(self, texts: Sequence[str]) -> None:
        # Together if they are all ASCII.
        joined = " ".join(texts)
        is_ascii = joined.isascii()
        encoded = [] if is_ascii else list(map(_encoded, texts))
        letters = joined.encode() if is_ascii else b" ".join(encoded)
        self._texts = texts
        self._starts = [0, *accumulate([len(text) + 1 for text in encoded or texts])]
        self.folded = letters.translate(_FOLDED)
        self._unsigned = self.folded.translate(None, _SIGNS)
        self.left_out = frozenset(
            [number for number, text in enumerate(encoded) if texts[number] and not text]
        )

    def places(self, part: bytes) -> list[int]:
        """Return all places where a part begins, from left to right."""
        return list(_places(self.folded, part))

    def count(self, part: bytes) -> int:
        """Return the number of places of a part."""
        return _count(self.folded, part)

    def is_split(self, part: bytes, count: int) -> bool:
        """Return whether signs divide a part, as in `U.S.`, that has `count` places."""
        return _count(self._unsigned, part) != count

    def word_starts(self, places: Iterable[int]) -> list[int]:
        """Return those places that are not inside a word; a number may follow letters (`R2.5m`)."""
        folded = self.folded
        return [
            place
            for place in places
            if not place or folded[place - 1] not in _ALPHABET or folded[place] not in _ALPHABET
        ]

    def may_have(self, parts: Iterable[bytes], number: int, start: int, end: int) -> bool:
        """Return whether the letters of all parts may be in a part of a text."""
        first = self._starts[number]
        letters = self.folded[first + start : first + end].translate(None, _SIGNS)
        return _OTHER in letters or all(part in letters for part in parts)

    def split_in(self, parts: Sequence[bytes]) -> Iterator[int]:
        """Yield the starts of the runs with signs that have one of the parts without these."""
        for start in self._joined_runs:
            end = self.folded.find(b" ", start)
            run = self.folded[start : end if end >= 0 else None].translate(None, _SIGNS)
            if any(part in run for part in parts):
                yield start

    def run_start(self, place: int) -> int:
        """Return where the run of non-space characters around a place begins."""
        return self.folded.rfind(b" ", 0, place) + 1

    @cached_property
    def other_runs(self) -> frozenset[int]:
        """The starts of the runs with characters that may stand for any letters."""
        return frozenset(self._run_starts(self.folded, _OTHER))

    @cached_property
    def _joined_runs(self) -> frozenset[int]:
        """The starts of the runs in which a sign is between two letters or digits."""
        shapes = self.folded.translate(_SHAPES)
        return frozenset(start for part in _JOINED for start in self._run_starts(shapes, part))

    def _run_starts(self, letters: bytes, part: bytes) -> Iterator[int]:
        place = letters.find(part)
        while place >= 0:
            yield self.run_start(place)
            place = letters.find(b" ", place)
            if place >= 0:
                place = letters.find(part, place)

    def runs_at(self, starts: Iterable[int]) -> dict[int, list[Run]]:
        """Return the runs that begin at places in ascending order, by the number of their text."""
        found: dict[int, list[Run]] = {}
        end_of_text = 0
        for start in starts:
            if start >= end_of_text:
                number = bisect_right(self._starts, start) - 1
                first, end_of_text = self._starts[number : number + 2]
                text = self._texts[number]
                runs = found[number] = []
            end = self.folded.find(b" ", start)
            runs.append((start - first, text[start - first : end - first if end >= 0 else None]))
        return found


def _places(letters: bytes, part: bytes) -> Iterator[int]:
    place = letters.find(part)
    while place >= 0:
        yield place
        place = letters.find(part, place + 1)


def _count(letters: bytes, part: bytes) -> int:
    # A part that ends as it begins may overlap itself (`papa`), which `count` leaves out.
    if any(part.startswith(part[start:]) for start in range(1, len(part))):
        return sum(1 for _ in _places(letters, part))
    return letters.count(part)


def _encoded(text: str) -> bytes:
    """Return one byte for each character; none if the text is in another script."""
    if text.isascii():
        return text.encode()
    text = text.replace("?", _SIGN.decode())
    for sign, plain in _PLAIN_SIGNS.items():
        text = text.replace(sign, plain)
    encoded = text.encode("latin-1", "replace").replace(b"?", _OTHER)
    return encoded if encoded.count(_OTHER) <= len(encoded) * _MAX_OTHERS else b""
