"""What a reader may be about to type: values of facets, words and titles that begin so; the same for every engine."""

import threading
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from typing import Protocol

from rapidfuzz.distance import OSA

from search.analysis.analyzer import analyzer, fold
from search.caching import cached_per_generation
from search.model.article import Article
from search.model.facets import VALUE_FACETS
from search.model.query import MAX_TEXT_LENGTH, Filter, Match, SearchQuery
from search.query.rewriter import QueryRewriter, TermStatistics
from search.query.syntax import Node
from search.query.vocabulary import Vocabulary

__all__ = [
    "MAX_SUGGESTIONS",
    "TITLES_LOOKED_AT",
    "Suggestion",
    "SuggestionSource",
    "Suggestions",
]

MAX_SUGGESTIONS = 20
WORD, ARTICLE = "word", "article"
"""Kinds of suggestions beside the names of facets."""

TITLES_LOOKED_AT = 20
"""Articles whose titles are compared with what was typed."""

_TITLES = 3
_TITLES_FROM = 4
"""Letters from which titles are looked for: before, too many begin so."""
_COUNTS_CACHE_SIZE = 4096
_OF_A_KIND = 3
_AFTER_OTHERS = 2
_FORGIVEN_FROM = 4
"""Letters of a beginning from which one slip in it is forgiven, past its first three."""
_SURE = 3
_CACHE_SIZE = 512
_LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something to search for, or an article: `count` articles stand behind `query`, or the one of `article_id`."""

    kind: str
    text: str
    count: int
    query: SearchQuery | None = None
    article_id: str = ""


@dataclass(frozen=True, slots=True)
class _Entry:
    text: str
    count: int
    is_start: bool


class _Beginnings:
    """Texts with counts, found by how they begin: by keys in order, with the entry that belongs to the key of a place."""

    def __init__(self, keys: Sequence[str], entry: Callable[[int], _Entry]) -> None:
        self._keys = keys
        self._entry = entry
        self.beginning = cached_per_generation(self._beginning, _CACHE_SIZE)

    @classmethod
    def of_words(cls, vocabulary: Vocabulary) -> "_Beginnings":
        """Make them of words, which are in order and folded already."""
        words, frequencies = vocabulary.suggested, vocabulary.frequencies
        return cls(
            words, lambda place: _Entry(words[place], frequencies[words[place]], is_start=True)
        )

    @classmethod
    def of_values(cls, counts: Mapping[str, int]) -> "_Beginnings":
        """Make them of texts that are found by how any of their words begins, accents and case ignored."""
        found: list[tuple[str, _Entry]] = []
        for text, count in counts.items():
            folded = fold(text)
            starts = [
                0,
                *(
                    place + 1
                    for place, sign in enumerate(folded)
                    if not sign.isalnum() and sign != "'"
                ),
            ]
            found += [
                (folded[place:], _Entry(text, count, place == 0))
                for place in starts
                if folded[place : place + 1].isalnum()
            ]
        found.sort(key=lambda each: each[0])
        return cls([key for key, _ in found], lambda place: found[place][1])

    def _beginning(self, typed: str, most: int) -> tuple[_Entry, ...]:
        """Return the most frequent texts, those that begin so as a whole first; a slip is forgiven where nothing does."""
        places: Iterable[int] = self._places(typed)
        if not places and len(typed) >= _FORGIVEN_FROM:
            places = self._nearly(typed)
        entries = sorted(map(self._entry, places), key=lambda each: each.is_start)
        distinct = {entry.text: entry for entry in entries}
        return tuple(
            nsmallest(
                most,
                distinct.values(),
                key=lambda each: (not each.is_start, -each.count, each.text),
            )
        )

    def _places(self, typed: str) -> range:
        return range(bisect_left(self._keys, typed), bisect_left(self._keys, typed + _LAST))

    def _nearly(self, typed: str) -> Iterator[int]:
        length = len(typed)
        for place in self._places(typed[:_SURE]):
            key = self._keys[place]
            if any(
                OSA.distance(typed, key[:end], score_cutoff=1) <= 1
                for end in (length, length + 1, length - 1)
            ):
                yield place


class SuggestionSource(Protocol):
    """What an engine knows of what may be typed next."""

    def values(self, facets: Sequence[str]) -> Mapping[str, Mapping[str, int]]:
        """Count every value of facets, by the facet's name."""

    def titles(self, text: str) -> Iterable[Article]:
        """Find the newest articles in whose title the words stand side by side, the last one begun."""

    def known_total(self, searched: Node | None) -> int | None:
        """Return the number of matches where it is known without a search."""


class Suggestions:
    """Makes suggestions for one generation; what they are looked for in is made when it is asked for first."""

    def __init__(
        self, words: TermStatistics, understanding: QueryRewriter, begun: SuggestionSource
    ) -> None:
        self._words = words
        self._rewriter = understanding
        self._begun = begun
        self._lock = threading.Lock()
        self._beginnings: dict[str, _Beginnings] = {}
        self._articles_found = cached_per_generation(self._found_by, _COUNTS_CACHE_SIZE)

    def suggest(self, text: str, size: int) -> list[Suggestion]:
        """Say what a reader who typed this may be about to type."""
        if not text.strip():
            return []
        values = _suggested_values(text, self._made(), self._articles_found)
        titles = self._titles(text) if len(text.strip()) >= _TITLES_FROM else []
        # Titles are the longest way to say something, and the surest.
        return [*values[: size - min(len(titles), size // 2)], *titles][:size]

    def _found_by(self, text: str) -> int:
        """Count what a text finds, 0 where it finds nothing as a whole."""
        query = SearchQuery(text=text)
        searched = self._rewriter.read(query).searched
        known = self._begun.known_total(searched)
        if known is not None:
            return known
        # TermStatistics that no article holds together are no suggestion, though each of them finds something.
        together = self._words.total(searched, query.matching(Match.ALL))
        return self._words.total(searched, query) if together else 0

    def _titles(self, text: str) -> list[Suggestion]:
        begun = {
            each.title: Suggestion(ARTICLE, each.title, 1, None, each.id)
            for each in self._begun.titles(text)
            if _begins(each.title, text)
        }
        return list(begun.values())[:_TITLES]

    def _made(self) -> Mapping[str, _Beginnings]:
        vocabulary = self._words.speller().vocabulary
        with self._lock:
            if not self._beginnings:
                names = [facet.name for facet in VALUE_FACETS if facet.name != "language"]
                counts = self._begun.values(names)
                values = {name: _Beginnings.of_values(counts[name]) for name in names}
                self._beginnings = {WORD: _Beginnings.of_words(vocabulary)} | values
            return self._beginnings


def _suggested_values(
    text: str, beginnings: Mapping[str, _Beginnings], count: Callable[[str], int]
) -> list[Suggestion]:
    """Return words and values that begin with what was typed; `count` tells how many articles a text finds."""
    finished, _, last = text.lstrip().rpartition(" ")
    whole = fold(" ".join(text.split()))
    found: list[Suggestion] = []
    for kind, of_kind in beginnings.items():
        if kind == WORD:
            words = of_kind.beginning(fold(last), _OF_A_KIND) if last.isalpha() else ()
            # After other words each costs a count of its own.
            texts = [
                f"{finished} {entry.text}".strip()
                for entry in (words[:_AFTER_OTHERS] if finished else words)
            ]
            found += [
                Suggestion(kind, each, total, SearchQuery(text=each))
                for each in texts
                if len(each) <= MAX_TEXT_LENGTH and (total := count(each))
            ]
        elif whole:
            found += [
                Suggestion(
                    kind, entry.text, entry.count, SearchQuery(filters=(Filter(kind, entry.text),))
                )
                for entry in of_kind.beginning(whole, _OF_A_KIND)
            ]
    return found


def _begins(title: str, text: str) -> bool:
    """Whether a title's words begin as what was typed does."""
    exact = analyzer("en").exact
    return exact(title).startswith(exact(text))
