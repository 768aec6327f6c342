"""Times of day with their zones, as people and programs write them next to a date."""

import datetime as dt
import re
from typing import NamedTuple

from indexer.formats.dates.time_zones import zone_in

__all__ = ["ClockTime", "clock_time_in"]

_TIME = re.compile(
    r"""
    (?<![\d:])(?P<hour>\d{1,2})\s?(?:[:.hH：時时點点시])\s?(?P<minute>\d{2})(?!\d|[./-]\d{4})(?:\s?[分분])?
      (?:(?:[:.：]|(?<=[分분])\s?)(?P<second>\d{2})(?!\d)(?:[.,:](?P<fraction>\d{1,9}))?\s?[秒초]?)?
    | (?:(?<=T)|(?<=t)|(?<=\s))(?P<hour2>\d\d)(?P<minute2>\d\d)(?P<second2>\d\d)?(?:[.,]
        (?P<fraction2>\d{1,9}))?
      (?:(?<=T\d{4})(?!\d)|(?<=T\d{6})(?!\d)
          |(?=(?:[.,]\d+)?\s?(?:Z\b|UTC|GMT|[+-]\d\d:?\d\d|hrs?\b)))
    | (?:(?<=T)|(?<![\d:.,]))(?P<hour3>\d{1,2})
      (?=\s?(?:[ap]\.?\s?m\b|h\b|Uhr\b|heures?\b|horas?\b|uur\b|[時时點点시]|$|[Zz]$
          |[+-]\d\d(?::?\d\d)?$))
    """,
    re.VERBOSE | re.IGNORECASE,
)
_UNIT = re.compile(r"\s?(?:(?:h|hrs?|uhr|uur|heures?|horas?|ч)\b\.?|[時时點点시])", re.IGNORECASE)
_BEFORE_NOON = "am ap πμ öö ص قظ قبلازظهر sa 午前 오전 上午 дп".split()
_AFTER_NOON = "pm ip μμ ös م بظ بعدازظهر ch 午後 오후 下午 пп".split()
_PERIOD = re.compile(
    r"\s?(?:[ap]\.?\s?m\b\.?|[ap]\b(?<=\d[ap])|[ai]p\.|[πμ]\.?\s?μ\b\.?|ö[ös]\b|[صم](?!\w)"
    r"|[قب]\.\s?ظ\b\.?|قبل\u200c?ازظهر|بعدازظهر"
    r"|(?-i:SA|CH)\b|[дп]п\b)",
    re.IGNORECASE,
)
_PERIOD_BEFORE = re.compile(r"(?:午前|午後|오전|오후|上午|下午|ÖÖ|ÖS)\s?$")
_SIGNS = re.compile(r"[\W_]+")
_NOON = 12
_MIDNIGHT_AFTER = 24
_LEAP_SECOND = 60


class ClockTime(NamedTuple):
    """A time at `text[start:end]`.

    `time` is None if it cannot be read. `next_day` is true for 24:00, the end of a day.
    """

    start: int
    end: int
    time: dt.time | None
    zone: dt.tzinfo | None = None
    next_day: bool = False
    problem: str = ""


def clock_time_in(text: str) -> ClockTime | None:
    """Find the first time of day in a text from which the date was removed."""
    match = _TIME.search(text)
    if match is None:
        return None
    hour = int(match["hour"] or match["hour2"] or match["hour3"])
    minute = int(match["minute"] or match["minute2"] or 0)
    second = int(match["second"] or match["second2"] or 0)
    fraction = match["fraction"] or match["fraction2"] or ""
    start, end = match.span()
    if unit := _UNIT.match(text, end):
        end = unit.end()
    if period := _PERIOD.match(text, end):
        end = period.end()
    elif period := _PERIOD_BEFORE.search(text, 0, start):
        start = period.start()
    zone = zone_in(text[end:])
    end += zone.end
    if zone.unknown:
        return ClockTime(
            start,
            end,
            None,
            problem=f"has the time zone {zone.unknown!r}, which has no single meaning; "
            "write it as +02:00",
        )
    next_day = hour == _MIDNIGHT_AFTER and minute == second == 0 and period is None
    try:
        time = dt.time(
            0 if next_day else _hour(hour, period[0] if period else ""),
            minute,
            # Python has no leap seconds.
            second - 1 if second == _LEAP_SECOND else second,
            int(fraction[:6].ljust(6, "0")) if fraction else 0,
        )
    except ValueError:
        return ClockTime(
            start,
            end,
            None,
            problem=f"has the time {text[start:end].strip()!r}, which does not exist",
        )
    return ClockTime(start, end, time, zone.zone, next_day)


def _hour(hour: int, period: str) -> int:
    """Return an hour from 0 to 23.

    Raises:
        ValueError: this half of the day has no such hour.

    """
    name = _SIGNS.sub("", period).casefold()
    if not name:
        return hour
    name = {"a": "am", "p": "pm"}.get(name, name)
    if name in _BEFORE_NOON:
        if hour > _NOON:
            raise ValueError(hour)
        return hour % _NOON
    if hour == 0:
        raise ValueError(hour)
    return hour if hour >= _NOON else hour + _NOON
