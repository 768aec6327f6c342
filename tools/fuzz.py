"""Sends random requests to a real server: `python -m tools.fuzz`, or `make fuzz`.

It fails on a 5xx response (except 503 with Retry-After), a traceback in the log, or growing memory.
"""

import argparse
import http.client
import random
import tempfile
import threading
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from tests.support.cli import Cli
from tests.support.memory import resident_bytes
from tests.support.paths import SAMPLE
from tests.support.servers import Server, serving
from web.params.search_params import VALUES_PARAMETERS

__all__ = ["Outcome", "fuzz"]

_THREADS = 4
_PARTS = 10
_MAX_GROWTH = 1.05
"""Limit of memory at the end relative to memory half-way, when caches are full."""
_METHODS = ("GET",) * 12 + ("HEAD", "POST", "OPTIONS", "DELETE", "PUT", "TRACE", "BREW")
_PATHS = (
    "/", "/api/v1/search", "/api/v1/suggest", "/api/v1/facets/author", "/api/v1/facets/date",
    "/api/v1/articles/x", "/api/v1/articles/x/related", "/api/v1/openapi.json", "/api/docs",
    "/export.csv", "/export.jsonl", "/export.bib", "/export.ris", "/feed.atom", "/browse/theme",
    "/articles/x", "/suggestions", "/help", "/healthz", "/readyz", "/metrics", "/robots.txt",
    "/sitemap.xml", "/opensearch.xml", "/static/x", "/cite/bib/x", "/preferences", "/none", "//",
    "/api/v1/", "/%00", "/articles/%ff%fe",
)  # fmt: skip
_PIECES = (
    "river", "harbour", '"', "'", "(", ")", "-", "OR", "AND", "*", "~3", "title:",
    "date:2017..2019", "region:", "\\", "\x00", "\ud7ff", "\u202e", "é", "ﬁ", "漢字", "😀",
    "<script>", "%", "&", "=", "+", ";", "/", "..", "{{7*7}}", "' OR 1=1", "a" * 90, "0", "-1",
    "1e9", "NaN",
)  # fmt: skip
_VALUES = (
    "1", "0", "-1", "10", "100", "101", "999999999", "x", "2017", "2017-07", "2017-02-30",
    "relevance", "newest", "all", "any", "csv", "",
)  # fmt: skip
_HEADERS = (
    "Accept", "Accept-Encoding", "If-None-Match", "Cookie", "HX-Request", "X-Request-Id",
    "Authorization", "X-API-Key", "Range", "Origin", "X-Forwarded-For", "Host",
)  # fmt: skip
_HEADER_VALUES = (
    "", "*/*", "text/html", "application/json", "gzip", "gzip;q=0", "br", '"x"', "*", "true",
    "theme=dark", "theme=\xff", "Bearer x", "bytes=0-1", "null", "a,b;q=x", "é", "x" * 3_000,
)  # fmt: skip

_Request = tuple[str, str, dict[str, str], bytes | None]
"""Method, path with parameters, headers, body."""


@dataclass
class Outcome:
    """The result: responses by status, failures, and memory in bytes after each part."""

    statuses: Counter[int] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)


def fuzz(server: Server, requests: int, seed: int = 0, threads: int = _THREADS) -> Outcome:
    """Send a number of requests in parts, and measure the server's memory after each."""
    outcome = Outcome()
    for part in range(_PARTS):
        _send(server, outcome, requests // _PARTS, f"{seed} {part}", threads)
        outcome.memory.append(resident_bytes(server.process.pid))
    return outcome


def _send(server: Server, outcome: Outcome, requests: int, seed: str, threads: int) -> None:
    lock = threading.Lock()

    def run(number: int) -> None:
        dice = random.Random(f"{seed} {number}")
        connection = server.connect()
        for _ in range(requests // threads):
            request = _request(dice)
            try:
                response = _send_with_retry(connection, request)
            except (http.client.HTTPException, OSError) as error:
                connection.close()
                with lock:
                    outcome.failures.append(f"{type(error).__name__}: {_description(request)}")
                continue
            with lock:
                outcome.statuses[response.status] += 1
                is_busy = (
                    response.status == http.client.SERVICE_UNAVAILABLE
                    and response.headers["Retry-After"]
                )
                if response.status >= http.client.INTERNAL_SERVER_ERROR and not is_busy:
                    outcome.failures.append(f"{response.status}: {_description(request)}")
        connection.close()

    workers = [threading.Thread(target=run, args=(number,)) for number in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def _send_with_retry(
    connection: http.client.HTTPConnection, request: _Request
) -> http.client.HTTPResponse:
    """Send a request; retry once on a closed connection.

    A server may close a kept-alive connection after a request body that it did not read.
    """
    is_new = connection.sock is None
    try:
        return _send_once(connection, request)
    except ConnectionError:
        connection.close()
        if is_new:
            raise
        return _send_once(connection, request)


def _send_once(
    connection: http.client.HTTPConnection, request: _Request
) -> http.client.HTTPResponse:
    method, path, headers, body = request
    connection.request(method, path, body=body, headers=headers)
    response = connection.getresponse()
    response.read()
    return response


def _description(request: _Request) -> str:
    method, path, headers, body = request
    return f"{method} {path!r} {headers!r} and {len(body or b'')} bytes"


def _request(dice: random.Random) -> _Request:
    path = dice.choice(_PATHS)
    if path.endswith("/x") and dice.random() < 0.5:
        path = path[:-1] + quote(_text(dice), safe="/%")
    names = tuple(VALUES_PARAMETERS)
    pairs = [
        (
            dice.choice(names) if dice.random() < 0.9 else _text(dice),
            _text(dice) if dice.random() < 0.5 else dice.choice(_VALUES),
        )
        for _ in range(dice.choice((0, 1, 1, 2, 3, 8)))
    ]
    if dice.random() < 0.5:
        pairs.append(("q", _text(dice)))
    query = "&".join(f"{_encoded(dice, name)}={_encoded(dice, value)}" for name, value in pairs)
    headers = {
        dice.choice(_HEADERS): dice.choice(_HEADER_VALUES) for _ in range(dice.choice((0, 0, 1, 2)))
    }
    body = dice.randbytes(dice.choice((0, 10, 5_000, 70_000))) if dice.random() < 0.05 else None
    return dice.choice(_METHODS), f"{path}?{query}" if query else path, headers, body


def _text(dice: random.Random) -> str:
    return dice.choice(("", " ")).join(
        dice.choice(_PIECES) for _ in range(dice.choice((1, 2, 3, 5, 12)))
    )


def _encoded(dice: random.Random, text: str) -> str:
    encoded = quote(text, safe="")
    # One in ten is cut, perhaps within an escape.
    return encoded[: dice.randrange(len(encoded) + 1)] if dice.random() < 0.1 else encoded


def _main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        Cli(folder)("rebuild", SAMPLE)
        with serving(
            "serve", folder=folder, workers=2, environment={"DATELINE_SERVER_ACCESS_LOG": "off"}
        ) as server:
            outcome = fuzz(server, arguments.requests, arguments.seed)
        log = (folder / "server.log").read_text("utf-8")
    for line in outcome.failures[:20]:
        print(line)
    statuses = dict(sorted(outcome.statuses.items()))
    memory = ", ".join(f"{size / 1e6:.0f}" for size in outcome.memory)
    print(
        f"{sum(outcome.statuses.values()):,} requests: {statuses}; "
        f"failures: {len(outcome.failures)}; tracebacks: {log.count('Traceback')}; "
        f"memory after each tenth, MB: {memory}"
    )
    has_grown = outcome.memory[-1] > _MAX_GROWTH * outcome.memory[_PARTS // 2 - 1]
    return int(bool(outcome.failures) or "Traceback" in log or has_grown)


if __name__ == "__main__":
    raise SystemExit(_main())
