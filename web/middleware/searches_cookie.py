"""The cookie with the searches that the reader has saved; see `reader_cookies.py`."""

from flask import Response, g, request

from web.middleware.reader_cookies import SEARCHES_COOKIE, keep
from web.reader_data.saved_searches import SavedSearches

__all__ = ["own_searches", "set_own_searches"]


def own_searches() -> SavedSearches:
    """Return the saved searches of the reader who sent the request."""
    searches: SavedSearches | None = g.get("saved_searches")
    if searches is None:
        searches = SavedSearches.read(request.cookies.get(SEARCHES_COOKIE, ""))
        g.saved_searches = searches
    return searches


def set_own_searches(response: Response, searches: SavedSearches) -> None:
    """Make a response change the reader's saved searches; without one there is no cookie."""
    g.saved_searches = searches
    keep(response, SEARCHES_COOKIE, searches.text)
