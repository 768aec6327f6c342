"""Dates and times as machines write them: ISO 8601 and its relatives, RFC 5322, seconds since 1970."""

import datetime as dt
import re
from email.utils import parsedate_to_datetime

from indexer.formats.printed_dates import find_date

__all__ = ["moment_of", "with_offset"]

_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)[T ]*(.*)", re.DOTALL)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z?))?(?!\d)")
_TIME = re.compile(r"(?P<time>\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)\s*(?P<zone>[+-]\d{2}:?\d{2}|Z)?$")
_RFC_5322 = re.compile(r"(?:\w{3},\s*)?\d{1,2} \w{3} \d{4} \d{2}:\d{2}", re.ASCII)
_EPOCH = re.compile(r"1\d{9}(?:\d{3})?")
_MILLISECONDS_DIGITS = 13
_EARLIEST = 1900
_FARTHEST_ZONE = dt.timedelta(hours=14)
_QUARTER_HOUR = 900


def moment_of(text: str) -> str:
    """Read a date or date-time into ISO 8601; "" where it is none, ambiguous or without a day."""
    text = text.strip()
    if _EPOCH.fullmatch(text):
        seconds = int(text) // (1000 if len(text) == _MILLISECONDS_DIGITS else 1)
        return dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat()
    if match := _ISO_DAY.match(text):
        return _with_time(match[1], match[2], match[3], match[4])
    if match := _COMPACT.match(text):
        time = f"{match[4]}:{match[5]}:{match[6]}{match[7]}" if match[4] else ""
        return _with_time(match[1], match[2], match[3], time)
    if _RFC_5322.match(text):
        return _rfc_5322(text)
    found = find_date(text)
    return found.day.isoformat() if found and found.day and found.day.year >= _EARLIEST else ""


def with_offset(local: str, utc: str) -> str:
    """Join a time by the site's clock and the same in UTC, as WordPress keeps them, to one with its offset from UTC."""
    try:
        here = dt.datetime.fromisoformat(local)
        there = dt.datetime.fromisoformat(utc)
    except ValueError:
        return moment_of(local)
    offset = here - there
    if abs(offset) > _FARTHEST_ZONE or offset.total_seconds() % _QUARTER_HOUR:
        return here.isoformat()
    return here.replace(tzinfo=dt.timezone(offset)).isoformat()


def _rfc_5322(text: str) -> str:
    try:
        return parsedate_to_datetime(text).isoformat()
    except ValueError:
        return ""


def _with_time(year: str, month: str, day: str, rest: str) -> str:
    try:
        date = dt.date(int(year), int(month), int(day))
    except ValueError:
        return ""
    if date.year < _EARLIEST:
        return ""
    match = _TIME.match(rest.strip().removesuffix(" UTC"))
    if match is None:
        return date.isoformat()
    text = f"{date.isoformat()}T{match['time'].replace(',', '.')}{match['zone'] or ''}"
    try:
        return dt.datetime.fromisoformat(text).isoformat()
    except ValueError:
        return date.isoformat()
