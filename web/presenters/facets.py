"""Facets as rows of values with links, for pages and the API."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import blake2b

from msgspec import Struct

from search.model.article import Article
from search.model.facets import VALUE_FACETS, Facet
from search.model.periods import Period
from search.model.query import Filter, SearchQuery
from search.model.results import MAX_COUNTED_VALUES, FacetResult, SearchPage
from web.chronicle_urls import value_page_path
from web.mount_path import mount_path, mounted
from web.presenters.page_links import PageLink
from web.urls import (
    API_SEARCH,
    FacetValueUrls,
    browse_path,
    facet_value_urls,
    search_path,
)

__all__ = [
    "FacetRow",
    "ValueRow",
    "article_facets",
    "facet_row",
    "facet_rows",
]

_CACHE_SIZE = 8_192


class ValueRow(Struct, frozen=True, gc=False):
    """A facet's value and its links, each written when it is read, since no answer has all of them.

    A search with as many filter values as it may have has no links that would add another.
    """

    value: str
    count: int
    selected: bool
    facet: Facet
    query: SearchQuery
    urls: FacetValueUrls
    has_selection: bool
    """True if values of the facet are selected."""
    is_extensible: bool
    """True if the search may have one more filter value."""

    @property
    def url(self) -> str:
        """The search with this value alone in its facet."""
        return mounted(f"/{self.urls.only(self.value)}")

    @property
    def both_urls(self) -> tuple[str, str]:
        """The same `url`, and that of the API."""
        only, only_in_api = self.urls.only_in_both(self.value)
        root = mount_path()
        return f"{root}/{only}", f"{root}{API_SEARCH}{only_in_api}"

    @property
    def browse_url(self) -> str | None:
        """The link from the list of all values; none where it would lead to no article."""
        if not self.count:
            return None
        return self.url if self.has_selection or self.is_extensible else None

    @property
    def add_url(self) -> str | None:
        """The search with this value in addition to those chosen in its facet, if any are."""
        if not (self.has_selection and self.is_extensible) or self.selected:
            return None
        if self.facet.is_date:
            # A period replaces those that contain it or that it contains.
            return search_path(self.query.adding(self.facet.name, self.value))
        return mounted(f"/{self.urls.adding(self.value)}")

    @property
    def remove_url(self) -> str | None:
        """The search without this value, if it is chosen."""
        if not self.selected:
            return None
        return search_path(self.query.without(Filter(self.facet.name, self.value)))

    @property
    def exclude_url(self) -> str | None:
        """The search without the articles that have this value."""
        if self.facet.is_date or self.selected or not self.is_extensible:
            return None
        return mounted(f"/{self.urls.excluding(self.value)}")

    @property
    def tick_url(self) -> str | None:
        """The link of the value's checkbox."""
        if self.selected:
            return self.remove_url
        if self.has_selection:
            return self.add_url
        return self.url if self.is_extensible else None

    @property
    def level(self) -> str:
        """The kind of a period (year, month or day), "" for other values."""
        return _level(self.value) if self.facet.is_date else ""

    @property
    def key(self) -> str:
        """The element id of the link, the same before and after an update of the page."""
        return f"{self.facet.name}-{_digest(self.value)}"


@dataclass(frozen=True, slots=True)
class FacetRow:
    """A facet and its values; `more` counts those that are not listed, None for too many.

    Its links are written when they are read, since the API has none of them.
    """

    facet: Facet
    values: list[ValueRow]
    more: int | None
    query: SearchQuery
    is_useful: bool = True
    """False if there is one value that every match has, so that it can narrow nothing."""

    @property
    def is_shown(self) -> bool:
        """True if the page has the facet among its filters; dates are chosen in the timeline."""
        return bool(self.values) and self.is_useful and not self.facet.is_date

    @property
    def more_url(self) -> str:
        """The page of all values."""
        return browse_path(self.facet, self.query)

    @property
    def match_links(self) -> list[PageLink]:
        """The links that choose whether an article needs any or all of several chosen values."""
        return _match_links(self.query, self.facet)

    @property
    def boxes(self) -> Iterator[tuple[str, int, bool, str, str, str | None, str | None]]:
        """The values of a page, each with its level, key, and the links to tick and exclude it.

        Templates unpack tuples several times as fast as they read attributes.
        """
        for row in self.values:
            yield (
                row.value,
                row.count,
                row.selected,
                row.level,
                row.key,
                row.tick_url,
                row.exclude_url,
            )

    @property
    def most_counted(self) -> int:
        """The number of values that a facet with `more` of None exceeds."""
        return MAX_COUNTED_VALUES


@lru_cache(_CACHE_SIZE)
def _level(period: str) -> str:
    return Period.parse(period).level


@lru_cache(_CACHE_SIZE)
def _digest(value: str) -> str:
    return blake2b(value.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def facet_rows(page: SearchPage) -> list[FacetRow]:
    """Return the facets of a page of results."""
    return [
        replace(facet_row(result, page.query), is_useful=_is_useful(result, page.total))
        for result in page.facets
    ]


def _is_useful(result: FacetResult, total: int) -> bool:
    """Return whether a facet's values could narrow a search, or are chosen and can be dropped."""
    if len(result.values) != 1 or result.more != 0:
        return True
    (value,) = result.values
    return value.selected or value.count < total


def facet_row(result: FacetResult, query: SearchQuery) -> FacetRow:
    """Return one facet over the matches of a search."""
    facet = result.facet
    urls = facet_value_urls(query, facet.name)
    has_selection = bool(query.selected(facet.name))
    is_extensible = not query.is_full
    values = [
        ValueRow(
            value.value,
            value.count,
            value.selected,
            facet,
            query,
            urls,
            has_selection,
            is_extensible,
        )
        for value in result.values
    ]
    return FacetRow(facet, values, result.more, query)


def _match_links(query: SearchQuery, facet: Facet) -> list[PageLink]:
    """Return the links of a facet with several chosen values, none where only one can match."""
    needs_all = facet.name in query.needs_all_values
    if len(query.selected(facet.name)) <= 1 or (facet.single_valued and not needs_all):
        return []
    return [
        PageLink(
            "all" if all_values else "any",
            search_path(query.matching_values(facet.name, all_values=all_values)),
            all_values is needs_all,
        )
        for all_values in (False, True)
    ]


def article_facets(article: Article) -> list[tuple[Facet, list[tuple[str, str]]]]:
    """Return an article's values by facet, each with its page."""
    return [
        (facet, [(value, value_page_path(facet.name, value)) for value in values])
        for facet in VALUE_FACETS
        if facet.name not in ("source", "language", "author") and (values := facet.values(article))
    ]
