"""The API's response about all matches of a search."""

from search.model.overview import Overview
from web.openapi.overview_responses import OverviewResponse
from web.presenters.overview.links import day_url
from web.urls import search_path

__all__ = ["overview_response"]

_PLACES = 6
"""Decimal places of a share."""


def overview_response(overview: Overview) -> OverviewResponse:
    """Return an overview with the search for each of its numbers."""
    busiest = overview.busiest
    return {
        "q": overview.query.text,
        "understood": overview.understood,
        "generation": overview.generation,
        "total": overview.total,
        "archive_total": overview.archive_total,
        "first": overview.first.isoformat() if overview.first else None,
        "last": overview.last.isoformat() if overview.last else None,
        "busiest": {
            "day": busiest.isoformat(),
            "count": overview.busiest_count,
            "url": day_url(overview.query, busiest),
        }
        if busiest
        else None,
        "relaxed": overview.relaxed,
        "values": [
            {
                "facet": value.facet.name,
                "value": value.value,
                "count": value.count,
                "share": round(value.count / overview.total, _PLACES),
                "archive_share": round(value.archive_count / overview.archive_total, _PLACES),
                "url": search_path(value.query),
            }
            for value in overview.values
        ],
        "words": [
            {
                "word": word.word,
                "count": word.count,
                "archive_count": word.archive_count,
                "url": search_path(word.query) if word.query else None,
            }
            for word in overview.words
        ],
        "texts": overview.texts,
    }
