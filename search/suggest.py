"""What a reader may be about to type: values of facets, words and titles that begin so; the same for every engine."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from heapq import nsmallest

from rapidfuzz.distance import OSA

from search.analysis import analyzer, fold
from search.query import MAX_TEXT_LENGTH, Filter, SearchQuery
from search.stopwords import STOP_WORDS

__all__ = [
    "ARTICLE",
    "MOST_SUGGESTIONS",
    "WORD",
    "Beginnings",
    "Suggestion",
    "begins",
    "suggested_values",
    "word_beginnings",
]

MOST_SUGGESTIONS = 20
WORD, ARTICLE = "word", "article"
"""Kinds of suggestions beside the names of facets."""

_OF_A_KIND = 3
_AFTER_OTHERS = 2
_FORGIVEN_FROM = 4
"""Letters of a beginning from which one slip in it is forgiven, past its first three."""
_SURE = 3
_REMEMBERED = 512
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


class Beginnings:
    """Texts with counts, found by how any of their words begins, accents and case ignored."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        found: list[tuple[str, _Entry]] = []
        for text, count in counts.items():
            folded = fold(text)
            starts = [0, *(place + 1 for place, sign in enumerate(folded) if not sign.isalnum() and sign != "'")]
            found += [
                (folded[place:], _Entry(text, count, place == 0))
                for place in starts
                if folded[place : place + 1].isalnum()
            ]
        found.sort(key=lambda each: each[0])
        self._keys = [key for key, _ in found]
        self._entries = [entry for _, entry in found]
        self.beginning = lru_cache(_REMEMBERED)(self._beginning)

    def _beginning(self, typed: str, most: int) -> tuple[_Entry, ...]:
        """Return the most frequent texts, those that begin so as a whole first; a slip is forgiven where nothing does."""
        entries: Iterable[_Entry] = self._entries[
            bisect_left(self._keys, typed) : bisect_left(self._keys, typed + _LAST)
        ]
        if not entries and len(typed) >= _FORGIVEN_FROM:
            entries = self._nearly(typed)
        distinct = {entry.text: entry for entry in sorted(entries, key=lambda each: each.is_start)}
        return tuple(nsmallest(most, distinct.values(), key=lambda each: (not each.is_start, -each.count, each.text)))

    def _nearly(self, typed: str) -> Iterator[_Entry]:
        sure, length = typed[:_SURE], len(typed)
        for place in range(bisect_left(self._keys, sure), bisect_left(self._keys, sure + _LAST)):
            key = self._keys[place]
            if any(OSA.distance(typed, key[:end], score_cutoff=1) <= 1 for end in (length, length + 1, length - 1)):
                yield self._entries[place]


def suggested_values(text: str, beginnings: Mapping[str, Beginnings], count: Callable[[str], int]) -> list[Suggestion]:
    """Return words and values that begin with what was typed; `count` tells how many articles a text finds."""
    finished, _, last = text.lstrip().rpartition(" ")
    whole = fold(" ".join(text.split()))
    found: list[Suggestion] = []
    for kind, of_kind in beginnings.items():
        if kind == WORD:
            words = of_kind.beginning(fold(last), _OF_A_KIND) if last.isalpha() else ()
            # After other words each costs a count of its own.
            texts = [f"{finished} {entry.text}".strip() for entry in (words[:_AFTER_OTHERS] if finished else words)]
            found += [
                Suggestion(kind, each, total, SearchQuery(text=each))
                for each in texts
                if len(each) <= MAX_TEXT_LENGTH and (total := count(each))
            ]
        elif whole:
            found += [
                Suggestion(kind, entry.text, entry.count, SearchQuery(filters=(Filter(kind, entry.text),)))
                for entry in of_kind.beginning(whole, _OF_A_KIND)
            ]
    return found


def word_beginnings(frequencies: Mapping[str, int]) -> Beginnings:
    """Make beginnings of words: of several forms of one word the most frequent, and none of those that are ignored."""
    stem = analyzer("en").stem
    best: dict[str, str] = {}
    for word in sorted(frequencies.keys() - STOP_WORDS, key=lambda each: (-frequencies[each], each)):
        best.setdefault(stem(word), word)
    return Beginnings({word: frequencies[word] for word in best.values()})


def begins(title: str, text: str) -> bool:
    """Whether a title's words begin as what was typed does."""
    exact = analyzer("en").exact
    return exact(title).startswith(exact(text))
