"""Keys of requests: what a client may read, and how a request without the right key is refused."""

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
    "ApiKeyRequired",
    "Client",
    "InsufficientScope",
    "has_key",
    "page_variant",
    "readable_areas",
]

KEY_HEADERS = ("X-API-Key", "Authorization")
"""The headers that a key may be sent in; the first wins."""
_INVALID = 'Bearer error="invalid_token"'
_WANTED = {
    Area.PAGES: "This page",
    Area.API: "The API",
    Area.EXPORTS: "An export",
    Area.FEED: "The feed",
    Area.SUGGESTIONS: "A list of suggestions",
    Area.METRICS: "/metrics",
}


class ApiKeyRefused(DatelineError):
    """A request without the key that it needs; `challenge` is its `WWW-Authenticate` (RFC 6750)."""

    challenge = "Bearer"


class ApiKeyRequired(ApiKeyRefused):
    """No key was sent where one is needed."""

    def __init__(self, area: Area) -> None:
        super().__init__(
            f"{_WANTED[area]} needs a key: send it as 'Authorization: Bearer KEY'. Whoever runs this archive gives them."
        )


class ApiKeyInvalid(ApiKeyRefused):
    """The key that was sent does not exist, or was revoked."""

    challenge = _INVALID

    def __init__(self) -> None:
        super().__init__(
            "This API key is invalid or has been revoked; ask whoever runs this archive for one."
        )


class ApiKeyExpired(ApiKeyRefused):
    """The last day of the key is over."""

    challenge = _INVALID

    def __init__(self, day: str) -> None:
        super().__init__(
            f"This API key was valid until {day} (UTC); ask whoever runs this archive for a new one."
        )


class InsufficientScope(ApiKeyRefused):
    """The key is valid, but not for this area."""

    def __init__(self, area: Area) -> None:
        scope = SCOPE_OF[area]
        super().__init__(
            f"{_WANTED[area]} needs a key with the scope {scope}, which this key lacks; ask for one that has it."
        )
        self.challenge = f'Bearer error="insufficient_scope", scope="{scope}"'


@dataclass(frozen=True, slots=True)
class Client:
    """The sender of a request: its valid key, the areas it may read, or why its key is refused."""

    readable: frozenset[Area]
    key: ApiKey | None = None
    refusal: DatelineError | None = None


class ApiKeyAuth:
    """The keys of an archive, and the areas that need none."""

    def __init__(self, keys: ApiKeys, open_areas: frozenset[Area]) -> None:
        self._keys = keys
        self._open = open_areas
        self.anybody = Client(open_areas)
        """A client without a key."""

    def authenticate(self, request: Request) -> Client:
        """Return the sender of a request, who may have a wrong key; nothing is refused yet."""
        text = request.headers.get("X-API-Key") or _bearer(request)
        if not text:
            return self.anybody
        try:
            key = self._keys.authenticate(text)
        except KeysUnavailable as error:
            return Client(self._open, refusal=error)
        if key is None:
            return Client(self._open, refusal=ApiKeyInvalid())
        if key.terms.expired:
            return Client(self._open, refusal=ApiKeyExpired(key.terms.until))
        opened = {area for area, scope in SCOPE_OF.items() if scope in key.terms.scopes}
        return Client(self._open | opened, key)

    def authorize(self, client: Client, area: Area) -> None:
        """Refuse a client that may not read an area, or whose key is wrong.

        Raises:
            ApiKeyRefused: it needs a key, or another one.
            KeysUnavailable: no key can be checked now.

        """
        if client.refusal:
            raise client.refusal
        if area in client.readable:
            return
        if client.key:
            raise InsufficientScope(area)
        # A client that is told to send a key must find that it works.
        self._keys.check()
        raise ApiKeyRequired(area)


def has_key() -> bool:
    """Return whether this request carried a valid key."""
    client: Client | None = g.get("client")
    return bool(client and client.key)


def readable_areas() -> frozenset[Area]:
    """Return the areas that this client may read; none before its key was looked at."""
    client: Client | None = g.get("client")
    return client.readable if client else frozenset()


def page_variant() -> str:
    """Return the part of a page's tag that a key changes: its holder is offered more links."""
    client: Client | None = g.get("client")
    return "+".join(client.key.terms.scopes) if client and client.key else ""


def _bearer(request: Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
