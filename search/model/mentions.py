"""Mentions: every place of a search's words and phrases in the texts of its matches."""

from dataclasses import dataclass
from enum import StrEnum

from search.model.article import Article
from search.model.query import SearchQuery
from search.model.results import Synonym

__all__ = [
    "MAX_MENTIONS_SHOWN",
    "ArticleMentions",
    "Mention",
    "MentionPage",
    "TextPart",
]

MAX_MENTIONS_SHOWN = 100
"""Mentions on one page."""


class TextPart(StrEnum):
    """The part of an article that a mention is in."""

    TITLE = "title"
    DECK = "deck"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Mention:
    """A marked run with the text around it, which ends at words.

    `is_cut_before` and `is_cut_after` say whether its paragraph goes on there. `number` counts the
    mentions in the body from 1, as the marks of the article's page; it is 0 in title and deck.
    """

    part: TextPart
    before: str
    text: str
    after: str
    is_cut_before: bool
    is_cut_after: bool
    number: int = 0


@dataclass(frozen=True, slots=True)
class ArticleMentions:
    """Mentions of one article, whose number among all matches counts from 1.

    `is_continued` is true if others of the article are on the page before.
    """

    article: Article
    number: int
    is_continued: bool
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MentionPage:
    """Some mentions of a search, the oldest article first.

    `has_words` is false if the search has no words to look for in the texts. `total` is the number
    of all mentions where it is known. `last_read` is the number of the last article that was read
    for the page, which may have no mention. What the search was corrected and relaxed to is said
    as in SearchPage.
    """

    query: SearchQuery
    has_words: bool
    articles: int
    generation: str
    found: tuple[ArticleMentions, ...] = ()
    first: int = 0
    """Mentions before this page."""
    total: int | None = None
    first_read: int = 0
    last_read: int = 0
    following: str | None = None
    before: str | None = None
    moved_from: str = ""
    """The generation of the query's cursor, if another one answered."""
    corrected: str = ""
    synonyms: tuple[Synonym, ...] = ()
    full_matches: int | None = None
    """Matches with every word, if others were added to them."""
    needs_most: bool = False

    @property
    def shown(self) -> int:
        """The number of mentions on this page."""
        return sum(len(of_article.mentions) for of_article in self.found)
