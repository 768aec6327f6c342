"""HTTP caching by generation, and compression of responses."""

import gzip
from http import HTTPStatus

from flask import Flask, Response, request

from web.media_types import PROBLEM
from web.middleware.authentication import page_variant
from web.middleware.site_address import tag_with_address

__all__ = [
    "THEMES",
    "THEME_COOKIE",
    "conditional",
    "html_response",
    "not_modified",
    "page_etag",
    "register",
    "set_cache_headers",
    "theme",
    "vary_by_page",
]

THEMES = ("light", "dark")
THEME_COOKIE = "theme"
"""The one cookie there is: how a reader wants pages to look, where the browser's own preference is not it."""

_COMPRESSED_FROM = 1_000
_GZIP_LEVEL = 3
_COMPRESSIBLE = ("text/", "application/json", PROBLEM, "application/atom+xml", "application/xml")


def register(app: Flask) -> None:
    """Compress the responses of an app."""
    app.after_request(_finish)


def not_modified(tag: str) -> Response | None:
    """Return 304 to who has the answer of this tag already, None to who does not: so that it need not be made."""
    return (
        set_cache_headers(Response(status=304), tag)
        if request.if_none_match.contains_weak(tag)
        else None
    )


def set_cache_headers(response: Response, tag: str) -> Response:
    """Let a cache keep an answer as long as `tag` stays; who has it was answered before this was made."""
    response.set_etag(tag)
    response.headers["Cache-Control"] = "no-cache"
    return response


def conditional(response: Response, tag: str) -> Response:
    """Let a cache keep an answer as long as `tag` stays; answer 304 to who has it. It is taken whole into memory for that."""
    set_cache_headers(response, tag).make_conditional(request)
    return response


def theme() -> str:
    """Return the look that a reader has chosen, "" for the browser's preference."""
    chosen = request.cookies.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else ""


def page_etag(generation: str, version: str, *, fragment: bool = False) -> str:
    """Return the tag of a page or the changed part of one: each look of it is another, and each address that it links to."""
    looks = (generation, version, theme(), page_variant(), "part" if fragment else "")
    return tag_with_address("-".join(filter(None, looks)))


def html_response(html: str, tag: str) -> Response:
    """Answer a page or the changed part of one."""
    return vary_by_page(conditional(Response(html), tag))


def vary_by_page(response: Response) -> Response:
    """Let a cache keep each look of a page by itself."""
    response.headers["Vary"] = "HX-Request, HX-History-Restore-Request, Cookie"
    return response


def _finish(response: Response) -> Response:
    if response.status_code == HTTPStatus.NOT_MODIFIED:
        # A cache keeps the headers of what it has.
        response.vary.add("Accept-Encoding")
        return response
    if (response.mimetype or "").startswith(_COMPRESSIBLE):
        response.vary.add("Accept-Encoding")
        _compress(response)
    return response


def _compress(response: Response) -> None:
    # The entity tag stays: it names the generation, whatever the bytes on the wire.
    if (
        response.direct_passthrough
        or response.is_streamed
        or "Content-Encoding" in response.headers
    ):
        return
    if not request.accept_encodings["gzip"]:
        return
    data = response.get_data()
    if len(data) >= _COMPRESSED_FROM:
        response.set_data(gzip.compress(data, _GZIP_LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
