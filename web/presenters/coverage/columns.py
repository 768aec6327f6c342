"""The columns of the table of coverage: months or years, or several years each."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from search.model.periods import Period

__all__ = ["MAX_COLUMNS", "CoverageColumn", "coverage_columns"]

MAX_COLUMNS = 24
"""Columns with articles that a table has at most; with more, each column has several years."""
_STEPS = (1, 5, 10, 50, 100, 500)
"""Years of a column."""
_MONTHS_PER_YEAR = 12


@dataclass(frozen=True, slots=True)
class CoverageColumn:
    """A period of the table, from a first to a last month or year, which may be the same.

    `is_gap` is true for periods without an article, which share one narrow column.
    """

    first: Period
    last: Period
    is_gap: bool = False

    @property
    def is_single(self) -> bool:
        """Return whether the column is one month or one year."""
        return self.first == self.last

    def count(self, months: Mapping[int, int]) -> int:
        """Add up the counts of the column's months (`yyyymm`)."""
        first = self.first.first.year * 100 + self.first.first.month
        last = self.last.last.year * 100 + self.last.last.month
        return sum(count for month, count in months.items() if first <= month <= last)


def coverage_columns(months: Iterable[int]) -> list[CoverageColumn]:
    """Return the periods with articles, and the gaps between them, in order of time.

    `months` (`yyyymm`) are those with articles. The periods are of the finest level with few
    enough.
    """
    positions = {_position(month) for month in months}
    if len(positions) <= MAX_COLUMNS:
        return _columns(positions, _month, _month)
    years = {position // _MONTHS_PER_YEAR for position in positions}
    step = next(step for step in _STEPS if len({year // step for year in years}) <= MAX_COLUMNS)
    earliest, latest = min(years), max(years)
    return _columns(
        {year // step for year in years},
        lambda number: f"{max(number * step, earliest):04}",
        lambda number: f"{min(number * step + step - 1, latest):04}",
    )


def _columns(
    numbers: Iterable[int], first: Callable[[int], str], last: Callable[[int], str]
) -> list[CoverageColumn]:
    """Return a column for each number of a period, and one for the numbers between two of them."""
    columns: list[CoverageColumn] = []
    before: int | None = None
    for number in sorted(numbers):
        if before is not None and number > before + 1:
            columns.append(_column(first(before + 1), last(number - 1), is_gap=True))
        columns.append(_column(first(number), last(number)))
        before = number
    return columns


def _column(first: str, last: str, *, is_gap: bool = False) -> CoverageColumn:
    return CoverageColumn(Period.parse(first), Period.parse(last), is_gap)


def _position(month: int) -> int:
    """Return a month `yyyymm` as a number of months."""
    return month // 100 * _MONTHS_PER_YEAR + month % 100 - 1


def _month(position: int) -> str:
    year, month = divmod(position, _MONTHS_PER_YEAR)
    return f"{year:04}-{month + 1:02}"
