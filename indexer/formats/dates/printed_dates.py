"""Find dates as newspapers print them, in many languages.

A date that is ambiguous or has no day is found, but refused with a reason.
"""

import datetime as dt
import re
from functools import lru_cache
from typing import NamedTuple

from indexer.formats.dates.month_names import month_of

__all__ = ["PrintedDate", "find_date"]

# Letters with the marks that Arabic, Persian and decomposed Latin put on them.
_LETTERS = r"[^\W\d_]++(?:[\u0300-\u036f\u064b-\u065f\u0670]++[^\W\d_]*+)*+"
_WORD = rf"{_LETTERS}\.?"
_BY_NAME = re.compile(
    rf"""
      \b(?P<m1>{_WORD})[ ]?[-/ ,.]?[ ]?(?P<d1>\d{{1,2}})(?:st|nd|rd|th|er|\.|º
        |ª)?[ ]?[-/,.]?[ ]*(?P<y1>\d{{4}})(?!\d)
    | (?<!\d)(?P<d2>\d{{1,2}})(?:st|nd|rd|th|er|e|º|ª|°|-го|-е|η|ης|ος)?[ ]?[-/ .,]?[ ]?
      (?P<m2>{_LETTERS}(?:(?:[.][ ]?|[ ]?/[ ]?|['’][ ]?
          |[ ]){_LETTERS}){{0,3}})[.,]*[ ]?[-/]?[ ]?(?P<y2>\d{{4}})(?!\d)
    """,
    re.VERBOSE,
)
# A number before another year is the day of that date.
_YEAR_THEN_NAME = re.compile(
    rf"""
    (?<!\d)(?P<y>\d{{4}})(?:[.,][ ]?|[ ]|[-/])(?P<m>{_LETTERS})(?:[.][ ]?|[ ]
        |[-/])(?P<d>\d{{1,2}})(?!\d)(?!\.?,?[ ]?\d{{4}})
    """,
    re.VERBOSE,
)
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
# A month and day after a year are unambiguous. Numbers within an address are left alone.
_YEAR_FIRST = re.compile(
    r"(?<![\w./-])(\d{4})(?:([/-])|(\.[ ]?))(\d{1,2})(?:\2|\3)(\d{1,2})(?!\d|[/-]\w)"
)
_BY_SIGN = re.compile(r"(?<!\d)(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日号號일]")
_SIGN = re.compile("[年년]")
_VIETNAMESE = re.compile(
    r"(?<!\d)(\d{1,2})\s+th[aá]ng\s+(\d{1,2})(?:,|\s+n[aă]m)?\s+(\d{4})(?!\d)", re.IGNORECASE
)
_NUMBERS = re.compile(r"(?<!\d)(\d{1,2})[ ]?([./-])[ ]?(\d{1,2})[ ]?\2[ ]?(\d{4})(?!\d)")
_TWO_DAYS = re.compile(
    rf"\b{_WORD}[ ]\d{{1,2}}[ ]?[-–/][ ]?\d{{1,2}},?[ ]\d{{4}}\b"
    rf"|\b\d{{1,2}}\.?[ ]?[-–/][ ]?\d{{1,2}}\.?[ ](?:de[ ])?{_WORD}[ ](?:de[ ])?\d{{4}}\b"
)
_WITHOUT_DAY = re.compile(rf"\b(?P<month>{_WORD})(?:[-/](?:{_WORD}))?,?[ ](?:de[ ])?\d{{4}}\b")
_NUMBER_AFTER_YEAR = re.compile(r"\d{4}[^\d\n]{1,20}\d{1,2}(?!\d)")
_YEAR_SOMEWHERE = re.compile(r"\d{4}")
_MONTHS_A_YEAR = 12


class PrintedDate(NamedTuple):
    """A date found at `text[start:end]`; if `day` is None, `problem` is the reason."""

    start: int
    end: int
    day: dt.date | None
    problem: str = ""


@lru_cache(maxsize=1_000)
def find_date(text: str) -> PrintedDate | None:
    """Find the first date in a line, or else the first one that is ambiguous or has no day."""
    if not _YEAR_SOMEWHERE.search(text):
        return None
    dates = [
        date for find in (_iso, _named, _numeric, _two_days, _year_first) if (date := find(text))
    ]
    if dates:
        return min(dates, key=lambda date: (date.start, date.day is None))
    return _dayless(text)


def _iso(text: str) -> PrintedDate | None:
    match = _ISO.search(text)
    return match and _dated(match, int(match[1]), int(match[2]), int(match[3]))


def _named(text: str) -> PrintedDate | None:
    position = 0
    while match := _BY_NAME.search(text, position):
        form = "1" if match["m1"] else "2"
        if month := month_of(match[f"m{form}"]):
            return _dated(match, int(match[f"y{form}"]), month, int(match[f"d{form}"]))
        position = match.start() + 1
    return None


def _year_first(text: str) -> PrintedDate | None:
    """Find dates that begin with the year: `2017/07/12`, `2017. július 12.`, `2017年7月12日`."""
    if "th" in text and (match := _VIETNAMESE.search(text)):
        return _dated(match, int(match[3]), int(match[2]), int(match[1]))
    if not _NUMBER_AFTER_YEAR.search(text):
        return None
    if match := _YEAR_FIRST.search(text):
        return _dated(match, int(match[1]), int(match[4]), int(match[5]))
    if _SIGN.search(text) and (match := _BY_SIGN.search(text)):
        return _dated(match, int(match[1]), int(match[2]), int(match[3]))
    for match in _YEAR_THEN_NAME.finditer(text):
        if month := month_of(match["m"]):
            return _dated(match, int(match["y"]), month, int(match["d"]))
    return None


def _numeric(text: str) -> PrintedDate | None:
    match = _NUMBERS.search(text)
    if match is None:
        return None
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    if match[2] == "." and second <= _MONTHS_A_YEAR:
        # Wherever dates are written with dots, the day comes first.
        return _dated(match, year, second, first)
    if first == second or second > _MONTHS_A_YEAR:
        return _dated(match, year, first, second)
    if first > _MONTHS_A_YEAR:
        return _dated(match, year, second, first)
    return PrintedDate(
        *match.span(),
        None,
        f"the date {match[0]!r} can be read in two ways; write the month as a word",
    )


def _two_days(text: str) -> PrintedDate | None:
    match = _TWO_DAYS.search(text)
    return match and PrintedDate(
        *match.span(), None, f"the date {match[0]!r} names two days; keep one"
    )


def _dayless(text: str) -> PrintedDate | None:
    for match in _WITHOUT_DAY.finditer(text):
        if month_of(match["month"]):
            return PrintedDate(*match.span(), None, f"the date {match[0]!r} has no day")
    return None


def _dated(match: re.Match[str], year: int, month: int, day: int) -> PrintedDate:
    try:
        return PrintedDate(*match.span(), dt.date(year, month, day))
    except ValueError:
        return PrintedDate(
            *match.span(), None, f"the date {match[0]!r} is not a day of the calendar"
        )
