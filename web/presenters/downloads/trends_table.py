"""Searches over time as a CSV table (RFC 4180): a row for each period of each series."""

import csv
import io

from search.model.table_cells import guard_formula
from search.model.trends import Trends
from web.presenters.trends.shares import rounded_share

__all__ = ["trends_table"]

_COLUMNS = ("series", "period", "count", "of", "share")
_BYTE_ORDER_MARK = "\ufeff"


def trends_table(trends: Trends, *, has_mark: bool) -> bytes:
    """Return the table in UTF-8, the series one after the other, periods oldest first."""
    buffer = io.StringIO()
    if has_mark:
        buffer.write(_BYTE_ORDER_MARK)
    writer = csv.writer(buffer)
    writer.writerow(_COLUMNS)
    for series in trends.series:
        name = guard_formula(series.query.text)
        for period in trends.periods:
            count, articles = series.matches.count(period), trends.articles.count(period)
            share = rounded_share(count, articles)
            writer.writerow((name, period.text, count, articles, f"{share:.6f}"))
    return buffer.getvalue().encode("utf-8", "replace")
