"""The page of what the archive holds."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from search.model.coverage import Coverage, Gap, SourceCoverage
from search.model.facets import DATE, FACETS, Facet
from search.model.query import SearchQuery
from web.chronicle_urls import coverage_path
from web.mount_path import mounted
from web.presenters.chips import search_box
from web.presenters.coverage.columns import CoverageColumn, coverage_columns
from web.urls import API, DayRangeUrls, search_path, value_path

__all__ = ["CoverageCell", "CoverageRow", "coverage_page"]

_HEIGHT = 20.0
_MIN_HEIGHT = 1.5
_MAX_GAPS = 24
"""Gaps that the page lists, the longest ones."""


class CoverageCell(NamedTuple):
    """The articles of a source in a column, and their search; "" without articles.

    `height` is that of its bar, from 0 to 20, in a scale of the row's own.
    """

    column: CoverageColumn
    articles: int
    url: str
    height: float


class CoverageRow(NamedTuple):
    """A source, or all of them, with the search of its articles and the days of first and last."""

    name: str
    total: int
    url: str
    first: str
    last: str
    cells: tuple[CoverageCell, ...]


class _Without(NamedTuple):
    """A facet, and the number and share of articles without a value of it."""

    facet: Facet
    articles: int
    share: float


def coverage_page(coverage: Coverage, site_address: str) -> dict[str, Any]:
    """Return the template variables of the page; printed, it names its address."""
    days = coverage.days
    months = coverage.articles.counts
    columns = coverage_columns(months)
    everything = SourceCoverage("", SearchQuery(), coverage.articles)
    gaps = list(coverage.gaps())
    longest = sorted(gaps, key=lambda gap: -gap.months)[:_MAX_GAPS]
    return search_box(SearchQuery(), lambda _: coverage_path()) | {
        "coverage": coverage,
        "address": site_address + coverage_path(),
        "first": days[0].isoformat() if days else "",
        "last": days[1].isoformat() if days else "",
        "columns": columns,
        "level": _level(columns),
        "everything": _row(everything, columns) if days else None,
        "rows": [_row(source, columns) for source in coverage.rows],
        "has_unlisted": coverage.source_number > len(coverage.sources),
        "gaps": [_gap_periods(gap) for gap in sorted(longest)],
        "gap_number": len(gaps),
        "languages": [
            (value.value, value.count, value_path("language", value.value))
            for value in coverage.languages.values
        ],
        "language_number": len(coverage.languages.values) + (coverage.languages.more or 0),
        "without": [
            _Without(facet, count, count / coverage.total)
            for facet in FACETS
            if (count := coverage.without.get(facet.name, 0))
        ],
        "csv_url": mounted("/coverage.csv"),
        "api_url": mounted(f"{API}/coverage"),
    }


def _level(columns: Sequence[CoverageColumn]) -> str:
    """Return what a column is: one of `month`, `year` and `years`."""
    if not all(column.is_single for column in columns if not column.is_gap):
        return "years"
    return columns[0].first.level if columns else "year"


def _row(source: SourceCoverage, columns: Sequence[CoverageColumn]) -> CoverageRow:
    counts = [column.count(source.articles.counts) for column in columns]
    highest = max(counts)
    cells = tuple(
        CoverageCell(
            column,
            count,
            _cell_path(source.query, column) if count else "",
            round(max(_MIN_HEIGHT, _HEIGHT * count / highest), 1) if count else 0.0,
        )
        for column, count in zip(columns, counts, strict=True)
    )
    return CoverageRow(
        source.source,
        source.total,
        search_path(source.query),
        source.first_day.isoformat(),
        source.last_day.isoformat(),
        cells,
    )


def _cell_path(query: SearchQuery, column: CoverageColumn) -> str:
    """Return the search of a source's articles of a column."""
    if column.is_single:
        return search_path(query.adding(DATE.name, column.first.text))
    return DayRangeUrls(query).between(column.first.first, column.last.last)


def _gap_periods(gap: Gap) -> tuple[str, str, int]:
    """Return the first and the last month of a gap, and their number."""
    first, last = (f"{month // 100:04}-{month % 100:02}" for month in (gap.first, gap.last))
    return first, last, gap.months
