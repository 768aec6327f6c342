"""Requests that nobody would send, against a real server: `python -m tools.fuzz --requests 1000000`, or `make fuzz`.

What must hold: no 5xx but a 503 that says when to come back, nothing unexpected in the log, memory that does not grow.
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
_FLAT = 1.05
"""What memory after all may be of memory after half, when what is remembered is full."""
_METHODS = ("GET",) * 12 + ("HEAD", "POST", "OPTIONS", "DELETE", "PUT", "TRACE", "BREW")
_PATHS = (
    "/", "/api/v1/search", "/api/v1/suggest", "/api/v1/facets/author", "/api/v1/facets/date", "/api/v1/articles/x", "/api/v1/articles/x/related",
    "/api/v1/openapi.json", "/api/docs", "/export.csv", "/export.jsonl", "/export.bib", "/export.ris", "/feed.atom", "/browse/theme",
    "/articles/x", "/suggestions", "/help", "/healthz", "/readyz", "/metrics", "/robots.txt", "/sitemap.xml", "/opensearch.xml", "/static/x",
    "/cite/bib/x", "/preferences", "/none", "//", "/api/v1/", "/%00", "/articles/%ff%fe",
)  # fmt: skip
_PIECES = (
    "river", "harbour", '"', "'", "(", ")", "-", "OR", "AND", "*", "~3", "title:", "date:2017..2019", "region:", "\\", "\x00", "\ud7ff",
    "\u202e", "é", "ﬁ", "漢字", "😀", "<script>", "%", "&", "=", "+", ";", "/", "..", "{{7*7}}", "' OR 1=1", "a" * 90, "0", "-1", "1e9", "NaN",
)  # fmt: skip
_VALUES = (
    "1",
    "0",
    "-1",
    "10",
    "100",
    "101",
    "999999999",
    "x",
    "2017",
    "2017-07",
    "2017-02-30",
    "relevance",
    "newest",
    "all",
    "any",
    "csv",
    "",
)
_HEADERS = (
    "Accept",
    "Accept-Encoding",
    "If-None-Match",
    "Cookie",
    "HX-Request",
    "X-Request-Id",
    "Authorization",
    "X-API-Key",
    "Range",
    "Origin",
    "X-Forwarded-For",
    "Host",
)
_HEADER_VALUES = (
    "",
    "*/*",
    "text/html",
    "application/json",
    "gzip",
    "gzip;q=0",
    "br",
    '"x"',
    "*",
    "true",
    "theme=dark",
    "theme=\xff",
    "Bearer x",
    "bytes=0-1",
    "null",
    "a,b;q=x",
    "é",
    "x" * 3_000,
)

_Request = tuple[str, str, dict[str, str], bytes | None]
"""Method, path with parameters, headers, body."""


@dataclass
class Outcome:
    """What came of it: answers by status, what should not have been, memory in bytes after each part of the requests."""

    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)


def fuzz(server: Server, requests: int, seed: int = 0, threads: int = _THREADS) -> Outcome:
    """Send so many requests, in parts after each of which the server's memory is looked at."""
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
                answer = _answer(connection, request)
            except (http.client.HTTPException, OSError) as error:
                connection.close()
                with lock:
                    outcome.wrong.append(f"{type(error).__name__}: {_told(request)}")
                continue
            with lock:
                outcome.statuses[answer.status] += 1
                deliberate = (
                    answer.status == http.client.SERVICE_UNAVAILABLE
                    and answer.headers["Retry-After"]
                )
                if answer.status >= http.client.INTERNAL_SERVER_ERROR and not deliberate:
                    outcome.wrong.append(f"{answer.status}: {_told(request)}")
        connection.close()

    workers = [threading.Thread(target=run, args=(number,)) for number in range(threads)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()


def _answer(connection: http.client.HTTPConnection, request: _Request) -> http.client.HTTPResponse:
    """Send a request; once more where the connection was closed, as a server may after a body that it did not read."""
    fresh = connection.sock is None
    try:
        return _sent(connection, request)
    except ConnectionError:
        connection.close()
        if fresh:
            raise
        return _sent(connection, request)


def _sent(connection: http.client.HTTPConnection, request: _Request) -> http.client.HTTPResponse:
    method, path, headers, body = request
    connection.request(method, path, body=body, headers=headers)
    answer = connection.getresponse()
    answer.read()
    return answer


def _told(request: _Request) -> str:
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
    query = "&".join(f"{_coded(dice, name)}={_coded(dice, value)}" for name, value in pairs)
    headers = {
        dice.choice(_HEADERS): dice.choice(_HEADER_VALUES) for _ in range(dice.choice((0, 0, 1, 2)))
    }
    body = dice.randbytes(dice.choice((0, 10, 5_000, 70_000))) if dice.random() < 0.05 else None
    return dice.choice(_METHODS), f"{path}?{query}" if query else path, headers, body


def _text(dice: random.Random) -> str:
    return dice.choice(("", " ")).join(
        dice.choice(_PIECES) for _ in range(dice.choice((1, 2, 3, 5, 12)))
    )


def _coded(dice: random.Random, text: str) -> str:
    coded = quote(text, safe="")
    # Cut or wrong escapes, now and then.
    return coded[: dice.randrange(len(coded) + 1)] if dice.random() < 0.1 else coded


def _main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        Cli(folder)("rebuild", SAMPLE)
        with serving(
            "serve", folder=folder, workers=2, environment={"DATELINE_ACCESS_LOG": "off"}
        ) as server:
            outcome = fuzz(server, given.requests, given.seed)
        log = (folder / "server.log").read_text("utf-8")
    for line in outcome.wrong[:20]:
        print(line)
    print(
        f"{sum(outcome.statuses.values()):,} requests: {dict(sorted(outcome.statuses.items()))}; wrong: {len(outcome.wrong)};",
        end=" ",
    )
    memory = ", ".join(f"{each / 1e6:.0f}" for each in outcome.memory)
    print(f"tracebacks: {log.count('Traceback')}; memory after each tenth, MB: {memory}")
    grown = outcome.memory[-1] > _FLAT * outcome.memory[_PARTS // 2 - 1]
    return int(bool(outcome.wrong) or "Traceback" in log or grown)


if __name__ == "__main__":
    raise SystemExit(_main())
