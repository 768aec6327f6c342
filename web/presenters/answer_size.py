"""How large an answer may be: every link repeats the search, so a few parameters can ask for hundreds of megabytes.

Sizes are estimated from what the engine found, before links are written. They are a little too high rather than too low.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, zip_longest

from search.errors import InvalidQuery
from search.model.article import Article
from search.model.facets import DATE
from search.model.query import SearchQuery
from search.model.results import FacetResult, FacetValue, Hit, SearchPage
from web.params.query_strings import query_string, quoted
from web.presenters.hits import ShownHit, shown_hits

__all__ = ["MAX_ANSWER_BYTES", "check_api_page", "check_hits", "check_html_page", "check_values"]

MAX_ANSWER_BYTES = 16_000_000
"""Bytes of an answer that depend on its parameters, before compression."""
_USUAL_SIZE = 10
"""Of a page and of lists, below which a search is asked to go only where nothing else helps."""
_LINKS_OF_A_VALUE = 2
_LINKS_OF_A_HIT = 15
"""On a page, at most: the article, three of each of its kinds of values, its source, and all reprints by themselves."""
_TAGS = 3
_OTHER_LINKS = 40
"""Pages, orders, sizes, other forms and ways out."""
_ENCODED = 12
"""Bytes of a character in an address, at most."""
_MAX_VALUE_LENGTH = 500 * _ENCODED
_BYTES_OF_A_VALUE = 150
"""Keys and numbers of a value in an answer."""
_BYTES_OF_A_HIT = 1_000
_BYTES_OF_A_SCORE_PART = 80


@dataclass(frozen=True, slots=True)
class _Part:
    """What one parameter adds to an answer: the bytes of the first, the second and so on that it asks for."""

    parameter: str
    pieces: list[int]

    @property
    def size(self) -> int:
        """All of it."""
        return sum(self.pieces)

    def fitting(self, room: int) -> int:
        """Return how many of the first pieces have at most so many bytes together."""
        return sum(size <= room for size in accumulate(self.pieces))


def check_api_page(page: SearchPage) -> None:
    """Refuse a search whose answer of the API would be too large.

    Raises:
        InvalidQuery: it names the parameter to make smaller, and to what.

    """
    _check(page.query, page.facets, page.hits, others=len(page.synonyms))


def check_html_page(page: SearchPage) -> None:
    """Refuse a search whose page would be too large; raises as `check_api_page` does."""
    others = page.query.filter_values + len(page.synonyms)
    _check(
        page.query,
        page.facets,
        page.hits,
        others,
        list(shown_hits(page.query, page.first, page.hits)),
    )


def check_values(query: SearchQuery, result: FacetResult) -> None:
    """Refuse a page of a facet's values that would be too large; raises as `check_api_page` does."""
    _check(query, (result,), ())


def check_hits(query: SearchQuery, hits: Sequence[Hit]) -> None:
    """Refuse articles without links to searches whose texts are too large; raises as `check_api_page` does."""
    _check(query, (), hits)


def _check(
    query: SearchQuery,
    facets: Sequence[FacetResult],
    hits: Sequence[Hit],
    others: int = 0,
    linked: Sequence[ShownHit] = (),
) -> None:
    others += _OTHER_LINKS
    texts = [_text_size(hit) for hit in hits]
    links = sum(_LINKS_OF_A_HIT + len(reprints) for _, _, reprints in linked)
    links += others + (_LINKS_OF_A_VALUE + 1) * sum(len(each.values) for each in facets)
    # Of an ordinary search this is far from too much, and its links need not be counted one by one.
    if sum(texts) + links * (_longest_address(query) + _MAX_VALUE_LENGTH) <= MAX_ANSWER_BYTES:
        return
    address = len(query_string(query))
    fixed = others * address
    by_rank: list[int] = []
    for each in facets:
        # Values that are chosen are listed whatever the size of the lists, periods too.
        is_fixed = each.facet is DATE
        # The page has two links to a value, the API three where others are chosen.
        of_one = _LINKS_OF_A_VALUE + (bool(query.selected(each.facet.name)) and not linked)
        sizes = [
            _value_size(value, of_one, address)
            for value in each.values
            if not (is_fixed or value.selected)
        ]
        fixed += sum(
            _value_size(value, of_one, address)
            for value in each.values
            if is_fixed or value.selected
        )
        by_rank = [sum(pair) for pair in zip_longest(by_rank, sizes, fillvalue=0)]
    rows = [_links_size(hit, reprints, address, full=query.is_full) for _, hit, reprints in linked]
    parts = [
        _Part("facet_size", by_rank),
        _Part("size", [sum(pair) for pair in zip_longest(texts, rows, fillvalue=0)]),
    ]
    if fixed + sum(part.size for part in parts) > MAX_ANSWER_BYTES:
        raise _too_large(query, fixed, sorted(parts, key=lambda part: -part.size))


def _too_large(query: SearchQuery, fixed: int, parts: list[_Part]) -> InvalidQuery:
    """Return the error, which says what would do: less of the largest part, and of the next where that is not enough."""
    total = fixed + sum(part.size for part in parts)
    said = f"the answer would have about {total / 1e6:.0f} MB; {MAX_ANSWER_BYTES / 1e6:.0f} MB are the most"
    for least in (_USUAL_SIZE, 1):
        left = total
        advice: dict[str, int] = {}
        for part in parts:
            fitting = max(least, part.fitting(MAX_ANSWER_BYTES - left + part.size))
            if fitting < len(part.pieces):
                advice[part.parameter] = fitting
                left -= sum(part.pieces[fitting:])
        if left <= MAX_ANSWER_BYTES:
            would_do = " and ".join(f"{name}={value}" for name, value in advice.items())
            return InvalidQuery(next(iter(advice)), f"{said}; {would_do} would do")
    if query.selected(DATE.name):
        return InvalidQuery(
            DATE.name, f"{said}; choose fewer years, months and days, or use from and to"
        )
    return InvalidQuery("q", f"{said}; search for less text")


def _longest_address(query: SearchQuery) -> int:
    """Return more bytes than the search has in an address, without writing it."""
    values = (*(each.value for each in query.filters), *query.without_synonyms)
    return (
        _ENCODED * (len(query.text) + sum(map(len, values)))
        + 20 * len(values)
        + len(query.cursor or "")
        + 200
    )


def _value_size(value: FacetValue, links: int, address: int) -> int:
    return links * (address + len(quoted(value.value))) + len(value.value) + _BYTES_OF_A_VALUE


def _links_size(hit: Hit, reprints: Sequence[Article], address: int, *, full: bool) -> int:
    """Return the bytes of the links that a page has in an article's row."""
    article = hit.article
    tags = [
        value
        for values in (
            article.authors,
            article.regions,
            article.themes,
            article.reports,
            (article.source,),
        )
        for value in values[:_TAGS]
        # A search that is full has no links to one with a further value.
        if value and not full
    ]
    linked = [article.id, *tags, *(each.id for each in reprints)]
    return address * (len(linked) + bool(reprints)) + sum(len(quoted(each)) for each in linked)


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
    size = len("".join(texts).encode("utf-8", "surrogatepass"))
    return size + _BYTES_OF_A_HIT + _BYTES_OF_A_SCORE_PART * len(hit.parts)
