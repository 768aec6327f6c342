"""Who may ask, how much, and from where; all of it gentle or off until the settings say otherwise."""

from hashlib import blake2b
from pathlib import Path

from flask import Flask, Response, g, request
from flask_cors import CORS
from werkzeug.exceptions import RequestURITooLarge

from search.access_keys import AccessKeys
from search.config import Settings
from search.errors import DatelineError
from web.links import API
from web.rate_limit import RateLimit

__all__ = ["KeyWanted", "register"]

_LONGEST_ADDRESS = 32_768
"""Bytes of a path and its parameters: a text of the most characters, percent-encoded, and filters."""
_FREE = ("/static/", "/healthz", "/readyz", "/metrics")
"""What is never limited: a page's files, and what watches the server."""
_DESCRIPTION = f"{API}/openapi.json"
_EXPOSED = ["ETag", "Retry-After", "X-Request-Id", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"]


class KeyWanted(DatelineError):
    """A key is asked for, or the one that came is none."""


def register(app: Flask, settings: Settings) -> None:
    """Put the guards that the settings ask for before every request.

    Raises:
        InvalidSettings: the rate limit cannot be.

    """
    folder = Path(settings.data)
    keys = AccessKeys(folder)
    limit = RateLimit(settings.rate_limit, folder) if settings.rate_limit else None
    origins = settings.cors.split()
    if origins:
        CORS(
            app,
            resources=rf"{API}/*",
            origins=origins,
            send_wildcard=True,
            # It says so only of answers to sites that it lets in: a cache would hand them what it kept for another.
            vary_header=False,
            methods=["GET", "HEAD"],
            allow_headers=["Authorization", "X-API-Key"],
            expose_headers=_EXPOSED,
        )

    @app.before_request
    def guard() -> None:
        _check_size()
        given = request.headers.get("X-API-Key") or _bearer()
        who = keys.owner(given) if given else None
        if limit is not None and not request.path.startswith(_FREE):
            # Before what is wrong is said, so that nobody tries keys without end.
            g.rate_limit = limit.hit(f"key {who}" if who else f"address {_address()}")
        if who is None and _is_guarded():
            _check_key(given, settings)

    @app.after_request
    def tell(response: Response) -> Response:
        for name, value in g.get("rate_limit", {}).items():
            response.headers[name] = value
        if origins and "*" not in origins and request.path.startswith(f"{API}/"):
            response.vary.add("Origin")
        return response


def _check_size() -> None:
    if len(request.environ.get("QUERY_STRING", "")) + len(request.environ.get("PATH_INFO", "")) > _LONGEST_ADDRESS:
        raise RequestURITooLarge(f"An address here has {_LONGEST_ADDRESS:,} bytes at most.")


def _is_guarded() -> bool:
    path = request.path
    return path.startswith(f"{API}/") and path != _DESCRIPTION and request.method != "OPTIONS"


def _check_key(given: str, settings: Settings) -> None:
    """Say so where a key is none, or none came and one is asked for."""
    if given:
        raise KeyWanted("This key is none, or was revoked; ask who runs this archive for one.")
    if settings.access == "keys":
        raise KeyWanted("A key is asked for: send it as 'Authorization: Bearer KEY'; who runs this archive gives them.")


def _bearer() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _address() -> str:
    """Name where a request comes from so that the address itself is nowhere written."""
    return blake2b((request.remote_addr or "").encode(), digest_size=12).hexdigest()
