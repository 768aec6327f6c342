"""The message with the server's address, printed once the service responds."""

import os
import sys
import time
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from ipaddress import IPv4Address, IPv6Address

from web.processes.supervision import is_running

__all__ = ["announce_in_background"]

_POLL_SECONDS = 0.02
_TIMEOUT_SECONDS = 60.0


def announce_in_background(host: str, port: int) -> None:
    """Print the address once the service responds, from a separate short-lived process.

    A thread would not do: workers are forked from this process, which must have a single thread.
    """
    server_pid = os.getpid()
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    # Fork twice, so that nobody has to wait for the grandchild.
    if os.fork() == 0:
        _announce(host, port, server_pid)
    os._exit(0)


def _announce(host: str, port: int, server_pid: int) -> None:
    reachable = {str(IPv4Address(0)): "127.0.0.1", str(IPv6Address(0)): "::1"}.get(host, host)
    address = f"[{reachable}]:{port}" if ":" in reachable else f"{reachable}:{port}"
    deadline = time.monotonic() + _TIMEOUT_SECONDS
    while time.monotonic() < deadline:
        try:
            with closing(HTTPConnection(address, timeout=1)) as connection:
                connection.request("GET", "/healthz")
                connection.getresponse().read()
        except (HTTPException, OSError):
            if not is_running(server_pid):
                return
            time.sleep(_POLL_SECONDS)
        else:
            sys.stdout.write(f"Dateline is at http://{address}/ (Ctrl-C stops it)\n")
            sys.stdout.flush()
            return
