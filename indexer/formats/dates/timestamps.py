"""Dates and times of machines and people, to ISO 8601.

A date without a single meaning is refused.
"""

import datetime as dt
import re
from functools import lru_cache

from indexer.formats.dates.clock_times import clock_time_in
from indexer.formats.dates.epochs import iso_timestamp_of_epoch
from indexer.formats.dates.printed_dates import find_date

__all__ = ["date_problem", "iso_timestamp", "iso_timestamp_or_text", "with_offset"]

_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?)\s?(Z|[+-]\d\d:?\d\d)?)?", re.ASCII
)
_RFC_5322 = re.compile(
    r"(?:[A-Za-z]{3},\s*)?(\d{1,2}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (\d{4})"
    r" (\d\d):(\d\d)(?::(\d\d))? (?:([+-])(\d\d)(\d\d)|GMT|UTC?|Z)",
    re.ASCII,
)
_MONTHS = {
    name: number
    for number, name in enumerate(
        "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), start=1
    )
}
_ENGLISH_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)[a-z]*"
# RFC 822 and RFC 850 have years of two digits, and a time.
_TWO_DIGIT_YEAR = re.compile(
    rf"(?:[^\W\d_]+[.,]{{0,2}}\s+)?(\d{{1,2}})([ -])({_ENGLISH_MONTH})\2(\d\d)\s+"
    r"(?=\d{1,2}:\d\d)",
    re.IGNORECASE,
)
_PIVOT = 50
# asctime(), date(1) and Twitter write the year after the time.
_YEAR_LAST = re.compile(
    r"(?:[^\W\d_]+[.,]{0,2}\s+)?(?P<month>[^\W\d_]+\.?)\s+(?P<day>\d{1,2}),?\s+"
    r"(?P<time>\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?)"
    r"(?P<zone>\s.*?)?\s+(?P<year>\d{4})"
)
_COMPACT = re.compile(
    r"(\d{4})(\d\d)(\d\d)(?:[Tt]?(\d\d)(\d\d)(\d\d(?:[.,]\d+)?)?(?![\d:]))?(?!\d)"
)
_LONG_COMPACT = 14
_WEEK = re.compile(r"(\d{4})-?W(\d\d)-?([1-7])(?![\d-])")
_ORDINAL = re.compile(r"(\d{4})-(\d{3})(?![\d-])")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?", re.ASCII)
# A day in XML Schema may have a zone without a time.
_DAY_WITH_ZONE = re.compile(r"(\d{4}-\d\d-\d\d)(?:Z|[+-]\d\d:\d\d)", re.ASCII)
# EXIF separates a day like a time; ASP.NET writes milliseconds like a call.
_EXIF = re.compile(r"(\d{4}):(\d\d):(\d\d)(?=[ T])")
_CALL = re.compile(r"\\?/?Date\((-?\d{9,14})(?:[+-]\d{4})?\)\\?/?")
_SPACES = re.compile(r"[\s\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")
_OTHER_DATE_OR_TIME = re.compile(r"\d[:.,/]\d|\d{4}")
_UPDATED = re.compile(
    r"updat|modif|edit|last|revis|correct|aktualis|geändert|bearbeit|mis à jour|aggiorn|actualiz"
    r"|atualiz|bijgewerk|gewijzig|uppdat|oppdat"
    r"|opdat|päivit|aktualiz|frissít|güncel|обновл|ενημ|تحديث|更新|수정",
    re.IGNORECASE,
)
_EARLIEST, _LATEST = 1700, 2199
"""Years outside of this range are of another calendar, or mean "no date"."""
_MAX_LENGTH = 200
_DAY_LENGTH = 10
_YEAR_LENGTH = 4
_THE_DATE = re.compile(r"^the date '.*' ")
_FARTHEST_ZONE = dt.timedelta(hours=14)
_QUARTER_HOUR = 900


def iso_timestamp(text: str) -> str:
    """Convert a date or date-time to ISO 8601.

    The result is "" if it is ambiguous, or if its day, time or zone cannot be read.
    """
    text = text.strip()
    try:
        if match := _ISO.fullmatch(text):
            moment = dt.datetime.fromisoformat(text)
            if _EARLIEST <= moment.year <= _LATEST:
                return moment.isoformat() if match[2] else match[1]
        elif match := _RFC_5322.fullmatch(text):
            return _rfc_5322(match)
    except ValueError:
        # Such as 24:00 and leap seconds.
        pass
    return _parse_other(text) if text and len(text) <= _MAX_LENGTH else ""


def iso_timestamp_or_text(text: str) -> str:
    """Convert a date or date-time; one that cannot be read is returned as it is, for the reject."""
    return iso_timestamp(text) or text.strip()


def date_problem(text: str) -> str:
    """Return what is wrong with a date, as a predicate such as `has no day`.

    The result is "" if nothing in the text resembles a date.
    """
    text = _plain(text[:_MAX_LENGTH])
    if iso_timestamp(text):
        return ""
    if _NUMBER.fullmatch(text):
        return (
            "is a year without a day"
            if len(text) == _YEAR_LENGTH
            else "is a number that has no single meaning as a date"
        )
    date = find_date(text)
    if date is None or date.day is None:
        return _THE_DATE.sub("", date.problem.partition(";")[0]) if date else ""
    if not _EARLIEST <= date.day.year <= _LATEST:
        return f"is of the year {date.day.year}, perhaps of another calendar"
    clock = clock_time_in(text[date.end :]) or clock_time_in(text[: date.start])
    return (
        clock.problem.partition(";")[0]
        if clock and clock.problem
        else "names more than one date or time"
    )


def with_offset(local: str, utc: str) -> str:
    """Join a local time and the same time in UTC to one with its offset, as WordPress stores them.

    A time that cannot be read is returned as it is.
    """
    try:
        local_time = dt.datetime.fromisoformat(local)
        utc_time = dt.datetime.fromisoformat(utc)
    except ValueError:
        return iso_timestamp_or_text(local)
    if local_time.tzinfo or local_time.year < _EARLIEST or len(local) <= _DAY_LENGTH:
        return iso_timestamp_or_text(local)
    utc_time = utc_time.astimezone(dt.UTC).replace(tzinfo=None) if utc_time.tzinfo else utc_time
    offset = local_time - utc_time
    if abs(offset) > _FARTHEST_ZONE or offset.total_seconds() % _QUARTER_HOUR:
        return local_time.isoformat()
    return local_time.replace(tzinfo=dt.timezone(offset)).isoformat()


def _rfc_5322(match: re.Match[str]) -> str:
    day, month, year, hour, minute, second, sign, hours, minutes = match.groups()
    zone = dt.UTC
    if sign and (hours, minutes) != ("00", "00"):
        offset = dt.timedelta(hours=int(hours), minutes=int(minutes))
        if offset > _FARTHEST_ZONE:
            raise ValueError(offset)
        zone = dt.timezone(offset if sign == "+" else -offset)
    moment = dt.datetime(
        int(year), _MONTHS[month], int(day), int(hour), int(minute), int(second or 0), tzinfo=zone
    )
    return moment.isoformat() if _EARLIEST <= moment.year <= _LATEST else ""


@lru_cache(maxsize=4_000)
def _parse_other(text: str) -> str:
    text = _plain(text)
    if _NUMBER.fullmatch(text):
        return _of_number(text)
    if (match := _TWO_DIGIT_YEAR.match(text)) is not None:
        year = int(match[4])
        year += 2000 if year < _PIVOT else 1900
        text = f"{match[1]} {match[3]} {year} {text[match.end() :]}"
    elif match := _YEAR_LAST.fullmatch(text):
        text = (
            f"{match['day']} {match['month']} {match['year']} {match['time']}{match['zone'] or ''}"
        )
    elif match := _WEEK.match(text) or _ORDINAL.match(text):
        day = _week_or_ordinal_day(match)
        text = f"{day}{text[match.end() :]}" if day else ""
    elif match := _CALL.fullmatch(text):
        return iso_timestamp_of_epoch(match[1])
    elif match := _EXIF.match(text):
        text = f"{match[1]}-{match[2]}-{match[3]}{text[match.end() :]}"
    elif match := _DAY_WITH_ZONE.fullmatch(text):
        text = match[1]
    elif match := _COMPACT.match(text):
        time = f"T{match[4]}:{match[5]}:{match[6] or '00'}" if match[4] else ""
        text = f"{match[1]}-{match[2]}-{match[3]}{time}{text[match.end() :]}"
    return _of_printed(text)


def _plain(text: str) -> str:
    """Write digits of every script as ASCII, and white space and direction marks as one space."""
    if not text.isascii():
        text = "".join(str(int(letter)) if letter.isdecimal() else letter for letter in text)
    return _SPACES.sub(" ", text).strip(" \"'")


def _of_number(text: str) -> str:
    digits = text.removesuffix(".0")
    if (
        len(digits) in (8, _LONG_COMPACT)
        and digits.isdigit()
        and (match := _COMPACT.fullmatch(digits))
    ):
        time = f"T{match[4]}:{match[5]}:{match[6] or '00'}" if match[4] else ""
        if moment := _of_printed(f"{match[1]}-{match[2]}-{match[3]}{time}"):
            return moment
    return iso_timestamp_of_epoch(text)


def _week_or_ordinal_day(match: re.Match[str]) -> str:
    """Return the day of a week date or an ordinal date."""
    try:
        if match.re is _WEEK:
            return dt.date.fromisocalendar(int(match[1]), int(match[2]), int(match[3])).isoformat()
        day = dt.date(int(match[1]), 1, 1) + dt.timedelta(days=int(match[2]) - 1)
    except (ValueError, OverflowError):
        return ""
    return day.isoformat() if day.year == int(match[1]) else ""


def _of_printed(text: str) -> str:
    """Read the only date of a text with the only time next to it."""
    date = find_date(text)
    if date is None or date.day is None or not _EARLIEST <= date.day.year <= _LATEST:
        return ""
    before, after = text[: date.start], text[date.end :].removeprefix(":")
    if changed := _UPDATED.search(after):
        after = after[: changed.start()]
    clock = clock_time_in(after)
    if clock:
        after = f"{after[: clock.start]} {after[clock.end :]}"
    elif clock := clock_time_in(before):
        before = f"{before[: clock.start]} {before[clock.end :]}"
    if any(letter.isdigit() for letter in before) or _OTHER_DATE_OR_TIME.search(after):
        # With another date or time it is unclear which one is meant.
        return ""
    if clock is None:
        return date.day.isoformat()
    if clock.time is None:
        return ""
    try:
        day = date.day + dt.timedelta(days=clock.next_day)
        return dt.datetime.combine(day, clock.time, clock.zone).isoformat()
    except OverflowError:
        return ""
