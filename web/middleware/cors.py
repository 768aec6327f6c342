"""Cross-origin access (CORS) to the API, exports and the feed for the setting `cors`."""

import re

from flask import Flask, Response, request
from flask_cors import CORS

from search.settings.all_tables import Settings
from search.settings.host_names import read_origins
from web.middleware.authentication import KEY_HEADERS
from web.urls import API

__all__ = ["register"]

_PATHS = re.compile(rf"{API}/|/export\.|/cite/|/feed\.atom\Z")
_ALLOWED_HEADERS = [*KEY_HEADERS, "If-None-Match", "X-Request-Id"]
"""Headers that a page may send in addition to those of every request, such as `Accept`."""
_EXPOSED_HEADERS = [
    "Content-Disposition",
    "ETag",
    "Retry-After",
    "X-Request-Id",
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
]
_MAX_AGE_SECONDS = 600
"""Time for which a browser need not repeat a preflight request."""


def register(app: Flask, settings: Settings) -> None:
    """Let pages of the configured origins read the API, exports and the feed in a browser."""
    origins = read_origins(settings.security.cors)
    if not origins:
        return
    CORS(
        app,
        resources=_PATHS,
        # Flask-CORS takes a string with a bracket for a regular expression.
        origins=[
            re.compile(rf"{re.escape(origin)}\Z") if "[" in origin else origin for origin in origins
        ],
        send_wildcard=True,
        # Caches may store the response to a request without an Origin for all others.
        always_send="*" in origins,
        # Flask-CORS adds Vary only to responses that it allows, so a cache could serve a response
        # without CORS headers to an allowed origin. `_vary_by_origin` adds it to all.
        vary_header=False,
        methods=["GET", "HEAD"],
        allow_headers=_ALLOWED_HEADERS,
        expose_headers=_EXPOSED_HEADERS,
        max_age=_MAX_AGE_SECONDS,
    )
    if "*" not in origins:
        app.after_request(_vary_by_origin)


def _vary_by_origin(response: Response) -> Response:
    if _PATHS.match(request.path):
        response.vary.add("Origin")
    return response
