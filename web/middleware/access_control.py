"""Access control before every request: URL length, API key, rate limit and area."""

import logging
from hashlib import blake2b
from pathlib import Path

from flask import Flask, Response, g, request
from werkzeug.exceptions import RequestURITooLarge

from search.data_dir.api_keys import ApiKeys
from search.data_dir.key_file import KeysUnavailable
from search.settings.all_tables import Settings
from search.settings.areas import Area
from web.limits.client_address import client_address
from web.limits.rate_limit import RateLimit
from web.middleware.authentication import KEY_HEADERS, ApiKeyAuth, Client, has_key, readable_areas
from web.middleware.authorization import UNLIMITED_AREAS, PublicArea, area_of, authorize

__all__ = ["TYPING_HEADER", "register"]

_LOG = logging.getLogger("dateline.keys")

TYPING_HEADER = "X-Typing"
"""Sent by our script with the requests that it makes while a reader types."""
_MARKED_ENDPOINTS = ("pages.search", "facet_values.values")
"""Endpoints that pages call with each letter, and in other cases without the header."""
_TYPED_REQUESTS_FACTOR = 10
"""Requests made while typing are counted by themselves, up to this multiple of the rate limit.

A page sends two for each letter, which nobody asked for. Anybody can mark requests like this, so
they have a limit, too.
"""
_MAX_URL_BYTES = 32_768
"""Limit for a path and its query string: the longest query text, percent-encoded, and filters."""


def register(app: Flask, settings: Settings) -> None:
    """Register the checks that the settings ask for, before every request.

    Raises:
        InvalidSettings: the rate limit or the open areas are invalid.

    """
    data_dir = Path(settings.data)
    keys = _open_keys(data_dir)
    auth = ApiKeyAuth(keys, settings.security.open_areas)
    rate_limit = RateLimit(settings.limits.rate_limit, data_dir)

    @app.before_request
    def check_access() -> None:
        g.client = auth.anonymous
        _check_url_length()
        area = area_of(request)
        if area is not PublicArea.UNLIMITED:
            g.client = auth.authenticate(request)
        if area not in UNLIMITED_AREAS and not _is_preflight():
            # Counted before an invalid key is refused, so that guessing keys is limited as well.
            g.rate_limit = _count_request(rate_limit, g.client)
        if isinstance(area, Area) and request.method != "OPTIONS":
            authorize(g.client, area, keys)

    @app.after_request
    def add_headers(response: Response) -> Response:
        response.headers.update(g.get("rate_limit", {}))
        if has_key():
            _make_private(response)
        return response

    @app.context_processor
    def template_variables() -> dict[str, frozenset[Area]]:
        """Give templates the areas that the client may read, so that they link to no others."""
        return {"readable": readable_areas()}


def _open_keys(data_dir: Path) -> ApiKeys:
    """Return the keys of a data folder; log a warning if their file cannot be read."""
    keys = ApiKeys(data_dir)
    try:
        keys.check()
    except KeysUnavailable as error:
        _LOG.warning("API keys are refused until this is fixed: %s", error)
    return keys


def _count_request(rate_limit: RateLimit, client: Client) -> dict[str, str]:
    # Guessing keys is not typing.
    is_typed = client.refusal is None and _is_typed()
    kind, factor = ("typing ", _TYPED_REQUESTS_FACTOR) if is_typed else ("", 1)
    if client.key:
        return rate_limit.hit(f"{kind}key {client.key.id}", client.key.terms.rate, factor)
    if not rate_limit.default:
        return {}
    network = _hash_network(client_address(request.environ))
    return rate_limit.hit(f"{kind}address {network}", factor=factor)


def _is_preflight() -> bool:
    """Return whether a browser asks what another site's page may send (CORS).

    It sends no key with the question, and hides the response to the page's own request if the
    answer is an error.
    """
    return (
        request.method == "OPTIONS"
        # An address without a route is answered with a page, which takes a search.
        and request.endpoint is not None
        and "Origin" in request.headers
        and "Access-Control-Request-Method" in request.headers
    )


def _is_typed() -> bool:
    """Return whether a page, or the address bar of a browser, sent the request while typing."""
    if request.endpoint == "pages.suggestions":
        return True
    if request.endpoint == "api.suggest":
        return request.args.get("format") == "opensearch"
    return (
        request.endpoint in _MARKED_ENDPOINTS
        and TYPING_HEADER in request.headers
        and "HX-Request" in request.headers
    )


def _make_private(response: Response) -> None:
    """Forbid shared caches to store the response to a request with an API key."""
    cache_control = response.headers.get("Cache-Control", "")
    if "no-store" not in cache_control:
        directives = [
            directive
            for directive in cache_control.split(", ")
            if directive not in ("", "public", "private")
        ]
        response.headers["Cache-Control"] = ", ".join(["private", *directives])
    response.vary.update(KEY_HEADERS)


def _check_url_length() -> None:
    environ = request.environ
    length = len(environ.get("QUERY_STRING", "")) + len(environ.get("PATH_INFO", ""))
    if length > _MAX_URL_BYTES:
        raise RequestURITooLarge(
            f"This address is too long; {_MAX_URL_BYTES:,} bytes are the limit."
        )


def _hash_network(network: str) -> str:
    """Return a hash of a client's network, so that no address is written to disk."""
    return blake2b(network.encode(), digest_size=12).hexdigest()
