"""The versions of a text as rows, oldest first, each with how much of it is the same."""

from collections.abc import Sequence
from dataclasses import dataclass

from search.analysis.body_markup import paragraphs
from search.model.article import Article
from search.model.query import SearchQuery
from web.chronicle_urls import reprints_path
from web.presenters.reprints.word_differences import TextWord, same_words, words_of
from web.urls import article_path

__all__ = [
    "MAX_WORDS",
    "Version",
    "body_words",
    "day_of",
    "may_have_more",
    "share_of_same",
    "versions",
]

MAX_WORDS = 20_000
"""Words of a text that is compared with another one, which takes up to half a second."""
_MAX_CHARACTERS = 20 * MAX_WORDS
_MAX_LISTED_WORDS = 20_000
"""Words of all versions that are compared for a list."""
_MOST_VERSIONS = 20
"""Texts that an engine compares with an article; the article itself may be one of them."""


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a text: where and when, and what differs from the article of the page.

    `share` is the share of words that both have in the same order, of all words of both; it is
    None for the article itself, and where the texts are too long to compare for a list.
    """

    article: Article
    day: str
    path: str
    is_this: bool
    share: float | None
    compare_url: str


def day_of(article: Article) -> str:
    """Return the day on which a version first appeared, as far as it is known."""
    return (article.source_published or article.published)[:10]


def versions(
    article: Article, reprints: Sequence[Article], query: SearchQuery | None = None
) -> list[Version]:
    """Return an article and its reprints, oldest first; links to articles keep the search."""
    own = body_words(article)
    room = _MAX_LISTED_WORDS
    is_older = True
    rows: list[Version] = []
    for other in sorted([article, *reprints], key=lambda each: (day_of(each), each.id)):
        is_this = other.id == article.id
        is_older = is_older and not is_this
        words = None if is_this or own is None else body_words(other)
        room -= len(words or ()) + len(own or ())
        # As in the comparison of the two, whose number of same words depends on their order.
        older, newer = (words, own) if is_older else (own, words)
        rows.append(
            Version(
                other,
                day_of(other),
                article_path(other.id, query),
                is_this,
                share_of_same(older, newer) if older and newer and room >= 0 else None,
                "" if is_this else reprints_path(article.id, other.id),
            )
        )
    return rows


def may_have_more(rows: Sequence[Version]) -> bool:
    """Return whether the archive may have further versions, since only some were compared."""
    return len(rows) >= _MOST_VERSIONS


def body_words(article: Article) -> list[TextWord] | None:
    """Return the words of an article's text; None if it is too long to be compared."""
    if len(article.body) > _MAX_CHARACTERS:
        return None
    words = words_of(paragraphs(article.body))
    return words if len(words) <= MAX_WORDS else None


def share_of_same(one: Sequence[TextWord], other: Sequence[TextWord]) -> float:
    """Return the share of words that two texts have in the same order, of all words of both."""
    total = len(one) + len(other)
    return 2 * same_words(one, other) / total if total else 1.0
