"""Years, months and days, the values of the date facet: `2017`, `2017-07`, `2017-07-12`."""

import calendar
import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Period", "opened_months", "opened_years"]

_PERIOD = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Period:
    """A year, a month or a day, with its first and last day."""

    text: str
    first: dt.date
    last: dt.date

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Parse `2017`, `2017-07` or `2017-07-12`.

        Raises:
            ValueError: the text has another form, or the calendar has no such day.

        """
        match = _PERIOD.fullmatch(text)
        if match is None:
            raise ValueError(
                f"{text!r} is not a year, month or day; write 2017, 2017-07 or 2017-07-12"
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
            raise ValueError(f"{text!r} does not exist in the calendar") from error
        return cls(text, first, last)

    @property
    def level(self) -> str:
        """One of `year`, `month` and `day`."""
        return {4: "year", 7: "month", 10: "day"}[len(self.text)]

    def covers(self, other: "Period") -> bool:
        """Return whether this period contains every day of the other."""
        return self.first <= other.first and other.last <= self.last

    @property
    def year(self) -> str:
        """The year of the period."""
        return self.text[:4]

    @property
    def month(self) -> str:
        """The month of a month or a day, "" for a year."""
        return self.text[:7] if len(self.text) > len(self.year) else ""


def opened_years(selected: Iterable[Period]) -> tuple[str, ...]:
    """Return the years whose months a date facet lists.

    These are the selected years and those of selected months and days, so that other months of
    the same year can be selected too.
    """
    return tuple(dict.fromkeys(period.year for period in selected))


def opened_months(selected: Iterable[Period]) -> tuple[Period, ...]:
    """Return the months whose days a date facet lists: selected ones and those of selected days."""
    months = dict.fromkeys(period.month for period in selected)
    return tuple(Period.parse(month) for month in months if month)
