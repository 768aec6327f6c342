"""The cookie with the articles that the reader has put on a list.

It is set only when the reader adds or removes an article. It identifies nobody: every reader with
the same list has the same cookie, and the server keeps no copy of it.
"""

from hashlib import blake2b

from flask import Response, g, request

from web.mount_path import mount_path
from web.reading_list import ReadingList

__all__ = ["LIST_COOKIE", "list_tag", "own_list", "set_own_list"]

LIST_COOKIE = "list"
_YEAR_SECONDS = 365 * 24 * 3600


def own_list() -> ReadingList:
    """Return the list of the reader who sent the request, an empty one without a cookie."""
    reading_list: ReadingList | None = g.get("reading_list")
    if reading_list is None:
        reading_list = ReadingList.read(request.cookies.get(LIST_COOKIE, ""))
        g.reading_list = reading_list
    return reading_list


def list_tag() -> str:
    """Return a text for entity tags that differs by list, "" without a cookie."""
    text = request.cookies.get(LIST_COOKIE, "")
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=5).hexdigest() if text else ""


def set_own_list(response: Response, reading_list: ReadingList) -> None:
    """Make a response change the reader's list; an empty one has no cookie."""
    g.reading_list = reading_list
    path = mount_path() or "/"
    if reading_list:
        response.set_cookie(
            LIST_COOKIE,
            reading_list.text,
            _YEAR_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure,
            path=path,
        )
    else:
        response.delete_cookie(
            LIST_COOKIE, httponly=True, samesite="Lax", secure=request.is_secure, path=path
        )
