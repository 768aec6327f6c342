"""The page that compares two searches."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

from search.model.contrast import Contrast, ContrastPart, ContrastValue, ContrastWord
from search.model.facets import Facet
from search.model.query import MAX_TEXT_LENGTH, Match
from search.model.trends import Trends
from web.chronicle_urls import compare_path, overview_path, trends_path
from web.params.compare_params import CompareRequest
from web.params.query_strings import url_pairs
from web.presenters.chips import chips, search_box
from web.presenters.compare.chart import compare_chart
from web.urls import search_path

__all__ = ["Comparison", "compare_page"]

_WIDTH = 1_000
"""The width of the bar of proportions in its own units."""
_MIN_WIDTH = 4.0
_MAX_SHOWN_LENGTH = 60
_TEXT = "q"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The engine's answers for the page: none without two texts, no contrast without matches.

    `problem` says why there is no answer.
    """

    trends: Trends | None = None
    contrast: Contrast | None = None
    problem: str = ""


class _Part(NamedTuple):
    """A number and the search for as many articles; "" without one, or without articles."""

    number: int | None
    url: str


class _Segment(NamedTuple):
    """A part of all articles that match either search, with its place and width in the bar."""

    name: str
    part: _Part
    share: float
    start: float
    width: float


class _Row(NamedTuple):
    """A value or a word, and the matches of both searches with it."""

    name: str
    first: _Part
    second: _Part


class _Group(NamedTuple):
    """The rows of a facet, or the words, which have no facet."""

    facet: Facet | None
    rows: tuple[_Row, ...]


def compare_page(requested: CompareRequest, found: Comparison) -> dict[str, Any]:
    """Return the template variables of the page."""
    filters = requested.filters
    # Every word is required in each comparison, so an address does not say it.
    common = filters.matching(Match.AUTO)
    contrast, trends = found.contrast, found.trends
    return search_box(common, lambda other: compare_path(*requested.texts, other)) | {
        "requested": requested,
        "shown_texts": [_shortened(text) for text in requested.texts],
        "problem": found.problem,
        "max_length": MAX_TEXT_LENGTH,
        "kept": [pair for pair in url_pairs(common) if pair[0] != _TEXT],
        "chips": [(chip, compare_path(*requested.texts, chip.without)) for chip in chips(common)],
        "swapped_url": compare_path(*requested.texts, common.with_days_swapped()),
        "without_match": [
            (series.query.text, search_path(common.with_text(series.query.text)))
            for series in (trends.series if trends else ())
            if not series.total
        ],
        "found": contrast,
        "totals": [_part(contrast.first), _part(contrast.second)] if contrast else [],
        "segments": list(_segments(contrast)) if contrast else [],
        "chart": compare_chart(trends) if contrast and trends else None,
        "sides": _sides(contrast) if contrast else [],
        "left_out": _left_out(trends) if contrast and trends else [],
        "trends_url": trends_path(requested.texts, filters),
        "overview_urls": [overview_path(filters.with_text(text)) for text in requested.texts]
        if contrast
        else [],
    }


def _shortened(text: str) -> str:
    """Return a text as headings name it."""
    return text if len(text) <= _MAX_SHOWN_LENGTH else f"{text[: _MAX_SHOWN_LENGTH - 1]}…"


def _part(part: ContrastPart) -> _Part:
    """Return a number with its link; no link leads to an empty page."""
    return _Part(part.count, search_path(part.query) if part.query and part.count else "")


def _segments(contrast: Contrast) -> Iterator[_Segment]:
    """Yield the articles of the first search alone, of both, and of the second alone.

    Nothing is known of them if the two texts cannot be written as one search.
    """
    parts = {
        "first": contrast.first_only,
        "both": contrast.both,
        "second": contrast.second_only,
    }
    counts = [part.count for part in parts.values()]
    total = sum(count for count in counts if count is not None)
    if None in counts or not total:
        return
    start = 0.0
    for name, part in parts.items():
        count = part.count or 0
        width = max(_MIN_WIDTH, _WIDTH * count / total) if count else 0.0
        yield _Segment(name, _part(part), count / total, round(start, 1), round(width, 1))
        start += width


def _sides(contrast: Contrast) -> list[list[_Group]]:
    """Return the values and the words that each search has more often than the other."""
    return [
        list(_groups(values, words))
        for values, words in (
            (contrast.first_values, contrast.first_words),
            (contrast.second_values, contrast.second_words),
        )
    ]


def _groups(values: Iterable[ContrastValue], words: Iterable[ContrastWord]) -> Iterator[_Group]:
    for facet, same in groupby(values, lambda value: value.facet):
        yield _Group(facet, tuple(_row(value.value, value) for value in same))
    if rows := tuple(_row(word.word, word) for word in words):
        yield _Group(None, rows)


def _row(name: str, item: ContrastValue | ContrastWord) -> _Row:
    return _Row(name, _part(item.first), _part(item.second))


def _left_out(trends: Trends) -> list[str]:
    """Return the synonyms that the same texts have in a search, each once."""
    return list(
        dict.fromkeys(each for series in trends.series for each in series.query.without_synonyms)
    )
