"""The largest responses to legal requests, from an archive of the longest values."""

import http.client
import json
import re
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

from benchmarks.serving import rebuild, start, stop
from benchmarks.support.timing import table
from tests.support.memory import resident_bytes

__all__ = ["run"]

_ARTICLES = 2_000
_FIRST_YEAR, _YEARS = 1900, 126
_WORD = "river"
_SIGN = "\U00020000"
"""A character of four bytes in UTF-8, twelve in an address."""
_SIGNS = 500
_MAX_BODY_LENGTH = 9_900_000
_CLIENTS = 16
_SECONDS_BETWEEN_SAMPLES = 0.01
_DOCS = Path(__file__).parents[1] / "docs" / "api.md"
_BEGIN, _END = (
    "<!-- largest answers: python -m benchmarks largest -->\n",
    "<!-- end of largest answers -->",
)
_ADVICE = re.compile(r"\b(facet_size|size)=(\d+)")
_LONG_Q = _WORD + " " + "\N{GRINNING FACE}" * (1_000 - len(_WORD) - 1)


@dataclass(frozen=True)
class _Response:
    status: int
    size: int
    seconds: float
    body: bytes


def run() -> str:
    """Measure, write the table into docs/api.md, and return both tables."""
    with tempfile.TemporaryDirectory() as name:
        _write(Path(name, "long.jsonl"))
        rebuild(Path(name, "long.jsonl"), name)
        process, port, _ = start(name)
        try:
            requests = _requests()
            memory = [
                _in_parallel(process.pid, port, label, requests[label][1]) for label in _HEAVY
            ]
            rows = [_row(port, label, bound, path) for label, (bound, path) in requests.items()]
        finally:
            stop(process)
    largest = table(["asked for", "bound", "address, bytes", "status", "MB", "seconds"], rows)
    _put_in_docs(largest)
    return (
        f"## The largest responses ({_ARTICLES:,} articles whose values have {_SIGNS} characters "
        f"of four bytes, {_YEARS} years)\n\n"
        + largest
        + "\n"
        + table(
            [
                f"{_CLIENTS} clients, one worker",
                "before, MB",
                "maximum, MB",
                "seconds",
                "statuses",
            ],
            memory,
        )
    )


def _put_in_docs(largest: str) -> None:
    before, begin, rest = _DOCS.read_text("utf-8").partition(_BEGIN)
    _, end, after = rest.partition(_END)
    assert begin
    assert end
    _DOCS.write_text(f"{before}{begin}\n{largest}{end}{after}", "utf-8")


def _write(path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        for number in range(_ARTICLES):
            file.write(json.dumps(_article(number)) + "\n")
        for number, (name, body) in enumerate(_long_bodies().items()):
            record = {
                "id": name,
                "title": name,
                "published": f"2001-01-0{number + 1}",
                "body": body,
            }
            file.write(json.dumps(record) + "\n")


def _article(number: int) -> dict[str, object]:
    def value(kind: str) -> str:
        return f"{kind}{number:05}".ljust(_SIGNS, _SIGN)

    return {
        "id": value("i"),
        "title": f"A {_WORD} {number}",
        "published": f"{_FIRST_YEAR + number % _YEARS}-{number % 12 + 1:02}-{number % 28 + 1:02}",
        "authors": [value("a")],
        "regions": [value("r"), value("s")],
        "themes": [value("t"), value("u")],
        "reports": [value("p")],
        "source": value("o"),
        "body": f"About the {_WORD} and {number}. " * 20,
    }


def _long_bodies() -> dict[str, str]:
    return {
        "prose": (f"The {_WORD} rose again, and the board met on the old pier. " * 20 + "\n\n")
        * (_MAX_BODY_LENGTH // 1_200),
        "letters": ("a " * 500 + "\n\n") * (_MAX_BODY_LENGTH // 1_010),
        "escapes": ('"' * 500 + " &\n\n") * (_MAX_BODY_LENGTH // 510),
    }


def _of(path: str, *pairs: tuple[str, object]) -> str:
    return f"{path}?{urlencode(pairs, quote_via=quote)}"


def _requests() -> dict[str, tuple[str, str]]:
    """Return the limit of a response and its address, by a label of the request.

    If a request is refused as too large, it is repeated with the advice of the refusal.
    """
    long_q = [("q", _LONG_Q), ("match", "any")]
    full = [("facet_size", 1000), ("size", 100)]
    authors = [("author", f"a{number:05}".ljust(_SIGNS, "x")) for number in range(50)]
    without = [("-author", value) for _, value in authors]
    months = [
        ("date", f"{year}-{month:02}") for year in range(2001, 2006) for month in range(1, 11)
    ]
    related = f"/api/v1/articles/{quote(str(_article(1)['id']))}/related"
    body = "a body of 10 MB"
    shown = "2,000,000 characters, 5,000 marks"
    return {
        "API search": (_USUAL, _of("/api/v1/search", ("q", _WORD))),
        "API search, long values": (_BY_SIZE, _of("/api/v1/search", ("q", _WORD), *full)),
        "API search, `q` of 1,000 characters": (_BY_SIZE, _of("/api/v1/search", *long_q, *full)),
        "API search, 50 filters": (_BY_SIZE, _of("/api/v1/search", *authors, *full)),
        "API search, 50 months, long `q`": (_BY_SIZE, _of("/api/v1/search", *long_q, *months)),
        "API search, `explain=1`": (
            _BY_SIZE,
            _of("/api/v1/search", ("q", f"{_WORD} OR " * 100), ("explain", 1), ("size", 100)),
        ),
        "page": (_USUAL, _of("/", ("q", _WORD))),
        "page, long `q`": (_USUAL, _of("/", *long_q)),
        "page, long values, largest sizes": (_BY_SIZE, _of("/", ("q", _WORD), *full)),
        "page, long `q`, largest sizes": (_BY_SIZE, _of("/", *long_q, *full)),
        "page, 50 exclusions": (_BY_SIZE, _of("/", *without, *full)),
        "`/api/v1/facets/author`": (
            _BY_SIZE,
            _of("/api/v1/facets/author", *long_q, ("facet_size", 1000)),
        ),
        "`/browse/author`": ("100 values a page", _of("/browse/author", *long_q)),
        "`/feed.atom`": (_BY_SIZE, _of("/feed.atom", *long_q, ("size", 100))),
        "related": ("`size`, 20", _of(related, ("size", 20))),
        "suggestions": ("`size`, 20", _of("/api/v1/suggest", ("q", "a0"), ("size", 20))),
        "article as JSON, of quotes": (body, "/api/v1/articles/escapes"),
        "article page, of prose": (shown, _of("/articles/prose", ("q", _WORD))),
        "article page, a mark a letter": (shown, _of("/articles/letters", ("q", "a"))),
        "article page, of quotes": (shown, "/articles/escapes"),
        "`/sitemap-1.xml`": ("10 MB, 40,000 addresses", "/sitemap-1.xml"),
        "`/api/v1/openapi.json`": ("fixed", "/api/v1/openapi.json"),
        "API search, 1,000 filters": (
            "50 filter values",
            _of("/api/v1/search", *[("author", f"Author {number}") for number in range(1_000)]),
        ),
        "page, 1,000 exclusions": (
            "50 filter values",
            _of("/", *[("-author", f"Author {number}") for number in range(1_000)]),
        ),
        "API search, 3,500 unknown parameters": (
            "50 are named",
            _of("/api/v1/search", *[(f"x{number}", 1) for number in range(3_500)]),
        ),
    }


_USUAL = "usual sizes"
_BY_SIZE = "16 MB, then `facet_size`, `size`"
_HEAVY = (
    "API search, long values",
    "API search, `q` of 1,000 characters",
    "page, long values, largest sizes",
    "page, long `q`, largest sizes",
    "article page, a mark a letter",
)


def _get(port: int, path: str) -> _Response:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    started = time.perf_counter()
    connection.request("GET", path)
    response = connection.getresponse()
    body = response.read()
    return _Response(response.status, len(body), time.perf_counter() - started, body)


def _largest_legal(port: int, path: str) -> tuple[str, _Response]:
    """Request a path and, if it is refused, the one that the refusal advises."""
    response = _get(port, path)
    if response.status == http.client.BAD_REQUEST:
        advice = response.body.decode().partition("would have about")[2]
        for name, value in _ADVICE.findall(advice):
            path = re.sub(rf"\b{name}=\d+", f"{name}={value}", path)
        response = _get(port, path)
    return path, response


def _row(port: int, label: str, bound: str, path: str) -> list[str]:
    legal_path, response = _largest_legal(port, path)
    advised = _ADVICE.findall(legal_path) if legal_path != path else []
    sizes = ", ".join(f"{name}={value}" for name, value in advised)
    return [
        f"{label} ({sizes})" if sizes else label,
        bound,
        f"{len(legal_path):,}",
        str(response.status),
        f"{response.size / 1e6:.1f}",
        f"{response.seconds:.2f}",
    ]


def _in_parallel(pid: int, port: int, label: str, path: str) -> list[str]:
    path, _ = _largest_legal(port, path)
    before = resident_bytes(pid)
    started = time.perf_counter()
    with _memory_of(pid) as samples, ThreadPoolExecutor(_CLIENTS) as pool:
        statuses = list(pool.map(lambda _: _get(port, path).status, range(_CLIENTS)))
    seconds = time.perf_counter() - started
    counts = ", ".join(f"{statuses.count(status)} × {status}" for status in sorted(set(statuses)))
    return [label, f"{before / 1e6:.0f}", f"{max(samples) / 1e6:.0f}", f"{seconds:.1f}", counts]


@contextmanager
def _memory_of(pid: int) -> Iterator[list[int]]:
    """Sample the memory of a process until the block ends."""
    samples = [resident_bytes(pid)]
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(_SECONDS_BETWEEN_SAMPLES):
            # A thread of the server may end meanwhile.
            with suppress(FileNotFoundError):
                samples.append(resident_bytes(pid))

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield samples
    finally:
        ended.set()
        watching.join()


if __name__ == "__main__":
    print(run())
