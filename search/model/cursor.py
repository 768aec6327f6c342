"""Cursors: opaque tokens to page through all matches of a search.

Within one generation every match is returned exactly once. A token is the base64url encoding of a
JSON array: a checksum that binds it to its search, the generation, and the position.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

import orjson

from search.errors import CursorExpired, InvalidQuery
from search.model.query import MAX_PAGED_HITS, SearchQuery

__all__ = ["Cursor", "decode_token", "encode_token", "page_window"]


@dataclass(frozen=True, slots=True)
class Cursor:
    """A position among the matches, after the first `offset` of them.

    In date order, `key` is the sort key of the last match before it, and `skip` the number of
    matches before it with the same key. By relevance, `after` may hold the score, sort key and id
    of the last match before it, for engines that continue from these values.
    """

    generation: str
    offset: int
    key: int | None = None
    skip: int = 0
    after: tuple[float, int, str] | None = None

    @classmethod
    def of(cls, query: SearchQuery, generation: str) -> "Cursor":
        """Return the position at which a search's page begins.

        Raises:
            InvalidQuery: the cursor belongs to another search or is not a cursor.
            CursorExpired: the cursor is of another generation, and positions by relevance are
                not valid in this one.

        """
        if query.cursor is None:
            return cls(generation, query.offset)
        cursor = cls.decode(query.cursor, query)
        if cursor.generation != generation and cursor.key is None:
            raise CursorExpired(
                "the archive was updated after this cursor was created, which changed the order by "
                "relevance; start from the first page"
            )
        return cursor

    def moved_from(self, generation: str) -> str:
        """Return the cursor's generation if it is another one, "" otherwise."""
        return "" if self.generation == generation else self.generation

    def past(self, keys: Sequence[int]) -> "Cursor":
        """Return the position after hits with these sort keys, in date order."""
        if not keys:
            return self
        last = keys[-1]
        skip = keys.count(last) + (self.skip if last == self.key else 0)
        return Cursor(self.generation, self.offset + len(keys), last, skip)

    def encode(self, query: SearchQuery) -> str:
        """Return the token that continues this search here."""
        position: list[object] = [self.generation, self.offset, self.key, self.skip]
        if self.after:
            position.append(list(self.after))
        return encode_token(query, position)

    @classmethod
    def decode(cls, token: str, query: SearchQuery) -> "Cursor":
        """Parse a token.

        Raises:
            InvalidQuery: the token is not a cursor, or belongs to another search.

        """
        match decode_token(token, query):
            case [str(generation), int(offset), (int() | None) as key, int(skip)]:
                return cls(generation, offset, key, skip)
            case [
                str(generation),
                int(offset),
                None,
                0,
                [float(score), int(sort_key), str(article_id)],
            ]:
                return cls(generation, offset, after=(score, sort_key, article_id))
        raise _invalid()


def encode_token(query: SearchQuery, position: list[object]) -> str:
    """Return the token of a position in a search."""
    token = base64.urlsafe_b64encode(orjson.dumps([_checksum(query, position), *position]))
    return token.rstrip(b"=").decode()


def decode_token(token: str, query: SearchQuery) -> list[Any]:
    """Return the position that a token of a search has.

    Raises:
        InvalidQuery: the text is not a token, or one of another search.

    """
    try:
        data = orjson.loads(base64.urlsafe_b64decode(token.encode() + b"=" * (-len(token) % 4)))
    except (binascii.Error, orjson.JSONDecodeError, UnicodeEncodeError) as error:
        raise _invalid() from error
    match data:
        case [str(checksum), *position] if checksum == _checksum(query, position):
            return position
    raise _invalid()


def _invalid() -> InvalidQuery:
    return InvalidQuery(
        "cursor",
        "this cursor does not belong to this search; start from its first page and follow "
        "links.next",
    )


def page_window(query: SearchQuery, generation: str, margin: int) -> tuple[Cursor, int]:
    """Return the start and size of a search's page with up to `margin` more hits on either side.

    There is no margin before a page that begins at a cursor, nor past the hits that page numbers
    reach. Raises as `Cursor.of`.
    """
    cursor = Cursor.of(query, generation)
    if query.cursor is not None:
        return cursor, query.size + margin
    before = min(margin, cursor.offset)
    after = max(0, min(margin, MAX_PAGED_HITS - cursor.offset - query.size))
    return Cursor(generation, cursor.offset - before), before + query.size + after


def _checksum(query: SearchQuery, position: list[object]) -> str:
    # These parameters change neither which articles match nor their order.
    fixed = replace(
        query, page=1, size=1, cursor=None, facet_size=1, explain=False, all_reprints=False
    )
    order_free = replace(fixed, filters=tuple(sorted(fixed.filters)))
    return blake2b(
        repr((order_free, position)).encode("utf-8", "surrogatepass"), digest_size=9
    ).hexdigest()
