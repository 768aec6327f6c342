"""The address of this site: where its absolute links begin, and which hosts requests may name."""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from flask import Flask, current_app, request

from search.errors import DatelineError
from search.settings.host_names import host_name, is_loopback, read_address, read_hosts
from search.settings.tables import Settings

__all__ = ["HostRefused", "register", "site_address", "tag_with_address"]

_EXTENSION = "site_address"
_SCHEMES = ("http", "https")
_ANY_HOST = ("/healthz", "/readyz", "/metrics")
"""What monitors ask for by the address of the machine; nothing there is linked."""
_BEFORE_PROXIES = "werkzeug.proxy_fix.orig"
_WITHOUT_HOST = ("HTTP/1.0", "HTTP/1")
"""Protocols whose requests may name no host; the second is what Granian calls the first."""
_SHOWN = 60


class HostRefused(DatelineError):
    """A request names no host, a host that is not well-formed, or one that is not this site's."""


@dataclass(frozen=True, slots=True)
class _Addresses:
    """What the settings say; `own` is "" where links begin with the host that a request names."""

    own: str
    names: frozenset[str]
    """Hosts that may be named, `*.name` for all below one; none where any may be."""

    @classmethod
    def of(cls, settings: Settings) -> "_Addresses":
        """Read the settings."""
        own = read_address(settings.site.address)
        names = read_hosts(settings.site.hosts)
        if own and (name := host_name(own.partition("://")[2])):
            names |= {name}
        return cls(own, names)

    def has(self, name: str) -> bool:
        """Return whether a host is this site's."""
        if not self.names or name in self.names or is_loopback(name):
            return True
        parts = name.split(".")
        return any(f"*.{'.'.join(parts[first:])}" in self.names for first in range(1, len(parts)))


def register(app: Flask, settings: Settings) -> None:
    """Check the host of every request, and let `site_address` know the settings.

    Raises:
        InvalidSettings: `address` or `hosts` cannot be read.

    """
    addresses = _Addresses.of(settings)
    app.extensions[_EXTENSION] = addresses

    @app.before_request
    def check() -> None:
        _check_scheme()
        before = request.environ.get(_BEFORE_PROXIES)
        if before is not None:
            _well_formed(before["HTTP_HOST"])
        name = _well_formed(request.environ.get("HTTP_HOST"))
        if name is not None and not addresses.has(name) and request.path not in _ANY_HOST:
            raise HostRefused(
                f"This site is not called {_shown(name)}; whoever runs it can add the name to the setting hosts."
            )


def site_address() -> str:
    """Return the scheme and host with which this site's absolute links begin, without a slash at the end.

    It is the setting `address`; without one it is what the request names.
    """
    addresses: _Addresses = current_app.extensions[_EXTENSION]
    if addresses.own:
        return addresses.own
    environ = request.environ
    host = environ.get("HTTP_HOST") or f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
    scheme = environ["wsgi.url_scheme"]
    return f"{scheme}://{host.removesuffix(':443' if scheme == 'https' else ':80')}"


def tag_with_address(tag: str) -> str:
    """Return the entity tag of an answer that holds absolute links: answers with other links have other tags."""
    return f"{tag}-{_digest(site_address())}"


@lru_cache(maxsize=256)
def _digest(address: str) -> str:
    return blake2b(address.encode(), digest_size=4).hexdigest()


def _check_scheme() -> None:
    # A proxy that is trusted says which it is, and a client may say so to a proxy that hands it on.
    scheme = request.scheme.lower()
    request.scheme = request.environ["wsgi.url_scheme"] = scheme
    if scheme not in _SCHEMES:
        raise HostRefused(f"X-Forwarded-Proto is {_shown(scheme)}; it is http or https.")


def _well_formed(host: str | None) -> str | None:
    """Return the name of a host, None where a request of HTTP/1.0 has none."""
    if not host:
        if request.environ.get("SERVER_PROTOCOL") in _WITHOUT_HOST:
            return None
        raise HostRefused("The request names no host; HTTP/1.1 asks for exactly one Host.")
    name = host_name(host)
    if name is None:
        raise HostRefused(f"Host is {_shown(host)}; it must be one name, with a port or without.")
    return name


def _shown(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")
