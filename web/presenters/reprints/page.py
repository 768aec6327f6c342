"""The page of a text's versions, and of what differs between two of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from search.model.article import Article
from web.chronicle_urls import reprints_path
from web.presenters.reprints.differences import Passage, Piece, passages, pieces
from web.presenters.reprints.versions import (
    MAX_WORDS,
    Version,
    body_words,
    day_of,
    may_have_more,
    versions,
)
from web.presenters.reprints.word_differences import Change, WordRun, word_runs, words_of
from web.urls import article_path

__all__ = ["Comparison", "ReprintsData", "reprints_page"]

_FEW = 0.3
"""The share of same words below which two texts are said to share little."""


@dataclass(frozen=True, slots=True)
class ReprintsData:
    """The engine's answers for the page; `other` is None if there is nothing to compare with."""

    article: Article
    reprints: tuple[Article, ...]
    other: Article | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The differences between an older and a newer version.

    `is_too_long` says that the texts were not compared.
    """

    older: Version
    newer: Version
    title: list[Piece]
    deck: list[Piece]
    passages: list[Passage]
    left_out: int
    added: int
    share: float
    is_too_long: bool = False

    @property
    def is_dated(self) -> bool:
        """Return whether the days say which version is the older one."""
        return self.older.day != self.newer.day

    @property
    def is_same(self) -> bool:
        """Return whether the texts are the same word for word."""
        return not (self.left_out or self.added)

    @property
    def shares_little(self) -> bool:
        """Return whether most words of the texts differ."""
        return self.share < _FEW


def reprints_page(data: ReprintsData, site_address: str) -> dict[str, Any]:
    """Return the template variables of the page; printed, it names its address."""
    rows = versions(data.article, data.reprints)
    is_reprint = data.other is None or data.other in data.reprints
    return {
        "article": data.article,
        "article_url": article_path(data.article.id),
        "address": site_address
        + reprints_path(data.article.id, data.other.id if data.other else ""),
        "versions": rows,
        "has_more_versions": may_have_more(rows),
        "other": data.other,
        "is_reprint": is_reprint,
        "comparison": _comparison(data.article, data.other) if data.other else None,
        "max_words": MAX_WORDS,
    }


def _comparison(article: Article, other: Article) -> Comparison:
    """Compare two articles; the one that appeared first is the older version."""
    older, newer = sorted([article, other], key=lambda each: (day_of(each), each.id))
    first, second = (_version(each, article) for each in (older, newer))
    title, deck = _line(older.title, newer.title), _line(older.deck, newer.deck)
    old, new = body_words(older), body_words(newer)
    if old is None or new is None:
        return Comparison(first, second, title, deck, [], 0, 0, 0.0, is_too_long=True)
    runs = word_runs(old, new)
    total = len(old) + len(new)
    return Comparison(
        first,
        second,
        title,
        deck,
        passages(runs),
        _count(runs, Change.LEFT_OUT),
        _count(runs, Change.ADDED),
        2 * _count(runs, Change.SAME) / total if total else 1.0,
    )


def _version(each: Article, article: Article) -> Version:
    is_this = each.id == article.id
    return Version(each, day_of(each), article_path(each.id), is_this, None, "")


def _line(old: str, new: str) -> list[Piece]:
    """Return the differences of a line; none if it is the same."""
    runs = word_runs(words_of([old]), words_of([new]))
    return pieces(runs) if any(run.change is not Change.SAME for run in runs) else []


def _count(runs: Sequence[WordRun], change: Change) -> int:
    return sum(len(run.words) for run in runs if run.change is change)
