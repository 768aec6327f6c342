"""Search suggestions: words, facet values and titles that complete a text, on any engine."""

import threading
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from heapq import nsmallest
from typing import Protocol

import regex
from rapidfuzz.distance import OSA

from search.analysis.analyzer import analyzer
from search.analysis.folding import HYPHENS, fold
from search.model.article import Article
from search.model.facets import VALUE_FACETS
from search.model.query import MAX_TEXT_LENGTH, Filter, Match, SearchQuery
from search.model.value_labels import NO_LABELS, ValueLabels
from search.query.minimum_match import MinimumMatch
from search.query.rewriter import QueryRewriter
from search.query.syntax import Node
from search.query.terms import Terms
from search.query.vocabulary.vocabulary import Vocabulary
from search.query.vocabulary.words import (
    MIN_BEGINNING_LENGTH,
    MIN_SLIP_LENGTH,
    as_written,
    is_word,
    letter_count,
    spelling_key,
)

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
_COUNT_CACHE_SIZE = 4096
_MAX_OF_A_KIND = 3
_MAX_LAST_WORDS = 2
"""Completions of a last word after other words: each costs a count of its own."""
_EXACT_PREFIX_LENGTH = 3
"""Characters before the first typo of a similar prefix."""
_PREFIX_CACHE_SIZE = 512
_MIN_LENGTH_AFTER_APOSTROPHE = 3
"""Letters of a word after an apostrophe that is found by itself; shorter ones are endings."""
_WORD = regex.compile(r"[\p{L}\p{N}][\p{L}\p{N}\p{M}]*")
_APOSTROPHE = "'"
_HYPHENS = str.maketrans(dict.fromkeys(HYPHENS, " "))
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
        labels: ValueLabels = NO_LABELS,
    ) -> None:
        self._terms = terms
        self._source = source
        self._labels = labels
        self._lock = threading.Lock()
        self._lists: dict[str, _PrefixList] = {}
        self._count = lru_cache(_COUNT_CACHE_SIZE)(partial(_count, rewriter, minimum_match, source))

    def suggest(self, text: str, size: int) -> list[Suggestion]:
        """Return completions of a partial text."""
        if not text.strip():
            return []
        values = _words_and_values(text, self._prefix_lists(), self._count)
        is_long = letter_count(text.strip()) >= MIN_BEGINNING_LENGTH
        titles = self._titles(text) if is_long else []
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
        vocabulary = self._terms.vocabulary()
        with self._lock:
            if not self._lists:
                names = [facet.name for facet in VALUE_FACETS if facet.name != "language"]
                counts = self._source.values(names)
                values = {
                    name: _PrefixList.of_values(counts[name], self._labels.of_facet(name))
                    for name in names
                }
                self._lists = {WORD: _PrefixList.of_words(vocabulary)} | values
            return self._lists


@dataclass(frozen=True, slots=True)
class _Entry:
    """A text, and whether the key it was found by is its beginning."""

    text: str
    count: int
    is_start: bool


class _PrefixList:
    """Texts with counts, found by prefix; `completions` returns the most frequent ones."""

    def __init__(self, completions: Callable[[str, int], tuple[_Entry, ...]]) -> None:
        self.completions = lru_cache(_PREFIX_CACHE_SIZE)(completions)

    @classmethod
    def of_words(cls, vocabulary: Vocabulary) -> "_PrefixList":
        """Make a list of the words of a vocabulary."""
        return cls(partial(_word_completions, vocabulary))

    @classmethod
    def of_values(cls, counts: Mapping[str, int], labels: Mapping[str, str]) -> "_PrefixList":
        """Make a list of values, found by the prefix of any of their words, or of their labels'.

        Accents, case, apostrophes and hyphens are ignored. The word after an elided article is a
        word (`aosta` in `Val d'Aosta`).
        """
        entries: list[tuple[str, _Entry]] = []
        for value, count in counts.items():
            for text in dict.fromkeys((value, labels.get(value, value))):
                folded = fold(text)
                starts = _word_starts(folded)
                entries += [
                    (_value_key(folded[start:]), _Entry(value, count, start == starts[0]))
                    for start in starts
                ]
        entries.sort(key=lambda entry: entry[0])
        keys = [key for key, _ in entries]
        return cls(partial(_completions, keys, [entry for _, entry in entries]))


def _word_starts(folded: str) -> list[int]:
    """Return the places at which words begin, without endings such as `'s`."""
    return [
        match.start()
        for match in _WORD.finditer(folded)
        if len(match[0]) >= _MIN_LENGTH_AFTER_APOSTROPHE
        or match.start() == 0
        or folded[match.start() - 1] != _APOSTROPHE
    ]


def _value_key(folded: str) -> str:
    return spelling_key(folded.translate(_HYPHENS))


def _word_completions(vocabulary: Vocabulary, typed: str, limit: int) -> tuple[_Entry, ...]:
    """Return the most frequent words with a prefix; one typo is allowed as in `_completions`."""
    words = vocabulary.completions(typed, limit)
    if not words and len(typed) >= MIN_SLIP_LENGTH:
        words = vocabulary.similar_completions(typed, limit)
    return tuple(_Entry(word, count, is_start=True) for word, count in words)


def _completions(
    keys: Sequence[str], entries: Sequence[_Entry], typed: str, limit: int
) -> tuple[_Entry, ...]:
    """Return the most frequent texts with a prefix, those that begin with it first.

    One typo is allowed if nothing has the exact prefix.
    """
    places: Iterable[int] = _with_prefix(keys, typed)
    if not places and len(typed) >= MIN_SLIP_LENGTH:
        places = _with_similar_prefix(keys, typed)
    found = sorted((entries[place] for place in places), key=lambda entry: entry.is_start)
    distinct = {entry.text: entry for entry in found}
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
    whole = _value_key(fold(" ".join(text.split())))
    suggestions: list[Suggestion] = []
    for kind, prefix_list in lists.items():
        if kind == WORD:
            suggestions += [
                Suggestion(kind, completed, total, SearchQuery(text=completed))
                for completed in _completed(text, prefix_list)
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


def _completed(text: str, words: _PrefixList) -> Iterator[str]:
    """Yield a text with its last word completed.

    Behind an elided article or a hyphen, only the part behind it is completed.
    """
    finished, _, run = text.lstrip().rpartition(" ")
    token = next((token for token in reversed(analyzer("en").tokens(run)) if token.exact), None)
    if token is None or token.end != len(run) or not is_word(token.exact):
        return
    head = run[: token.start]
    if head and not (
        head[0].isalpha() and (ord(head[-1]) in _HYPHENS or fold(head[-1]) == _APOSTROPHE)
    ):
        return
    limit = _MAX_LAST_WORDS if finished else _MAX_OF_A_KIND
    for entry in words.completions(spelling_key(token.exact), limit):
        yield f"{finished} {head}{as_written(entry.text)}".strip()


def _begins_with(title: str, text: str) -> bool:
    """Return whether a title begins with the words of a text."""
    exact = analyzer("en").exact
    return exact(title).startswith(exact(text))
