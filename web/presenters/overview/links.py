"""Addresses of searches for parts of an overview."""

import datetime as dt

from search.model.query import SearchQuery
from web.urls import DayRangeUrls

__all__ = ["day_url"]


def day_url(query: SearchQuery, day: dt.date) -> str:
    """Return the search for the matches of one of its days."""
    return DayRangeUrls(query.on_page(1)).within(day, day)
