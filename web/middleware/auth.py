"""Guards before every request: size, key, rate, and the other sites whose pages may ask."""

import logging
import re
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path

from flask import Flask, Response, g, request
from flask_cors import CORS
from werkzeug.exceptions import RequestURITooLarge

from search.data_dir.api_keys import ApiKeys
from search.data_dir.key_file import KeysUnavailable
from search.settings.areas import Area
from search.settings.host_names import read_origins
from search.settings.tables import Settings
from web.limits.client_address import client_address
from web.limits.rate_limit import RateLimit
from web.middleware.authentication import KEY_HEADERS, ApiKeyAuth, Client, has_key, readable_areas
from web.middleware.route_areas import UNLIMITED_AREAS, Free, area_of
from web.urls import API

__all__ = ["register"]

_LOG = logging.getLogger("dateline.keys")

_MAX_ADDRESS_LENGTH = 32_768
"""Bytes of a path and its parameters: a text of the most characters, percent-encoded, and filters."""
_EXPOSED = [
    "ETag",
    "Retry-After",
    "X-Request-Id",
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
]


def register(app: Flask, settings: Settings) -> None:
    """Put the guards that the settings ask for before every request.

    Raises:
        InvalidSettings: the rate limit or the open areas cannot be.

    """
    folder = Path(settings.data)
    auth = ApiKeyAuth(_keys(folder), settings.security.open_areas)
    limit = RateLimit(settings.limits.rate_limit, folder)
    origins = read_origins(settings.security.cors)
    differs_by_origin = bool(origins) and "*" not in origins
    if origins:
        _let_in(app, origins)

    @app.before_request
    def guard() -> None:
        g.client = auth.anybody
        _check_size()
        area = area_of(request)
        if area is not Free.UNLIMITED:
            g.client = auth.authenticate(request)
        if area not in UNLIMITED_AREAS:
            # Before a wrong key is refused, so that nobody tries keys without end.
            g.rate_limit = _counted(limit, g.client)
        if isinstance(area, Area) and request.method != "OPTIONS":
            auth.authorize(g.client, area)

    @app.after_request
    def tell(response: Response) -> Response:
        response.headers.update(g.get("rate_limit", {}))
        if has_key():
            _keep_private(response)
        if differs_by_origin and request.path.startswith(f"{API}/"):
            response.vary.add("Origin")
        return response

    @app.context_processor
    def links() -> dict[str, frozenset[Area]]:
        """Let pages offer only what their reader may read."""
        return {"readable": readable_areas()}


def _keys(folder: Path) -> ApiKeys:
    """Return the keys of a folder; one line of the log names a file that cannot be read."""
    keys = ApiKeys(folder)
    try:
        keys.check()
    except KeysUnavailable as error:
        _LOG.warning("keys are refused until this is mended: %s", error)
    return keys


def _let_in(app: Flask, origins: Iterable[str]) -> None:
    """Let pages of other sites ask the API in a browser."""
    CORS(
        app,
        resources=rf"{API}/*",
        # Flask-CORS takes a text with a bracket for a pattern.
        origins=[re.compile(rf"{re.escape(each)}\Z") if "[" in each else each for each in origins],
        send_wildcard=True,
        # It says so only of answers to sites that it lets in: a cache would hand them what it kept for another.
        vary_header=False,
        methods=["GET", "HEAD"],
        allow_headers=list(KEY_HEADERS),
        expose_headers=_EXPOSED,
    )


def _counted(limit: RateLimit, client: Client) -> dict[str, str]:
    if client.key:
        return limit.hit(f"key {client.key.id}", client.key.terms.rate)
    return limit.hit(f"address {_hashed(client_address(request.environ))}") if limit.general else {}


def _keep_private(response: Response) -> None:
    """Keep an answer to a key from being handed to anybody else by a cache."""
    cache = response.headers.get("Cache-Control", "")
    if "no-store" not in cache:
        kept = [each for each in cache.split(", ") if each not in ("", "public", "private")]
        response.headers["Cache-Control"] = ", ".join(["private", *kept])
    response.vary.update(KEY_HEADERS)


def _check_size() -> None:
    if (
        len(request.environ.get("QUERY_STRING", "")) + len(request.environ.get("PATH_INFO", ""))
        > _MAX_ADDRESS_LENGTH
    ):
        raise RequestURITooLarge(f"An address here has {_MAX_ADDRESS_LENGTH:,} bytes at most.")


def _hashed(network: str) -> str:
    """Name a network so that its address is written nowhere."""
    return blake2b(network.encode(), digest_size=12).hexdigest()
