"""The listening socket of a worker, with the limits that the system keeps for a server."""

import resource
import socket
import sys
from typing import Any

from granian._granian import SocketHolder

__all__ = ["BACKLOG", "listen", "raise_file_limit"]

BACKLOG = 4_096
"""Connections that wait to be accepted."""
_STALLED_MS = 10_000
"""A client that takes nothing of its answer for so long is cut off (RFC 5482, tcp(7))."""
_MAX_FILES = 65_536


def listen(host: str, port: int) -> Any | None:
    """Return a socket for Granian that other workers share the port of; None where Granian makes it.

    The system ends a connection whose client stops to read: neither Granian nor a thread in Python
    can, and it would hold an export's place and its answer's memory without end.
    """
    if sys.platform != "linux":
        return None
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    # Every connection inherits it.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _STALLED_MS)
    listener.bind((host, port))
    # Granian's stub does not know the arguments that its Rust class takes.
    holder: Any = SocketHolder
    return holder(fd=listener.detach(), uds=False, backlog=BACKLOG)


def raise_file_limit() -> None:
    """Allow as many open connections as the system lets a process ask for; 1,024 are usual."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MAX_FILES if hard == resource.RLIM_INFINITY else min(_MAX_FILES, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
