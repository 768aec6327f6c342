"""Gzip compression of responses.

Streamed responses compress themselves. The entity tag names the generation, so it is the same with
and without compression.
"""

from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus

from flask import Flask, Response, request
from isal import igzip
from werkzeug.http import parse_accept_header

from web.media_types import PROBLEM

__all__ = ["KeptBody", "register"]

_MIN_BYTES = 1_000
_MAX_CACHED_HEADER = 200
_GZIP_LEVEL = 2
"""Of ISA-L: as small as level 3 of zlib in a sixth of the time."""
_COMPRESSIBLE = (
    "text/",
    "application/json",
    PROBLEM,
    "application/atom+xml",
    "application/xml",
    "image/svg+xml",
)


@dataclass(frozen=True, slots=True)
class KeptBody:
    """The body of a response that is sent many times, with and without compression."""

    plain: bytes
    compressed: bytes

    @classmethod
    def of(cls, text: str) -> "KeptBody":
        """Encode and compress a text."""
        plain = text.encode()
        return cls(plain, _compressed(plain))

    def respond(self) -> Response:
        """Return a response with the body that the client takes."""
        if not _accepts_gzip():
            return Response(self.plain)
        response = Response(self.compressed)
        response.headers["Content-Encoding"] = "gzip"
        return response


def register(app: Flask) -> None:
    """Compress the responses of an app."""
    app.after_request(_compress_response)


def _compress_response(response: Response) -> Response:
    if response.status_code == HTTPStatus.NOT_MODIFIED:
        # A cache updates its stored response with the headers of a 304.
        response.vary.add("Accept-Encoding")
        return response
    if (response.mimetype or "").startswith(_COMPRESSIBLE):
        if response.headers.getlist("Vary"):
            response.vary.add("Accept-Encoding")
        else:
            response.headers.add("Vary", "Accept-Encoding")
        if not (response.direct_passthrough or response.is_streamed):
            body = response.get_data()
            if len(body) >= _MIN_BYTES and _is_to_be_compressed(response):
                response.set_data(_compressed(body))
                response.headers["Content-Encoding"] = "gzip"
    return response


def _compressed(body: bytes) -> bytes:
    return igzip.compress(body, _GZIP_LEVEL, mtime=0)


def _is_to_be_compressed(response: Response) -> bool:
    return _accepts_gzip() and not response.headers.getlist("Content-Encoding")


def _accepts_gzip() -> bool:
    header = request.environ.get("HTTP_ACCEPT_ENCODING", "")
    return (
        _reads_gzip(header)
        if len(header) <= _MAX_CACHED_HEADER
        else _reads_gzip.__wrapped__(header)
    )


@lru_cache(maxsize=64)
def _reads_gzip(accept_encoding: str) -> bool:
    """Return whether an Accept-Encoding header names gzip; browsers send only a few of them."""
    return bool(parse_accept_header(accept_encoding)["gzip"])
