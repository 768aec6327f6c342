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

from search.engine import GenerationStore
from tests.conftest import AppOf, Server, article, build
from tests.polling import until
from web.request_bodies import MAX_BODY_BYTES, PLACES, BodyReader, TooManyBodies

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


def test_a_body_is_read_whole() -> None:
    """What a form says arrives, however it is cut on its way."""
    assert BodyReader().read(io.BytesIO(b"theme=dark"), 10, "one") == b"theme=dark"


def test_a_body_that_ends_early_is_said() -> None:
    """A form that was cut off on its way is not taken for a whole one."""
    with pytest.raises(BadRequest, match="ended before"):
        BodyReader().read(io.BytesIO(b"theme"), 10, "one")


@pytest.mark.parametrize("body", [Dripping(), Silent()])
def test_a_body_that_does_not_come_is_given_up(body: io.RawIOBase) -> None:
    """A client that sends slowly, or nothing, holds who waits for it no longer than a time."""
    with pytest.raises(RequestTimeout, match=r"within 0\.05 s"):
        BodyReader(0.05).read(body, 1 << 40, "one")
    if isinstance(body, Silent):
        body.go.set()


def test_few_bodies_are_awaited_at_once() -> None:
    """Clients that send nothing of their forms hold so many threads that wait, and no more."""
    reader = BodyReader(20)
    bodies = [Silent() for _ in range(PLACES)]
    waiting = [
        threading.Thread(target=pytest.raises, args=(BadRequest, reader.read, body, 9, f"a{number}"))
        for number, body in enumerate(bodies)
    ]
    for thread, body in zip(waiting, bodies, strict=True):
        thread.start()
        assert body.asked.wait(20)
    with pytest.raises(TooManyBodies):
        reader.read(io.BytesIO(b"x"), 1, "another")
    for body in bodies:
        body.go.set()
    for thread in waiting:
        thread.join(20)
    assert reader.read(io.BytesIO(b"x"), 1, "another") == b"x"


def test_one_address_does_not_take_all_readers() -> None:
    """Clients of one address that send nothing leave forms of others to be read."""
    reader = BodyReader(0.02)
    bodies = [Silent() for _ in range(4)]
    for body in bodies:
        with pytest.raises(RequestTimeout):
            reader.read(body, 9, "one")
    with pytest.raises(TooManyBodies):
        reader.read(io.BytesIO(b"x"), 1, "one")
    assert reader.read(io.BytesIO(b"x"), 1, "two") == b"x"
    for body in bodies:
        body.go.set()


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
    with socket.create_connection((str(address.hostname), address.port or 80), timeout=60) as connection:
        connection.sendall(head.encode() + body)
        yield connection


def test_forms_that_never_come_stop_nothing_else(sample_server: Server) -> None:
    """With sixty clients that say a form comes and send a byte of it, pages and probes are answered and the switch works."""
    base = sample_server.url.rstrip("/")
    with ExitStack() as held:
        for _ in range(60):
            held.enter_context(sending(sample_server, f"POST {FORM}", "Content-Length: 500", b"t"))
        for path in ("/healthz", "/readyz", "/", "/api/v1/search?q=harbour"):
            assert sample_server.get(path).status_code == 200
        switched = httpx.post(f"{base}{FORM}?theme=dark", timeout=20)
        assert (switched.status_code, "theme=dark" in switched.headers["set-cookie"]) == (303, True)
    until(lambda: httpx.post(f"{base}{FORM}", data={"theme": "dark"}, timeout=20).status_code == 303)


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
