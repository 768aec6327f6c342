"""Cursors: opaque tokens that walk all matches of a search, each exactly once while its generation stands.

A token is base64url of a JSON array `[check, generation, kind, place…]`; `check` binds it to the search it came from.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

import orjson

from search.errors import CursorExpired, InvalidQuery
from search.model.query import MAX_PAGED_HITS, SearchQuery

__all__ = ["Cursor", "page_window"]


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place among the matches: `offset` of them lie before it.

    In the date orders `key` is the last sort key before it, which `skip` of them have. By relevance `after` may name the
    last match before it as an engine finds it again: its score, its sort key, its id.
    """

    generation: str
    offset: int
    key: int | None = None
    skip: int = 0
    after: tuple[float, int, str] | None = None

    @classmethod
    def of(cls, query: SearchQuery, generation: str) -> "Cursor":
        """Return the place where a search's page begins.

        Raises:
            InvalidQuery: the query's cursor is none of this search's.
            CursorExpired: it is of another generation and cannot go on in this one.

        """
        if query.cursor is None:
            return cls(generation, query.offset)
        cursor = cls.decode(query.cursor, query)
        if cursor.generation != generation and cursor.key is None:
            raise CursorExpired(
                "the archive was updated since this cursor was made, and the order by relevance changed with it; "
                "start from the first page"
            )
        return cursor

    def moved_from(self, generation: str) -> str:
        """Return the generation that it is of, "" where that is the one that answers."""
        return "" if self.generation == generation else self.generation

    def past(self, keys: Sequence[int]) -> "Cursor":
        """Return the place past hits with these sort keys, in a date order."""
        if not keys:
            return self
        last = keys[-1]
        skip = keys.count(last) + (self.skip if last == self.key else 0)
        return Cursor(self.generation, self.offset + len(keys), last, skip)

    def encode(self, query: SearchQuery) -> str:
        """Write the token that goes on with this search."""
        place: list[object] = [self.generation, self.offset, self.key, self.skip]
        if self.after:
            place.append(list(self.after))
        return (
            base64.urlsafe_b64encode(orjson.dumps([_check(query, place), *place]))
            .rstrip(b"=")
            .decode()
        )

    @classmethod
    def decode(cls, token: str, query: SearchQuery) -> "Cursor":
        """Read a token back.

        Raises:
            InvalidQuery: it is none, or was made for another search.

        """
        foreign = InvalidQuery(
            "cursor",
            "this is no cursor of this search; start from its first page and follow links.next",
        )
        try:
            data = orjson.loads(base64.urlsafe_b64decode(token.encode() + b"=" * (-len(token) % 4)))
        except (binascii.Error, orjson.JSONDecodeError, UnicodeEncodeError) as error:
            raise foreign from error
        match data:
            case [str(check), str(generation), int(offset), (int() | None) as key, int(skip)]:
                if check == _check(query, [generation, offset, key, skip]):
                    return cls(generation, offset, key, skip)
            case [
                str(check),
                str(generation),
                int(offset),
                None,
                0,
                [float(score), int(sort_key), str(article_id)],
            ]:
                if check == _check(
                    query, [generation, offset, None, 0, [score, sort_key, article_id]]
                ):
                    return cls(generation, offset, after=(score, sort_key, article_id))
        raise foreign


def page_window(query: SearchQuery, generation: str, margin: int) -> tuple[Cursor, int]:
    """Return where a search's page with up to `margin` more hits on either side begins, and its size.

    There is no margin before a page that begins at a cursor, nor past the hits that page numbers
    reach. Raises as `Cursor.of`.
    """
    cursor = Cursor.of(query, generation)
    if query.cursor is not None:
        return cursor, query.size + margin
    before = min(margin, cursor.offset)
    after = max(0, min(margin, MAX_PAGED_HITS - cursor.offset - query.size))
    return Cursor(generation, cursor.offset - before), before + query.size + after


def _check(query: SearchQuery, place: list[object]) -> str:
    # Page, size of lists and the cursor itself do not change which articles match, nor their order.
    fixed = replace(
        query, page=1, size=1, cursor=None, facet_size=1, explain=False, all_reprints=False
    )
    order_free = replace(fixed, filters=tuple(sorted(fixed.filters)))
    return blake2b(
        repr((order_free, place)).encode("utf-8", "surrogatepass"), digest_size=9
    ).hexdigest()
