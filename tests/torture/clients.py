"""Hostile clients: `python -m tests.torture.clients URL --kinds slow_heads,idle --each 200`.

Each kind keeps a number of connections open to a server on loopback and reopens one a second after
it ended, until standard input is closed. A line is printed once all have connected, and finally the
server's responses as JSON: for each kind, the number of connections by status, `closed` for those
that ended without a response.
"""

import argparse
import json
import socket
import sys
import threading
from collections import Counter
from collections.abc import Callable
from urllib.parse import urlsplit

__all__ = ["KINDS", "LARGE_ANSWER"]

_CHUNK = b"100000\r\n" + bytes(1 << 20) + b"\r\n"
_CHUNKS = 200
_FILTERS = "&".join(f"author=nobody+{number}" for number in range(1_000))
LARGE_ANSWER = "/api/v1/search?facet_size=1000&size=100"
_SECOND = 1.0
_RECEIVE_BYTES = 4_096
_STACK_BYTES = 256_000

_ended = threading.Event()
_connected = threading.Semaphore(0)


class _Connection:
    """A connection to the server with the steps that hostile clients are made of."""

    def __init__(self, host: str, port: int) -> None:
        self._host = f"{host}:{port}"
        self._socket = socket.socket()
        # A small buffer, so that a client that reads nothing soon stalls the server.
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BYTES)
        self._socket.settimeout(_SECOND)
        self._socket.connect((host, port))

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()

    def head(self, method: str, path: str, *lines: str) -> None:
        """Send the request line and headers."""
        head = [f"{method} {path} HTTP/1.1", f"Host: {self._host}", *lines, "", ""]
        self._socket.sendall("\r\n".join(head).encode())

    def drip(self, data: bytes) -> None:
        """Send a byte a second until the server responds or closes the connection."""
        for number in range(len(data)):
            self._socket.sendall(data[number : number + 1])
            if _ended.is_set() or self.has_answer():
                return

    def pour(self, data: bytes, times: int) -> None:
        """Send data repeatedly until the server responds or closes the connection."""
        for _ in range(times):
            self._socket.sendall(data)

    def shut(self) -> None:
        """Close the sending side of the connection."""
        self._socket.shutdown(socket.SHUT_WR)

    def has_answer(self) -> bool:
        """Wait up to a second for the server to respond or close the connection."""
        try:
            self._socket.recv(1, socket.MSG_PEEK)
        except TimeoutError:
            return False
        return True

    def hold(self) -> None:
        """Read and send nothing until the server closes the connection."""
        # With an unread response a close is not visible to recv; ask for the socket's state.
        while not _ended.wait(_SECOND):
            if self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                return
            state = self._socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]
            if state != _ESTABLISHED:
                return

    def wait(self) -> None:
        """Send nothing more until the server responds or closes the connection."""
        while not _ended.is_set() and not self.has_answer():
            continue

    def status(self) -> str:
        """Return the status of the response, `closed` without one."""
        try:
            line = self._socket.recv(64).split(b" ")
        except OSError:
            return "closed"
        return line[1].decode() if len(line) > 1 else "closed"


_ESTABLISHED = 1
"""TCP_ESTABLISHED of linux/tcp_states.h."""


def slow_heads(connection: _Connection) -> None:
    """Send headers at a byte a second."""
    connection.drip(b"GET / HTTP/1.1\r\nX-Slow: " + b"x" * 3_600)


def slow_bodies(connection: _Connection) -> None:
    """Send a form at a byte a second."""
    connection.head("POST", "/preferences", "Content-Length: 300")
    connection.drip(b"theme=" + b"x" * 294)


def large_bodies(connection: _Connection) -> None:
    """Announce a large form and send it at a byte a second."""
    connection.head("POST", "/preferences", "Content-Length: 50000")
    connection.drip(b"theme=" + b"x" * 3_600)


def silent_bodies(connection: _Connection) -> None:
    """Announce a form and send nothing of it."""
    connection.head("POST", "/preferences", "Content-Length: 300")
    connection.wait()


def held_bodies(connection: _Connection) -> None:
    """Announce a form, send one byte of it and stay after the refusal."""
    connection.head("POST", "/preferences", "Content-Length: 300")
    connection.pour(b"t", 1)
    connection.hold()


def chunked_bodies(connection: _Connection) -> None:
    """Send 200 MB in chunks to an address that takes a form."""
    connection.head("POST", "/preferences", "Transfer-Encoding: chunked")
    connection.pour(_CHUNK, _CHUNKS)


def many_filters(connection: _Connection) -> None:
    """Search with a thousand filters."""
    connection.head("GET", f"{LARGE_ANSWER}&{_FILTERS}")
    connection.wait()


def stalled_exports(connection: _Connection) -> None:
    """Request an export of all articles and read nothing."""
    connection.head("GET", "/export.jsonl")
    connection.hold()


def stalled_searches(connection: _Connection) -> None:
    """Request a large response and read nothing."""
    connection.head("GET", LARGE_ANSWER)
    connection.hold()


def half_closed(connection: _Connection) -> None:
    """Send half a request and close the sending side."""
    connection.head("POST", "/preferences", "Content-Length: 300")
    connection.shut()
    connection.wait()


def idle(connection: _Connection) -> None:
    """Send one request and keep the connection open."""
    connection.head("GET", "/healthz")
    connection.hold()


KINDS: dict[str, Callable[[_Connection], None]] = {
    kind.__name__: kind
    for kind in (
        slow_heads,
        slow_bodies,
        large_bodies,
        silent_bodies,
        held_bodies,
        chunked_bodies,
        many_filters,
        stalled_exports,
        stalled_searches,
        half_closed,
        idle,
    )
}
"""Behaviours of clients by name."""


def _run(kind: str, host: str, port: int, statuses: Counter[str]) -> None:
    while not _ended.is_set():
        status = "refused"
        try:
            connection = _Connection(host, port)
            _connected.release()
            status = "closed"
            try:
                KINDS[kind](connection)
            finally:
                # The response may have come before the server closed the connection.
                status = connection.status()
                connection.close()
        except OSError:
            pass
        if not _ended.is_set():
            statuses[status] += 1
        _ended.wait(_SECOND)


def main() -> None:
    """Run the clients and print the responses at the end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--each", type=int, default=200)
    options = parser.parse_args()
    address = urlsplit(options.url)
    threading.stack_size(_STACK_BYTES)
    statuses = {kind: Counter[str]() for kind in options.kinds.split(",")}
    threads = [
        threading.Thread(
            target=_run, args=(kind, address.hostname, address.port, counter), daemon=True
        )
        for kind, counter in statuses.items()
        for _ in range(options.each)
    ]
    for thread in threads:
        thread.start()
    for _ in threads:
        _connected.acquire()
    sys.stdout.write("connected\n")
    sys.stdout.flush()
    sys.stdin.read()
    _ended.set()
    for thread in threads:
        thread.join(5 * _SECOND)
    sys.stdout.write(json.dumps(statuses) + "\n")


if __name__ == "__main__":
    main()
