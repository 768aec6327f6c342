"""A page of results as rows with links: the same rows feed HTML and JSON."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from urllib.parse import quote, urlsplit

from search.article import Article
from search.browsing import ValuesAsked
from search.facets import VALUE_FACETS, Facet, facet_named
from search.periods import Period
from search.query import MAX_PAGED_HITS, Filter, SearchQuery, SortOrder
from search.results import FacetResult, FacetValue, Hit, SearchPage
from web.params import query_string, values_string

__all__ = [
    "API_SEARCH",
    "Chip",
    "FacetRow",
    "HitRow",
    "PageLink",
    "ValueRow",
    "article_facets",
    "article_path",
    "browse_path",
    "chips",
    "facet_row",
    "facet_rows",
    "hit_rows",
    "is_web_address",
    "page_links",
    "period_label",
    "printed_date",
    "search_links",
    "search_path",
    "sort_links",
    "value_path",
]

API_SEARCH = "/api/v1/search"
_TAGS = 3
"""Regions, and themes, that a hit is shown with."""


@dataclass(frozen=True, slots=True)
class ValueRow:
    """A facet's value: `url` has it alone in its facet, `add_url` beside the others, `remove_url` is without it.

    `exclude_url` leaves out the articles that have it.
    """

    value: str
    label: str
    count: int
    selected: bool
    url: str
    api_url: str
    add_url: str | None
    remove_url: str | None
    exclude_url: str | None
    level: str
    key: str
    """Names the link in the page, the same before and after an update."""

    @property
    def tick_url(self) -> str:
        """Where a click on the value's box leads."""
        return self.remove_url or self.add_url or self.url


@dataclass(frozen=True, slots=True)
class FacetRow:
    """A facet and its values."""

    name: str
    label: str
    values: list[ValueRow]
    more: int | None
    more_url: str


@dataclass(frozen=True, slots=True)
class HitRow:
    """An article of the page, with its place among all matches; `reprints` are others of one text with it.

    `tags` are its regions and themes, marked, each with this search among those that have it.
    """

    hit: Hit
    path: str
    number: int
    reprints: list[tuple[Article, str]]
    tags: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Chip:
    """One choice in force, and the search without it."""

    label: str
    without: SearchQuery

    @property
    def remove_url(self) -> str:
        """The way to drop it."""
        return search_path(self.without)


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page's number; `url` None is a gap, or where the reader is."""

    label: str
    url: str | None
    current: bool = False


def article_path(article_id: str, query: SearchQuery | None = None) -> str:
    """Return an article's page; with a query, its words are marked there, and the way back leads to its results."""
    return f"/articles/{quote(article_id, safe='')}{query_string(query) if query else ''}"


def search_path(query: SearchQuery) -> str:
    """Return a search's page."""
    return f"/{query_string(query)}"


def value_path(facet: str, value: str) -> str:
    """Return the page of all articles with a value."""
    return search_path(SearchQuery(filters=(Filter(facet, value),)))


def browse_path(facet: Facet, query: SearchQuery, asked: ValuesAsked | None = None) -> str:
    """Return the page of all values of a facet over the matches of a search."""
    return f"/browse/{facet.name}{values_string(query.on_page(1), asked or ValuesAsked())}"


def is_web_address(address: str) -> bool:
    """Whether an address may be linked: http and https alone are."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def facet_rows(page: SearchPage) -> list[FacetRow]:
    """Return the facets with links on every value."""
    return [facet_row(result, page.query) for result in page.facets]


def facet_row(result: FacetResult, query: SearchQuery) -> FacetRow:
    """Return one facet with links on every value."""
    facet = result.facet
    chosen = query.selected(facet.name)
    values = [_value_row(facet, value, query, beside=bool(chosen)) for value in result.values]
    return FacetRow(facet.name, facet.label, values, None if facet.is_date else result.more, browse_path(facet, query))


def _value_row(facet: Facet, value: FacetValue, query: SearchQuery, *, beside: bool) -> ValueRow:
    alone = query_string(query.only(facet.name, value.value))
    return ValueRow(
        value=value.value,
        label=period_label(value.value) if facet.is_date else value.value,
        count=value.count,
        selected=value.selected,
        url=f"/{alone}",
        api_url=API_SEARCH + alone,
        add_url=search_path(query.adding(facet.name, value.value)) if beside and not value.selected else None,
        remove_url=search_path(query.without(Filter(facet.name, value.value))) if value.selected else None,
        exclude_url=None if facet.is_date or value.selected else search_path(query.excluding(facet.name, value.value)),
        level=Period.parse(value.value).level if facet.is_date else "",
        key=f"{facet.name}-{blake2b(value.value.encode('utf-8', 'surrogatepass'), digest_size=6).hexdigest()}",
    )


def hit_rows(page: SearchPage) -> list[HitRow]:
    """Return the page's articles with their links; one that stands as a reprint under another has no row of its own."""
    rows: list[HitRow] = []
    shown: set[str] = set()
    for number, hit in enumerate(page.hits, page.first + 1):
        if hit.article.id in shown:
            continue
        reprints = () if page.query.all_reprints else hit.reprints
        shown.update(each.id for each in reprints)
        links = [(each, article_path(each.id, page.query)) for each in reprints]
        rows.append(HitRow(hit, article_path(hit.article.id, page.query), number, links, _tags(hit, page.query)))
    return rows


def _tags(hit: Hit, query: SearchQuery) -> list[tuple[str, str]]:
    article, marks = hit.article, hit.highlights
    kinds = (("region", article.regions, marks.regions), ("theme", article.themes, marks.themes))
    return [
        (marked, search_path(query.only(facet, value)))
        for facet, values, shown in kinds
        for value, marked in zip(values[:_TAGS], shown, strict=False)
    ]


def chips(query: SearchQuery) -> list[Chip]:
    """Return every filter in force."""
    found: list[Chip] = []
    for chosen in query.filters:
        facet = facet_named(chosen.facet)
        assert facet is not None
        value = period_label(chosen.value) if facet.is_date else chosen.value
        sign = "not " if chosen.excluded else ""
        found.append(Chip(f"{facet.label}: {sign}{value}", query.without(chosen)))
    if query.first_day or query.last_day:
        first = f"from {printed_date(query.first_day.isoformat())}" if query.first_day else ""
        last = f"to {printed_date(query.last_day.isoformat())}" if query.last_day else ""
        found.append(Chip(f"Date: {first} {last}".replace("  ", " ").rstrip(), query.without_days()))
    return found


def search_links(page: SearchPage) -> dict[str, str]:
    """Return where else this search leads, for machines."""
    query = page.query
    here = query_string(query)
    first = query_string(query.on_page(1))
    links = {"self": API_SEARCH + here, "html": f"/{here}", "atom": f"/feed.atom{first}", "csv": f"/export.csv{first}"}
    if page.next_cursor:
        links["next"] = API_SEARCH + query_string(query.after(page.next_cursor))
    if query.page > 1:
        links["prev"] = API_SEARCH + query_string(query.on_page(query.page - 1))
    return links


def page_links(page: SearchPage) -> tuple[str | None, list[PageLink], str | None]:
    """Return the links to the page before, to numbered pages, and to the page after."""
    query = page.query
    last = min(page.total, MAX_PAGED_HITS) // query.size + (min(page.total, MAX_PAGED_HITS) % query.size > 0)
    following = search_path(query.after(page.next_cursor)) if page.next_cursor else None
    if query.cursor:
        return search_path(query.on_page(1)), [], following
    if following and query.page < last and (query.page + 1) * query.size <= MAX_PAGED_HITS:
        following = search_path(query.on_page(query.page + 1))
    before = search_path(query.on_page(query.page - 1)) if 1 < query.page <= last + 1 else None
    last = min(last, MAX_PAGED_HITS // query.size)
    numbers = sorted({1, last, *range(max(1, query.page - 2), min(last, query.page + 2) + 1)} - {0})
    links: list[PageLink] = []
    for place, number in enumerate(numbers):
        if place and number > numbers[place - 1] + 1:
            links.append(PageLink("…", None))
        current = number == query.page
        links.append(PageLink(f"{number:,}", None if current else search_path(query.on_page(number)), current))
    return before, links if len(numbers) > 1 else [], following


def sort_links(query: SearchQuery) -> list[PageLink]:
    """Return the orders to choose from; relevance only when there is something to be relevant to."""
    labels = {SortOrder.RELEVANCE: "Relevance", SortOrder.NEWEST: "Newest", SortOrder.OLDEST: "Oldest"}
    default = SortOrder.RELEVANCE if query.text.strip() else SortOrder.NEWEST
    return [
        PageLink(label, search_path(query.sorted_by(order if order is not default else None)), order is query.order)
        for order, label in labels.items()
        if order is not SortOrder.RELEVANCE or query.text.strip()
    ]


def article_facets(article: Article) -> Iterable[tuple[Facet, list[tuple[str, str]]]]:
    """Return an article's values by facet, each with the page of all articles that have it."""
    for facet in VALUE_FACETS:
        values = facet.values(article)
        if values and facet.name not in ("source", "language", "author"):
            yield facet, [(value, value_path(facet.name, value)) for value in values]


def printed_date(iso: str) -> str:
    """Print a date or date-time as a reader writes it: `12 July 2017`."""
    day = dt.date.fromisoformat(iso[:10])
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def period_label(text: str) -> str:
    """Print a year, month or day as a reader writes it."""
    period = Period.parse(text)
    if period.level == "year":
        return text
    if period.level == "month":
        return f"{_MONTHS[period.first.month - 1]} {period.first.year}"
    return printed_date(text)
