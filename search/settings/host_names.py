"""Names of hosts, as `Host` headers and the settings `address` and `hosts` write them (RFC 3986, 3.2.2)."""

import re
from ipaddress import AddressValueError, IPv6Address
from urllib.parse import urlsplit

from search.errors import InvalidSettings

__all__ = ["host_name", "is_loopback", "read_address", "read_hosts", "read_origins"]

_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,252}[A-Za-z0-9_])?\.?")
_NUMBERED = re.compile(r"\[([0-9A-Fa-f:.]{2,45})\]")
_PORT = re.compile(r"[0-9]{1,5}")
_LAST_PORT = 65_535
_LOOPBACK = {"localhost", "127.0.0.1", "[::1]"}
_USUAL_PORTS = {"http": ":80", "https": ":443"}


def host_name(written: str) -> str | None:
    """Return the name in `name` or `name:port`, in small letters; None where it is not well-formed."""
    numbered = written.startswith("[")
    name, colon, port = (
        written.rpartition(":") if not numbered or not written.endswith("]") else (written, "", "")
    )
    if not colon:
        name = written
    elif not _PORT.fullmatch(port) or not 1 <= int(port) <= _LAST_PORT:
        return None
    if not numbered:
        return (
            name.lower().removesuffix(".") if _NAME.fullmatch(name) and ".." not in name else None
        )
    found = _NUMBERED.fullmatch(name)
    try:
        return f"[{IPv6Address(found[1])}]" if found else None
    except AddressValueError:
        return None


def is_loopback(name: str) -> bool:
    """Return whether a name as `host_name` returns it is this machine's own."""
    return name in _LOOPBACK


def read_address(setting: str) -> str:
    """Return the scheme and host of the setting `address` as links begin, without a slash at the end; "" stays "".

    Raises:
        InvalidSettings: it is not an address of a host.

    """
    if not setting:
        return ""
    example = 'write it as "https://news.example", with a port where there is one'
    try:
        parts = urlsplit(setting)
    except ValueError as error:
        raise InvalidSettings(
            f"address is {setting!r}, which cannot be read ({error}); {example}"
        ) from error
    if parts.scheme not in _USUAL_PORTS:
        raise InvalidSettings(
            f"address is {setting!r}; it must begin with http:// or https://; {example}"
        )
    if parts.query or parts.fragment:
        raise InvalidSettings(f"address is {setting!r}; nothing may follow the host; {example}")
    if parts.path.strip("/"):
        raise InvalidSettings(
            f"address is {setting!r}; Dateline cannot be served under a path yet, only at the root of a host; {example}"
        )
    if host_name(parts.netloc) is None:
        raise InvalidSettings(
            f"address is {setting!r}; {parts.netloc!r} is not the name of a host in ASCII; {example}"
        )
    return f"{parts.scheme}://{parts.netloc.lower().removesuffix(_USUAL_PORTS[parts.scheme])}"


def read_hosts(setting: str) -> frozenset[str]:
    """Return the names in the setting `hosts`; `*.name` are all names below one.

    Raises:
        InvalidSettings: one of them is not the name of a host.

    """
    names: set[str] = set()
    for written in setting.split():
        below = "*." if written.startswith("*.") else ""
        name = host_name(written.removeprefix("*."))
        if name is None or (below and name.startswith("[")) or _has_port(written):
            raise InvalidSettings(
                f"hosts names {written!r}, which is not the name of a host; write names with blanks between them and "
                'without ports, such as "news.example www.news.example *.news.example"'
            )
        names.add(below + name)
    return frozenset(names)


def read_origins(setting: str) -> tuple[str, ...]:
    """Return the origins in the setting `cors`: "*", or scheme and host of each as browsers send them.

    Raises:
        InvalidSettings: one of them is not an origin.

    """
    return tuple(written if written == "*" else _origin(written) for written in setting.split())


def _origin(written: str) -> str:
    try:
        return read_address(written)
    except InvalidSettings as error:
        # No part of one stands for others: what is meant to be a site's own names must not let in somebody else's.
        raise InvalidSettings(
            f"cors names {written!r}, which is not the origin of a site; write each whole, with blanks between them, "
            'such as "https://news.example https://www.news.example:8443", or "*" alone for all sites'
        ) from error


def _has_port(written: str) -> bool:
    return ":" in written.rpartition("]")[2]
