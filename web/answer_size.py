"""How large an answer may be: every link repeats the search, so a few parameters can ask for hundreds of megabytes.

Sizes are estimated from what the engine found, before links are written. They are a little too high rather than too low.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from search.errors import InvalidQuery
from search.facets import DATE
from search.query import SearchQuery
from search.results import FacetResult, FacetValue, Hit, SearchPage
from web.params import query_string, quoted

__all__ = ["LARGEST_ANSWER", "check_api_page", "check_hits", "check_html_page", "check_values"]

LARGEST_ANSWER = 16_000_000
"""Bytes of an answer that depend on its parameters, before compression."""
_LINKS_OF_A_VALUE = 3
_LINKS_OF_A_HIT = 15
"""On a page: the article, three of each of its kinds of values, its source, and all reprints by themselves."""
_OTHER_LINKS = 40
"""Pages, orders, sizes, other forms and ways out."""
_UTF_8 = 4
_ENCODED = 3 * _UTF_8
"""Bytes of a character in an address, at most."""
_LONGEST_VALUE = 500 * _ENCODED
_BYTES_OF_A_VALUE = 150
"""Keys and numbers of a value in an answer."""
_BYTES_OF_A_HIT = 1_000
_BYTES_OF_A_SCORE_PART = 80


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of an answer: the parameter that makes it large, what that is now, and the bytes of the part."""

    parameter: str
    asked: int
    size: int


def check_api_page(page: SearchPage) -> None:
    """Refuse a search whose answer of the API would be too large.

    Raises:
        InvalidQuery: it names the parameter to make smaller, and to what.

    """
    _check(page.query, page.facets, page.hits, _OTHER_LINKS + len(page.synonyms), links_of_a_hit=0)


def check_html_page(page: SearchPage) -> None:
    """Refuse a search whose page would be too large; raises as `check_api_page` does."""
    others = _OTHER_LINKS + page.query.filter_values + len(page.synonyms)
    _check(page.query, page.facets, page.hits, others, links_of_a_hit=_LINKS_OF_A_HIT)


def check_values(query: SearchQuery, result: FacetResult) -> None:
    """Refuse a page of a facet's values that would be too large; raises as `check_api_page` does."""
    _check(query, (result,), (), _OTHER_LINKS, links_of_a_hit=0)


def check_hits(query: SearchQuery, hits: Sequence[Hit]) -> None:
    """Refuse articles without links to searches whose texts are too large; raises as `check_api_page` does."""
    _check(query, (), hits, _OTHER_LINKS, links_of_a_hit=0)


def _check(
    query: SearchQuery, facets: Sequence[FacetResult], hits: Sequence[Hit], others: int, *, links_of_a_hit: int
) -> None:
    texts = sum(map(_text_size, hits))
    links = links_of_a_hit * len(hits) + (sum(len(hit.reprints) for hit in hits) if links_of_a_hit else 0)
    values = sum(len(each.values) for each in facets)
    longest = _longest_address(query) + _LONGEST_VALUE
    if texts + longest * (links + others + _LINKS_OF_A_VALUE * values) <= LARGEST_ANSWER:
        return
    address = len(query_string(query))
    listed = sum(_values_size(each.values, address) for each in facets if each.facet is not DATE)
    periods = sum(_values_size(each.values, address) for each in facets if each.facet is DATE)
    of_hits = texts + links * (address + _tags_size(hits, links_of_a_hit))
    total = listed + periods + of_hits + others * address
    if total > LARGEST_ANSWER:
        raise _too_large(
            total,
            [
                _Part("facet_size", query.facet_size, listed),
                _Part("size", query.size, of_hits),
                _Part("date", len(query.selected(DATE.name)), periods),
            ],
        )


def _too_large(total: int, parts: list[_Part]) -> InvalidQuery:
    """Return the error for the part that can be made smaller and is the largest."""
    most = f"{LARGEST_ANSWER / 1e6:.0f} MB are the most"
    can_shrink = [each for each in parts if each.asked > 1]
    if not can_shrink:
        return InvalidQuery("q", f"the answer would have about {total / 1e6:.0f} MB; {most}; search for less text")
    part = max(can_shrink, key=lambda each: each.size)
    said = f"{part.parameter}={part.asked}: the answer would have about {total / 1e6:.0f} MB; {most}"
    if part.parameter == "date":
        return InvalidQuery("date", f"{part.asked} periods: {said.partition(': ')[2]}; choose fewer, or from and to")
    room = LARGEST_ANSWER - (total - part.size)
    fits = max(1, part.asked * room // part.size)
    return InvalidQuery(part.parameter, f"{said}; {part.parameter}={fits} would do")


def _longest_address(query: SearchQuery) -> int:
    """Return more bytes than the search has in an address, without writing it."""
    values = (*(each.value for each in query.filters), *query.without_synonyms)
    return _ENCODED * (len(query.text) + sum(map(len, values))) + 20 * len(values) + len(query.cursor or "") + 200


def _values_size(values: Iterable[FacetValue], address: int) -> int:
    return sum(
        _LINKS_OF_A_VALUE * (address + len(quoted(each.value))) + len(each.value) + _BYTES_OF_A_VALUE for each in values
    )


def _tags_size(hits: Sequence[Hit], links: int) -> int:
    """Return the bytes of the longest value that a hit of a page links to."""
    if not links:
        return 0
    values = (
        value
        for hit in hits
        for value in (*hit.article.authors, hit.article.source, *hit.article.regions, *hit.article.themes)
    )
    return _ENCODED * max(map(len, values), default=0)


def _text_size(hit: Hit) -> int:
    article, marks = hit.article, hit.highlights
    texts = (
        article.title,
        article.deck,
        article.source_url,
        marks.title,
        marks.deck,
        marks.byline,
        *article.authors,
        *article.regions,
        *article.themes,
        *article.reports,
        *marks.body,
        *(each.title for each in hit.reprints),
    )
    size = sum(len(text) if text.isascii() else _UTF_8 * len(text) for text in texts)
    return size + _BYTES_OF_A_HIT + _BYTES_OF_A_SCORE_PART * len(hit.parts)
