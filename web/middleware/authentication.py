"""Authentication: the API key of a request, and the client that it identifies."""

from dataclasses import dataclass

from flask import Request, g

from search.data_dir.api_keys import ApiKey, ApiKeys
from search.data_dir.key_file import KeysUnavailable
from search.errors import DatelineError
from search.settings.areas import SCOPE_OF, Area

__all__ = [
    "KEY_HEADERS",
    "ApiKeyAuth",
    "ApiKeyExpired",
    "ApiKeyInvalid",
    "ApiKeyRefused",
    "Client",
    "has_key",
    "page_variant",
    "readable_areas",
]

KEY_HEADERS = ("X-API-Key", "Authorization")
"""The headers that may carry an API key; the first one wins."""
_INVALID_KEY = 'Bearer error="invalid_token"'


class ApiKeyRefused(DatelineError):
    """A request lacks the API key that it needs.

    `challenge` is the value of the `WWW-Authenticate` header (RFC 6750).
    """

    challenge = "Bearer"


class ApiKeyInvalid(ApiKeyRefused):
    """The API key of the request does not exist or was revoked."""

    challenge = _INVALID_KEY

    def __init__(self) -> None:
        super().__init__(
            "This API key is invalid or has been revoked; "
            "ask the operator of this archive for a new one."
        )


class ApiKeyExpired(ApiKeyRefused):
    """The API key of the request has expired."""

    challenge = _INVALID_KEY

    def __init__(self, last_day: str) -> None:
        super().__init__(
            f"This API key expired on {last_day} (UTC); "
            "ask the operator of this archive for a new one."
        )


@dataclass(frozen=True, slots=True)
class Client:
    """The sender of a request: readable areas, the valid key or the reason to refuse the key."""

    readable: frozenset[Area]
    key: ApiKey | None = None
    refusal: DatelineError | None = None


class ApiKeyAuth:
    """Authenticates requests by the API keys of an archive."""

    def __init__(self, keys: ApiKeys, open_areas: frozenset[Area]) -> None:
        self._keys = keys
        self._open_areas = open_areas
        self.anonymous = Client(open_areas)
        """The client of a request without a key."""

    def authenticate(self, request: Request) -> Client:
        """Return the client of a request. An invalid key is recorded here and refused later."""
        token = request.headers.get("X-API-Key") or _bearer_token(request)
        if not token:
            return self.anonymous
        try:
            key = self._keys.authenticate(token)
        except KeysUnavailable as error:
            return Client(self._open_areas, refusal=error)
        if key is None:
            return Client(self._open_areas, refusal=ApiKeyInvalid())
        if key.terms.expired:
            return Client(self._open_areas, refusal=ApiKeyExpired(key.terms.until))
        granted = {area for area, scope in SCOPE_OF.items() if scope in key.terms.scopes}
        return Client(self._open_areas | granted, key)


def has_key() -> bool:
    """Return whether this request carried a valid key."""
    client: Client | None = g.get("client")
    return bool(client and client.key)


def readable_areas() -> frozenset[Area]:
    """Return the areas that this client may read; none before the request is authenticated."""
    client: Client | None = g.get("client")
    return client.readable if client else frozenset()


def page_variant() -> str:
    """Return the part of a page's entity tag that depends on the key: scopes add links."""
    client: Client | None = g.get("client")
    return "+".join(client.key.terms.scopes) if client and client.key else ""


def _bearer_token(request: Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
