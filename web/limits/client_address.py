"""The network that a request comes from: the identity that limits for each client count by."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from wsgiref.types import WSGIEnvironment

__all__ = ["client_address"]

_HOME_BITS = 64
"""A household or an office has a /64 at least, and its devices change addresses within it."""
_MAX_LENGTH = 64
"""Characters of an address with zone, brackets and port; anything longer is not one."""
_UNKNOWN = "unknown"
"""The one name of all clients without an address, as those of a Unix socket."""
_BEFORE_PROXIES = "werkzeug.proxy_fix.orig"


def client_address(environ: WSGIEnvironment) -> str:
    """Return the network of a request's client: an IPv4 address, or the /64 of an IPv6 address.

    Where trusted proxies forwarded the request, `REMOTE_ADDR` is the address that they named. If
    that is not an address, the connection's own counts, so that made-up text never makes a new
    client of each request.
    """
    connection = environ.get(_BEFORE_PROXIES, {})
    for text in (environ.get("REMOTE_ADDR"), connection.get("REMOTE_ADDR")):
        if address := _address(text or ""):
            return _network(address)
    return _UNKNOWN


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """Read an address that may have brackets, a port and a zone, as some proxies write it."""
    if len(text) > _MAX_LENGTH:
        return None
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
    return str(IPv6Network((int(address), _HOME_BITS), strict=False))
