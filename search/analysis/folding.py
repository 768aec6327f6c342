"""Folding: the variants of letters, digits and signs that readers may type for each other.

Case, accents, apostrophes and the digits of every script are folded, the same in every language.
"""

import re
import unicodedata

__all__ = ["APOSTROPHES", "HYPHENS", "SILENT", "fold"]

APOSTROPHES = (
    "'`\u00b4\u2018\u2019\u201b\u2032\u2035\uff07\uff40"
    "\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u02ca\u02cb"  # Modifier letters (transliteration).
    "\u055a\u05f3\u07f4\u07f5\ua78b\ua78c"  # Armenian, Hebrew (geresh), N'Ko, saltillo.
)
"""Signs that are typed for an apostrophe."""

HYPHENS = "-\u2010\u2011"
"""Signs that join the parts of a compound; a dash separates words."""

SILENT = "\u00ad\u200c\u200d\u2060\ufeff\u0640"
"""Characters inside a word that are not letters.

Soft hyphen, zero-width (non-)joiner, word joiner, zero-width no-break space, tatweel.
"""

# Letters that Unicode does not decompose into a base letter and a mark, and signs with variants.
_BASE_LETTERS = str.maketrans(
    {
        "ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe",
        "ħ": "h", "ŋ": "n", "ŧ": "t", "ƒ": "f", "ə": "a",
        "أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه",
        # The nukta of Devanagari and the moon of its chandrabindu are often omitted.
        "\u093c": None, "\u0901": "\u0902",
        # Fraction slash, Arabic decimal and thousands separators, gershayim.
        "\u2044": "/", "\u066b": ".", "\u066c": ",", "\u05f4": '"',
    }
    | dict.fromkeys(APOSTROPHES, "'")
    | dict.fromkeys(SILENT)
    # Variation selectors change how a character looks.
    | dict.fromkeys(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
)  # fmt: skip

# Canonical combining classes (Unicode, chapter 4.3) of marks that are often omitted: Hebrew and
# Arabic points (10-36), and marks above, below and through letters (200 and up). Marks that change
# the letter (virama 9, voicing 8) stay.
_POINTS = range(10, 37)
_ATTACHED = 200

_OTHER_DIGIT = re.compile(r"[^\D0-9]")
# In Devanagari, a nasal before a consonant of its own kind may be written as a point: `हिन्दी`,
# `हिंदी`.
_HOMORGANIC_NASAL = re.compile(
    "(?:ङ\u094d(?=[क-घ])|ञ\u094d(?=[च-झ])|ण\u094d(?=[ट-ढ])|न\u094d(?=[त-ध])|म\u094d(?=[प-भ]))"
)
# In Thai and Lao, a tone mark may be typed before or after the sign that it shares a letter with.
_TONE_FIRST = re.compile("([\u0e48-\u0e4b])\u0e4d|([\u0ec8-\u0ecb])\u0ecd")


def fold(text: str) -> str:
    """Fold case, accents, digits and typographic variants: `Élysée’s` to `elysee's`."""
    if text.isascii():
        return text.lower().replace("`", "'")
    # NFKD would turn a spacing acute accent into a space and a mark.
    text = text.replace("\u00b4", "'")
    text = "".join(
        character
        for character in unicodedata.normalize("NFKD", text).casefold()
        if not (combining_class := unicodedata.combining(character))
        or (combining_class not in _POINTS and combining_class < _ATTACHED)
    )
    text = unicodedata.normalize("NFC", text.translate(_BASE_LETTERS))
    text = _OTHER_DIGIT.sub(lambda match: str(unicodedata.decimal(match[0])), text)
    if "\u094d" in text:
        text = _HOMORGANIC_NASAL.sub("\u0902", text)
    if "\u00b7" in text:
        text = text.replace("l\u00b7l", "ll")
    if "\u0e4d" in text or "\u0ecd" in text:
        text = _TONE_FIRST.sub(lambda match: match[0][1] + match[0][0], text)
    return text
