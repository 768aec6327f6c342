"""Bodies of requests: refused unread where none is taken, small and in time where one is."""

import io
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import httpx
import pytest
from werkzeug.exceptions import BadRequest, RequestTimeout

from search.index.protocols import GenerationStore
from tests.conftest import AppOf, Cli, Server, article, build, serving
from tests.support.wait_until import until
from web.middleware.request_bodies import MAX_BODY_BYTES, PLACES, BodyReader, TooManyBodies

FORM = "/preferences"


class Dripping(io.RawIOBase):
    """A body of which a byte comes whenever it is asked for, and no end."""

    def read(self, size: int = -1, /) -> bytes:
        del size
        return b"x"


class Silent(io.RawIOBase):
    """A body of which nothing comes until it is let go."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.asked = threading.Event()

    def read(self, size: int = -1, /) -> bytes:
        del size
        self.asked.set()
        assert self.go.wait(20)
        return b""


def read(
    reader: BodyReader, body: io.RawIOBase | io.BytesIO, length: int, address: str = "one"
) -> bytes:
    """Read a body as a request does."""
    return reader.wait(reader.begin(body, length, address), length)


def test_a_body_is_read_whole() -> None:
    """What a form says arrives, however it is cut on its way."""
    assert read(BodyReader(), io.BytesIO(b"theme=dark"), 10) == b"theme=dark"


def test_a_body_that_ends_early_is_said() -> None:
    """A form that was cut off on its way is not taken for a whole one."""
    with pytest.raises(BadRequest, match="ended before"):
        read(BodyReader(), io.BytesIO(b"theme"), 10)


@pytest.mark.parametrize("body", [Dripping(), Silent()])
def test_a_body_that_does_not_come_is_given_up(body: io.RawIOBase) -> None:
    """A client that sends slowly, or nothing, holds who waits for it no longer than a time."""
    with pytest.raises(RequestTimeout, match=r"within 0\.05 s"):
        read(BodyReader(0.05), body, 1 << 40)
    if isinstance(body, Silent):
        body.go.set()


def test_few_bodies_are_read_at_once() -> None:
    """Clients that send nothing of their forms hold so many threads, an address a few of them, and no more."""
    reader = BodyReader(20)
    bodies = [Silent() for _ in range(PLACES)]
    readings = [reader.begin(body, 9, f"a{number // 4}") for number, body in enumerate(bodies[:-1])]
    with pytest.raises(TooManyBodies):
        reader.begin(io.BytesIO(b"x"), 1, "a0")
    readings.append(reader.begin(bodies[-1], 9, "another"))
    with pytest.raises(TooManyBodies):
        reader.begin(io.BytesIO(b"x"), 1, "one more")
    for body in bodies:
        body.go.set()
    for reading in readings:
        with pytest.raises(BadRequest):
            reader.wait(reading, 9)
        assert reading.ended.wait(20)
    assert read(reader, io.BytesIO(b"x"), 1, "a0") == b"x"


@pytest.mark.parametrize(
    ("request_line", "header", "body", "status"),
    [
        (f"POST {FORM}", "Content-Length: 10", b"theme=dark", 303),
        (f"POST {FORM}", f"Content-Length: {MAX_BODY_BYTES + 1}", b"", 413),
        (f"POST {FORM}", "Transfer-Encoding: chunked", b"a\r\ntheme=dark\r\n0\r\n\r\n", 411),
        (f"POST {FORM}", "Transfer-Encoding: chunked", b"FFFFFFFFFFFFFFF\r\nx", 411),
        ("GET /", "Content-Length: 50000", b"", 413),
        ("GET /api/v1/search", "Transfer-Encoding: chunked", b"", 413),
        ("POST /api/v1/search", "Content-Length: 50000", b"", 405),
        ("PUT /nothing", "Transfer-Encoding: chunked", b"", 404),
        ("GET /healthz", "Content-Length: 0", b"", 200),
    ],
)
def test_bodies_that_are_not_taken_are_refused_unread(
    sample_server: Server, request_line: str, header: str, body: bytes, status: int
) -> None:
    """A refusal does not wait for a body that its client may never send."""
    answered, text = exchange(sample_server, request_line, header, body)
    path = request_line.split()[1]
    assert answered == status
    if status >= 400:
        assert ("application/problem+json" in text) == path.startswith("/api")


def exchange(server: Server, request_line: str, header: str, body: bytes) -> tuple[int, str]:
    """Send a request as it is written, and return the status and the head of what came back."""
    with sending(server, request_line, header, body) as connection:
        received = b""
        while b"\r\n\r\n" not in received and (piece := connection.recv(65_536)):
            received += piece
    return int(received.split()[1]), received.decode("latin-1")


@contextmanager
def sending(server: Server, request_line: str, header: str, body: bytes) -> Iterator[socket.socket]:
    """Give a connection on which a request was sent."""
    address = urlsplit(server.url)
    head = f"{request_line} HTTP/1.1\r\nHost: {address.netloc}\r\n{header}\r\n\r\n"
    with socket.create_connection(
        (str(address.hostname), address.port or 80), timeout=60
    ) as connection:
        connection.sendall(head.encode() + body)
        yield connection


@pytest.mark.parametrize("begun", [b"", b"t"])
def test_forms_that_never_come_stop_nothing_else(cli: Cli, begun: bytes) -> None:
    """With sixty clients that send a byte of a form, or none, and stay when they were refused, all else goes on as before."""
    cli("rebuild", "-", stdin=b'{"id": "a", "title": "A tug", "published": "2020-01-01"}\n')
    with serving("serve", folder=cli.folder) as server, ExitStack() as held:
        base = server.url.rstrip("/")
        silent = [
            held.enter_context(sending(server, f"POST {FORM}", "Content-Length: 500", begun))
            for _ in range(60)
        ]
        statuses = [int(connection.recv(65_536).split()[1]) for connection in silent]
        assert (statuses.count(408), statuses.count(503)) == (4, 56)
        for path in ("/healthz", "/readyz", "/", "/api/v1/search?q=harbour"):
            assert server.get(path).status_code == 200
        switched = httpx.post(f"{base}{FORM}?theme=dark", timeout=20)
        assert (switched.status_code, "theme=dark" in switched.headers["set-cookie"]) == (303, True)
        assert httpx.post(f"{base}{FORM}", data={"theme": "dark"}, timeout=20).status_code == 503
        for connection in silent:
            connection.close()
        until(
            lambda: (
                httpx.post(f"{base}{FORM}", data={"theme": "dark"}, timeout=20).status_code == 303
            )
        )


def test_the_log_names_what_was_refused(
    store: GenerationStore, app_of: AppOf, caplog: pytest.LogCaptureFixture
) -> None:
    """An admin reads from a request's line why it was refused, and nothing that its client wrote."""
    build(store, [article(1)])
    client = app_of().test_client()
    with caplog.at_level("INFO", "dateline.access"):
        assert client.post(FORM, data=b"secret" * 9_000).status_code == 413
    (line,) = caplog.messages
    assert "status=413" in line
    assert "refused=body" in line
    assert "secret" not in caplog.text
    assert 'dateline_refused_total{guard="body"} 1.0' in client.get("/metrics").text
