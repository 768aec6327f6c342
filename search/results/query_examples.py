"""Examples of the query language in the words of an archive, so that each of them finds something.

Candidates come from the titles of a sample of articles; the caller counts them in the whole
archive, and those that find most are chosen. So no engine needs to list its phrases.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import chain, pairwise
from typing import NamedTuple, TypeVar

from search.analysis.analyzer import analyzer
from search.model.article import Article
from search.query.vocabulary.words import is_word, letter_count

__all__ = ["ExampleKind", "QueryExample", "candidate_examples", "chosen_examples"]

_Item = TypeVar("_Item", str, tuple[str, str])

_PER_KIND = 6
"""Candidates of each kind, since each costs a count."""
_MIN_LETTERS = 4
_MAX_LETTERS = 14
_MIN_PREFIX = 4
_NEAR_WORDS = 2
"""Most words between those of a pair in a title that is an example for near words."""
_SLOP = 4
_OPERATORS = frozenset({"and", "or", "not"})


class ExampleKind(StrEnum):
    """The feature of the query language that an example shows."""

    BOTH = "both"
    PHRASE = "phrase"
    NEAR = "near"
    WITHOUT = "without"
    EITHER = "either"
    PREFIX = "prefix"
    TITLE = "title"


class QueryExample(NamedTuple):
    """A query text that shows one feature of the query language."""

    kind: ExampleKind
    text: str


def candidate_examples(articles: Iterable[Article]) -> list[QueryExample]:
    """Return examples of every kind from the titles of articles, several of each."""
    titles = [list(_words(article)) for article in articles]
    words = _most_common(chain.from_iterable(map(_content_words, titles)))
    phrases = _most_common(_pairs(titles, range(1, 2)))
    # Pairs that are already a phrase would not show what near words are for.
    near = _most_common(_pairs(titles, range(2, _NEAR_WORDS + 2)))
    either = [f"{first} OR {second}" for first, second in pairwise(words)]
    return [
        QueryExample(kind, text)
        for kind, texts in {
            ExampleKind.BOTH: [f"{first} {second}" for first, second in phrases],
            ExampleKind.PHRASE: [f'"{first} {second}"' for first, second in phrases],
            ExampleKind.NEAR: [f'"{first} {second}"~{_SLOP}' for first, second in near],
            ExampleKind.WITHOUT: [f"{first} -{second}" for first, second in phrases],
            ExampleKind.EITHER: either,
            ExampleKind.PREFIX: [f"{_beginning(word)}*" for word in words],
            ExampleKind.TITLE: [f"title:{word}" for word in words],
        }.items()
        for text in texts
    ]


def chosen_examples(
    candidates: Sequence[QueryExample], totals: Sequence[int]
) -> dict[ExampleKind, str]:
    """Return the text of each kind that finds most; kinds without one that finds any are missing.

    Two examples that differ in the last digits of their totals are alike, so the first of several
    with the same number of digits is chosen: candidates are sorted by how common they are.
    """
    best: dict[ExampleKind, tuple[int, str]] = {}
    for candidate, total in zip(candidates, totals, strict=True):
        digits = len(str(total)) if total else 0
        if digits > best.get(candidate.kind, (0, ""))[0]:
            best[candidate.kind] = digits, candidate.text
    return {kind: text for kind, (_, text) in best.items()}


def _words(article: Article) -> Iterator[str]:
    """Yield the words of a title in order; "" for stop words and for what is not a word."""
    words = analyzer(article.language)
    for token in words.tokens(article.title):
        text = article.title[token.start : token.end].lower()
        is_example = (
            is_word(token.exact)
            and _MIN_LETTERS <= letter_count(token.exact) <= _MAX_LETTERS
            and text.isalpha()
            and text not in _OPERATORS
            and not words.is_stop_word(text)
        )
        yield text if is_example else ""


def _beginning(word: str) -> str:
    """Return a bit more than half of a word, which its other forms share."""
    return word[: max(_MIN_PREFIX, len(word) // 2 + 1)]


def _content_words(title: Iterable[str]) -> Iterator[str]:
    return filter(None, dict.fromkeys(title))


def _pairs(titles: Iterable[Sequence[str]], distances: range) -> Iterator[tuple[str, str]]:
    """Yield the pairs of different words that are at a distance from one another in a title."""
    for title in titles:
        for distance in distances:
            for first, second in zip(title, title[distance:], strict=False):
                if first and second and first != second:
                    yield first, second


def _most_common(items: Iterable[_Item]) -> list[_Item]:
    return [item for item, _ in Counter(items).most_common(_PER_KIND)]
