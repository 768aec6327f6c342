"""Bodies of requests: few routes take one, all others refuse it unread; see `register`.

Granian hands a body on as it comes, and a thread that reads it waits as long as its client likes.
So bodies are read by threads of their own, few at once. A request waits for its body until a deadline;
then it is answered, and keeps its thread until its client sends the rest or leaves.
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

__all__ = ["MAX_BODY_BYTES", "PLACES", "BodyReader", "Reading", "TooManyBodies", "register"]

MAX_BODY_BYTES = 8_192
"""Of the forms that there are; an id that is put on a list has 500 characters at most."""
PLACES = 16
"""Requests of a worker that wait for their bodies at once; each holds a thread, and another one that reads."""
_MAX_OF_ADDRESS = 4
_SECONDS = 3.0
_CHUNKED = "HTTP_TRANSFER_ENCODING"


class TooManyBodies(TooManySearches):
    """As many bodies as may be read at once are on their way."""


class _Stream(Protocol):
    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """A body on its way; `ended` is set when nothing more is read of it."""

    body: Future[bytes]
    ended: Event


class BodyReader:
    """Reads bodies in threads of its own, so that who waits for one waits no longer than a time."""

    def __init__(self, seconds: float = _SECONDS) -> None:
        self._seconds = seconds
        self._places = Slots(PLACES, _MAX_OF_ADDRESS)
        self._executor = ThreadPoolExecutor(PLACES, "body")

    def begin(self, stream: _Stream, length: int, address: str) -> Reading:
        """Begin to read a body of so many bytes.

        Raises:
            TooManyBodies: as many as may are on their way, in all or from this address.

        """
        leave = self._places.take(address)
        if leave is None:
            raise TooManyBodies(
                "As many forms as this server reads at once are on their way; try again."
            )
        deadline = time.monotonic() + self._seconds
        ended = Event()

        def read() -> bytes:
            try:
                return _read(stream, length, deadline)
            finally:
                leave()
                ended.set()

        return Reading(self._executor.submit(read), ended)

    def wait(self, reading: Reading, length: int) -> bytes:
        """Return the body.

        Raises:
            RequestTimeout: it did not come in time.
            BadRequest: it ended early.

        """
        try:
            body = reading.body.result(self._seconds)
        except TimeoutError:
            raise RequestTimeout(f"A body must be here within {self._seconds:g} s.") from None
        if len(body) < length:
            raise BadRequest("The body ended before the length that was said of it.")
        return body


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
        g.reading = reader.begin(
            request.environ["wsgi.input"], length, client_address(request.environ)
        )
        request.environ["wsgi.input"] = BytesIO(reader.wait(g.reading, length))

    @app.after_request
    def end_reading(response: Response) -> Response:
        reading: Reading | None = g.get("reading")
        if reading is not None and not reading.ended.is_set():
            # A request that ended while its body is read stops all threads of its worker (Granian waits for the
            # reader with Python's lock held). The answer is sent before this waits; a client that is silent stays.
            response.call_on_close(reading.ended.wait)
        return response
