"""The regular expressions of tokens, and the scripts that are written without spaces."""

import re
from collections.abc import Iterator

import regex

from search.analysis.folding import APOSTROPHES, HYPHENS, SILENT

__all__ = [
    "AFFIX_BREAK",
    "HYPHEN",
    "are_separable",
    "is_syllabic",
    "is_unspaced",
    "tokens_in",
]

# In Persian, Urdu and Kurdish a zero-width non-joiner divides a word from its affixes; in other
# scripts it is silent.
_ARABIC = "[\u0620-\u065f\u066e-\u06d3\u06d5\u06ee-\u06ff\u0750-\u077f]"
AFFIX_BREAK = re.compile(f"(?<={_ARABIC})\u200c(?={_ARABIC})")
HYPHEN = re.compile(f"[{HYPHENS}]|{AFFIX_BREAK.pattern}")
"""The sign between the parts of a compound."""
_FRACTIONS = "\u00bc-\u00be\u2150-\u215e\u2189"
# Han, kana and Bopomofo, and the scripts of South-East Asia whose line breaks need a dictionary
# (class SA of Unicode Standard Annex 14).
_SOUTH_EAST_ASIA = (
    r"[[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tai_Le}\p{New_Tai_Lue}\p{Tai_Tham}\p{Tai_Viet}]"
    r"&&[\p{L}\p{M}]]"
)
_SYLLABIC = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Bopomofo}\u30fc\uff70"
_UNSPACED = rf"[{_SYLLABIC}{_SOUTH_EAST_ASIA}]"
# Marks of the sign before: vowels and tones, half-width voicing, and the vowel "am" of Thai and
# Lao, which may also be typed in two parts.
_MARKS = r"[\p{M}\uff9e\uff9f\u0e33\u0eb3]*"
_SECOND_PART = r"(?:(?<=\u0e4d[\u0e48-\u0e4b]?)\u0e32|(?<=\u0ecd[\u0ec8-\u0ecb]?)\u0eb2)?"
# Two consonants of Lao that are also one character.
_SIGN = rf"(?: \u0eab[\u0e99\u0ea1] | {_UNSPACED} ){_MARKS}{_SECOND_PART}"
_LETTER = (
    rf"[[\p{{L}}\p{{N}}\p{{M}}{SILENT}]"
    rf"--[{_UNSPACED}\uff9e\uff9f{_FRACTIONS}{re.escape(APOSTROPHES)}]]"
)
# Academic degrees: `Ph.D.`, `M.Sc.`
_DEGREE = (
    r"(?: (?: [Pp]h | [Ee]d | [Ll]l | [Tt]h | [Pp]sy ) \. [BDMbdm]"
    r"  | [BDMbdm] \. (?: [Ss]c | [Ee]d | [Ee]ng | [Pp]hil | [Tt]ech ) )"
)
_ANY_APOSTROPHE = f"[{re.escape(APOSTROPHES)}]"
# Between two Hebrew letters: gershayim, or what is typed for it.
_GERSHAYIM = (
    rf"(?<=\p{{Hebrew}}) (?: [\"\u05f4\u201c\u201d\u201e] | {_ANY_APOSTROPHE}{{2}} )"
    r" (?=[\p{Hebrew}&&\p{L}])"
)
_CATALAN_POINT = r"(?<=[lL]) \u00b7 (?=[lL])"


def _pattern(
    *,
    any_letter: str,
    alphabetic: str,
    letter: str,
    apostrophe: str,
    separator: str,
    ampersand: str,
    fraction: str,
    unspaced: str,
    inside: str,
) -> str:
    """Return the pattern of a token.

    `any_letter` matches a letter of any script, `alphabetic` one of a script with spaces, `letter`
    any character of a word, `unspaced` a sign of a script that is written without spaces,
    `inside` other signs that may be in a word.
    """
    return rf"""
      (?P<initials>
        (?: {any_letter} \. ){{2,}} (?: {any_letter} (?! {letter} ) )?
        (?: (?<=\.) | (?! \. {any_letter} ) )
      | {any_letter} \. {any_letter} (?! {letter} | \. {any_letter} )
      | {_DEGREE} (?: \.? (?! {letter} | \. {any_letter} ) | \.s (?! {letter} ) )
      )
    | (?P<amount>
        (?P<currency> {alphabetic}{{1,3}} )?
        (?P<number> \d+ (?: {separator} \d+ )+ )
        (?P<unit> {alphabetic} {letter}* )?
        (?: {apostrophe} s )? (?! {letter} )
      )
    | (?P<ampersand>
        (?: {letter}{{1,2}} (?: {ampersand} {letter}{{1,2}} )+ (?! {letter} )
          | {letter} {ampersand} {letter}{{1,4}} (?! {letter} )
          | {letter}{{1,4}} {ampersand} {letter} (?! {letter} )
        )
        (?: {apostrophe} s (?! {letter} ) )?
      )
    | (?P<signs> (?P<name> {alphabetic} (?: \+\+ | \# ) ) \d* (?! [\w+#] ) )
    | (?P<dotted> (?<! \S ) \. [A-Za-z]{{2,6}} (?! {letter} | \. | {apostrophe} ) )
    | (?P<fraction> {fraction} )
    | (?P<unspaced> {unspaced} )
    | (?P<word> {letter}+ (?: (?: {apostrophe} | {inside} ) {letter}+ )* )
    """


_NEVER = "(?!)"
_TOKEN = regex.compile(
    _pattern(
        any_letter=r"\p{L}",
        alphabetic=rf"[{_LETTER}--\p{{N}}]",
        letter=_LETTER,
        apostrophe=_ANY_APOSTROPHE,
        separator=r"[.,:/\u066b\u066c]",
        ampersand=r"[&\uff06]",
        fraction=f"[{_FRACTIONS}]",
        unspaced=_SIGN,
        inside=rf"{_GERSHAYIM} | {_CATALAN_POINT}",
    ),
    regex.VERBOSE | regex.VERSION1,
)
"""The pattern of a token; the name of the group that matches is its kind."""
_ASCII_TOKEN = re.compile(
    _pattern(
        any_letter="[A-Za-z]",
        alphabetic="[A-Za-z]",
        letter="[A-Za-z0-9]",
        apostrophe="['`]",
        separator="[.,:/]",
        ampersand="&",
        fraction=_NEVER,
        unspaced=_NEVER,
        inside=_NEVER,
    ),
    re.VERBOSE | re.ASCII,
)
"""The same for ASCII, for which the standard library is several times as fast as `regex`."""
_ASCII_WORD = re.compile(r"(?P<word>[A-Za-z0-9]+(?:['`][A-Za-z0-9]+)*)")
_MORE_THAN_WORDS = re.compile(r"[0-9&+#]|\.[A-Za-z]")

_FLAGS = regex.VERBOSE | regex.VERSION1
_ONE_SIGN = regex.compile(_SIGN, _FLAGS)
_UNSPACED_RUN = regex.compile(rf"(?:{_SIGN})+", _FLAGS)

_SYLLABIC_SIGN = regex.compile(f"[{_SYLLABIC}]", regex.VERSION1)


def is_unspaced(text: str) -> bool:
    """Return whether all of `text` is in a script written without spaces.

    Words of these scripts are searched as phrases of signs.
    """
    return _UNSPACED_RUN.fullmatch(text) is not None


def tokens_in(run: str) -> Iterator[re.Match[str] | regex.Match[str]]:
    """Yield the matches of the pattern of a token in a run of non-space characters."""
    if not run.isascii():
        return _TOKEN.finditer(run)
    # Most runs have words only, and this pattern takes a third of the time.
    return (_ASCII_TOKEN if _MORE_THAN_WORDS.search(run) else _ASCII_WORD).finditer(run)


def are_separable(sign: str, following: str) -> bool:
    """Return whether two signs without a space between them are still two signs."""
    match = _ONE_SIGN.match(sign + following)
    return match is not None and match.end() == len(sign)


def is_syllabic(text: str) -> bool:
    """Return whether `text` begins with a sign that is a syllable or a word, as in Han and kana."""
    return _SYLLABIC_SIGN.match(text) is not None
