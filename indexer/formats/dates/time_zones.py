"""Time zones after a time: offsets, unambiguous abbreviations and names of the IANA database."""

import datetime as dt
import re
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from indexer.formats.dates.month_names import is_weekday

__all__ = ["Zone", "zone_in"]

# RFC 822 defines the American ones. Names that countries use differently (IST, AST, GST …) are left
# out.
_HOURS = {
    "Z": 0, "UT": 0, "UTC": 0, "GMT": 0, "WET": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5,
    "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10, "HNE": -5,
    "HAE": -4, "BRT": -3, "WEST": 1, "BST": 1, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2, "EET": 2,
    "SAST": 2, "CAT": 2, "WAT": 1, "EEST": 3, "EAT": 3, "MSK": 3, "TRT": 3, "PKT": 5, "WIB": 7,
    "WITA": 8, "HKT": 8, "SGT": 8, "PHT": 8, "AWST": 8, "WIT": 9, "JST": 9, "KST": 9, "AEST": 10,
    "AEDT": 11, "NZST": 12, "NZDT": 13,
}  # fmt: skip
_HALF_HOURS = {"NST": -3.5, "NDT": -2.5, "ACST": 9.5, "ACDT": 10.5, "NPT": 5.75}
# Local times of a region, whose offset depends on the day.
_REGIONS = {
    "ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver",
    "PT": "America/Los_Angeles", "EASTERN TIME": "America/New_York",
    "CENTRAL TIME": "America/Chicago", "MOUNTAIN TIME": "America/Denver",
    "PACIFIC TIME": "America/Los_Angeles", "EASTERN": "America/New_York",
    "PACIFIC": "America/Los_Angeles",
}  # fmt: skip
_LONG_NAMES = {
    "COORDINATED UNIVERSAL TIME": 0, "GREENWICH MEAN TIME": 0, "EASTERN STANDARD TIME": -5,
    "EASTERN DAYLIGHT TIME": -4, "CENTRAL STANDARD TIME": -6, "CENTRAL DAYLIGHT TIME": -5,
    "MOUNTAIN STANDARD TIME": -7, "MOUNTAIN DAYLIGHT TIME": -6, "PACIFIC STANDARD TIME": -8,
    "PACIFIC DAYLIGHT TIME": -7, "BRITISH SUMMER TIME": 1, "CENTRAL EUROPEAN TIME": 1,
    "CENTRAL EUROPEAN STANDARD TIME": 1, "CENTRAL EUROPEAN SUMMER TIME": 2,
    "MOSCOW STANDARD TIME": 3, "INDIA STANDARD TIME": 5.5, "JAPAN STANDARD TIME": 9,
}  # fmt: skip
_OFFSET = re.compile(
    r"[\s,(\[]*(?:(?:GMT|UTC|UT|Z)\s?)?(?P<sign>[+\u2212-])(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?"
    r"(?::?00)?(?![\d:])"
)
_NAME = re.compile(
    r"[\s,/|·]*[\[(]?\s*(?P<name>[A-Z][A-Za-z]+(?:/[A-Z][A-Za-z_+-]+)+"
    r"|[A-Z][a-z]+(?:\s[A-Z][a-z]+){1,3}(?<=Time)|[^\W\d_][^\W_]*)\s*[\])]?"
)
# The name of the zone may follow an offset.
_REMARK = re.compile(r"[\s\])]*(?:\([^()]*\)|\[[^\[\]]*\]|[A-Z]{1,5}(?!\w))?[\s\])]*")
# Words after a time that are not zones.
_OTHER_WORDS = frozenset(
    [
        "uhr",
        "h",
        "hrs",
        "by",
        "at",
        "on",
        "in",
        "the",
        "last",
        "edit",
        "von",
        "par",
        "por",
        "г",
        "ч",
        "р",
        "hours",
    ]
)
_MAX_NAME_LENGTH = 5
_FARTHEST_HOURS = 14
_QUARTER_HOURS = frozenset([0, 15, 30, 45])


class Zone(NamedTuple):
    """The zone at the start of a text.

    `end` is where it ends. `unknown` is the name of a zone without a single meaning.
    """

    end: int
    zone: dt.tzinfo | None
    unknown: str = ""


def zone_in(text: str) -> Zone:
    """Read the zone at the start of a text, if any."""
    if match := _OFFSET.match(text):
        hours, minutes = int(match["hours"]), int(match["minutes"] or 0)
        if hours > _FARTHEST_HOURS or minutes not in _QUARTER_HOURS:
            return Zone(match.end(), None, match[0].strip())
        offset = dt.timedelta(hours=hours, minutes=minutes)
        remark = _REMARK.match(text, match.end())
        return Zone(
            remark.end() if remark else match.end(),
            dt.timezone(offset if match["sign"] == "+" else -offset),
        )
    match = _NAME.match(text)
    if match is None:
        # RFC 3339 allows lower case.
        return Zone(1, dt.UTC) if text.rstrip() == "z" else Zone(0, None)
    name, is_last = match["name"], match.end() == len(text)
    zone = _named(name) if name.isupper() or "/" in name or " " in name else None
    if zone is None and is_last:
        zone = _named(name.upper())
    if zone:
        return Zone(match.end(), zone)
    like_zone = (
        "/" in name
        or name.endswith(" Time")
        or (name.isupper() and len(name) <= _MAX_NAME_LENGTH)
        or (name.isascii() and is_last)
    )
    is_other = name.lower() in _OTHER_WORDS or is_weekday(name)
    return Zone(match.end(), None, name) if like_zone and not is_other else Zone(0, None)


@lru_cache(maxsize=256)
def _named(name: str) -> dt.tzinfo | None:
    known = " ".join(name.upper().split())
    hours = _HOURS.get(name, _HALF_HOURS.get(name, _LONG_NAMES.get(known)))
    if hours is not None:
        return dt.timezone(dt.timedelta(hours=hours))
    key = _REGIONS.get(known) or (name if "/" in name else "")
    try:
        return ZoneInfo(key) if key else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
