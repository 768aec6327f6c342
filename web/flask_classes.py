"""Requests and responses as this service needs them, with less work for each than Flask's own."""

from collections.abc import Callable, Iterable
from functools import cached_property
from http import HTTPStatus
from io import BytesIO
from typing import IO, Any
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Request, Response
from htmx_flask.requests import HtmxHeaders

__all__ = ["SiteRequest", "SiteResponse"]


class SiteRequest(Request):
    """A request with htmx's headers, which are read on first use; Htmx's own reads them always."""

    @cached_property
    def htmx(self) -> HtmxHeaders:
        """The headers of htmx; true for a request that htmx sent."""
        return HtmxHeaders(self.headers)

    def _get_file_stream(self, *_: object, **__: object) -> IO[bytes]:
        """Return where a file of a form goes: to memory, as its size is limited; see Werkzeug.

        Werkzeug would write it to disk, which a server may not be allowed to.
        """
        return BytesIO()


class SiteResponse(Response):
    """A response whose body in memory is passed on as one block, in a list.

    The server then sends it without returning to Python for each chunk and for the end. Flask turns
    the responses of views into this class.
    """

    has_cleanup = False
    """True if functions wait for the end of the response; only an iterator reports that."""

    def call_on_close(self, func: Callable[[], Any]) -> Callable[[], Any]:
        """Call a function when the response has been sent; see Werkzeug."""
        self.has_cleanup = True
        return super().call_on_close(func)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Send the response; see Werkzeug, which also corrects headers of other statuses."""
        if (
            self.status_code != HTTPStatus.OK
            or environ["REQUEST_METHOD"] != "GET"
            or self.has_cleanup
            or not self.is_sequence
        ):
            return super().__call__(environ, start_response)
        body = self.get_data()
        headers = self.headers.to_wsgi_list()
        if not self.headers.getlist("Content-Length"):
            headers.append(("Content-Length", str(len(body))))
        start_response(self.status, headers)
        self.close()
        return [body]
