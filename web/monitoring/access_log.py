"""Request ids, the access log and request metrics; never a client's address or a query text."""

import logging
import re
import secrets
import time

from flask import Flask, Response, g, request

from web.monitoring.metrics import Metrics

__all__ = ["register", "request_id"]

_LOG = logging.getLogger("dateline.access")
_HEADER = "X-Request-Id"
_HEADER_IN_ENVIRON = "HTTP_X_REQUEST_ID"
_ID_BYTES = 8
_VALID_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_NO_ROUTE = "none"
_METHODS = {"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT"}
_OTHER_METHOD = "other"
"""Logged instead of a method that a client made up, which may contain anything."""


def register(app: Flask, metrics: Metrics, *, log: bool) -> None:
    """Measure every request of an app. Register it first, so that its time includes all hooks."""

    @app.before_request
    def begin() -> None:
        g.started = time.perf_counter()
        client_id = request.environ.get(_HEADER_IN_ENVIRON, "")
        g.request_id = client_id if _VALID_ID.fullmatch(client_id) else secrets.token_hex(_ID_BYTES)

    @app.after_request
    def end(response: Response) -> Response:
        # Missing if the request was refused before `begin` ran.
        seconds = time.perf_counter() - g.get("started", time.perf_counter())
        own_id = response.headers[_HEADER] = request_id()
        rule, status = request.url_rule, response.status_code
        route = rule.rule if rule else _NO_ROUTE
        metrics.count_request(route, status, seconds)
        if log:
            method = request.method
            fields = {
                "request_id": own_id,
                "method": method if method in _METHODS else _OTHER_METHOD,
                "route": route,
                "status": status,
                "ms": round(seconds * 1000, 2),
                "bytes": response.content_length,
            }
            if refused := g.get("refused"):
                fields["refused"] = refused
            line = " ".join([f"{name}={value}" for name, value in fields.items()])
            _LOG.info("%s", line, extra=fields)
        return response


def request_id() -> str:
    """Return the id of the current request."""
    current: str = g.get("request_id", "-")
    return current
