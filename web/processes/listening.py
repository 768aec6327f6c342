"""The server's port, the listening sockets of its workers, and its limit on open files."""

import resource
import socket
import sys

from search.errors import DatelineError

__all__ = ["BACKLOG", "PortTaken", "create_listener", "raise_file_limit", "reserve_port"]

BACKLOG = 4_096
"""Connections that wait to be accepted."""
_SEND_TIMEOUT_MS = 10_000
"""A client that accepts no data for this long is disconnected (TCP_USER_TIMEOUT; RFC 5482)."""
_MAX_OPEN_FILES = 65_536


class PortTaken(DatelineError):
    """The server cannot listen on the configured address."""


def reserve_port(host: str, port: int) -> socket.socket:
    """Bind the port before the workers start, so that no other server can take it meanwhile.

    The returned socket does not listen; workers share its port (SO_REUSEPORT).

    Raises:
        PortTaken: the address is in use, or does not belong to this machine.

    """
    family = _family(host)
    try:
        # Without SO_REUSEPORT, this probe fails while another server holds the port.
        with socket.create_server((host, port), family=family) as probe:
            port = int(probe.getsockname()[1])
        reserved = socket.socket(family)
        if hasattr(socket, "SO_REUSEPORT"):
            # Not SO_REUSEADDR: with it, the probe of another server would succeed.
            reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        reserved.bind((host, port))
    except OSError as error:
        raise PortTaken(
            f"cannot listen on {host}:{port} ({error.strerror}); "
            "choose another port or host with --port or --host"
        ) from error
    return reserved


def create_listener(host: str, port: int) -> socket.socket | None:
    """Return a bound socket that shares its port with other workers; None on other systems.

    The kernel closes a connection whose client stops reading. Neither Granian nor Python can, and
    such a connection would occupy an export slot and the memory of its response forever.
    """
    if sys.platform != "linux":
        return None
    listener = socket.socket(_family(host))
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    # Accepted connections inherit the option.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _SEND_TIMEOUT_MS)
    listener.bind((host, port))
    return listener


def raise_file_limit() -> None:
    """Raise this process's limit on open files, and so on connections; the usual one is 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = _MAX_OPEN_FILES if hard == resource.RLIM_INFINITY else min(_MAX_OPEN_FILES, hard)
    if soft < limit:
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
