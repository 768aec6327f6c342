"""Periods of searches over time."""

import datetime as dt

import pytest

from search.model.periods import Period
from search.model.timeline import DateCounts, Level
from search.model.trends import period_count, periods_between


@pytest.mark.parametrize(
    ("level", "first", "last", "periods"),
    [
        ("year", "1999-12-31", "2001-01-01", ["1999", "2000", "2001"]),
        ("year", "0999-05-05", "1001-01-01", ["0999", "1000", "1001"]),
        ("month", "2019-11-30", "2020-02-01", ["2019-11", "2019-12", "2020-01", "2020-02"]),
        ("day", "2020-02-28", "2020-03-01", ["2020-02-28", "2020-02-29", "2020-03-01"]),
        ("day", "0001-01-01", "0001-01-01", ["0001-01-01"]),
        ("month", "9999-12-01", "9999-12-31", ["9999-12"]),
    ],
)
def test_periods_lack_none_between_the_ends(
    level: Level, first: str, last: str, periods: list[str]
) -> None:
    """Every year, month or day is there once, in order, at both ends of the calendar too."""
    ends = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    assert [period.text for period in periods_between(level, *ends)] == periods
    assert period_count(level, *ends) == len(periods)


def test_periods_are_counted_without_making_them() -> None:
    """A request for the days of ten millennia is refused at once."""
    assert period_count("day", dt.date.min, dt.date.max) == 3_652_059
    assert period_count("month", dt.date.min, dt.date.max) == 9_999 * 12


def test_a_period_without_articles_counts_none() -> None:
    """Counts have only periods with articles; all others are 0."""
    counts = DateCounts("month", {202003: 7})
    assert [counts.count(Period.parse(month)) for month in ("2020-03", "2020-04")] == [7, 0]
