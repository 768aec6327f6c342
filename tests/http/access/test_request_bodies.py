"""Request bodies: read with a deadline where a route takes one, refused unread elsewhere."""

import io
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from urllib.parse import urlsplit

import httpx
import pytest
from werkzeug.exceptions import BadRequest, RequestTimeout

from search.index.protocols import GenerationStore
from tests.conftest import AppOf, Cli, Server, article, build, serving
from tests.support.wait_until import until
from web.middleware.request_bodies import FILES, FORMS, BodyReader, TooManyBodies

FORM = "/preferences"


class DrippingBody(io.RawIOBase):
    """A body that returns one byte for each read and never ends."""

    def read(self, size: int = -1, /) -> bytes:
        del size
        return b"x"


class SilentBody(io.RawIOBase):
    """Read a body as a request does."""

    def __init__(self) -> None:
        self.released = threading.Event()

    def read(self, size: int = -1, /) -> bytes:
        del size
        assert self.released.wait(20)
        return b""


def read(
    reader: BodyReader, body: io.RawIOBase | io.BytesIO, length: int, address: str = "one"
) -> bytes:
    """Read a body as a request does."""
    return reader.wait(reader.begin(body, length, address), length)


def test_a_body_is_read_whole() -> None:
    """The content of a form arrives however it is split in transit."""
    assert read(BodyReader(), io.BytesIO(b"theme=dark"), 10) == b"theme=dark"


class CountedBody(io.BytesIO):
    """Counts the reads of a body."""

    reads = 0

    def read(self, size: int | None = -1, /) -> bytes:
        self.reads += 1
        return super().read(size)


def test_a_file_is_read_in_pieces() -> None:
    """A list of megabytes takes few reads, and nothing beyond its end is read."""
    body = CountedBody(b"x" * 1_000_000 + b"next")
    assert read(BodyReader(FILES), body, 1_000_000) == b"x" * 1_000_000
    assert body.reads <= 1_000_000 // FILES.piece_bytes + 1
    assert body.getvalue()[body.tell() :] == b"next"


def test_a_truncated_body_is_refused() -> None:
    """A truncated form is not taken for a complete one."""
    with pytest.raises(BadRequest, match="shorter than"):
        read(BodyReader(), io.BytesIO(b"theme"), 10)


@pytest.mark.parametrize("body", [DrippingBody(), SilentBody()])
def test_a_slow_body_times_out(body: io.RawIOBase) -> None:
    """A client that sends slowly or nothing is refused after the timeout."""
    with pytest.raises(RequestTimeout, match=r"within 0\.05 s"):
        read(BodyReader(replace(FORMS, seconds=0.05)), body, 1 << 40)
    if isinstance(body, SilentBody):
        body.released.set()


def test_concurrent_bodies_are_limited() -> None:
    """Clients that send nothing occupy few threads, in total and from one address."""
    reader = BodyReader(replace(FORMS, seconds=20))
    bodies = [SilentBody() for _ in range(FORMS.at_once)]
    pending = [reader.begin(body, 9, f"a{number // 4}") for number, body in enumerate(bodies[:-1])]
    with pytest.raises(TooManyBodies):
        reader.begin(io.BytesIO(b"x"), 1, "a0")
    pending.append(reader.begin(bodies[-1], 9, "another"))
    with pytest.raises(TooManyBodies):
        reader.begin(io.BytesIO(b"x"), 1, "one more")
    for body in bodies:
        body.released.set()
    for body_read in pending:
        with pytest.raises(BadRequest):
            reader.wait(body_read, 9)
        assert body_read.ended.wait(20)
    assert read(reader, io.BytesIO(b"x"), 1, "a0") == b"x"


@pytest.mark.parametrize(
    ("request_line", "header", "body", "status"),
    [
        (f"POST {FORM}", "Content-Length: 10", b"theme=dark", 303),
        (f"POST {FORM}", f"Content-Length: {FORMS.max_bytes + 1}", b"", 413),
        (f"POST {FORM}", "Transfer-Encoding: chunked", b"a\r\ntheme=dark\r\n0\r\n\r\n", 411),
        (f"POST {FORM}", "Transfer-Encoding: chunked", b"FFFFFFFFFFFFFFF\r\nx", 411),
        ("GET /", "Content-Length: 50000", b"", 413),
        ("GET /api/v1/search", "Transfer-Encoding: chunked", b"", 413),
        ("POST /api/v1/search", "Content-Length: 50000", b"", 405),
        ("PUT /nothing", "Transfer-Encoding: chunked", b"", 404),
        ("GET /healthz", "Content-Length: 0", b"", 200),
    ],
)
def test_unexpected_bodies_are_refused_unread(
    sample_server: Server, request_line: str, header: str, body: bytes, status: int
) -> None:
    """A refusal does not wait for a body that its client may never send."""
    response_status, head = exchange(sample_server, request_line, header, body)
    path = request_line.split()[1]
    assert response_status == status
    if status >= 400:
        assert ("application/problem+json" in head) == path.startswith("/api")


def exchange(server: Server, request_line: str, header: str, body: bytes) -> tuple[int, str]:
    """Send a raw request and return the status and head of the response."""
    with sending(server, request_line, header, body) as connection:
        received = b""
        while b"\r\n\r\n" not in received and (piece := connection.recv(65_536)):
            received += piece
    return int(received.split()[1]), received.decode("latin-1")


@contextmanager
def sending(server: Server, request_line: str, header: str, body: bytes) -> Iterator[socket.socket]:
    """Open a connection and send a raw request on it."""
    address = urlsplit(server.url)
    head = f"{request_line} HTTP/1.1\r\nHost: {address.netloc}\r\n{header}\r\n\r\n"
    with socket.create_connection(
        (str(address.hostname), address.port or 80), timeout=60
    ) as connection:
        connection.sendall(head.encode() + body)
        yield connection


@pytest.mark.parametrize("first_bytes", [b"", b"t"])
def test_silent_forms_do_not_affect_other_requests(cli: Cli, first_bytes: bytes) -> None:
    """Sixty clients that send at most a byte of a form do not affect other requests."""
    cli("rebuild", "-", stdin=b'{"id": "a", "title": "A tug", "published": "2020-01-01"}\n')
    with serving("serve", folder=cli.folder) as server, ExitStack() as connections:
        base = server.url.rstrip("/")
        silent = [
            connections.enter_context(
                sending(server, f"POST {FORM}", "Content-Length: 500", first_bytes)
            )
            for _ in range(60)
        ]
        statuses = [int(connection.recv(65_536).split()[1]) for connection in silent]
        assert (statuses.count(408), statuses.count(503)) == (4, 56)
        for path in ("/healthz", "/readyz", "/", "/api/v1/search?q=harbour"):
            assert server.get(path).status_code == 200
        without_body = httpx.post(f"{base}{FORM}?theme=dark", timeout=20)
        assert (without_body.status_code, "theme=dark" in without_body.headers["set-cookie"]) == (
            303,
            True,
        )
        assert httpx.post(f"{base}{FORM}", data={"theme": "dark"}, timeout=20).status_code == 503
        for connection in silent:
            connection.close()
        until(
            lambda: (
                httpx.post(f"{base}{FORM}", data={"theme": "dark"}, timeout=20).status_code == 303
            )
        )


def test_the_log_names_the_kind_of_refusal(
    store: GenerationStore, app_of: AppOf, caplog: pytest.LogCaptureFixture
) -> None:
    """The access log has the kind of refusal, and nothing that the client sent."""
    build(store, [article(1)])
    client = app_of().test_client()
    with caplog.at_level("INFO", "dateline.access"):
        assert client.post(FORM, data=b"secret" * 9_000).status_code == 413
    (line,) = caplog.messages
    assert "status=413" in line
    assert "refused=body" in line
    assert "secret" not in caplog.text
    assert 'dateline_refused_total{guard="body"} 1.0' in client.get("/metrics").text
