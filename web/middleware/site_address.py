"""The site's own address: the base of absolute links, and the hosts that requests may name.

Flask's `TRUSTED_HOSTS` applies to every path. Monitoring reaches the health checks by the
machine's address, so the check is our own.
"""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from flask import Flask, current_app, request

from search.errors import DatelineError
from search.settings.all_tables import Settings
from search.settings.host_names import host_name, is_loopback, read_address, read_hosts
from web.mount_path import REFUSED, mount_path

__all__ = ["HostRefused", "register", "site_address", "tag_with_address", "tag_with_mount_path"]

_EXTENSION = "site_address"
_SCHEMES = ("http", "https")
_PATHS_FOR_ANY_HOST = ("/healthz", "/readyz", "/metrics")
"""Monitoring reaches these by the machine's address; their responses contain no links."""
_ENVIRON_BEFORE_PROXIES = "werkzeug.proxy_fix.orig"
_PROTOCOLS_WITHOUT_HOST = ("HTTP/1.0", "HTTP/1")
"""Protocols in which Host is optional; "HTTP/1" is Granian's name for HTTP/1.0."""
_MAX_SHOWN_LENGTH = 60


class HostRefused(DatelineError):
    """A request names no host, a malformed one, or one that does not belong to this site.

    Also one whose scheme or path, as a proxy forwards it, is malformed.
    """


@dataclass(frozen=True, slots=True)
class _SiteAddresses:
    """The addresses in the settings; `base_url` is "" if links use the host of the request."""

    base_url: str
    names: frozenset[str]
    """Allowed hosts, `*.name` for all subdomains of one; empty if any host is allowed."""

    @classmethod
    def from_settings(cls, settings: Settings) -> "_SiteAddresses":
        base_url = read_address(settings.site.address).origin
        names = read_hosts(settings.site.hosts)
        if base_url and (name := host_name(base_url.partition("://")[2])):
            names |= {name}
        return cls(base_url, names)

    def has(self, name: str) -> bool:
        """Return whether a host belongs to this site."""
        if not self.names or name in self.names or is_loopback(name):
            return True
        labels = name.split(".")
        return any(f"*.{'.'.join(labels[first:])}" in self.names for first in range(1, len(labels)))


def register(app: Flask, settings: Settings) -> None:
    """Check the host of every request, and make the settings available to `site_address`.

    Raises:
        InvalidSettings: `address` or `hosts` is invalid.

    """
    addresses = _SiteAddresses.from_settings(settings)
    app.extensions[_EXTENSION] = addresses

    @app.before_request
    def check_host() -> None:
        _check_scheme()
        _check_mount_path()
        environ_before_proxies = request.environ.get(_ENVIRON_BEFORE_PROXIES)
        if environ_before_proxies is not None:
            _parse_host(environ_before_proxies["HTTP_HOST"])
        name = _parse_host(request.environ.get("HTTP_HOST"))
        if name is not None and not addresses.has(name) and request.path not in _PATHS_FOR_ANY_HOST:
            raise HostRefused(
                f"This site is not known as {_quote(name)}; "
                "its operator can add the name to the setting hosts."
            )


def site_address() -> str:
    """Return the scheme and host that this site's absolute links begin with, no slash at the end.

    They are those of the setting `address`, without it those of the request. A path under which
    the site is mounted follows; the functions of `urls` add it.
    """
    addresses: _SiteAddresses = current_app.extensions[_EXTENSION]
    if addresses.base_url:
        return addresses.base_url
    environ = request.environ
    host = environ.get("HTTP_HOST") or f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
    scheme = environ["wsgi.url_scheme"]
    return f"{scheme}://{host.removesuffix(':443' if scheme == 'https' else ':80')}"


def tag_with_address(tag: str) -> str:
    """Add the site's address to the entity tag of a response that contains absolute links."""
    return f"{tag}-{_hash_address(site_address() + mount_path())}"


def tag_with_mount_path(tag: str) -> str:
    """Add the path that the site is mounted under to the tag of a response with relative links."""
    path = mount_path()
    return f"{tag}-{_hash_address(path)}" if path else tag


@lru_cache(maxsize=256)
def _hash_address(address: str) -> str:
    return blake2b(address.encode(), digest_size=4).hexdigest()


def _check_scheme() -> None:
    # X-Forwarded-Proto may come from the client, through a trusted proxy that does not replace it.
    scheme = request.scheme.lower()
    request.scheme = request.environ["wsgi.url_scheme"] = scheme
    if scheme not in _SCHEMES:
        raise HostRefused(f"X-Forwarded-Proto is {_quote(scheme)}; it must be http or https.")


def _check_mount_path() -> None:
    # X-Forwarded-Prefix may come from the client as well.
    path = request.environ.get(REFUSED)
    if path is not None:
        raise HostRefused(
            f"X-Forwarded-Prefix or SCRIPT_NAME is {_quote(path)}; it must be a path of letters, "
            "digits and - . _ ~, others percent-encoded, such as /archive."
        )


def _parse_host(host: str | None) -> str | None:
    """Return the name in a Host header; None if it is missing from an HTTP/1.0 request."""
    if not host:
        if request.environ.get("SERVER_PROTOCOL") in _PROTOCOLS_WITHOUT_HOST:
            return None
        raise HostRefused("The request has no Host header; HTTP/1.1 requires exactly one.")
    name = host_name(host)
    if name is None:
        raise HostRefused(f"Host is {_quote(host)}; it must be one name, with or without a port.")
    return name


def _quote(text: str) -> str:
    return repr(text if len(text) <= _MAX_SHOWN_LENGTH else f"{text[:_MAX_SHOWN_LENGTH]}…")
