"""Static files, served under names with a hash of their content so that caches keep them forever.

Flask's static folder serves files from disk by their plain names; the style sheet here is generated
from the settings, and a name must change with its content.
"""

import gzip
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b

from flask import Response, request
from werkzeug.exceptions import NotFound

__all__ = ["StaticFiles"]

_URL_PREFIX = "/static/"
_MAX_AGE_SECONDS = 365 * 24 * 3600
_GZIP_LEVEL = 9
_HASH = re.compile(r"\.[0-9a-f]{12}(?=\.[^.]+$)")


@dataclass(frozen=True, slots=True)
class _StaticFile:
    content: bytes
    compressed: bytes
    mimetype: str
    url: str


class StaticFiles:
    """Static files in memory, by name."""

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        self._files = {name: _static_file(name, content) for name, content in contents.items()}

    def url(self, name: str) -> str:
        """Return the URL of a file, which changes with its content."""
        return self._files[name].url

    def respond(self, name: str) -> Response:
        """Return the response for a path below /static/.

        A name with another hash, from a page older or newer than this process, gets the current
        content, which is then not cached.

        Raises:
            NotFound: there is no such file.

        """
        file = self._files.get(_HASH.sub("", name))
        if file is None:
            raise NotFound
        is_smaller = len(file.compressed) < len(file.content)
        is_compressed = is_smaller and bool(request.accept_encodings["gzip"])
        content = file.compressed if is_compressed else file.content
        response = Response(content, mimetype=file.mimetype)
        if is_compressed:
            response.headers["Content-Encoding"] = "gzip"
        response.vary.add("Accept-Encoding")
        is_current = file.url == _URL_PREFIX + name
        response.headers["Cache-Control"] = (
            f"public, max-age={_MAX_AGE_SECONDS}, immutable" if is_current else "no-cache"
        )
        return response


def _static_file(name: str, content: bytes) -> _StaticFile:
    stem, _, suffix = name.rpartition(".")
    digest = blake2b(content, digest_size=6).hexdigest()
    return _StaticFile(
        content,
        gzip.compress(content, _GZIP_LEVEL, mtime=0),
        mimetypes.types_map.get(f".{suffix}", "application/octet-stream"),
        f"{_URL_PREFIX}{stem}.{digest}.{suffix}",
    )
