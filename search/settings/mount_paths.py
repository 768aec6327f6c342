"""The path that a site is mounted under, in the setting `address` and in requests."""

import re
from urllib.parse import quote, unquote

__all__ = ["mount_path_of"]

_MAX_LENGTH = 200
"""Characters of a path; every link of a page repeats it."""
_WRITTEN = re.compile(r"(?:/(?:[A-Za-z0-9._~-]|%[0-9A-Fa-f]{2})+)+/?")
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f/\\?#%]")
_DOT_SEGMENTS = (".", "..")


def mount_path_of(text: str) -> str | None:
    """Return a path in its one spelling, such as `/archive`, "" for "" and `/`, or None.

    None is everything else: a client may have sent it, and links begin with it. So it can neither
    lead to another host (`//evil.example`) or directory (`..`), nor end an attribute.
    """
    if text in ("", "/"):
        return ""
    if len(text) > _MAX_LENGTH or not _WRITTEN.fullmatch(text):
        return None
    try:
        segments = [unquote(segment, errors="strict") for segment in text.strip("/").split("/")]
    except UnicodeDecodeError:
        return None
    if any(segment in _DOT_SEGMENTS or _FORBIDDEN.search(segment) for segment in segments):
        return None
    return "".join(f"/{quote(segment, safe='')}" for segment in segments)
