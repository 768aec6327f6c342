"""Files that pages load: each under a name with a hash of its content, so that a cache may keep it for ever."""

import gzip
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b

from flask import Response, request
from werkzeug.exceptions import NotFound

__all__ = ["StaticFiles"]

FOLDER = "/static/"
_A_YEAR = 365 * 24 * 3600
_GZIP_LEVEL = 9
_HASH = re.compile(r"\.[0-9a-f]{12}(?=\.[^.]+$)")


@dataclass(frozen=True, slots=True)
class _File:
    content: bytes
    compressed: bytes
    mimetype: str
    address: str


class StaticFiles:
    """Files in memory, by name."""

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        self._files = {name: _file(name, content) for name, content in contents.items()}

    def address(self, name: str) -> str:
        """Return the path under which a file is found as long as its content stays."""
        return self._files[name].address

    def answer(self, name: str) -> Response:
        """Answer a path below the folder.

        Raises:
            NotFound: there is no such file. A name with the hash of another content, of a page from before or after
                a change, is answered with what there is, for this once.

        """
        plain = _HASH.sub("", name)
        file = self._files.get(plain)
        if file is None:
            raise NotFound
        small = len(file.compressed) < len(file.content) and bool(request.accept_encodings["gzip"])
        response = Response(file.compressed if small else file.content, mimetype=file.mimetype)
        if small:
            response.headers["Content-Encoding"] = "gzip"
        response.vary.add("Accept-Encoding")
        kept = file.address == FOLDER + name
        response.headers["Cache-Control"] = (
            f"public, max-age={_A_YEAR}, immutable" if kept else "no-cache"
        )
        return response


def _file(name: str, content: bytes) -> _File:
    stem, _, ending = name.rpartition(".")
    digest = blake2b(content, digest_size=6).hexdigest()
    mimetype = mimetypes.types_map.get(f".{ending}", "application/octet-stream")
    return _File(
        content,
        gzip.compress(content, _GZIP_LEVEL, mtime=0),
        mimetype,
        f"{FOLDER}{stem}.{digest}.{ending}",
    )
