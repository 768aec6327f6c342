"""Bodies of requests: few routes take one, all others refuse it unread; see `register`.

Granian hands a body on as it comes, and a thread that reads it waits as long as its client likes.
So bodies are read by threads of their own, few at once, and who asks waits for them until a deadline.
"""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Protocol

from flask import Flask, request
from werkzeug.exceptions import (
    BadRequest,
    LengthRequired,
    RequestEntityTooLarge,
    RequestTimeout,
)

from web.client_address import client_address
from web.places import Places
from web.search_gate import Busy

__all__ = ["MAX_BODY_BYTES", "PLACES", "BodyReader", "TooManyBodies", "register"]

MAX_BODY_BYTES = 8_192
"""Of the forms that there are; an id that is put on a list has 500 characters at most."""
PLACES = 4
"""Threads of a worker that wait for bodies at once."""
_MAX_READING = 16
"""Threads that read: one whose client sends nothing more reads on until the connection ends."""
_MAX_OF_ADDRESS = 4
_SECONDS = 3.0
_CHUNKED = "HTTP_TRANSFER_ENCODING"


class TooManyBodies(Busy):
    """As many bodies as may be read at once are on their way."""


class _Stream(Protocol):
    def read(self, size: int, /) -> bytes: ...


class BodyReader:
    """Reads bodies in threads of its own, so that none holds one that searches need."""

    def __init__(self, seconds: float = _SECONDS) -> None:
        self._seconds = seconds
        self._waiting = threading.BoundedSemaphore(PLACES)
        self._reading = Places(_MAX_READING, _MAX_OF_ADDRESS)
        self._executor = ThreadPoolExecutor(_MAX_READING, "body")

    def read(self, stream: _Stream, length: int, address: str) -> bytes:
        """Return a body of so many bytes.

        Raises:
            TooManyBodies: as many as may are on their way, in all or from this address.
            RequestTimeout: it did not come in time.
            BadRequest: it ended early.

        """
        if not self._waiting.acquire(blocking=False):
            raise _busy()
        try:
            leave = self._reading.take(address)
            if leave is None:
                raise _busy()
            deadline = time.monotonic() + self._seconds

            def read() -> bytes:
                try:
                    return _read(stream, length, deadline)
                finally:
                    leave()

            try:
                body = self._executor.submit(read).result(self._seconds)
            except TimeoutError:
                body = None
        finally:
            self._waiting.release()
        if body is None:
            raise RequestTimeout(f"A body must be here within {self._seconds:g} s.")
        if len(body) < length:
            raise BadRequest("The body ended before the length that was said of it.")
        return body


def _busy() -> TooManyBodies:
    return TooManyBodies("As many forms as this server reads at once are on their way; try again.")


def _read(stream: _Stream, length: int, deadline: float) -> bytes:
    """Read until all is there, the client ended or the time is over; what is there then comes back."""
    body = bytearray()
    # Byte by byte: Granian waits for all that is asked for, and would do so for ever.
    while len(body) < length and (piece := stream.read(1)):
        body += piece
        if time.monotonic() > deadline:
            raise TimeoutError
    return bytes(body)


def register(app: Flask) -> None:
    """Let the app refuse bodies where none is taken, and read the others before a view asks for them.

    A route takes a body when it answers POST. A refusal leaves the body unread, so the server ends
    the connection after it.
    """
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = MAX_BODY_BYTES
    reader = BodyReader()

    @app.before_request
    def read_body() -> None:
        is_chunked = _CHUNKED in request.environ
        length = request.content_length or 0
        if not (length or is_chunked) or request.url_rule is None:
            return
        if request.method != "POST":
            raise RequestEntityTooLarge("This address takes no body; leave it out.")
        if is_chunked:
            raise LengthRequired("A body here needs a Content-Length; send it in one piece.")
        if length > MAX_BODY_BYTES:
            raise RequestEntityTooLarge(f"A body here has {MAX_BODY_BYTES:,} bytes at most.")
        body = reader.read(request.environ["wsgi.input"], length, client_address(request.environ))
        request.environ["wsgi.input"] = BytesIO(body)
