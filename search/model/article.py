"""An article: the value that indexers produce and engines store."""

import datetime as dt
from dataclasses import asdict, dataclass, fields
from operator import attrgetter
from typing import Any

import msgspec
import orjson

__all__ = ["ARTICLE_KEYS", "Article", "with_origin"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article, with the keys of JSON Lines, the index and the API; see docs/articles.md.

    Strings are never None, and lists never contain duplicates. `published` is an ISO 8601 date or
    date-time.
    """

    id: str
    title: str
    deck: str = ""
    byline: str = ""
    authors: tuple[str, ...] = ()
    published: str
    regions: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()
    source: str = ""
    source_url: str = ""
    source_published: str = ""
    url: str = ""
    language: str = "en"
    body: str = ""
    author_note: str = ""
    image_credit: str = ""
    copyright: str = ""
    origin: str = ""

    @property
    def day(self) -> dt.date:
        """The day of publication as written, in its own time zone."""
        return dt.date.fromisoformat(self.published[:10])

    @property
    def timestamp(self) -> int:
        """Seconds since 1970-01-01T00:00Z, negative before; times without a zone are UTC."""
        if len(self.published) == _DAY_LENGTH:
            return (self.day.toordinal() - _EPOCH_DAY) * _SECONDS_PER_DAY
        published = dt.datetime.fromisoformat(self.published)
        if published.tzinfo is None:
            published = published.replace(tzinfo=dt.UTC)
        return int((published - _EPOCH).total_seconds())

    def to_dict(self) -> dict[str, Any]:
        """Return all keys, including empty ones."""
        return asdict(self)

    def content_json(self) -> bytes:
        """Return the non-empty keys except `origin` as one line of JSON.

        It is the same for articles with the same content, so it can be hashed.
        """
        return orjson.dumps(
            {key: value for key, value in zip(_CONTENT_KEYS, _content(self), strict=True) if value}
        )

    def to_json(self) -> bytes:
        """Return the non-empty keys as one line of JSON."""
        return with_origin(self.content_json(), self.origin)

    @staticmethod
    def from_json(data: bytes | str) -> "Article":
        """Parse the output of `to_json`."""
        return _DECODER.decode(data)


_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_EPOCH_DAY = _EPOCH.toordinal()
_DAY_LENGTH = len("2017-07-12")
_SECONDS_PER_DAY = 86_400
# Takes half the time of a dictionary of which an article is made.
_DECODER = msgspec.json.Decoder(Article)
ARTICLE_KEYS = tuple(field.name for field in fields(Article))
"""The keys of an article in their fixed order."""
_CONTENT_KEYS = ARTICLE_KEYS[:-1]
_content = attrgetter(*_CONTENT_KEYS)


def with_origin(content_json: bytes, origin: str) -> bytes:
    """Add `origin` to the output of `content_json`."""
    return (
        content_json[:-1] + b',"origin":' + orjson.dumps(origin) + b"}" if origin else content_json
    )
