"""The protocol of all peers, and the base of those that answer over HTTP."""

import http.client
import time
from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from benchmarks.peers.processes import process_tree
from benchmarks.peers.request import Answer, Request

__all__ = ["HttpPeer", "HttpRequest", "Peer", "PeerMissing"]

_TIMEOUT = 120
_IDLE_SECONDS = 5.0


class PeerMissing(RuntimeError):
    """A peer is not installed, or does not start on this machine."""


class Peer(Protocol):
    """A search service with an index of its own in a folder.

    `load` builds the index, `start` serves it and waits until every article can be found. Between
    `start` and `stop`, `prepare` returns a call without arguments that only asks, and `read` parses
    what the call returned.
    """

    name: str

    @property
    def title(self) -> str:
        """The name and version for tables."""
        ...

    def load(self, source: Path, articles: int, /) -> float:
        """Index all articles of a JSONL file; return the seconds taken."""
        ...

    def start(self) -> None:
        """Start to serve."""
        ...

    def stop(self) -> None:
        """Stop serving."""
        ...

    def answers(self, request: Request, /) -> bool:
        """Return False if the peer has no such search."""
        ...

    def prepare(self, request: Request) -> Callable[[], Any]:
        """Return the call to measure."""
        ...

    def read(self, raw: Any, request: Request, /) -> Answer:
        """Return the content of an answer."""
        ...

    def processes(self) -> list[int]:
        """Return the ids of the processes that serve; empty for a library."""
        ...

    def disk(self) -> int:
        """Return the size of the index in bytes."""
        ...


class HttpRequest(NamedTuple):
    """An HTTP request that is ready to be sent."""

    method: str
    path: str
    body: bytes = b""
    headers: Mapping[str, str] = MappingProxyType({})


@dataclass
class HttpPeer:
    """A service with a kept-alive connection; subclasses write requests and read answers."""

    folder: Path
    port: int = 0
    pids: list[int] = field(default_factory=list)
    connection: http.client.HTTPConnection | None = None
    last_used: float = 0.0

    @abstractmethod
    def request(self, request: Request) -> HttpRequest:
        """Write a search as an HTTP request."""

    def answers(self, _: Request) -> bool:
        """Return True: services have every class of search."""
        return True

    def connect(self, timeout: float = _TIMEOUT) -> http.client.HTTPConnection:
        """Return a new connection to the service."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)

    def prepare(self, request: Request) -> Callable[[], bytes]:
        """Return a call that sends a written request and reads the whole response."""
        method, path, body, headers = self.request(request)
        connection = self._kept_alive()

        def ask() -> bytes:
            connection.request(method, path, body or None, headers)
            response = connection.getresponse()
            answer = response.read()
            if response.status != http.client.OK:
                raise RuntimeError(f"{response.status} for {path}: {answer[:500]!r}")
            return answer

        return ask

    def _kept_alive(self) -> http.client.HTTPConnection:
        """Return the open connection, or a new one if it was idle so long that it may be closed."""
        now = time.monotonic()
        if self.connection is None or now - self.last_used > _IDLE_SECONDS:
            self.connection = self.connect()
            self.connection.connect()
        self.last_used = now
        return self.connection

    def processes(self) -> list[int]:
        """Return the ids of the service's processes and their descendants."""
        return [child for pid in self.pids for child in process_tree(pid)]
