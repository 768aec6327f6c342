"""HTTP caching with entity tags: a response stays valid until a new generation is published."""

from flask import Response, request

from web.middleware.authentication import page_variant
from web.middleware.site_address import tag_with_address
from web.middleware.theme_cookie import chosen_theme

__all__ = [
    "conditional",
    "html_response",
    "not_modified",
    "page_etag",
    "set_cache_headers",
    "vary_by_page",
]


def not_modified(tag: str) -> Response | None:
    """Return a 304 response if the client has the response with this tag, None otherwise.

    Call it before building a response, so that an unchanged one costs nothing.
    """
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
    set_cache_headers(response, tag).make_conditional(request)
    return response


def page_etag(generation: str, version: str, *, fragment: bool = False) -> str:
    """Return the entity tag of a page, or of its fragment for htmx.

    It differs by generation, site version, theme, key and the address that links begin with.
    """
    parts = (generation, version, chosen_theme(), page_variant(), "part" if fragment else "")
    return tag_with_address("-".join(filter(None, parts)))


def html_response(html: str | Response, tag: str) -> Response:
    """Return a page, or its fragment for htmx, as a conditional response."""
    response = Response(html) if isinstance(html, str) else html
    return vary_by_page(conditional(response, tag))


def vary_by_page(response: Response) -> Response:
    """Make caches store pages, fragments and themes separately."""
    response.headers["Vary"] = "HX-Request, HX-History-Restore-Request, Cookie"
    return response
