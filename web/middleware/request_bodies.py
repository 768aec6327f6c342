"""Request bodies: read with a deadline on the few routes that take one, refused on all others.

Granian passes a body on as it arrives and has no timeout for it, so a slow client would occupy the
thread that reads. Bodies are therefore read in a small thread pool. A request waits for its body
until a deadline, then it is answered; its thread is free once the client sends the rest or leaves.

Files may be larger than forms and take longer. They have a pool of their own, so that they never
take the place of a form.
"""

import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from threading import Event
from typing import Protocol

from flask import Flask, Response, g, request
from werkzeug.exceptions import (
    BadRequest,
    LengthRequired,
    RequestEntityTooLarge,
    RequestTimeout,
)

from web.limits.client_address import client_address
from web.limits.concurrency import TooManySearches
from web.limits.slots import Slots

__all__ = [
    "FILES",
    "FORMS",
    "MAX_CONCURRENT_BODIES",
    "BodyLimits",
    "BodyReader",
    "PendingBody",
    "TooManyBodies",
    "register",
]

_CHUNKED = "HTTP_TRANSFER_ENCODING"


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """The limits for bodies of one kind: bytes, time, and how many are read at once.

    At most `piece_bytes` are read in one step, which has no timeout.
    """

    max_bytes: int
    seconds: float
    at_once: int
    per_address: int
    piece_bytes: int = 1


FORMS = BodyLimits(8_192, 3.0, at_once=16, per_address=4)
FILES = BodyLimits(4_194_304, 30.0, at_once=4, per_address=2, piece_bytes=4_096)
"""A list of 500 long articles. Byte by byte a file would take seconds of work."""
_FILE_ENDPOINTS = frozenset({"list_file.open_file"})
MAX_CONCURRENT_BODIES = FORMS.at_once + FILES.at_once
"""Bodies that a worker reads at once. Each occupies the request's thread and one that reads."""


class TooManyBodies(TooManySearches):
    """The server is already reading as many bodies as it may."""


class _Stream(Protocol):
    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class PendingBody:
    """A body that is being read; `ended` is set when reading has stopped."""

    body: Future[bytes]
    ended: Event


class BodyReader:
    """Reads bodies in a thread pool, so that a request can stop waiting for a slow client."""

    def __init__(self, limits: BodyLimits = FORMS) -> None:
        self.limits = limits
        self._slots = Slots(limits.at_once, limits.per_address)
        self._executor = ThreadPoolExecutor(limits.at_once, "body")

    def begin(self, stream: _Stream, length: int, address: str) -> PendingBody:
        """Start to read a body of `length` bytes.

        Raises:
            TooManyBodies: too many bodies are being read, in total or from this address.

        """
        release_slot = self._slots.take(address)
        if release_slot is None:
            raise TooManyBodies("The server is receiving too many forms at once; try again.")
        deadline = time.monotonic() + self.limits.seconds
        ended = Event()

        def read() -> bytes:
            try:
                return _read(stream, length, deadline, self.limits.piece_bytes)
            finally:
                release_slot()
                ended.set()

        return PendingBody(self._executor.submit(read), ended)

    def wait(self, pending: PendingBody, length: int) -> bytes:
        """Return the body.

        Raises:
            RequestTimeout: it did not arrive in time.
            BadRequest: it ended early.

        """
        try:
            body = pending.body.result(self.limits.seconds)
        except TimeoutError:
            raise RequestTimeout(
                f"The body did not arrive within {self.limits.seconds:g} s."
            ) from None
        if len(body) < length:
            raise BadRequest("The body is shorter than its Content-Length.")
        return body


def _read(stream: _Stream, length: int, deadline: float, piece_bytes: int) -> bytes:
    """Read until the body is complete, the client closes the connection or the deadline passes."""
    body = bytearray()
    # In small pieces: Granian blocks until all requested bytes have arrived, without a timeout.
    while len(body) < length and (piece := stream.read(min(piece_bytes, length - len(body)))):
        body += piece
        if time.monotonic() > deadline:
            raise TimeoutError
    return bytes(body)


def register(app: Flask) -> None:
    """Refuse bodies on routes that take none, and read the others before the view runs.

    A route takes a body if it answers POST. A refused body stays unread, so the server closes the
    connection afterwards.
    """
    form_reader, file_reader = BodyReader(FORMS), BodyReader(FILES)

    @app.before_request
    def read_body() -> None:
        is_chunked = _CHUNKED in request.environ
        length = request.content_length or 0
        if not (length or is_chunked) or request.url_rule is None:
            return
        if request.method != "POST":
            raise RequestEntityTooLarge("This address takes no body; send the request without one.")
        if is_chunked:
            raise LengthRequired("A body must have a Content-Length; chunked bodies are refused.")
        reader = file_reader if request.endpoint in _FILE_ENDPOINTS else form_reader
        if length > reader.limits.max_bytes:
            raise RequestEntityTooLarge(
                f"The body is too large; {reader.limits.max_bytes:,} bytes are the limit."
            )
        request.max_content_length = request.max_form_memory_size = reader.limits.max_bytes
        g.pending_body = reader.begin(
            request.environ["wsgi.input"], length, client_address(request.environ)
        )
        request.environ["wsgi.input"] = BytesIO(reader.wait(g.pending_body, length))

    @app.after_request
    def wait_for_reader(response: Response) -> Response:
        pending: PendingBody | None = g.get("pending_body")
        if pending is not None and not pending.ended.is_set():
            # Granian would end the request while holding Python's lock and wait for the reader, so
            # all threads of the worker would stop. The response is sent before this waits.
            response.call_on_close(pending.ended.wait)
        return response
