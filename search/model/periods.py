"""Years, months and days, written `2017`, `2017-07` and `2017-07-12`: the values of the date facet."""

import calendar
import datetime as dt
import re
from dataclasses import dataclass

__all__ = ["Period"]

_WRITTEN = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Period:
    """A year, a month or a day, by its first and last day."""

    text: str
    first: dt.date
    last: dt.date

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Read `2017`, `2017-07` or `2017-07-12`.

        Raises:
            ValueError: it is none of them, or no such day exists.

        """
        match = _WRITTEN.fullmatch(text)
        if match is None:
            raise ValueError(
                f"{text!r} is no year, month or day; write 2017, 2017-07 or 2017-07-12"
            )
        year, month, day = int(match[1]), match[2], match[3]
        try:
            if day:
                first = last = dt.date(year, int(month), int(day))
            elif month:
                first = dt.date(year, int(month), 1)
                last = first.replace(day=calendar.monthrange(year, int(month))[1])
            else:
                first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
        except ValueError as error:
            raise ValueError(f"{text!r} is no day of the calendar") from error
        return cls(text, first, last)

    @property
    def level(self) -> str:
        """`year`, `month` or `day`."""
        return {4: "year", 7: "month", 10: "day"}[len(self.text)]

    def covers(self, other: "Period") -> bool:
        """Whether every day of the other lies in this one."""
        return self.first <= other.first and other.last <= self.last
