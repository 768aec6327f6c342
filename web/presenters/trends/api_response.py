"""The API's response to searches over time."""

from search.errors import InvalidQuery
from search.model.trends import Series, Trends
from web.openapi.trends_responses import SeriesResponse, TrendsResponse
from web.presenters.answer_size import MAX_ANSWER_BYTES
from web.presenters.trends.links import series_links
from web.presenters.trends.shares import rounded_share
from web.urls import search_path

__all__ = ["trends_response"]

_VALUE_BYTES = 150
"""Keys, numbers and the period's condition in the address of a value."""


def trends_response(trends: Trends) -> TrendsResponse:
    """Return trends with the search for each period of each series.

    Raises:
        InvalidQuery: the response would be too large.

    """
    _check_size(trends)
    return {
        "by": trends.level,
        "generation": trends.generation,
        "series": [_series(series, trends) for series in trends.series],
    }


def _series(series: Series, trends: Trends) -> SeriesResponse:
    link = series_links(series.query)
    response: SeriesResponse = {
        "q": series.query.text,
        "understood": series.understood,
        "total": series.total,
        "first": series.first.isoformat() if series.first else None,
        "last": series.last.isoformat() if series.last else None,
        "values": [
            {
                "period": period.text,
                "count": (count := series.matches.count(period)),
                "of": (articles := trends.articles.count(period)),
                "share": rounded_share(count, articles),
                "url": link(period),
            }
            for period in trends.periods
        ],
    }
    if series.relaxed:
        response["relaxed"] = True
    return response


def _check_size(trends: Trends) -> None:
    """Refuse a response whose links repeat long searches too often."""
    addresses = sum(len(search_path(series.query)) + _VALUE_BYTES for series in trends.series)
    size = addresses * len(trends.periods)
    if size > MAX_ANSWER_BYTES:
        raise InvalidQuery(
            "by",
            f"by={trends.level}: the answer would have about {size / 1e6:.0f} MB; "
            f"{MAX_ANSWER_BYTES / 1e6:.0f} MB are the most; ask for coarser periods, fewer days "
            "with from and to, or /trends.csv, which has no links",
        )
