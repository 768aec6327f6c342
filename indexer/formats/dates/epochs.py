"""Seconds since 1970, and thousandths of them, where a number cannot be a year, a day or a month as well."""

import datetime as dt
import re

__all__ = ["moment_of_epoch"]

_NUMBER = re.compile(r"(?P<sign>[+-]?)(?P<whole>0|[1-9]\d*)(?:\.(?P<fraction>\d+))?", re.ASCII)
# By their digits: since 2001 there are ten, and the last with nine or ten are of 2286.
_SECONDS_DIGITS = 10
_UNITS = {12: 1_000, 13: 1_000, 16: 1_000_000, 19: 1_000_000_000}
_MIN_DIGITS = 5
_LAST_SERIAL_DAY = 60_000
"""Spreadsheets count days since 1900; this one is of 2064."""
# The largest numbers of systems, which stand for "never".
_NEVER = frozenset(["2147483647", "4294967295", "253402300799", "9999999999", "9999999999999"])
_FIRST_YEAR, _LAST_YEAR = 1800, 2100
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
# Numbers of so many digits that may be a date: where year, month, day, hour and minute are in them.
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


def moment_of_epoch(text: str) -> str:
    """Return the moment in UTC; "" where the number is too small or too large, or can be read as another date.

    Zero and numbers of up to four digits stand for no date or a year; those of five may be days of a spreadsheet.
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
    """Return whether a number can be a date written without signs."""
    return any(_fits(digits, layout) for layout in _LAYOUTS.get(len(digits), ()))


def _fits(digits: str, layout: str) -> bool:
    place = 0
    for part in layout:
        low, high = _BOUNDS[part]
        if not low <= int(digits[place : place + _WIDTHS[part]]) <= high:
            return False
        place += _WIDTHS[part]
    return True
