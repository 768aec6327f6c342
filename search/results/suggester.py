"""Search suggestions: words, facet values and titles that complete a text, on any engine."""

import threading
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from heapq import nsmallest
from typing import Protocol

from rapidfuzz.distance import OSA

from search.analysis.analyzer import analyzer, fold
from search.model.article import Article
from search.model.facets import VALUE_FACETS
from search.model.query import MAX_TEXT_LENGTH, Filter, Match, SearchQuery
from search.query.minimum_match import MinimumMatch
from search.query.rewriter import QueryRewriter
from search.query.syntax import Node
from search.query.terms import Terms
from search.query.vocabulary import Vocabulary

__all__ = [
    "MAX_COMPARED_TITLES",
    "MAX_SUGGESTIONS",
    "Suggester",
    "Suggestion",
    "SuggestionSource",
]

MAX_SUGGESTIONS = 20
WORD, ARTICLE = "word", "article"
"""Kinds of suggestions in addition to the names of facets."""

MAX_COMPARED_TITLES = 20
"""Articles whose titles are compared with the typed text."""

_MAX_TITLES = 3
_MIN_TITLE_LENGTH = 4
"""Characters from which titles are searched; shorter texts begin too many of them."""
_COUNT_CACHE_SIZE = 4096
_MAX_OF_A_KIND = 3
_MAX_LAST_WORDS = 2
"""Completions of a last word after other words: each costs a count of its own."""
_FUZZY_LENGTH = 4
"""Characters from which one typo after the exact prefix is allowed."""
_EXACT_PREFIX_LENGTH = 3
_PREFIX_CACHE_SIZE = 512
_LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A search that finds `count` articles, or the one article with `article_id`."""

    kind: str
    text: str
    count: int
    query: SearchQuery | None = None
    article_id: str = ""


class SuggestionSource(Protocol):
    """Gives the suggester facet values, titles and counts; each engine has its own."""

    def values(self, facets: Sequence[str]) -> Mapping[str, Mapping[str, int]]:
        """Count every value of each facet."""

    def titles(self, text: str) -> Iterable[Article]:
        """Find the newest articles whose title has the words as a phrase, the last as a prefix."""

    def known_count(self, searched: Node | None) -> int | None:
        """Return the number of matches if it is known without a search."""


class Suggester:
    """Makes suggestions for one generation; its sorted lists are built on first use."""

    def __init__(
        self,
        terms: Terms,
        rewriter: QueryRewriter,
        minimum_match: MinimumMatch,
        source: SuggestionSource,
    ) -> None:
        self._terms = terms
        self._source = source
        self._lock = threading.Lock()
        self._lists: dict[str, _PrefixList] = {}
        self._count = lru_cache(_COUNT_CACHE_SIZE)(partial(_count, rewriter, minimum_match, source))

    def suggest(self, text: str, size: int) -> list[Suggestion]:
        """Return completions of a partial text."""
        if not text.strip():
            return []
        values = _words_and_values(text, self._prefix_lists(), self._count)
        titles = self._titles(text) if len(text.strip()) >= _MIN_TITLE_LENGTH else []
        # Titles are the longest suggestions and the most specific, so they come last.
        return [*values[: size - min(len(titles), size // 2)], *titles][:size]

    def _titles(self, text: str) -> list[Suggestion]:
        suggestions = {
            article.title: Suggestion(ARTICLE, article.title, 1, None, article.id)
            for article in self._source.titles(text)
            if _begins_with(article.title, text)
        }
        return list(suggestions.values())[:_MAX_TITLES]

    def _prefix_lists(self) -> Mapping[str, "_PrefixList"]:
        vocabulary = self._terms.speller().vocabulary
        with self._lock:
            if not self._lists:
                names = [facet.name for facet in VALUE_FACETS if facet.name != "language"]
                counts = self._source.values(names)
                values = {name: _PrefixList.of_values(counts[name]) for name in names}
                self._lists = {WORD: _PrefixList.of_words(vocabulary)} | values
            return self._lists


@dataclass(frozen=True, slots=True)
class _Entry:
    """A text, and whether the key it was found by is its beginning."""

    text: str
    count: int
    is_start: bool


class _PrefixList:
    """Texts with counts, found by prefix; `keys` are sorted, `entry` returns that of a position."""

    def __init__(self, keys: Sequence[str], entry: Callable[[int], _Entry]) -> None:
        self.completions = lru_cache(_PREFIX_CACHE_SIZE)(partial(_completions, keys, entry))

    @classmethod
    def of_words(cls, vocabulary: Vocabulary) -> "_PrefixList":
        """Make a list of words, which are sorted and folded already."""
        words, frequencies = vocabulary.suggested, vocabulary.frequencies
        return cls(
            words, lambda place: _Entry(words[place], frequencies[words[place]], is_start=True)
        )

    @classmethod
    def of_values(cls, counts: Mapping[str, int]) -> "_PrefixList":
        """Make a list of texts, found by the prefix of any of their words.

        Accents and case are ignored.
        """
        entries: list[tuple[str, _Entry]] = []
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
            entries += [
                (folded[place:], _Entry(text, count, place == 0))
                for place in starts
                if folded[place : place + 1].isalnum()
            ]
        entries.sort(key=lambda entry: entry[0])
        return cls([key for key, _ in entries], lambda place: entries[place][1])


def _completions(
    keys: Sequence[str], entry: Callable[[int], _Entry], typed: str, limit: int
) -> tuple[_Entry, ...]:
    """Return the most frequent texts with a prefix, those that begin with it first.

    One typo is allowed if nothing has the exact prefix.
    """
    places: Iterable[int] = _with_prefix(keys, typed)
    if not places and len(typed) >= _FUZZY_LENGTH:
        places = _with_similar_prefix(keys, typed)
    entries = sorted(map(entry, places), key=lambda entry: entry.is_start)
    distinct = {entry.text: entry for entry in entries}
    return tuple(
        nsmallest(
            limit,
            distinct.values(),
            key=lambda entry: (not entry.is_start, -entry.count, entry.text),
        )
    )


def _with_prefix(keys: Sequence[str], prefix: str) -> range:
    return range(bisect_left(keys, prefix), bisect_left(keys, prefix + _LAST))


def _with_similar_prefix(keys: Sequence[str], typed: str) -> Iterator[int]:
    length = len(typed)
    for place in _with_prefix(keys, typed[:_EXACT_PREFIX_LENGTH]):
        key = keys[place]
        if any(
            OSA.distance(typed, key[:end], score_cutoff=1) <= 1
            for end in (length, length + 1, length - 1)
        ):
            yield place


def _count(
    rewriter: QueryRewriter, minimum_match: MinimumMatch, source: SuggestionSource, text: str
) -> int:
    """Count the matches of a text, or return 0 if no article matches all of it."""
    query = SearchQuery(text=text)
    searched = rewriter.rewrite(query).searched
    known = source.known_count(searched)
    if known is not None:
        return known
    # Words that no article combines are no suggestion, although each of them has matches.
    if not minimum_match.count(searched, query.matching(Match.ALL)):
        return 0
    return minimum_match.count(searched, query)


def _words_and_values(
    text: str, lists: Mapping[str, _PrefixList], count: Callable[[str], int]
) -> list[Suggestion]:
    """Return words and facet values that complete a text."""
    finished, _, last = text.lstrip().rpartition(" ")
    whole = fold(" ".join(text.split()))
    suggestions: list[Suggestion] = []
    for kind, prefix_list in lists.items():
        if kind == WORD:
            words = prefix_list.completions(fold(last), _MAX_OF_A_KIND) if last.isalpha() else ()
            texts = [
                f"{finished} {entry.text}".strip()
                for entry in (words[:_MAX_LAST_WORDS] if finished else words)
            ]
            suggestions += [
                Suggestion(kind, completed, total, SearchQuery(text=completed))
                for completed in texts
                if len(completed) <= MAX_TEXT_LENGTH and (total := count(completed))
            ]
        elif whole:
            suggestions += [
                Suggestion(
                    kind, entry.text, entry.count, SearchQuery(filters=(Filter(kind, entry.text),))
                )
                for entry in prefix_list.completions(whole, _MAX_OF_A_KIND)
            ]
    return suggestions


def _begins_with(title: str, text: str) -> bool:
    """Return whether a title begins with the words of a text."""
    exact = analyzer("en").exact
    return exact(title).startswith(exact(text))
