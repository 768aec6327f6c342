"""Article ids in paths.

Browsers, proxies and HTTP clients resolve the segments `.` and `..` of a path, also where they are
percent-encoded, and some decode a path before they do. So such a segment of an id has a `~` in
front of it in a path (`/articles/~..`), and a segment that looks like that already has one more.
No two ids share a path.
"""

import re
from urllib.parse import quote

from werkzeug.routing import BaseConverter

__all__ = ["ArticleIdConverter", "quoted_id"]

_DOTS = re.compile(r"(?<![^/\\])(~*\.{1,2})(?![^/\\])")
_ESCAPED_DOTS = re.compile(r"(?<![^/\\])~(~*\.{1,2})(?![^/\\])")


def quoted_id(article_id: str) -> str:
    """Return an id as one percent-encoded segment of a path."""
    if "." in article_id:
        article_id = _DOTS.sub(r"~\1", article_id)
    return quote(article_id, safe="")


class ArticleIdConverter(BaseConverter):
    """The part of a path that is an id, which may contain anything, including slashes."""

    regex = "(?s:.+)"
    part_isolating = False
    weight = 300

    def to_python(self, value: str) -> str:
        """Return the id."""
        return _ESCAPED_DOTS.sub(r"\1", value)

    def to_url(self, value: str) -> str:
        """Return the part of the path."""
        return quoted_id(value)
