"""The client's network: the identity that every limit per client counts by."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from wsgiref.types import WSGIEnvironment

__all__ = ["client_address"]

_IPV6_PREFIX_BITS = 64
"""A household or office has at least a /64, and its devices change addresses within it."""
_MAX_LENGTH = 64
"""Characters of an address with zone, brackets and port; longer text is not an address."""
_UNKNOWN = "unknown"
"""The name shared by all clients without an address, such as those of a Unix socket."""
_CACHE_SIZE = 4_096
_ENVIRON_BEFORE_PROXIES = "werkzeug.proxy_fix.orig"


def client_address(environ: WSGIEnvironment) -> str:
    """Return the network of a request's client: an IPv4 address, or the /64 of an IPv6 address.

    Behind trusted proxies, `REMOTE_ADDR` is the address that they forwarded. If that is not an
    address, the connection's own is used: arbitrary text must not create new identities.
    """
    connection = environ.get(_ENVIRON_BEFORE_PROXIES, {})
    for text in (environ.get("REMOTE_ADDR"), connection.get("REMOTE_ADDR")):
        if text and len(text) <= _MAX_LENGTH and (network := _network_of(text)):
            return network
    return _UNKNOWN


@lru_cache(_CACHE_SIZE)
def _network_of(text: str) -> str:
    """Return the network of an address, "" if the text is not an address."""
    address = _parse_address(text)
    return _network(address) if address else ""


def _parse_address(text: str) -> IPv4Address | IPv6Address | None:
    """Parse an address that may have brackets, a port and a zone, as some proxies write it."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return ip_address(text.partition("%")[0])
    except ValueError:
        return None


def _network(address: IPv4Address | IPv6Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(IPv6Network((int(address), _IPV6_PREFIX_BITS), strict=False))
