"""The path that the service is mounted under, such as `/archive`: every address begins with it.

Flask's `request.script_root` has it as well, but takes a microsecond per link, needs a request and
is gone while a response is streamed.
"""

from collections.abc import Callable, Iterable, Iterator
from contextvars import Context, ContextVar, copy_context
from urllib.parse import quote, unquote_to_bytes
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from search.settings.mount_paths import mount_path_of

__all__ = ["REFUSED", "Mounting", "mount_path", "mounted"]

REFUSED = "dateline.refused_mount_path"
"""The key of the WSGI environment with a malformed path that a request was mounted under."""
_FORWARDED_PREFIX = "HTTP_X_FORWARDED_PREFIX"
_mount_path: ContextVar[str] = ContextVar("mount_path", default="")


def mount_path() -> str:
    """Return the path that this request's service is mounted under, "" for the root of a host."""
    return _mount_path.get()


def mounted(path: str) -> str:
    """Return the address of a path of this service, such as `/archive/help` for `/help`."""
    return _mount_path.get() + path


class Mounting:
    """WSGI middleware that finds the path of each request and takes it off the request's path.

    It is, in this order, the path in the setting `address` (`fixed`), `X-Forwarded-Prefix` if
    there are trusted proxies, and `SCRIPT_NAME`. Proxies may have removed it from the request or
    not; it is recognized unless it begins with one of `own_names`, the names that paths of the
    service begin with.
    """

    def __init__(
        self,
        application: WSGIApplication,
        fixed: str,
        proxies: int,
        own_names: Callable[[], frozenset[str]],
    ) -> None:
        self._application = application
        self._fixed = fixed
        self._proxies = proxies
        self._own_names = own_names

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Handle a request. A malformed path is left to `site_address`, which refuses it."""
        forwarded = self._fixed or (self._proxies and self._forwarded_prefix(environ))
        written = forwarded or quote(environ.get("SCRIPT_NAME", ""), encoding="latin-1")
        path = mount_path_of(written)
        if path is None:
            environ[REFUSED] = written
        if not path:
            environ["SCRIPT_NAME"] = ""
            return self._application(environ, start_response)
        self._split_path(environ, path, is_removed=not forwarded)
        # A copy, so that the path ends with the response, which may be streamed.
        context = copy_context()
        context.run(_mount_path.set, path)
        response = context.run(self._application, environ, start_response)
        return response if isinstance(response, list) else _Chunks(context, response)

    def _forwarded_prefix(self, environ: WSGIEnvironment) -> str:
        """Return the value that the outermost trusted proxy sent.

        Often only one of several proxies sends the header. Then there are fewer values than
        proxies, and the first one counts.
        """
        values = environ.get(_FORWARDED_PREFIX, "").split(",")
        return str(values[-min(self._proxies, len(values))]).strip()

    def _split_path(self, environ: WSGIEnvironment, path: str, *, is_removed: bool) -> None:
        decoded = unquote_to_bytes(path).decode("latin-1")
        environ["SCRIPT_NAME"] = decoded
        rest = environ.get("PATH_INFO", "")
        is_ambiguous = path.split("/")[1] in self._own_names()
        if not (is_removed or is_ambiguous) and f"{rest}/".startswith(f"{decoded}/"):
            rest = rest[len(decoded) :]
        environ["PATH_INFO"] = rest or "/"


class _Chunks:
    """A response's chunks, each made in the context of its request."""

    def __init__(self, context: Context, chunks: Iterable[bytes]) -> None:
        self._context = context
        self._chunks = chunks
        self._iterator: Iterator[bytes] = context.run(iter, chunks)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        return self._context.run(next, self._iterator)

    def close(self) -> None:
        close = getattr(self._chunks, "close", None)
        if close is not None:
            self._context.run(close)
