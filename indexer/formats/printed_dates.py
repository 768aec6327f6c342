"""Dates as newspapers print them, in any of many languages, to days; what is ambiguous or has no day is refused."""

import datetime as dt
import re
from functools import cache, lru_cache
from typing import NamedTuple

from babel.dates import get_month_names

from search.analysis import fold

__all__ = ["PrintedDate", "find_date"]

# Languages whose month names are read. Names that mean different months in two of them are left out.
_LANGUAGES = (
    "en", "fr", "es", "de", "it", "pt", "nl", "sv", "da", "nb", "fi", "pl", "cs", "sk", "hu", "ro", "tr", "el", "ru",
    "uk", "bg", "ca", "id", "ar", "fa",
)  # fmt: skip

_WORD = r"[^\W\d_]+\.?"
_DAY = r"(\d{1,2})(?:st|nd|rd|th|er|\.|º|ª)?"
_YEAR = r"(\d{4})(?!\d)"
_BY_NAME = re.compile(
    rf"""
      \b(?P<m1>{_WORD})[ ]?[-/ ,.]?[ ]?(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?[ ]?[-/,.]?[ ]*(?P<y1>\d{{4}})(?!\d)
    | (?<!\d)(?P<d2>\d{{1,2}})(?:st|nd|rd|th|er|º|ª)?[ ]?[-/ .]?[ ]?(?:de[ ]|of[ ])?
      (?P<m2>{_WORD}),?[ ]?[-/]?[ ]?(?:de[ ]|del[ ])?(?P<y2>\d{{4}})(?!\d)
    """,
    re.VERBOSE,
)
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_NUMBERS = re.compile(r"(?<!\d)(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?!\d)")
_TWO_DAYS = re.compile(
    rf"\b{_WORD}[ ]\d{{1,2}}[ ]?[-–/][ ]?\d{{1,2}},?[ ]\d{{4}}\b|\b\d{{1,2}}[ ]?[-–][ ]?\d{{1,2}}[ ]{_WORD}[ ]\d{{4}}\b"
)
_WITHOUT_DAY = re.compile(rf"\b(?P<month>{_WORD})(?:[-/](?:{_WORD}))?,?[ ](?:de[ ])?\d{{4}}\b")
_YEAR_SOMEWHERE = re.compile(r"\d{4}")
_MONTHS_A_YEAR = 12


class PrintedDate(NamedTuple):
    """A date found at `text[start:end]`: `day` is None when `problem` says why it is none."""

    start: int
    end: int
    day: dt.date | None
    problem: str = ""


@lru_cache(maxsize=1_000)
def find_date(text: str) -> PrintedDate | None:
    """Find the first date in a line, or the first thing that looks like one but is ambiguous or has no day."""
    if not _YEAR_SOMEWHERE.search(text):
        return None
    found = [date for find in (_iso, _named, _numeric, _two_days) if (date := find(text))]
    if found:
        return min(found, key=lambda date: (date.start, date.day is None))
    return _dayless(text)


def _iso(text: str) -> PrintedDate | None:
    match = _ISO.search(text)
    return match and _dated(match, int(match[1]), int(match[2]), int(match[3]))


def _named(text: str) -> PrintedDate | None:
    place = 0
    while match := _BY_NAME.search(text, place):
        form = "1" if match["m1"] else "2"
        if month := _month(match[f"m{form}"]):
            return _dated(match, int(match[f"y{form}"]), month, int(match[f"d{form}"]))
        place = match.start() + 1
    return None


def _numeric(text: str) -> PrintedDate | None:
    match = _NUMBERS.search(text)
    if match is None:
        return None
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    if first == second or second > _MONTHS_A_YEAR:
        return _dated(match, year, first, second)
    if first > _MONTHS_A_YEAR:
        return _dated(match, year, second, first)
    return PrintedDate(*match.span(), None, f"the date {match[0]!r} can be read in two ways; write the month as a word")


def _two_days(text: str) -> PrintedDate | None:
    match = _TWO_DAYS.search(text)
    return match and PrintedDate(*match.span(), None, f"the date {match[0]!r} names two days; keep one")


def _dayless(text: str) -> PrintedDate | None:
    for match in _WITHOUT_DAY.finditer(text):
        if _month(match["month"]):
            return PrintedDate(*match.span(), None, f"the date {match[0]!r} has no day")
    return None


def _dated(match: re.Match[str], year: int, month: int, day: int) -> PrintedDate:
    try:
        return PrintedDate(*match.span(), dt.date(year, month, day))
    except ValueError:
        return PrintedDate(*match.span(), None, f"the date {match[0]!r} is no day of the calendar")


def _month(word: str) -> int | None:
    return _months().get(fold(word.rstrip(".")))


@cache
def _months() -> dict[str, int]:
    """Month numbers by folded name and abbreviation, where all languages that use a name agree."""
    meant: dict[str, set[int]] = {}
    for language in _LANGUAGES:
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for number, name in get_month_names(width, context, language).items():
                    meant.setdefault(fold(name.rstrip(".")), set()).add(number)
    months = {name: numbers.pop() for name, numbers in meant.items() if len(numbers) == 1 and not name.isdigit()}
    return months | {"sept": 9}
