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
from web.present import shown_hits

__all__ = ["LARGEST_ANSWER", "check_api_page", "check_hits", "check_html_page", "check_values"]

LARGEST_ANSWER = 16_000_000
"""Bytes of an answer that depend on its parameters, before compression."""
_USUAL_SIZE = 10
"""Of a page and of lists, below which a search is asked to go only where nothing else helps."""
_MOST_LINKS_OF_A_VALUE = 3
_LINKS_OF_A_HIT = 15
"""On a page: the article, three of each of its kinds of values, its source, and all reprints by themselves."""
_OTHER_LINKS = 40
"""Pages, orders, sizes, other forms and ways out."""
_ENCODED = 12
"""Bytes of a character in an address, at most."""
_LONGEST_VALUE = 500 * _ENCODED
_BYTES_OF_A_VALUE = 150
"""Keys and numbers of a value in an answer."""
_BYTES_OF_A_HIT = 1_000
_BYTES_OF_A_SCORE_PART = 80


@dataclass(frozen=True, slots=True)
class _Part:
    """What one parameter makes of an answer: its value, and the bytes that grow with it."""

    parameter: str
    asked: int
    size: int

    def fitting(self, room: int, least: int) -> int:
        """Return the value with which the part has at most `room` bytes; it is not made smaller than `least`."""
        return min(self.asked, max(least, self.asked * room // self.size if self.size else self.asked))


def check_api_page(page: SearchPage) -> None:
    """Refuse a search whose answer of the API would be too large.

    Raises:
        InvalidQuery: it names the parameter to make smaller, and to what.

    """
    _check(page.query, page.facets, page.hits, others=len(page.synonyms))


def check_html_page(page: SearchPage) -> None:
    """Refuse a search whose page would be too large; raises as `check_api_page` does."""
    # A search that is full has no links to one with a further value.
    own = 2 if page.query.is_full else _LINKS_OF_A_HIT
    links = sum(own + len(reprints) for _, _, reprints in shown_hits(page))
    _check(page.query, page.facets, page.hits, links, page.query.filter_values + len(page.synonyms))


def check_values(query: SearchQuery, result: FacetResult) -> None:
    """Refuse a page of a facet's values that would be too large; raises as `check_api_page` does."""
    _check(query, (result,), ())


def check_hits(query: SearchQuery, hits: Sequence[Hit]) -> None:
    """Refuse articles without links to searches whose texts are too large; raises as `check_api_page` does."""
    _check(query, (), hits)


def _check(
    query: SearchQuery, facets: Sequence[FacetResult], hits: Sequence[Hit], links_of_hits: int = 0, others: int = 0
) -> None:
    texts = sum(map(_text_size, hits))
    others += _OTHER_LINKS
    values = sum(len(each.values) for each in facets)
    longest = _longest_address(query) + _LONGEST_VALUE
    if texts + longest * (links_of_hits + others + _MOST_LINKS_OF_A_VALUE * values) <= LARGEST_ANSWER:
        return
    address = len(query_string(query))
    of_size = texts + links_of_hits * (address + _longest_tag(hits)) if links_of_hits else texts
    of_facet_size = fixed = 0
    for each in facets:
        links = 2 + bool(query.selected(each.facet.name))
        size = _values_size(each.values, links, address)
        # Values that are chosen are listed whatever the size of the lists, periods too.
        chosen = (
            size
            if each.facet is DATE
            else _values_size((value for value in each.values if value.selected), links, address)
        )
        fixed += chosen
        of_facet_size += size - chosen
    fixed += others * address
    if fixed + of_size + of_facet_size > LARGEST_ANSWER:
        parts = [_Part("facet_size", query.facet_size, of_facet_size), _Part("size", query.size, of_size)]
        raise _too_large(query, fixed, sorted(parts, key=lambda part: -part.size))


def _too_large(query: SearchQuery, fixed: int, parts: list[_Part]) -> InvalidQuery:
    """Return the error, which says what would do: less of the largest part, and of the next where that is not enough."""
    total = fixed + sum(part.size for part in parts)
    said = f"the answer would have about {total / 1e6:.0f} MB; {LARGEST_ANSWER / 1e6:.0f} MB are the most"
    for least in (_USUAL_SIZE, 1):
        left = total
        advice: dict[str, int] = {}
        for part in parts:
            fitting = part.fitting(LARGEST_ANSWER - (left - part.size), min(least, part.asked))
            left -= part.size - part.size * fitting // part.asked
            if fitting < part.asked:
                advice[part.parameter] = fitting
        if left <= LARGEST_ANSWER:
            first = next(iter(advice))
            would_do = " and ".join(f"{name}={value}" for name, value in advice.items())
            return InvalidQuery(first, f"{said}; {would_do} would do")
    if query.selected(DATE.name):
        return InvalidQuery("date", f"{said}; choose fewer years, months and days, or use from and to")
    return InvalidQuery("q", f"{said}; search for less text")


def _longest_address(query: SearchQuery) -> int:
    """Return more bytes than the search has in an address, without writing it."""
    values = (*(each.value for each in query.filters), *query.without_synonyms)
    return _ENCODED * (len(query.text) + sum(map(len, values))) + 20 * len(values) + len(query.cursor or "") + 200


def _values_size(values: Iterable[FacetValue], links: int, address: int) -> int:
    return sum(links * (address + len(quoted(each.value))) + len(each.value) + _BYTES_OF_A_VALUE for each in values)


def _longest_tag(hits: Sequence[Hit]) -> int:
    """Return the bytes in an address of the longest value that an article of a page has, at most."""
    longest = 0
    for hit in hits:
        article = hit.article
        for value in (
            article.id,
            article.source,
            *article.authors,
            *article.regions,
            *article.themes,
            *article.reports,
        ):
            longest = max(longest, len(value) * (3 if value.isascii() else _ENCODED))
    return longest


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
