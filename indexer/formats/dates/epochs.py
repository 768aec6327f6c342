"""Unix timestamps in seconds or smaller units.

A number that can also be a year, a day or a month is refused.
"""

import datetime as dt
import re

__all__ = ["iso_timestamp_of_epoch"]

_NUMBER = re.compile(r"(?P<sign>[+-]?)(?P<whole>0|[1-9]\d*)(?:\.(?P<fraction>\d+))?", re.ASCII)
# Timestamps in seconds have ten digits from 2001 until 2286.
_SECONDS_DIGITS = 10
_UNITS = {12: 1_000, 13: 1_000, 16: 1_000_000, 19: 1_000_000_000}
_MIN_DIGITS = 5
_LAST_SERIAL_DAY = 60_000
"""Spreadsheets count days since 1900; this number is a day of 2064."""
# The largest numbers of some systems, which mean "never".
_NEVER = frozenset(["2147483647", "4294967295", "253402300799", "9999999999", "9999999999999"])
_FIRST_YEAR, _LAST_YEAR = 1800, 2100
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
# Layouts of dates by the number of their digits: year, month, day, hour and minute.
_LAYOUTS = {
    6: ("Ym", "ymd", "dmy", "mdy", "mY"),
    7: ("Yj",),
    8: ("Ymd", "dmY", "mdY"),
    10: ("YmdH",),
    12: ("YmdHM",),
}
_WIDTHS = {"Y": 4, "y": 2, "j": 3, "m": 2, "d": 2, "H": 2, "M": 2}
_BOUNDS = {
    "Y": (_FIRST_YEAR, _LAST_YEAR),
    "y": (0, 99),
    "j": (1, 366),
    "m": (1, 12),
    "d": (1, 31),
    "H": (0, 23),
    "M": (0, 59),
}


def iso_timestamp_of_epoch(text: str) -> str:
    """Return the moment in UTC.

    The result is "" if the number is too small or too large, or can be read as another date.
    Numbers of up to four digits may be a year, and those of five may count the days of a
    spreadsheet.
    """
    match = _NUMBER.fullmatch(text)
    if match is None or match["whole"] in _NEVER:
        return ""
    whole = match["whole"]
    digits = len(whole)
    if match["sign"] == "-":
        if digits < _MIN_DIGITS:
            return ""
    elif (
        digits < _MIN_DIGITS
        or (digits == _MIN_DIGITS and int(whole) < _LAST_SERIAL_DAY)
        or _may_be_date(whole)
    ):
        return ""
    unit = 1 if digits <= _SECONDS_DIGITS else _UNITS.get(digits, 0)
    if not unit:
        return ""
    microseconds = (
        int(whole) * 1_000_000 // unit + int((match["fraction"] or "0")[:6].ljust(6, "0")) // unit
    )
    try:
        return (
            _EPOCH
            + dt.timedelta(microseconds=-microseconds if match["sign"] == "-" else microseconds)
        ).isoformat()
    except OverflowError:
        return ""


def _may_be_date(digits: str) -> bool:
    """Return whether a number can be a date without separators."""
    return any(_fits(digits, layout) for layout in _LAYOUTS.get(len(digits), ()))


def _fits(digits: str, layout: str) -> bool:
    place = 0
    for part in layout:
        low, high = _BOUNDS[part]
        if not low <= int(digits[place : place + _WIDTHS[part]]) <= high:
            return False
        place += _WIDTHS[part]
    return True
