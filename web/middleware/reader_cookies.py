"""The cookies in which a reader keeps a list of articles and saved searches.

They are set only when the reader changes what is in them. They identify nobody: every reader with
the same list has the same cookie, and the server keeps no copy.
"""

from hashlib import blake2b

from flask import Response, request

from web.mount_path import mount_path

__all__ = ["LIST_COOKIE", "SEARCHES_COOKIE", "keep", "kept_tag"]

LIST_COOKIE = "list"
SEARCHES_COOKIE = "searches"
_YEAR_SECONDS = 365 * 24 * 3600


def kept_tag() -> str:
    """Return a text for entity tags that differs by what is in the cookies, "" without them."""
    texts = [request.cookies.get(name, "") for name in (LIST_COOKIE, SEARCHES_COOKIE)]
    if not any(texts):
        return ""
    return blake2b("\n".join(texts).encode("utf-8", "surrogatepass"), digest_size=5).hexdigest()


def keep(response: Response, name: str, text: str) -> None:
    """Make a response set a cookie, or delete it if it has no text."""
    path = mount_path() or "/"
    if text:
        response.set_cookie(
            name,
            text,
            _YEAR_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure,
            path=path,
        )
    else:
        response.delete_cookie(
            name, httponly=True, samesite="Lax", secure=request.is_secure, path=path
        )
