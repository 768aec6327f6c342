"""A load generator: kept-alive clients in a process of its own, which ends by itself.

It reads a plan as JSON from standard input and writes what it saw as JSON: `python -m
benchmarks.comparison.load`. One thread waits for all connections, so that it takes little of the
processors that the measured service needs.
"""

import json
import random
import selectors
import socket
import sys
import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

__all__ = ["generate", "wire"]

_READ_BYTES = 1 << 18
_PATIENCE = 60.0
_LONGEST_PAUSE = 0.05
_WARM_UP_SHARE = 0.2
_OK = b"200"


def wire(method: str, path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    """Return the bytes of an HTTP/1.1 request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass(slots=True)
class _Client:
    """One connection with at most one request in flight."""

    connection: socket.socket
    arrived: float = 0.0
    content: bytearray = field(default_factory=bytearray)
    length: int = -1

    def send(self, request: bytes, arrived: float) -> None:
        self.arrived, self.length = arrived, -1
        self.content.clear()
        self.connection.sendall(request)

    def receive(self) -> bool:
        """Read what is there; return True at the end of the response."""
        block = self.connection.recv(_READ_BYTES)
        if not block:
            raise ConnectionResetError("the service closed the connection")
        self.content += block
        if self.length < 0:
            end = self.content.find(b"\r\n\r\n")
            if end < 0:
                return False
            head = bytes(self.content[:end]).lower()
            at = head.find(b"content-length:")
            if at < 0:
                return self.content.endswith(b"\r\n0\r\n\r\n")
            self.length = end + 4 + int(head[at + 15 :].split(b"\r\n", 1)[0])
        return len(self.content) >= self.length

    @property
    def is_ok(self) -> bool:
        return self.content[9:12] == _OK


def _arrivals(rate: float, seconds: float) -> Iterator[float]:
    """Yield random arrival times (a Poisson process), of a fixed seed."""
    dice = random.Random(7)
    now = 0.0
    while now < seconds:
        now += dice.expovariate(rate)
        yield now


def _clients(
    port: int, number: int, waiting: selectors.BaseSelector, opened: ExitStack
) -> Iterator[_Client]:
    """Yield clients that are connected."""
    for _ in range(number):
        connection = socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client = _Client(opened.enter_context(connection))
        waiting.register(connection, selectors.EVENT_READ, client)
        yield client


def _is_due(coming: deque[float], now: float) -> bool:
    return bool(coming) and coming[0] <= now


def generate(
    port: int, requests: list[bytes], clients: int, seconds: float, rate: float
) -> dict[str, Any]:
    """Send requests for some seconds; with a `rate` at times of their own, else back to back.

    The latency of a request begins when it arrives, even if no client is free to send it yet.
    """
    coming = deque(_arrivals(rate, seconds)) if rate else None
    queue = deque(requests)
    seen: list[tuple[float, float]] = []
    failed = 0
    with ExitStack() as opened:
        waiting = opened.enter_context(selectors.DefaultSelector())
        free = deque(_clients(port, clients, waiting, opened))
        started = time.perf_counter()
        while True:
            now = time.perf_counter() - started
            while free and queue and now < seconds and (coming is None or _is_due(coming, now)):
                arrived = now if coming is None else coming.popleft()
                free.popleft().send(queue.popleft(), arrived)
            ended = not queue or now >= seconds or (coming is not None and not coming)
            if len(free) == clients and ended:
                break
            if now > seconds + _PATIENCE:
                failed += clients - len(free)
                break
            pause = coming[0] - now if coming and free else _LONGEST_PAUSE
            for key, _ in waiting.select(min(max(pause, 0.0), _LONGEST_PAUSE)):
                client = key.data
                if client.receive():
                    seen.append((client.arrived, time.perf_counter() - started))
                    failed += not client.is_ok
                    free.append(client)
    begin = seconds * _WARM_UP_SHARE
    counted = [(first, last) for first, last in seen if last > begin]
    took = max((last for _, last in counted), default=begin) - begin
    return {
        "per_second": len(counted) / took if took > 0 else 0.0,
        "latencies": sorted(last - first for first, last in counted),
        "answers": len(seen),
        "failed": failed,
        "used_up": not queue,
    }


def _main() -> None:
    plan = json.load(sys.stdin)
    requests = [bytes.fromhex(each) for each in plan.pop("requests")]
    json.dump(generate(requests=requests, **plan), sys.stdout)


if __name__ == "__main__":
    _main()
