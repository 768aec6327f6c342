"""Cross-origin access to the API (CORS) for the origins in the setting `cors`."""

import re

from flask import Flask, Response, request
from flask_cors import CORS

from search.settings.all_tables import Settings
from search.settings.host_names import read_origins
from web.middleware.authentication import KEY_HEADERS
from web.urls import API

__all__ = ["register"]

_EXPOSED_HEADERS = [
    "ETag",
    "Retry-After",
    "X-Request-Id",
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
]


def register(app: Flask, settings: Settings) -> None:
    """Let pages of the configured origins read the API in a browser."""
    origins = read_origins(settings.security.cors)
    if not origins:
        return
    CORS(
        app,
        resources=rf"{API}/*",
        # Flask-CORS takes a string with a bracket for a regular expression.
        origins=[
            re.compile(rf"{re.escape(origin)}\Z") if "[" in origin else origin for origin in origins
        ],
        send_wildcard=True,
        # Flask-CORS adds Vary only to responses that it allows, so a cache could serve a response
        # without CORS headers to an allowed origin. `_vary_by_origin` adds it to all.
        vary_header=False,
        methods=["GET", "HEAD"],
        allow_headers=list(KEY_HEADERS),
        expose_headers=_EXPOSED_HEADERS,
    )
    if "*" not in origins:
        app.after_request(_vary_by_origin)


def _vary_by_origin(response: Response) -> Response:
    if request.path.startswith(f"{API}/"):
        response.vary.add("Origin")
    return response
