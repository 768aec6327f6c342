"""Exceptions to statuses, chosen once; as problem+json (RFC 9457) to programs, as a page to readers."""

import logging
import re
from functools import partial
from http import HTTPStatus

import orjson
from flask import Flask, Response, g, render_template, request
from werkzeug.exceptions import (
    HTTPException,
    LengthRequired,
    MethodNotAllowed,
    RequestEntityTooLarge,
    RequestTimeout,
    RequestURITooLarge,
)

from search.data_dir.key_file import KeysUnavailable
from search.errors import (
    CursorExpired,
    DatelineError,
    EngineUnavailable,
    IndexMissing,
    InvalidQuery,
)
from search.index.protocols import EngineProvider
from search.model.facets import FACETS, Facet, facet_named
from search.model.query import MAX_TEXT_LENGTH, Match, SearchQuery
from search.settings.areas import Area
from web.limits.concurrency import (
    SearchTimeout,
    TooManyExports,
    TooManyExportsOfAddress,
    TooManySearches,
)
from web.limits.rate_limit import RateLimitExceeded
from web.media_types import PROBLEM
from web.middleware.authentication import (
    ApiKeyExpired,
    ApiKeyInvalid,
    ApiKeyRefused,
    ApiKeyRequired,
    InsufficientScope,
    readable_areas,
)
from web.middleware.request_bodies import TooManyBodies
from web.middleware.site_address import HostRefused
from web.monitoring.access_log import request_id
from web.monitoring.metrics import Metrics
from web.openapi.responses import ProblemOfParameter, ProblemResponse
from web.params.reader import InvalidParameters
from web.presenters.hits import HitRow, hit_rows

__all__ = ["ArticleMissing", "FacetMissing", "facet_at", "register"]

_LOG = logging.getLogger("dateline")
_INTERNAL = 500
_FORMS = (PROBLEM, "text/html")
_NO_INDEX = "There is no index yet."
_NOT_NOW = "The index cannot be read now."
_NO_KEYS = "Keys cannot be checked now; try again later. Whoever runs this archive finds the reason in its log."


class ArticleMissing(DatelineError):
    """No article has this id."""


class FacetMissing(DatelineError):
    """No facet has this name."""


def facet_at(name: str) -> Facet:
    """Return the facet that an address names.

    Raises:
        FacetMissing: there is none; the message names those that there are.

    """
    facet = facet_named(name)
    if facet is None:
        raise FacetMissing(
            f"there is no facet {name!r}; there are {', '.join(each.name for each in FACETS)}"
        )
    return facet


_STATUS: dict[type[DatelineError], HTTPStatus] = {
    InvalidParameters: HTTPStatus.BAD_REQUEST,
    InvalidQuery: HTTPStatus.BAD_REQUEST,
    HostRefused: HTTPStatus.BAD_REQUEST,
    ArticleMissing: HTTPStatus.NOT_FOUND,
    FacetMissing: HTTPStatus.NOT_FOUND,
    CursorExpired: HTTPStatus.GONE,
    ApiKeyRefused: HTTPStatus.UNAUTHORIZED,
    InsufficientScope: HTTPStatus.FORBIDDEN,
    RateLimitExceeded: HTTPStatus.TOO_MANY_REQUESTS,
    TooManyExportsOfAddress: HTTPStatus.TOO_MANY_REQUESTS,
    TooManySearches: HTTPStatus.SERVICE_UNAVAILABLE,
    SearchTimeout: HTTPStatus.SERVICE_UNAVAILABLE,
    EngineUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    KeysUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
_GUARDS: dict[type[Exception], str] = {
    ApiKeyRequired: "key",
    ApiKeyInvalid: "key",
    ApiKeyExpired: "key",
    InsufficientScope: "scope",
    RateLimitExceeded: "rate",
    TooManySearches: "searches",
    TooManyExports: "exports",
    TooManyExportsOfAddress: "exports",
    TooManyBodies: "bodies",
    SearchTimeout: "time",
    RequestTimeout: "body",
    LengthRequired: "body",
    RequestEntityTooLarge: "body",
    RequestURITooLarge: "address",
    HostRefused: "host",
}
"""What refuses requests that could be answered, as the metrics and the log name it."""
_ADVICE = {
    HTTPStatus.NOT_FOUND: "Nothing is here; /api/docs names every path.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something went wrong on our side; it was logged.",
}
_SOON = "1"
_LATER = "10"
"""Seconds after which to ask again."""
_NEAR = 5
_MAX_WORDS = 12
_WORD = re.compile(r"[^\W\d_]{3,}")
_WORDS_OF_ADDRESSES = {"articles", "browse", "export", "http", "https", "www", "html", "htm", "php"}


def register(app: Flask, store: EngineProvider, metrics: Metrics) -> None:
    """Let the app answer every error; the store is asked what may have been meant."""
    app.register_error_handler(DatelineError, partial(_known, store, metrics))
    app.register_error_handler(HTTPException, partial(_of_http, store, metrics))
    app.register_error_handler(Exception, partial(_unknown, store))


def _known(store: EngineProvider, metrics: Metrics, error: DatelineError) -> Response:
    status = next(
        (_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS),
        HTTPStatus.INTERNAL_SERVER_ERROR,
    )
    problems = _problems(error)
    if problems:
        # The request's line in the log names the kind; what was written wrong is its client's.
        g.refused = "parameters"
    if type(error) in _GUARDS:
        _refused(metrics, _GUARDS[type(error)])
    elif status >= _INTERNAL:
        _LOG.error("%s", error, extra={"request_id": request_id()})
    # Where files lie on the server is for its admin, who reads it in the log.
    detail = _ADVICE[status] if status == _INTERNAL else str(error)
    if isinstance(error, EngineUnavailable):
        detail = _NO_INDEX if isinstance(error, IndexMissing) else _NOT_NOW
    elif isinstance(error, KeysUnavailable):
        detail = _NO_KEYS
    busy = isinstance(error, TooManySearches | SearchTimeout | TooManyExportsOfAddress)
    response = _answer(
        store, status, detail, problems, missing=isinstance(error, IndexMissing), busy=busy
    )
    if isinstance(error, RateLimitExceeded):
        response.headers.update(error.standing)
        response.headers["Retry-After"] = error.standing["RateLimit-Reset"]
    elif isinstance(error, ApiKeyRefused):
        response.headers["WWW-Authenticate"] = error.challenge
    elif busy:
        response.headers["Retry-After"] = _SOON
    return response


def _refused(metrics: Metrics, guard: str) -> None:
    """Let the metrics and the request's line in the log name what refused it."""
    metrics.refused(guard)
    g.refused = guard


def _problems(error: DatelineError) -> list[ProblemOfParameter]:
    """Return what is wrong with a request's parameters, one by one."""
    if isinstance(error, InvalidParameters):
        return [_problem(each.parameter, each.message, each.position) for each in error.problems]
    if isinstance(error, InvalidQuery):
        return [_problem(error.parameter, str(error))]
    return []


def _problem(parameter: str, message: str, position: int | None = None) -> ProblemOfParameter:
    told: ProblemOfParameter = {"parameter": parameter, "message": message}
    if position is not None:
        told["position"] = position
    return told


def _of_http(store: EngineProvider, metrics: Metrics, error: HTTPException) -> Response:
    status = HTTPStatus(error.code or _INTERNAL)
    if type(error) in _GUARDS:
        _refused(metrics, _GUARDS[type(error)])
    detail = _ADVICE.get(status, error.description or status.phrase)
    allowed = (
        ", ".join(sorted(error.valid_methods or ())) if isinstance(error, MethodNotAllowed) else ""
    )
    if allowed:
        detail = f"{request.method} is not answered here; {allowed} are."
    response = _answer(store, status, detail, [])
    if allowed:
        response.headers["Allow"] = allowed
    return response


def _unknown(store: EngineProvider, error: Exception) -> Response:
    _LOG.exception(
        "an error that nobody expected", exc_info=error, extra={"request_id": request_id()}
    )
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return _answer(store, status, _ADVICE[status], [])


def _answer(
    store: EngineProvider,
    status: HTTPStatus,
    detail: str,
    problems: list[ProblemOfParameter],
    *,
    missing: bool = False,
    busy: bool = False,
) -> Response:
    if _is_asked_by_program():
        body: ProblemResponse = {
            "type": "about:blank",
            "title": status.phrase,
            "status": status.value,
            "detail": detail,
        }
        if problems:
            body["errors"] = problems
        response = Response(orjson.dumps(body), status.value, mimetype=PROBLEM)
    else:
        by_words, near = _near(store) if status is HTTPStatus.NOT_FOUND else (False, [])
        page = render_template(
            "error.html",
            status=status,
            detail=detail,
            problems=problems,
            missing=missing,
            busy=busy,
            again=request.full_path.rstrip("?"),
            by_words=by_words,
            near=near,
            all_facets=FACETS,
        )
        response = Response(page, status.value)
    response.headers["Cache-Control"] = "no-store"
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = _LATER
    return response


def _is_asked_by_program() -> bool:
    """Tell who is to read what is wrong: below /api a program; of a download or a feed one too, unless it asks as browsers do."""
    path = request.path
    if path.startswith(("/export.", "/cite/", "/feed.atom", "/metrics")):
        return request.accept_mimetypes.best_match(_FORMS, PROBLEM) == PROBLEM
    return path.startswith("/api/") or path == "/readyz"


def _near(store: EngineProvider) -> tuple[bool, list[HitRow]]:
    """Return whether articles hold words of the address, and those articles; else the newest ones.

    A reader who may not read pages is told of none.
    """
    if Area.PAGES not in readable_areas():
        return False, []
    text = _words_of_address()
    try:
        engine = store.serving()
        if text:
            hits = hit_rows(
                engine.search(SearchQuery(text=text, match=Match.ANY, size=_NEAR, as_typed=True))
            )
            if hits:
                return True, hits
        return False, hit_rows(engine.search(SearchQuery(size=_NEAR)))
    except (EngineUnavailable, TooManySearches, SearchTimeout):
        # The address leads nowhere, whether the archive can be asked now or not.
        return False, []


def _words_of_address() -> str:
    """Return the first words of the address as a query, as many as one may have."""
    found = [
        word for word in _WORD.findall(request.path) if word.lower() not in _WORDS_OF_ADDRESSES
    ]
    text = ""
    for word in found[:_MAX_WORDS]:
        # Quoted, so that no word of an address is read as an operator.
        longer = f'{text} "{word}"'.lstrip()
        if len(longer) > MAX_TEXT_LENGTH:
            break
        text = longer
    return text
