"""Places between mentions: a page begins or ends at one, which is a token in its address."""

from dataclasses import dataclass

from search.errors import InvalidQuery
from search.model.cursor import Cursor, decode_token, encode_token
from search.model.query import SearchQuery

__all__ = ["MentionPlace"]

_MARK = "mentions"
"""Keeps the tokens apart from those of a search's pages."""


@dataclass(frozen=True, slots=True)
class MentionPlace:
    """A place between two mentions.

    `articles` is the position of the article of the next mention. Within it, the mentions of the
    part that begins at `start` follow after `skip` of them; `seen` mentions of the article are
    before, `seen_in_body` of them in its body. `before` counts the mentions of all articles, and
    `total` is the number of all mentions where it is known. With `backwards` the page ends here.
    """

    articles: Cursor
    start: int
    skip: int = 0
    seen: int = 0
    seen_in_body: int = 0
    before: int = 0
    total: int | None = None
    backwards: bool = False

    def encode(self, query: SearchQuery) -> str:
        """Return the token that continues this search here."""
        articles = self.articles
        position = [articles.generation, articles.offset, articles.key, articles.skip]
        within = [self.start, self.skip, self.seen, self.seen_in_body]
        counts = [self.before, self.total, self.backwards]
        return encode_token(query, [_MARK, *position, *within, *counts])

    @classmethod
    def decode(cls, token: str, query: SearchQuery) -> "MentionPlace":
        """Parse a token.

        Raises:
            InvalidQuery: the text is not a token, or one of another search.

        """
        match decode_token(token, query):
            case [
                str(mark),
                str(generation),
                int(offset),
                (int() | None) as key,
                int(articles_skip),
                int(start),
                int(skip),
                int(seen),
                int(seen_in_body),
                int(before),
                (int() | None) as total,
                bool(backwards),
            ] if mark == _MARK:
                articles = Cursor(generation, offset, key, articles_skip)
                return cls(articles, start, skip, seen, seen_in_body, before, total, backwards)
        raise InvalidQuery(
            "cursor",
            "this cursor does not belong to the mentions of this search; start from their first "
            "page and follow its links",
        )
