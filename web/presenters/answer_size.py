"""Limits the size of an answer, which a few parameters could make hundreds of megabytes.

Every link repeats the search. Sizes are estimated from the engine's results before links are
written, rather too high than too low.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, zip_longest

from search.errors import InvalidQuery
from search.model.article import Article
from search.model.facets import DATE
from search.model.query import SearchQuery
from search.model.results import FacetResult, FacetValue, Hit, SearchPage
from web.mount_path import mount_path
from web.params.query_strings import quoted
from web.presenters.hits import ShownHit, shown_hits
from web.urls import search_path

__all__ = ["MAX_ANSWER_BYTES", "check_api_page", "check_hits", "check_html_page", "check_values"]

MAX_ANSWER_BYTES = 16_000_000
"""Bytes of an answer that depend on its parameters, before compression."""
_USUAL_SIZE = 10
"""Page and facet size that advice goes below only if nothing else helps."""
_LINKS_PER_VALUE = 2
_MAX_LINKS_PER_HIT = 15
"""On a page: the article, three values of each kind, its source, and all reprints by themselves."""
_MAX_TAGS = 3
_OTHER_LINKS = 40
"""Pages, orders, sizes, other formats and relaxations."""
_MAX_ENCODED_CHARACTER = 12
"""Bytes of a percent-encoded character."""
_MAX_VALUE_SIZE = 500 * _MAX_ENCODED_CHARACTER
_VALUE_BYTES = 150
"""Keys and numbers of a facet's value."""
_HIT_BYTES = 1_000
_SCORE_PART_BYTES = 80


@dataclass(frozen=True, slots=True)
class _SizedPart:
    """The bytes that each item requested by a parameter adds to an answer."""

    parameter: str
    items: list[int]

    @property
    def size(self) -> int:
        """Bytes of all items."""
        return sum(self.items)

    def count_within(self, limit: int) -> int:
        """Return how many of the first items fit into a number of bytes."""
        return sum(size <= limit for size in accumulate(self.items))


def check_api_page(page: SearchPage) -> None:
    """Refuse a search whose API response would be too large.

    Raises:
        InvalidQuery: it names the parameter to reduce, and a value that is small enough.

    """
    _check(page.query, page.facets, page.hits, other_links=len(page.synonyms))


def check_html_page(page: SearchPage) -> None:
    """Refuse a search whose page would be too large; raises as `check_api_page` does."""
    # A value has a link that removes it, and its chip one that removes all of its values.
    other_links = 2 * page.query.filter_values + len(page.synonyms)
    shown = list(shown_hits(page.query, page.first, page.hits))
    _check(page.query, page.facets, page.hits, other_links, shown)


def check_values(query: SearchQuery, result: FacetResult) -> None:
    """Refuse a page of a facet's values that is too large; raises as `check_api_page` does."""
    _check(query, (result,), ())


def check_hits(query: SearchQuery, hits: Sequence[Hit]) -> None:
    """Refuse hits without links whose texts are too large; raises as `check_api_page` does."""
    _check(query, (), hits)


def _check(
    query: SearchQuery,
    facets: Sequence[FacetResult],
    hits: Sequence[Hit],
    other_links: int = 0,
    shown: Sequence[ShownHit] = (),
) -> None:
    other_links += _OTHER_LINKS
    texts = [_text_size(hit) for hit in hits]
    links = sum(_MAX_LINKS_PER_HIT + len(reprints) for _, _, reprints in shown)
    links += other_links + (_LINKS_PER_VALUE + 1) * sum(len(facet.values) for facet in facets)
    # An ordinary search is far below the limit, so its links need not be estimated one by one.
    if sum(texts) + links * (_max_address_size(query) + _MAX_VALUE_SIZE) <= MAX_ANSWER_BYTES:
        return
    address = len(search_path(query))
    fixed = other_links * address
    by_rank: list[int] = []
    for result in facets:
        facet_fixed, sizes = _facet_sizes(query, result, address, is_html=bool(shown))
        fixed += facet_fixed
        by_rank = [sum(pair) for pair in zip_longest(by_rank, sizes, fillvalue=0)]
    rows = [
        _links_size(hit, reprints, address, is_full=query.is_full) for _, hit, reprints in shown
    ]
    parts = [
        _SizedPart("facet_size", by_rank),
        _SizedPart("size", [sum(pair) for pair in zip_longest(texts, rows, fillvalue=0)]),
    ]
    if fixed + sum(part.size for part in parts) > MAX_ANSWER_BYTES:
        raise _too_large(query, fixed, sorted(parts, key=lambda part: -part.size))


def _facet_sizes(
    query: SearchQuery, result: FacetResult, address: int, *, is_html: bool
) -> tuple[int, list[int]]:
    """Return the bytes of the values that are listed in any case, and of each other value.

    Chosen values and periods are listed whatever `facet_size` is. A page has two links per value;
    the API has a third if values of the facet are chosen.
    """
    links = _LINKS_PER_VALUE + (bool(query.selected(result.facet.name)) and not is_html)
    fixed = 0
    sizes: list[int] = []
    for value in result.values:
        size = _value_size(value, links, address)
        if result.facet is DATE or value.selected:
            fixed += size
        else:
            sizes.append(size)
    return fixed, sizes


def _too_large(query: SearchQuery, fixed: int, parts: list[_SizedPart]) -> InvalidQuery:
    """Return the error, which advises to reduce the largest part, and the next one if needed."""
    total = fixed + sum(part.size for part in parts)
    message = (
        f"the answer would have about {total / 1e6:.0f} MB; "
        f"{MAX_ANSWER_BYTES / 1e6:.0f} MB are the most"
    )
    for minimum in (_USUAL_SIZE, 1):
        reduced = total
        advice: dict[str, int] = {}
        for part in parts:
            count = max(minimum, part.count_within(MAX_ANSWER_BYTES - reduced + part.size))
            if count < len(part.items):
                advice[part.parameter] = count
                reduced -= sum(part.items[count:])
        if reduced <= MAX_ANSWER_BYTES:
            values = " and ".join(f"{name}={value}" for name, value in advice.items())
            return InvalidQuery(next(iter(advice)), f"{message}; {values} would do")
    if query.selected(DATE.name):
        return InvalidQuery(
            DATE.name, f"{message}; choose fewer years, months and days, or use from and to"
        )
    return InvalidQuery("q", f"{message}; search for less text")


def _max_address_size(query: SearchQuery) -> int:
    """Return an upper bound of the bytes of a search's address, without writing it."""
    values = (
        *(chosen.value for chosen in query.filters),
        *query.without_synonyms,
        *query.ids,
    )
    return (
        _MAX_ENCODED_CHARACTER * (len(query.text) + sum(map(len, values)))
        + 20 * len(values)
        + len(query.cursor or "")
        + 200
        + len(mount_path())
    )


def _value_size(value: FacetValue, links: int, address: int) -> int:
    return links * (address + len(quoted(value.value))) + len(value.value) + _VALUE_BYTES


def _links_size(hit: Hit, reprints: Sequence[Article], address: int, *, is_full: bool) -> int:
    """Return the bytes of the links in an article's row of a page."""
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
        for value in values[:_MAX_TAGS]
        # A search that takes no more filters has no links that add one.
        if value and not is_full
    ]
    linked = [article.id, *tags, *(reprint.id for reprint in reprints)]
    return address * (len(linked) + bool(reprints)) + sum(len(quoted(text)) for text in linked)


def _text_size(hit: Hit) -> int:
    article, highlights = hit.article, hit.highlights
    texts = (
        article.title,
        article.deck,
        article.source_url,
        highlights.title,
        highlights.deck,
        highlights.byline,
        *article.authors,
        *article.regions,
        *article.themes,
        *article.reports,
        *highlights.body,
        *(reprint.title for reprint in hit.reprints),
    )
    size = len("".join(texts).encode("utf-8", "surrogatepass"))
    return size + _HIT_BYTES + _SCORE_PART_BYTES * len(hit.parts)
