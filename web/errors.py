"""Error responses: maps exceptions to HTTP statuses.

Programs get `application/problem+json` (RFC 9457), readers get a page.
"""

import logging
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from urllib.parse import quote

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
    readable_areas,
)
from web.middleware.authorization import ApiKeyRequired, InsufficientScope
from web.middleware.request_bodies import TooManyBodies
from web.middleware.site_address import HostRefused
from web.monitoring.access_log import request_id
from web.monitoring.metrics import Metrics
from web.mount_path import mounted
from web.openapi.responses import ProblemOfParameter, ProblemResponse
from web.params.reader import InvalidParameters
from web.presenters.hits import HitRow, hit_rows

__all__ = ["ArticleMissing", "FacetMissing", "facet_at", "register"]

_LOG = logging.getLogger("dateline")
_INTERNAL = 500
_DOWNLOADS = (
    "/export.",
    "/list.",
    "/list/searches.opml",
    "/cite/",
    "/feed.atom",
    "/trends.",
    "/mentions.",
    "/coverage.",
    "/metrics",
)
"""The beginnings of the paths of downloads and feeds."""
_ACCEPTED_TYPES = (PROBLEM, "text/html")
_NO_INDEX = "This archive has no index yet."
_INDEX_UNREADABLE = "The index cannot be read at the moment; try again later."
_KEYS_UNREADABLE = (
    "API keys cannot be checked at the moment; try again later. The server's log has the reason."
)


class ArticleMissing(DatelineError):
    """There is no article with this id."""


class FacetMissing(DatelineError):
    """There is no facet with this name."""


def facet_at(name: str) -> Facet:
    """Return the facet with this name.

    Raises:
        FacetMissing: there is no such facet; the message lists all facets.

    """
    facet = facet_named(name)
    if facet is None:
        names = ", ".join(facet.name for facet in FACETS)
        raise FacetMissing(f"there is no facet {name!r}; the facets are {names}")
    return facet


_STATUSES: dict[type[DatelineError], HTTPStatus] = {
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
_REFUSALS: dict[type[Exception], str] = {
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
"""Labels for the metrics and the log, of refusals that do not depend on the archive's content."""
_ADVICE = {
    HTTPStatus.NOT_FOUND: "There is nothing at this address; {docs} lists every path.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "The server failed; the error has been logged.",
}
_RETRY_SOON_SECONDS = "1"
_RETRY_LATER_SECONDS = "10"
_MAX_NEAR_ARTICLES = 5
_MAX_PATH_WORDS = 12
_WORD = re.compile(r"[^\W\d_]{3,}")
_IGNORED_WORDS = {"articles", "browse", "export", "http", "https", "www", "html", "htm", "php"}


def register(app: Flask, store: EngineProvider, metrics: Metrics) -> None:
    """Register the error handlers of an app; the store is searched for a 404 page's suggestions."""
    app.register_error_handler(DatelineError, partial(_handle_dateline_error, store, metrics))
    app.register_error_handler(HTTPException, partial(_handle_http_exception, store, metrics))
    app.register_error_handler(Exception, partial(_handle_unexpected_error, store))


def _handle_dateline_error(
    store: EngineProvider, metrics: Metrics, error: DatelineError
) -> Response:
    status = next(
        (_STATUSES[kind] for kind in type(error).__mro__ if kind in _STATUSES),
        HTTPStatus.INTERNAL_SERVER_ERROR,
    )
    problems = _parameter_problems(error)
    if problems:
        # The log names the kind of refusal only: the values belong to the client.
        g.refused = "parameters"
    if type(error) in _REFUSALS:
        _record_refusal(metrics, error)
    elif status >= _INTERNAL:
        _LOG.error("%s", error, extra={"request_id": request_id()})
    is_overload = isinstance(error, TooManySearches | SearchTimeout | TooManyExportsOfAddress)
    response = _error_response(
        store,
        status,
        _detail(error, status),
        problems,
        is_index_missing=isinstance(error, IndexMissing),
        is_overload=is_overload,
    )
    if isinstance(error, RateLimitExceeded):
        response.headers.update(error.headers)
        response.headers["Retry-After"] = error.headers["RateLimit-Reset"]
    elif isinstance(error, ApiKeyRefused):
        response.headers["WWW-Authenticate"] = error.challenge
    elif is_overload:
        response.headers["Retry-After"] = _RETRY_SOON_SECONDS
    return response


def _detail(error: DatelineError, status: HTTPStatus) -> str:
    """Return the message for the client; paths on the server are only for the log."""
    if isinstance(error, IndexMissing):
        return _NO_INDEX
    if isinstance(error, EngineUnavailable):
        return _INDEX_UNREADABLE
    if isinstance(error, KeysUnavailable):
        return _KEYS_UNREADABLE
    return _advice(status, "") if status == _INTERNAL else str(error)


def _advice(status: HTTPStatus, other: str) -> str:
    """Return what to do about an error, `other` for a status without advice."""
    return _ADVICE[status].format(docs=mounted("/api/docs")) if status in _ADVICE else other


def _record_refusal(metrics: Metrics, error: Exception) -> None:
    """Count a refusal, and name its kind in the request's line of the access log."""
    refusal = _REFUSALS[type(error)]
    metrics.count_refusal(refusal)
    g.refused = refusal


def _parameter_problems(error: DatelineError) -> list[ProblemOfParameter]:
    """Return the problems with a request's parameters, one item for each."""
    if isinstance(error, InvalidParameters):
        return [
            _parameter_problem(problem.parameter, problem.message, problem.position)
            for problem in error.problems
        ]
    if isinstance(error, InvalidQuery):
        return [_parameter_problem(error.parameter, str(error))]
    return []


def _parameter_problem(
    parameter: str, message: str, position: int | None = None
) -> ProblemOfParameter:
    problem: ProblemOfParameter = {"parameter": parameter, "message": message}
    if position is not None:
        problem["position"] = position
    return problem


def _handle_http_exception(
    store: EngineProvider, metrics: Metrics, error: HTTPException
) -> Response:
    status = HTTPStatus(error.code or _INTERNAL)
    if type(error) in _REFUSALS:
        _record_refusal(metrics, error)
    detail = _advice(status, error.description or status.phrase)
    allowed = (
        ", ".join(sorted(error.valid_methods or ())) if isinstance(error, MethodNotAllowed) else ""
    )
    if allowed:
        detail = f"{request.method} is not allowed here; use one of {allowed}."
    response = _error_response(store, status, detail, [])
    if allowed:
        response.headers["Allow"] = allowed
    return response


def _handle_unexpected_error(store: EngineProvider, error: Exception) -> Response:
    _LOG.exception("unexpected error", exc_info=error, extra={"request_id": request_id()})
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return _error_response(store, status, _advice(status, ""), [])


def _error_response(
    store: EngineProvider,
    status: HTTPStatus,
    detail: str,
    problems: list[ProblemOfParameter],
    *,
    is_index_missing: bool = False,
    is_overload: bool = False,
) -> Response:
    if _wants_problem_json():
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
        is_match, near = _near_articles(store) if status is HTTPStatus.NOT_FOUND else (False, [])
        page = render_template(
            "error.html",
            status=status,
            detail=detail,
            problems=problems,
            is_index_missing=is_index_missing,
            is_overload=is_overload,
            retry_url=mounted(_own_path()),
            is_match=is_match,
            near=near,
            facets=_browsable(store, status),
        )
        response = Response(page, status.value)
    response.headers["Cache-Control"] = "no-store"
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = _RETRY_LATER_SECONDS
    return response


def _own_path() -> str:
    """Return the path and query of the request, percent-encoded."""
    query = request.query_string.decode("ascii", "replace")
    # Browsers would take two slashes at the beginning for another host.
    path = quote(f"/{request.path.lstrip('/')}", safe="/~-._!$&'()*+,;=:@")
    return f"{path}?{query}" if query else path


def _wants_problem_json() -> bool:
    """Return whether the client is a program.

    Below /api it always is; for downloads and feeds, unless `Accept` prefers HTML as browsers do.
    """
    path = request.path
    if path.startswith(_DOWNLOADS):
        return request.accept_mimetypes.best_match(_ACCEPTED_TYPES, PROBLEM) == PROBLEM
    return path.startswith("/api/") or path == "/readyz"


def _near_articles(store: EngineProvider) -> tuple[bool, list[HitRow]]:
    """Return articles that contain words of the address, or the newest ones if there are none.

    The first item says which. Clients without access to pages get no articles.
    """
    if Area.PAGES not in readable_areas():
        return False, []
    text = _words_of_path()
    newest = SearchQuery(size=_MAX_NEAR_ARTICLES, facets=())
    query = replace(newest, text=text, match=Match.ANY, as_typed=True)
    try:
        engine = store.serving()
        if text and (hits := hit_rows(engine.search(query))):
            return True, hits
        return False, hit_rows(engine.search(newest))
    except (EngineUnavailable, TooManySearches, SearchTimeout):
        # The response is a 404 whether the archive is available or not.
        return False, []


def _browsable(store: EngineProvider, status: HTTPStatus) -> Sequence[Facet]:
    """Return the facets with values; all facets if the archive cannot or should not be asked."""
    if status >= HTTPStatus.TOO_MANY_REQUESTS or Area.PAGES not in readable_areas():
        return FACETS
    try:
        return store.serving().filled_facets()
    except (EngineUnavailable, TooManySearches, SearchTimeout):
        return FACETS


def _words_of_path() -> str:
    """Return the first words of the request's path as a query of valid length."""
    words = [word for word in _WORD.findall(request.path) if word.lower() not in _IGNORED_WORDS]
    text = ""
    for word in words[:_MAX_PATH_WORDS]:
        # Quoted, so that a word is not parsed as an operator.
        longer = f'{text} "{word}"'.lstrip()
        if len(longer) > MAX_TEXT_LENGTH:
            break
        text = longer
    return text
