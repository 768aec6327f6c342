"""Finds the mentions of one article: what its page marks in title, deck and body.

A long body is read in parts, so that a page of mentions can begin and end within it.
"""

from collections.abc import Iterator
from typing import NamedTuple

from search.analysis.body_markup import body_parts, body_parts_before
from search.model.article import Article
from search.model.mentions import Mention, TextPart
from search.results.highlighting.highlighter import Highlighter
from search.results.mentions.contexts import in_context

__all__ = [
    "ARTICLE_BEGIN",
    "MentionGroup",
    "counts_before",
    "has_words",
    "mention_groups",
    "mentions_of",
]

ARTICLE_BEGIN = -1
"""The start of title and deck, which are read before the body's first character."""
_FIELDS = (TextPart.TITLE, TextPart.DECK, TextPart.BODY)


class MentionGroup(NamedTuple):
    """The mentions of a part of an article that is read at once, and where this part begins."""

    start: int
    mentions: list[Mention]


def has_words(highlighter: Highlighter) -> bool:
    """Return whether anything is marked in the texts of a search's articles."""
    return any(highlighter.marks(field) for field in _FIELDS)


def mentions_of(article: Article, highlighter: Highlighter) -> Iterator[Mention]:
    """Yield all mentions of an article."""
    for group in mention_groups(article, highlighter):
        yield from group.mentions


def mention_groups(
    article: Article, highlighter: Highlighter, start: int = ARTICLE_BEGIN, seen: int = 0
) -> Iterator[MentionGroup]:
    """Yield the mentions of an article from where one of its groups begins.

    `seen` is the number of mentions in the body before.
    """
    if start == ARTICLE_BEGIN:
        heads = [(TextPart.TITLE, article.title), (TextPart.DECK, article.deck)]
        yield MentionGroup(
            ARTICLE_BEGIN,
            [
                mention
                for part, text in heads
                for mention in _mentions([text], article.language, part, highlighter, 0)
            ],
        )
        start = 0
    if not highlighter.marks(TextPart.BODY):
        return
    for part in body_parts(article.body, start):
        mentions = _mentions(
            part.paragraphs, article.language, TextPart.BODY, highlighter, seen + 1
        )
        seen += len(mentions)
        yield MentionGroup(part.start, mentions)


def counts_before(
    article: Article, highlighter: Highlighter, end: int
) -> Iterator[tuple[int, int]]:
    """Yield the groups of the body before one that begins at `end`, the last one first.

    Each is where it begins, and the number of its mentions.
    """
    for part in body_parts_before(article.body, end):
        spans = highlighter.spans_of(part.paragraphs, article.language, TextPart.BODY)
        yield part.start, sum(map(len, spans))


def _mentions(
    texts: list[str], language: str, part: TextPart, highlighter: Highlighter, number: int
) -> list[Mention]:
    """Return the mentions in texts; those of a body are numbered from `number`."""
    found: list[Mention] = []
    for text, spans in zip(texts, highlighter.spans_of(texts, language, part), strict=True):
        for span in spans:
            numbered = number + len(found) if part is TextPart.BODY else 0
            found.append(in_context(text, span, part, numbered))
    return found
