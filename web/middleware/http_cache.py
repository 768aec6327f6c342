"""HTTP caching with entity tags: a response stays valid until a new generation is published."""

import time
from functools import lru_cache

from flask import Response, request
from werkzeug.http import http_date

from web.middleware.authentication import page_variant
from web.middleware.preference_cookies import PREFERENCES
from web.middleware.reader_cookies import kept_tag
from web.middleware.site_address import tag_with_address

__all__ = [
    "conditional",
    "html_response",
    "no_content",
    "not_modified",
    "page_etag",
    "set_cache_headers",
    "vary_by_page",
]


_IF_NONE_MATCH = "HTTP_IF_NONE_MATCH"
_CONDITIONS = frozenset(
    {
        _IF_NONE_MATCH,
        "HTTP_IF_MATCH",
        "HTTP_IF_MODIFIED_SINCE",
        "HTTP_IF_RANGE",
        "HTTP_RANGE",
    }
)
"""The headers that may make a response partial or a 304, in the WSGI environment."""


def not_modified(tag: str) -> Response | None:
    """Return a 304 response if the client has the response with this tag, None otherwise.

    Call it before building a response, so that an unchanged one costs nothing.
    """
    if _IF_NONE_MATCH not in request.environ:
        return None
    if request.if_none_match.contains_weak(tag):
        return set_cache_headers(Response(status=304), tag)
    return None


def set_cache_headers(response: Response, tag: str) -> Response:
    """Set ETag and Cache-Control. Call `not_modified()` first."""
    response.set_etag(tag)
    response.headers["Cache-Control"] = "no-cache"
    return response


def conditional(response: Response, tag: str) -> Response:
    """Set the cache headers, and turn the response into a 304 if the client has it.

    The body is read into memory: use `set_cache_headers` for a stream.
    """
    set_cache_headers(response, tag)
    if not _CONDITIONS.isdisjoint(request.environ):
        response.make_conditional(request)
        return response
    # The same without the search for conditions, which takes 30 µs.
    response.headers["Date"] = _date(int(time.time()))
    length = response.calculate_content_length()
    if length is not None:
        response.content_length = length
    return response


@lru_cache(maxsize=4)
def _date(second: int) -> str:
    return http_date(second)


def page_etag(generation: str, version: str, *, fragment: bool = False) -> str:
    """Return the entity tag of a page, or of its fragment for htmx.

    It differs by generation, site version, the reader's preferences, list and saved searches, key
    and the address that links begin with.
    """
    parts = (
        generation,
        version,
        *(preference.chosen() for preference in PREFERENCES),
        kept_tag(),
        page_variant(),
        "part" if fragment else "",
    )
    return tag_with_address("-".join(filter(None, parts)))


def html_response(html: str | Response, tag: str) -> Response:
    """Return a page, or its fragment for htmx, as a conditional response."""
    response = Response(html) if isinstance(html, str) else html
    return vary_by_page(conditional(response, tag))


def no_content() -> Response:
    """Return a response that leaves the page as it is; no cache stores it."""
    response = Response(status=204)
    response.headers["Cache-Control"] = "no-store"
    return vary_by_page(response)


def vary_by_page(response: Response) -> Response:
    """Make caches store pages, fragments, answers to typing and preferences separately.

    A page with a reader's list or saved searches is for this reader's browser alone.
    """
    response.headers["Vary"] = "HX-Request, HX-History-Restore-Request, X-Typing, Cookie"
    if kept_tag():
        response.headers["Cache-Control"] = "private, no-cache"
    return response
