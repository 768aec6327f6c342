"""What is told of each request: an id in its answer, a line in the log, a number in the metrics; never who asked or for what."""

import logging
import re
import secrets
import time

from flask import Flask, Response, g, request

from web.monitoring.metrics import Metrics

__all__ = ["register", "request_id"]

_LOG = logging.getLogger("dateline.access")
_HEADER = "X-Request-Id"
_ID_BYTES = 8
_GIVEN = re.compile(r"[A-Za-z0-9._-]{1,64}")
_NO_ROUTE = "none"
_METHODS = {"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT"}
_OTHER = "other"
"""What the log calls a method that a client made up: it may hold anything."""


def register(app: Flask, metrics: Metrics, *, log: bool) -> None:
    """Watch every request of an app; this comes before all else that answers."""

    @app.before_request
    def begin() -> None:
        g.started = time.perf_counter()
        given = request.headers.get(_HEADER, "")
        g.request_id = given if _GIVEN.fullmatch(given) else secrets.token_hex(_ID_BYTES)

    @app.after_request
    def end(response: Response) -> Response:
        # Absent where a request was refused before it began.
        seconds = time.perf_counter() - g.get("started", time.perf_counter())
        response.headers[_HEADER] = request_id()
        route = request.url_rule.rule if request.url_rule else _NO_ROUTE
        metrics.answered(route, response.status_code, seconds)
        if log:
            told = {
                "request_id": request_id(),
                "method": request.method if request.method in _METHODS else _OTHER,
                "route": route,
                "status": response.status_code,
                "ms": round(seconds * 1000, 2),
                "bytes": response.content_length,
            }
            if refused := g.get("refused"):
                told["refused"] = refused
            _LOG.info("%s", " ".join(f"{name}={value}" for name, value in told.items()), extra=told)
        return response


def request_id() -> str:
    """Return the name of the request that is answered now."""
    name: str = g.get("request_id", "-")
    return name
