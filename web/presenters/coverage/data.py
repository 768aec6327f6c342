"""The holdings of the archive by month, as a CSV table and as a response of the API."""

import csv
import io

from search.model.coverage import Coverage, Gap, SourceCoverage
from search.model.table_cells import guard_formula
from web.openapi.coverage_responses import (
    CoverageGap,
    CoverageLanguage,
    CoverageMonth,
    CoverageResponse,
    CoverageSource,
)
from web.urls import search_path, value_path

__all__ = ["coverage_response", "coverage_table"]

_HEADER = ("source", "period", "count")


def coverage_table(coverage: Coverage) -> bytes:
    """Return a row for each source and month with articles, as CSV (RFC 4180).

    The source is empty for the articles that have none, or another one than those listed.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(_HEADER)
    for source in coverage.rows:
        name = guard_formula(source.source)
        writer.writerows(
            (name, _period(month), count) for month, count in sorted(source.articles.counts.items())
        )
    return buffer.getvalue().encode()


def coverage_response(coverage: Coverage) -> CoverageResponse:
    """Return what the archive holds as JSON."""
    days = coverage.days
    return CoverageResponse(
        generation=coverage.generation,
        built=coverage.built,
        total=coverage.total,
        first=days[0].isoformat() if days else None,
        last=days[1].isoformat() if days else None,
        source_number=coverage.source_number,
        sources=[_source(source) for source in coverage.sources],
        others=_source(coverage.others) if coverage.others else None,
        gaps=[_gap(gap) for gap in coverage.gaps()],
        languages=[
            CoverageLanguage(
                value=value.value, count=value.count, url=value_path("language", value.value)
            )
            for value in coverage.languages.values
        ],
        without=dict(coverage.without),
    )


def _source(source: SourceCoverage) -> CoverageSource:
    return CoverageSource(
        source=source.source,
        total=source.total,
        first=source.first_day.isoformat(),
        last=source.last_day.isoformat(),
        months=[
            CoverageMonth(period=_period(month), count=count)
            for month, count in sorted(source.articles.counts.items())
        ],
        url=search_path(source.query),
    )


def _gap(gap: Gap) -> CoverageGap:
    first, last = _period(gap.first), _period(gap.last)
    return CoverageGap(first=first, last=last, months=gap.months)


def _period(month: int) -> str:
    """Return a month `yyyymm` as `yyyy-mm`."""
    return f"{month // 100:04}-{month % 100:02}"
