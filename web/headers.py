"""What every answer carries: security headers, caching by generation, compression."""

import gzip

from flask import Flask, Response, request

__all__ = ["by_generation", "register"]

_SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}
_COMPRESSED_FROM = 1_000
_GZIP_LEVEL = 5
_COMPRESSIBLE = ("text/", "application/json", "application/problem+json", "application/atom+xml", "application/xml")


def register(app: Flask) -> None:
    """Add the headers to every answer of an app."""
    app.after_request(_finish)


def by_generation(response: Response, tag: str) -> Response:
    """Let a cache keep an answer as long as `tag` stays; answer 304 to who has it."""
    response.set_etag(tag)
    response.headers["Cache-Control"] = "no-cache"
    response.make_conditional(request)
    return response


def _finish(response: Response) -> Response:
    for name, value in _SECURITY.items():
        response.headers.setdefault(name, value)
    if (response.mimetype or "").startswith(_COMPRESSIBLE):
        response.vary.add("Accept-Encoding")
        _compress(response)
    return response


def _compress(response: Response) -> None:
    # The entity tag stays: it names the generation, whatever the bytes on the wire.
    if response.direct_passthrough or response.is_streamed or "Content-Encoding" in response.headers:
        return
    if not request.accept_encodings["gzip"]:
        return
    data = response.get_data()
    if len(data) >= _COMPRESSED_FROM:
        response.set_data(gzip.compress(data, _GZIP_LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
