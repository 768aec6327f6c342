"""Exceptions to statuses, chosen once; as problem+json (RFC 9457) under /api, as a page elsewhere."""

import logging
from http import HTTPStatus
from typing import Any

import orjson
from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException

from search.errors import CursorExpired, DatelineError, EngineUnavailable, IndexMissing, InvalidQuery
from web.params import InvalidParameters

__all__ = ["ArticleMissing", "FacetMissing", "register"]

_LOG = logging.getLogger("dateline")
_INTERNAL = 500
_NO_INDEX = "There is no index yet."
_NOT_NOW = "The index cannot be read now."


class ArticleMissing(DatelineError):
    """No article has this id."""


class FacetMissing(DatelineError):
    """No facet has this name."""


_STATUS: dict[type[DatelineError], HTTPStatus] = {
    InvalidParameters: HTTPStatus.BAD_REQUEST,
    InvalidQuery: HTTPStatus.BAD_REQUEST,
    ArticleMissing: HTTPStatus.NOT_FOUND,
    FacetMissing: HTTPStatus.NOT_FOUND,
    CursorExpired: HTTPStatus.GONE,
    EngineUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
_ADVICE = {
    HTTPStatus.NOT_FOUND: "Nothing is here. Start from the search page.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something went wrong on our side; it was logged.",
}


def register(app: Flask) -> None:
    """Let the app answer every error."""
    app.register_error_handler(DatelineError, _known)
    app.register_error_handler(HTTPException, _of_http)
    app.register_error_handler(Exception, _unknown)


def _known(error: DatelineError) -> Response:
    status = next((_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS), HTTPStatus.INTERNAL_SERVER_ERROR)
    problems: list[dict[str, str]] = []
    if isinstance(error, InvalidParameters):
        problems = [{"parameter": each.parameter, "message": each.message} for each in error.problems]
    elif isinstance(error, InvalidQuery):
        problems = [{"parameter": error.parameter, "message": str(error)}]
    if status >= _INTERNAL:
        _LOG.error("%s", error)
    # Where files lie on the server is for its admin, who reads it in the log.
    detail = str(error)
    if isinstance(error, EngineUnavailable):
        detail = _NO_INDEX if isinstance(error, IndexMissing) else _NOT_NOW
    return _answer(
        status,
        detail,
        problems,
        unavailable=isinstance(error, EngineUnavailable),
        missing=isinstance(error, IndexMissing),
    )


def _of_http(error: HTTPException) -> Response:
    status = HTTPStatus(error.code or _INTERNAL)
    response = _answer(status, _ADVICE.get(status, error.description or status.phrase), [])
    for name, value in error.get_headers():
        if name.lower() == "allow":
            response.headers[name] = value
    return response


def _unknown(error: Exception) -> Response:
    _LOG.exception("an error that nobody expected", exc_info=error)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return _answer(status, _ADVICE[status], [])


def _answer(
    status: HTTPStatus, detail: str, problems: list[dict[str, str]], *, unavailable: bool = False, missing: bool = False
) -> Response:
    if request.path.startswith("/api/") or request.path == "/readyz":
        body: dict[str, Any] = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail}
        if problems:
            body["errors"] = problems
        response = Response(orjson.dumps(body), status.value, mimetype="application/problem+json")
    else:
        page = render_template(
            "error.html", status=status, detail=detail, problems=problems, unavailable=unavailable, missing=missing
        )
        response = Response(page, status.value)
    response.headers["Cache-Control"] = "no-store"
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = "10"
    return response
