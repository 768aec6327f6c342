"""Comparisons of two searches: their common matches, and what sets each apart from the other.

In a cluster, a comparison takes seven requests after the texts were rewritten: for the totals, for
the values of each search, for the texts of each, for the counts of the values, and for those of the
words.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from typing import NamedTuple

from search.model.contrast import Contrast, ContrastPart, ContrastValue, ContrastWord
from search.model.facets import VALUE_FACETS, Facet
from search.model.overview import MAX_COMPARED_VALUES
from search.model.query import Match, SearchQuery
from search.query.syntax import Node, Word
from search.results.overview.combined_searches import (
    WrittenSearch,
    combined,
    negated,
    required,
)
from search.results.overview.log_likelihood import over_representation
from search.results.overview.search_words import ignored_stems
from search.results.overview.source import OverviewSource, which_match
from search.results.overview.telling_values import MIN_MATCHES, MIN_RATIO, first_by_score
from search.results.overview.telling_words import Candidate, Reference, telling_words
from search.results.overview.text_sample import TextSample, read_sample

__all__ = ["Contrasts"]

_CACHE_SIZE = 64
"""Comparisons of recent searches, about 30 kB each."""
_MAX_WORDS = 15
_MAX_VALUES = 6
"""Values of a facet that are listed on each side."""


class _Side(NamedTuple):
    """One of two searches, with its text as it is searched."""

    query: SearchQuery
    tree: Node | None
    search: WrittenSearch

    @property
    def nodes(self) -> tuple[Node, ...]:
        return required(self.tree, Match.ALL)


class Contrasts:
    """Compares searches over one index; recent comparisons are cached."""

    def __init__(self, source: OverviewSource) -> None:
        self._contrasts = lru_cache(_CACHE_SIZE)(partial(_contrast, source))

    def of(self, first: SearchQuery, second: SearchQuery) -> Contrast:
        """Compare two searches under the filters of the first one."""
        return self._contrasts(which_match(first), which_match(second))


def _contrast(source: OverviewSource, first: SearchQuery, second: SearchQuery) -> Contrast:
    one = _side(source, first)
    other = _side(source, _with_filters_of(first, second))
    parts = _parts(source, one, other)
    totals = (parts[0].count or 0, parts[1].count or 0)
    values = _values(source, (one, other), totals)
    samples = [read_sample(source.sample(side.query)) for side in (one, other)]
    words = _words(source, (one, other), samples)
    return Contrast(
        first=parts[0],
        second=parts[1],
        both=parts[2],
        first_only=parts[3],
        second_only=parts[4],
        first_understood=source.rewriter.rewrite(one.query).query_string,
        second_understood=source.rewriter.rewrite(other.query).query_string,
        first_values=values[0],
        second_values=values[1],
        first_words=words[0],
        second_words=words[1],
        first_texts=samples[0].texts,
        second_texts=samples[1].texts,
        generation=source.generation,
    )


def _with_filters_of(first: SearchQuery, second: SearchQuery) -> SearchQuery:
    """Return the second text under the filters of the first search, which are common to both."""
    return which_match(first).with_text(second.text)


def _side(source: OverviewSource, query: SearchQuery) -> _Side:
    query = query.matching(Match.ALL)
    rewritten = source.rewriter.rewrite(query)
    search = WrittenSearch(query, rewritten.searched, rewritten.synonyms)
    return _Side(query, rewritten.tree, search)


# Totals


def _parts(source: OverviewSource, one: _Side, other: _Side) -> list[ContrastPart]:
    """Return both searches, their common matches, and the others of each; one request."""
    searches = [
        one.search,
        other.search,
        _together(source, one, other),
        _without(source, one, other),
        _without(source, other, one),
    ]
    parts = _counted(source, searches)
    first, second, both = (part.count for part in parts[:3])
    if first is None or second is None or both is None:
        return parts
    # A side's other matches follow from these where they have no search of their own.
    return [
        *parts[:3],
        ContrastPart(first - both, parts[3].query),
        ContrastPart(second - both, parts[4].query),
    ]


def _together(source: OverviewSource, one: _Side, other: _Side) -> WrittenSearch | None:
    nodes = tuple(dict.fromkeys((*one.nodes, *other.nodes)))
    if not nodes:
        return one.search
    synonyms = (*one.search.synonyms, *other.search.synonyms)
    return combined(nodes, one.query, synonyms, source.rewriter.literal)


def _without(source: OverviewSource, one: _Side, other: _Side) -> WrittenSearch | None:
    excluded = negated(other.search.searched, Match.ALL)
    if excluded is None:
        return None
    return combined(
        (*one.nodes, *excluded), one.query, one.search.synonyms, source.rewriter.literal
    )


def _counted(
    source: OverviewSource, searches: Sequence[WrittenSearch | None]
) -> list[ContrastPart]:
    """Return the searches with their totals; one request."""
    counts = iter(source.written_counts([each for each in searches if each is not None]))
    return [
        ContrastPart(None, None) if each is None else _part(next(counts), each) for each in searches
    ]


def _part(count: int, search: WrittenSearch) -> ContrastPart:
    return ContrastPart(count, search.query if count else None)


# Values


def _values(
    source: OverviewSource, sides: tuple[_Side, _Side], totals: tuple[int, int]
) -> tuple[tuple[ContrastValue, ...], tuple[ContrastValue, ...]]:
    """Return the values that tell each side from the other; three requests."""
    query = sides[0].query
    facets = tuple(facet.name for facet in VALUE_FACETS if not query.selected(facet.name))
    if not facets:
        return (), ()
    candidates: dict[tuple[Facet, str], None] = {}
    for side in sides:
        counted = side.query.counting(facets).with_facet_size(MAX_COMPARED_VALUES)
        for result in source.values(counted):
            for value in result.values:
                if value.count >= MIN_MATCHES:
                    candidates[result.facet, value.value] = None
    searches = [
        WrittenSearch(
            side.query.only(facet.name, value), side.search.searched, side.search.synonyms
        )
        for side in sides
        for facet, value in candidates
    ]
    parts = _counted(source, searches)
    values = [
        ContrastValue(facet, value, first, second)
        for (facet, value), first, second in zip(
            candidates, parts[: len(candidates)], parts[len(candidates) :], strict=True
        )
    ]
    return _telling(values, totals, 1), _telling(values, totals, -1)


def _telling(
    values: Sequence[ContrastValue], totals: tuple[int, int], direction: int
) -> tuple[ContrastValue, ...]:
    """Return the values that one side has more often, the most telling of each facet first."""

    def score(value: ContrastValue) -> float:
        part, other = (value.first.count or 0, value.second.count or 0)[::direction]
        of, other_of = totals[::direction]
        return over_representation(part, of, other, other_of, times=MIN_RATIO)

    return tuple(
        value
        for facet in VALUE_FACETS
        for value in first_by_score(
            [(score(value), value) for value in values if value.facet == facet], _MAX_VALUES
        )
    )


# Words


def _words(
    source: OverviewSource, sides: tuple[_Side, _Side], samples: Sequence[TextSample]
) -> tuple[tuple[ContrastWord, ...], tuple[ContrastWord, ...]]:
    """Return the words that tell each side from the other, with their counts; one request."""
    ignored = {
        stem for side in sides for stem in ignored_stems(source, side.search.searched, side.query)
    }
    found = [
        telling_words(sample, _reference(other), ignored, _MAX_WORDS)
        for sample, other in (samples, samples[::-1])
    ]
    candidates = [*found[0], *found[1]]
    parts = _counted(
        source, [_with_word(source, side, each) for side in sides for each in candidates]
    )
    words = [
        ContrastWord(candidate.word, first, second)
        for candidate, first, second in zip(
            candidates, parts[: len(candidates)], parts[len(candidates) :], strict=True
        )
    ]
    return tuple(words[: len(found[0])]), tuple(words[len(found[0]) :])


def _reference(sample: TextSample) -> Reference:
    """Return a sample as the texts that another one is compared with."""
    frequencies: dict[str, int] = {}
    for language, by_stem in sample.forms(1).items():
        texts = len(sample.words[language])
        for stem, forms in by_stem.items():
            count = frequencies.get(stem, 0) + min(texts, sum(forms.values()))
            frequencies[stem] = count

    def with_stems(stems: Sequence[str]) -> Mapping[str, int]:
        return {stem: frequencies.get(stem, 0) for stem in stems}

    sizes = {language: len(texts) for language, texts in sample.words.items()}
    return Reference(with_stems, sizes, includes_sample=False)


def _with_word(source: OverviewSource, side: _Side, candidate: Candidate) -> WrittenSearch | None:
    return combined(
        (*side.nodes, Word(candidate.word)),
        side.query,
        side.search.synonyms,
        source.rewriter.literal,
    )
