"""Query relaxation: searches that find more than one with few or no results, and why it does."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from search.model.query import MAX_TEXT_LENGTH, Match, SearchQuery
from web.presenters.chips import Chip, chips, days_chip
from web.urls import search_path

__all__ = [
    "FEW",
    "Relaxation",
    "RelaxationKind",
    "RelaxedQuery",
    "WordTotal",
    "missing_words",
    "relaxations",
    "relaxed_queries",
    "word_queries",
    "words_apart",
]

FEW = 3
"""Searches with at most this many matches are offered relaxations."""
_MAX_FILTERS = 6
"""Filters that are dropped one by one, since each costs a count."""

_MAX_WORDS = 12
"""Words of a search without results that are counted one by one."""


class RelaxationKind(StrEnum):
    """The conditions that a relaxed search drops, or the mistake that it corrects."""

    SWAPPED_DAYS = "swapped days"
    ONE_FILTER = "one filter"
    FILTERS = "filters"
    ALL_WORDS = "all words"
    ALL_WORDS_AND_FILTERS = "all words and filters"


_BROAD = (RelaxationKind.FILTERS, RelaxationKind.ALL_WORDS_AND_FILTERS)


@dataclass(frozen=True, slots=True)
class RelaxedQuery:
    """A search with fewer conditions; `chip` is the filter that it drops or has instead, if any."""

    kind: RelaxationKind
    query: SearchQuery
    chip: Chip | None = None


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A relaxed search that finds more: its number of matches and its page."""

    change: RelaxationKind
    total: int
    url: str
    chip: Chip | None = None


class WordTotal(NamedTuple):
    """A word of a search, the number of articles that have it, and their page."""

    text: str
    total: int
    url: str


def word_queries(parts: Sequence[str]) -> list[SearchQuery]:
    """Return the searches to count for the words of one without results, in the whole archive."""
    return [
        SearchQuery(text=part, match=Match.ALL, as_typed=True)
        for part in parts[:_MAX_WORDS]
        if len(part) <= MAX_TEXT_LENGTH
    ]


def missing_words(queries: Sequence[SearchQuery], totals: Sequence[int]) -> list[str]:
    """Return the words that no article has."""
    return [query.text for query, total in zip(queries, totals, strict=True) if not total]


def words_apart(
    queries: Sequence[SearchQuery], totals: Sequence[int], total: int
) -> list[WordTotal]:
    """Return words that the archive has, but in no article together; none otherwise.

    `total` is the number of articles that the text finds without filters.
    """
    if total or len(queries) <= 1 or not all(totals):
        return []
    return [
        WordTotal(query.text, count, search_path(SearchQuery(text=query.text)))
        for query, count in zip(queries, totals, strict=True)
    ]


def relaxed_queries(query: SearchQuery) -> list[RelaxedQuery]:
    """Return the searches to count for `relaxations`, those that change least first."""
    unique: dict[SearchQuery, RelaxedQuery] = {}
    for candidate in _candidates(query):
        unique.setdefault(candidate.query, candidate)
    return list(unique.values())


def relaxations(
    candidates: Sequence[RelaxedQuery], totals: Sequence[int], total: int
) -> list[Relaxation]:
    """Return the relaxed searches that find more than the `total` matches of the original.

    A broad relaxation is offered only if it finds more than every narrower one.
    """
    offered: list[Relaxation] = []
    for candidate, count in zip(candidates, totals, strict=True):
        threshold = total
        if candidate.kind in _BROAD:
            threshold = max((narrower.total for narrower in offered), default=total)
        if count > threshold:
            url = search_path(candidate.query)
            offered.append(Relaxation(candidate.kind, count, url, candidate.chip))
    return offered


def _candidates(query: SearchQuery) -> Iterator[RelaxedQuery]:
    filters = chips(query)
    if query.has_reversed_days:
        swapped = query.with_days_swapped()
        yield RelaxedQuery(RelaxationKind.SWAPPED_DAYS, swapped, days_chip(swapped))
    each = [part for chip in filters for part in (*chip.parts, chip)]
    for chip in each[:_MAX_FILTERS]:
        yield RelaxedQuery(RelaxationKind.ONE_FILTER, chip.without, chip)
    if len(filters) > 1:
        yield RelaxedQuery(RelaxationKind.FILTERS, query.unfiltered())
    if len(query.text.split()) > 1 and query.match is not Match.ANY:
        any_word = query.matching(Match.ANY)
        yield RelaxedQuery(RelaxationKind.ALL_WORDS, any_word)
        if filters:
            yield RelaxedQuery(RelaxationKind.ALL_WORDS_AND_FILTERS, any_word.unfiltered())
