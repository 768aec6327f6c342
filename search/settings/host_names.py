"""Host names in `Host` headers and in the settings `address` and `hosts` (RFC 3986, 3.2.2)."""

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv6Address
from urllib.parse import urlsplit

from search.errors import InvalidSettings
from search.settings.mount_paths import mount_path_of

__all__ = [
    "SiteAddress",
    "host_name",
    "is_loopback",
    "read_address",
    "read_hosts",
    "read_origins",
]

_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,252}[A-Za-z0-9_])?\.?")
_IPV6 = re.compile(r"\[([0-9A-Fa-f:.]{2,45})\]")
_PORT = re.compile(r"[0-9]{1,5}")
_MAX_PORT = 65_535
_LOOPBACK = {"localhost", "127.0.0.1", "[::1]"}
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def host_name(host: str) -> str | None:
    """Return the name in `name` or `name:port`, in lower case, or None if it is not well-formed."""
    is_ipv6 = host.startswith("[")
    name, colon, port = (
        host.rpartition(":") if not is_ipv6 or not host.endswith("]") else (host, "", "")
    )
    if not colon:
        name = host
    elif not _PORT.fullmatch(port) or not 1 <= int(port) <= _MAX_PORT:
        return None
    if not is_ipv6:
        return (
            name.lower().removesuffix(".") if _NAME.fullmatch(name) and ".." not in name else None
        )
    match = _IPV6.fullmatch(name)
    try:
        return f"[{IPv6Address(match[1])}]" if match else None
    except AddressValueError:
        return None


def is_loopback(name: str) -> bool:
    """Return whether a name, as `host_name` returns it, is a loopback name of this machine."""
    return name in _LOOPBACK


@dataclass(frozen=True, slots=True)
class SiteAddress:
    """The setting `address`: `https://news.example` and, if there is one, a path like `/archive`.

    Both are "" if the setting is.
    """

    origin: str
    path: str


def read_address(setting: str) -> SiteAddress:
    """Read the setting `address`; final slashes are dropped.

    Raises:
        InvalidSettings: it is not the address of a host, with or without a path.

    """
    if not setting:
        return SiteAddress("", "")
    example = (
        'write it as "https://news.example", with a port where there is one, '
        'or with a path as "https://news.example/archive"'
    )
    try:
        parts = urlsplit(setting)
    except ValueError as error:
        raise InvalidSettings(
            f"address is {setting!r}, which cannot be read ({error}); {example}"
        ) from error
    if parts.scheme not in _DEFAULT_PORTS:
        raise InvalidSettings(
            f"address is {setting!r}; it must begin with http:// or https://; {example}"
        )
    if parts.query or parts.fragment:
        raise InvalidSettings(f"address is {setting!r}; nothing may follow the path; {example}")
    if host_name(parts.netloc) is None:
        raise InvalidSettings(
            f"address is {setting!r}; {parts.netloc!r} is not a host name in ASCII; {example}"
        )
    path = mount_path_of(parts.path)
    if path is None:
        raise InvalidSettings(
            f"address is {setting!r}; {parts.path!r} is not a path of letters, digits and - . _ ~, "
            f"others percent-encoded; {example}"
        )
    host = parts.netloc.lower().removesuffix(_DEFAULT_PORTS[parts.scheme])
    return SiteAddress(f"{parts.scheme}://{host}", path)


def read_hosts(setting: str) -> frozenset[str]:
    """Read the setting `hosts`: return its names; `*.name` means every name below `name`.

    Raises:
        InvalidSettings: one of them is not a host name.

    """
    names: set[str] = set()
    for host in setting.split():
        wildcard = "*." if host.startswith("*.") else ""
        name = host_name(host.removeprefix("*."))
        if name is None or (wildcard and name.startswith("[")) or _has_port(host):
            raise InvalidSettings(
                f"hosts names {host!r}, which is not a host name; write names with blanks between "
                'them and without ports, such as "news.example www.news.example *.news.example"'
            )
        names.add(wildcard + name)
    return frozenset(names)


def read_origins(setting: str) -> tuple[str, ...]:
    """Return the origins in the setting `cors`: "*", or scheme and host as browsers send them.

    Raises:
        InvalidSettings: one of them is not an origin.

    """
    return tuple(origin if origin == "*" else _read_origin(origin) for origin in setting.split())


def _read_origin(origin: str) -> str:
    refused = InvalidSettings(
        f"cors names {origin!r}, which is not the origin of a site; write each origin whole, "
        'separated by blanks, such as "https://news.example https://www.news.example:8443", '
        'or "*" for all sites'
    )
    try:
        address = read_address(origin)
    except InvalidSettings as error:
        # Origins are compared whole: a pattern could also match the name of somebody else's site.
        raise refused from error
    if address.path:
        raise refused
    return address.origin


def _has_port(host: str) -> bool:
    return ":" in host.rpartition("]")[2]
