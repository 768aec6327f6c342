"""A page of results as rows with links: the same rows feed HTML and JSON. They hold no words of ours: templates say things."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b

from search.model.article import Article
from search.model.facets import DATE, FACETS, VALUE_FACETS, Facet
from search.model.periods import Period
from search.model.query import DEFAULT_SIZE, MAX_PAGED_HITS, Filter, SearchQuery, SortOrder
from search.model.results import FacetResult, Hit, SearchPage
from search.results.suggester import Suggestion
from web.openapi.responses import SearchLinks
from web.params.search_params import query_string
from web.urls import (
    API_SEARCH,
    FacetValueUrls,
    article_path,
    browse_path,
    choice_links,
    search_path,
    value_links,
    value_path,
)

__all__ = [
    "Chip",
    "FacetRow",
    "HitRow",
    "PageLink",
    "ShownHit",
    "Tag",
    "ValueRow",
    "article_facets",
    "chips",
    "facet_row",
    "facet_rows",
    "hit_rows",
    "page_links",
    "search_links",
    "shown_hits",
    "size_links",
    "sort_links",
    "suggestion_path",
]

_TAGS = 3
"""Values of one kind that a hit is shown with."""
_SIZES = (10, 25, 50, 100)

ShownHit = tuple[int, Hit, tuple[Article, ...]]
"""A hit with its place among all matches, and the reprints that stand under it."""


@dataclass(frozen=True, slots=True)
class ValueRow:
    """A facet's value and its links, each written when it is asked for: a form of an answer has some of them.

    A search that is full takes no further value, so links to one with more than it are None.
    """

    value: str
    count: int
    selected: bool
    facet: Facet
    query: SearchQuery
    links: FacetValueUrls
    beside: bool
    """Whether values of the facet are chosen."""
    takes_more: bool
    """Whether the search may have one more value."""

    @property
    def url(self) -> str:
        """The search with the value alone in its facet."""
        return f"/{self.links.only(self.value)}"

    @property
    def api_url(self) -> str:
        """The same search of the API."""
        return API_SEARCH + self.links.only(self.value)

    @property
    def browse_url(self) -> str | None:
        """Where the list of all values leads from it."""
        return self.url if self.beside or self.takes_more else None

    @property
    def add_url(self) -> str | None:
        """The search with the value next to those chosen in its facet; None where none is."""
        if not (self.beside and self.takes_more) or self.selected:
            return None
        if self.facet.is_date:
            # A period takes the place of those around and inside it.
            return search_path(self.query.adding(self.facet.name, self.value))
        return f"/{self.links.adding(self.value)}"

    @property
    def remove_url(self) -> str | None:
        """The search without the value, where it is chosen."""
        return (
            search_path(self.query.without(Filter(self.facet.name, self.value)))
            if self.selected
            else None
        )

    @property
    def exclude_url(self) -> str | None:
        """The search without the articles that have the value."""
        if self.facet.is_date or self.selected or not self.takes_more:
            return None
        return f"/{self.links.excluding(self.value)}"

    @property
    def tick_url(self) -> str | None:
        """Where a click on the value's box leads."""
        if self.selected:
            return self.remove_url
        if self.beside:
            return self.add_url
        return self.url if self.takes_more else None

    @property
    def level(self) -> str:
        """Year, month or day of a period, "" of other values."""
        return Period.parse(self.value).level if self.facet.is_date else ""

    @property
    def key(self) -> str:
        """Names the link in the page, the same before and after an update."""
        digest = blake2b(self.value.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
        return f"{self.facet.name}-{digest}"


@dataclass(frozen=True, slots=True)
class FacetRow:
    """A facet and its values."""

    facet: Facet
    values: list[ValueRow]
    more: int | None
    more_url: str


@dataclass(frozen=True, slots=True)
class Tag:
    """Something that an article has, marked, with this search among the articles that have it too."""

    marked: str
    url: str | None
    """None where the search is full."""


@dataclass(frozen=True, slots=True)
class HitRow:
    """An article of the page, with its place among all matches; `reprints` are others of one text with it."""

    hit: Hit
    path: str
    number: int
    reprints: list[tuple[Article, str]]
    authors: list[Tag]
    source: list[Tag]
    tags: list[Tag]
    """Regions, themes, reports."""


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter in force, and the search without it: a value of a facet, or a first and last day."""

    without: SearchQuery
    facet: Facet
    value: str = ""
    excluded: bool = False
    first_day: dt.date | None = None
    last_day: dt.date | None = None

    @property
    def remove_url(self) -> str:
        """The way to drop it."""
        return search_path(self.without)


@dataclass(frozen=True, slots=True)
class PageLink:
    """One of several to choose from, such as a page's number; `url` None is a gap, or where the reader is."""

    value: str | int
    url: str | None
    current: bool = False


def facet_rows(page: SearchPage) -> list[FacetRow]:
    """Return the facets with links on every value."""
    return [facet_row(result, page.query) for result in page.facets]


def facet_row(result: FacetResult, query: SearchQuery) -> FacetRow:
    """Return one facet with links on every value."""
    facet = result.facet
    links = value_links(query, facet.name)
    beside = bool(query.selected(facet.name))
    takes_more = not query.is_full
    values = [
        ValueRow(each.value, each.count, each.selected, facet, query, links, beside, takes_more)
        for each in result.values
    ]
    return FacetRow(
        facet, values, None if facet.is_date else result.more, browse_path(facet, query)
    )


def hit_rows(page: SearchPage) -> list[HitRow]:
    """Return the page's articles with their links; one that stands as a reprint under another has no row of its own."""
    query = page.query
    here = query_string(query)
    links = {facet.name: value_links(query, facet.name) for facet in VALUE_FACETS}
    rows: list[HitRow] = []

    def tags(facet: str, values: tuple[str, ...], marked: tuple[str, ...]) -> list[Tag]:
        pairs = zip(values[:_TAGS], marked, strict=False)
        if query.is_full and not query.selected(facet):
            return [Tag(text, None) for _, text in pairs]
        return [Tag(text, f"/{links[facet].only(value)}") for value, text in pairs]

    for number, hit, reprints in shown_hits(page):
        article, marks = hit.article, hit.highlights
        rows.append(
            HitRow(
                hit,
                article_path(article.id) + here,
                number,
                [(each, article_path(each.id) + here) for each in reprints],
                tags("author", article.authors, marks.authors),
                tags("source", (article.source,), (marks.source,)) if article.source else [],
                [
                    *tags("region", article.regions, marks.regions),
                    *tags("theme", article.themes, marks.themes),
                    *tags("report", article.reports, marks.reports),
                ],
            )
        )
    return rows


def shown_hits(page: SearchPage) -> Iterator[ShownHit]:
    """Yield each hit that has a row of its own."""
    shown: set[str] = set()
    for number, hit in enumerate(page.hits, page.first + 1):
        if hit.article.id not in shown:
            reprints = () if page.query.all_reprints else hit.reprints
            shown.update(each.id for each in reprints)
            yield number, hit, reprints


def chips(query: SearchQuery) -> list[Chip]:
    """Return every filter in force."""
    by_name = {facet.name: facet for facet in FACETS}
    found = [
        Chip(query.without(chosen), by_name[chosen.facet], chosen.value, chosen.excluded)
        for chosen in query.filters
    ]
    if query.first_day or query.last_day:
        found.append(
            Chip(query.without_days(), DATE, first_day=query.first_day, last_day=query.last_day)
        )
    return found


def search_links(page: SearchPage) -> SearchLinks:
    """Return where else this search leads, for machines."""
    query = page.query
    here = query_string(query)
    first = query_string(query.on_page(1))
    links: SearchLinks = {
        "self": API_SEARCH + here,
        "html": f"/{here}",
        "atom": f"/feed.atom{first}",
        "csv": f"/export.csv{first}",
    }
    if page.next_cursor:
        links["next"] = API_SEARCH + query_string(query.with_cursor(page.next_cursor))
    if query.page > 1:
        links["prev"] = API_SEARCH + query_string(query.on_page(query.page - 1))
    return links


def page_links(page: SearchPage) -> tuple[str | None, list[PageLink], str | None]:
    """Return the links to the page before, to numbered pages, and to the page after."""
    query = page.query
    on_page = choice_links(query.on_page(1), "page", "1")
    last = min(page.total, MAX_PAGED_HITS) // query.size + (
        min(page.total, MAX_PAGED_HITS) % query.size > 0
    )
    following = search_path(query.with_cursor(page.next_cursor)) if page.next_cursor else None
    if query.cursor:
        return on_page("1"), [], following
    if following and query.page < last and (query.page + 1) * query.size <= MAX_PAGED_HITS:
        following = on_page(str(query.page + 1))
    before = on_page(str(query.page - 1)) if 1 < query.page <= last + 1 else None
    last = min(last, MAX_PAGED_HITS // query.size)
    numbers = sorted({1, last, *range(max(1, query.page - 2), min(last, query.page + 2) + 1)} - {0})
    links: list[PageLink] = []
    for place, number in enumerate(numbers):
        if place and number > numbers[place - 1] + 1:
            links.append(PageLink("…", None))
        current = number == query.page
        links.append(PageLink(number, None if current else on_page(str(number)), current))
    return before, links if len(numbers) > 1 else [], following


def sort_links(query: SearchQuery) -> list[PageLink]:
    """Return the orders to choose from; relevance only when there is something to be relevant to."""
    default = SortOrder.RELEVANCE if query.text.strip() else SortOrder.NEWEST
    by = choice_links(query.sorted_by(None), "sort", default)
    return [
        PageLink(order, by(order), order is query.order)
        for order in SortOrder
        if order is not SortOrder.RELEVANCE or query.text.strip()
    ]


def size_links(query: SearchQuery) -> list[PageLink]:
    """Return the numbers of hits a page to choose from, the one in force among them."""
    sizes = sorted({*_SIZES, query.size})
    of = choice_links(query.with_page_size(DEFAULT_SIZE), "size", str(DEFAULT_SIZE))
    return [PageLink(size, of(str(size)), size == query.size) for size in sizes]


def suggestion_path(suggestion: Suggestion) -> str:
    """Return where a suggestion leads: to a search, or to an article."""
    return (
        search_path(suggestion.query) if suggestion.query else article_path(suggestion.article_id)
    )


def article_facets(article: Article) -> Iterable[tuple[Facet, list[tuple[str, str]]]]:
    """Return an article's values by facet, each with the page of all articles that have it."""
    for facet in VALUE_FACETS:
        values = facet.values(article)
        if values and facet.name not in ("source", "language", "author"):
            yield facet, [(value, value_path(facet.name, value)) for value in values]
