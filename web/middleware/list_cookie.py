"""The cookie with the articles that the reader has put on a list; see `reader_cookies.py`."""

from flask import Response, g, request

from web.middleware.reader_cookies import LIST_COOKIE, keep
from web.reader_data.reading_list import ReadingList

__all__ = ["own_list", "set_own_list"]


def own_list() -> ReadingList:
    """Return the list of the reader who sent the request, an empty one without a cookie."""
    reading_list: ReadingList | None = g.get("reading_list")
    if reading_list is None:
        reading_list = ReadingList.read(request.cookies.get(LIST_COOKIE, ""))
        g.reading_list = reading_list
    return reading_list


def set_own_list(response: Response, reading_list: ReadingList) -> None:
    """Make a response change the reader's list; an empty one has no cookie."""
    g.reading_list = reading_list
    keep(response, LIST_COOKIE, reading_list.text)
