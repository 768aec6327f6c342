"""Quotation marks of a query: which signs open a phrase, and which sign closes it.

The same sign is a quotation mark, a mark of inches (`6" pipe`) or part of a Hebrew acronym,
depending on its neighbours.
"""

import re
import unicodedata
from bisect import bisect_right

__all__ = ["QUOTATION_MARKS", "QuotationMarks"]

_STRAIGHT = '"״＂'
_CURLY = "“”„‟"
_CLOSING_SIGNS = (
    dict.fromkeys(_STRAIGHT, _STRAIGHT)
    | dict.fromkeys(_CURLY, "“”‟")
    | {"«": "»", "»": "«»", "‹": "›", "›": "‹›", "〝": "〞〟"}
    | {"「": "」", "『": "』", "《": "》", "〈": "〉", "｢": "｣"}
)
"""The signs that close a phrase, by the sign that opens it; languages differ in `“` and `»`."""
_OTHER_CLOSING_SIGNS = dict.fromkeys(_STRAIGHT, _CURLY) | dict.fromkeys(_CURLY, _STRAIGHT)
"""Signs that close a phrase if no sign of its own kind does: keyboards mix `"` and `”`."""
QUOTATION_MARKS = "".join(dict.fromkeys("".join((*_CLOSING_SIGNS, *_CLOSING_SIGNS.values()))))

_MARK = re.compile(f"[{re.escape(QUOTATION_MARKS)}]")

_INCHES = '"”״＂'
_BEFORE_OPENING = "([-:"
"""Signs that may precede an opening quotation mark; before a closing one they are unlikely."""
_HEBREW_LETTER = "\u05d0-\u05ea\u05ef-\u05f2\ufb1d-\ufb4f"
_HEBREW_POINT = "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
# A letter may carry points. These signs are typed for gershayim; the analyzer has the same.
_GERSHAYIM = re.compile(rf"(?<=[{_HEBREW_LETTER}{_HEBREW_POINT}])[\"״“”„](?=[{_HEBREW_LETTER}])")


class QuotationMarks:
    """The quotation marks of one text; places are indexes of characters.

    Places are collected once per kind of sign, so that many unclosed signs cost no more than a
    look-up each.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._marks = {match.start(): match[0] for match in _MARK.finditer(text)}
        self._inches = {place for place in self._marks if self._is_inches(place)}
        self._in_words = self._inches
        if not text.isascii():
            gershayim = {match.start() for match in _GERSHAYIM.finditer(text)}
            self._in_words = self._inches | gershayim
            for place in gershayim:
                del self._marks[place]
        self._places: dict[tuple[str, bool], list[int]] = {}

    def is_part_of_word(self, place: int) -> bool:
        """Return whether gershayim of a Hebrew word, or inches after a number, are here."""
        return place in self._in_words

    def is_mark(self, place: int) -> bool:
        """Return whether a quotation mark is here that is not part of a word."""
        return place in self._marks and place not in self._inches

    def opens(self, place: int) -> bool:
        """Return whether a quotation mark is here that may open a phrase."""
        closing = _CLOSING_SIGNS.get(self._marks.get(place, ""))
        if closing is None or place in self._inches:
            return False
        # In `oil" price` the sign can only close. Signs such as `«` always open.
        return self._text[place] not in closing + _CURLY or not self._looks_closing(place)

    def closing(self, place: int) -> int | None:
        """Return the place of the sign that closes the phrase opened at `place`, if any does."""
        sign = self._text[place]
        closing = self._places_of(_CLOSING_SIGNS[sign])
        index = bisect_right(closing, place)
        if index < len(closing):
            return self._after_inches(closing[index], _CLOSING_SIGNS[sign])
        others = self._places_of(_OTHER_CLOSING_SIGNS.get(sign, ""), with_inches=False)
        index = bisect_right(others, place)
        # An even number of other signs are phrases of their own: `“oil "crude price"`.
        return others[index] if (len(others) - index) % 2 else None

    def _after_inches(self, place: int, closing_signs: str) -> int:
        """Skip marks of inches in a phrase such as `"6" pipe"`, if the next sign closes it."""
        if place not in self._inches:
            return place
        family = _STRAIGHT if self._text[place] in _STRAIGHT else _CURLY
        signs = self._places_of(family, with_inches=False)
        index = bisect_right(signs, place)
        if index == len(signs):
            return place
        following = signs[index]
        closes = self._text[following] in closing_signs and self._looks_closing(following)
        return following if closes else place

    def _is_inches(self, place: int) -> bool:
        if place == 0 or unicodedata.category(self._text[place - 1])[0] != "N":
            return False
        # A German `“` closes, but `G20“Gipfel”` has an English one.
        return self._text[place] in _INCHES or (
            self._text[place] == "“" and self._looks_closing(place)
        )

    def _looks_closing(self, place: int) -> bool:
        if place == 0:
            return False
        before, after = self._text[place - 1], self._text[place + 1 : place + 2]
        return not (before.isspace() or before in _BEFORE_OPENING or after.isalnum())

    def _places_of(self, signs: str, *, with_inches: bool = True) -> list[int]:
        """Return the places of signs that are not gershayim, from left to right."""
        key = (signs, with_inches)
        if key not in self._places:
            self._places[key] = [
                place
                for place, sign in self._marks.items()
                if sign in signs and (with_inches or place not in self._inches)
            ]
        return self._places[key]
