"""Numbers: separators of thousands and decimals, by language."""

import re

__all__ = ["COMMA_LANGUAGES", "exact_number", "join_thousands", "number_stem", "places_in_spaced"]

COMMA_LANGUAGES = frozenset(
    "af az be bg bs ca co cs cy da de el es et eu fi fo fr fur gl hr hu hy id is it ka kk ky lb lt "
    "lv mk mn nb nl nn no oc pl pt ro ru rm sk sl sq sr sv tk tr tt uk uz vi wa".split()
)
"""Languages with a decimal comma (Unicode CLDR, the symbol `decimal`)."""

# In English and in India: 1,000,000 and 10,00,000.
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?")
_THOUSANDS_WITH_DOTS = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_DECIMAL_COMMA = re.compile(r"\d+,\d+")
# No-break and thin spaces separate thousands; an ordinary space may separate two numbers.
_SPACES = "\u00a0\u2009\u202f"
_SPACED_THOUSANDS = re.compile(rf"(?<!\d)\d{{1,3}}(?:[{_SPACES}]\d{{3}})+(?!\d)")
_SPACE = re.compile(f"[{_SPACES}]")


def join_thousands(text: str) -> str:
    """Remove no-break and thin spaces between the thousands of a number."""
    if text.isascii() or not any(space in text for space in _SPACES):
        return text
    return _SPACED_THOUSANDS.sub(lambda match: _SPACE.sub("", match[0]), text)


def places_in_spaced(text: str) -> list[int]:
    """Return where the characters of `join_thousands(text)` are in `text`."""
    spaces = {
        match.start() + place
        for match in _SPACED_THOUSANDS.finditer(text)
        for place, character in enumerate(match[0])
        if character in _SPACES
    }
    return [place for place in range(len(text)) if place not in spaces]


def exact_number(folded: str) -> str:
    """Return the exact form of a number: `1,000` and `1000` are the same.

    It is the same in every language, so other separators stay.
    """
    number = "".join(folded.split())
    return number.replace(",", "") if _THOUSANDS.fullmatch(number) else number


def number_stem(exact: str, folded: str, language: str) -> str:
    """Return the stem of a number: `2,5` is `2.5` in a language with a decimal comma."""
    if language not in COMMA_LANGUAGES:
        return exact
    number = "".join(folded.split())
    if _THOUSANDS_WITH_DOTS.fullmatch(number):
        return number.replace(".", "").replace(",", ".")
    return number.replace(",", ".") if _DECIMAL_COMMA.fullmatch(number) else exact
