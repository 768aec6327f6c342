"""The search page: everything that it shows, as template variables."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from search.model.facets import Facet
from search.model.query import Filter, Match, SearchQuery
from search.model.results import HitWindow, SearchPage
from search.model.value_labels import ValueLabels
from search.query import IgnoredKind, ignored_parts
from search.query.parser import MAX_DEPTH, MAX_PHRASES, MAX_PREFIX_TERMS
from web.chronicle_urls import (
    VALUE_PAGE_FACETS,
    mentions_path,
    overview_path,
    search_trends_path,
    value_page_path,
)
from web.params.saved_search_params import saved_parameters
from web.presenters.chips import chips, kept_pairs
from web.presenters.facets import facet_rows
from web.presenters.filter_panel import FilterPanel
from web.presenters.hits import HitRow, hit_rows, window_rows
from web.presenters.on_this_day import OnThisDay
from web.presenters.page_links import download_links, pagination, size_links, sort_links
from web.presenters.timeline.chart import offers_dates, timeline_chart
from web.presenters.zero_results import (
    RelaxedQuery,
    missing_words,
    relaxations,
    words_apart,
)
from web.reader_data.saved_searches import MAX_SEARCH_LENGTH
from web.urls import (
    browse_path,
    feed_to_follow_path,
    help_path,
    search_path,
    synonym_exclusion_path,
)

__all__ = ["NEWEST", "IgnoredRow", "SearchPageData", "ignored_rows", "search_page"]

NEWEST = SearchQuery(size=5)
"""The articles that a page without results offers."""


_LIMITS = {
    IgnoredKind.DEPTH: MAX_DEPTH,
    IgnoredKind.PREFIX_LIMIT: MAX_PREFIX_TERMS,
    IgnoredKind.PHRASE_LIMIT: MAX_PHRASES,
}
_DAY = re.compile(r"(\d{4})(\d\d)(\d\d)-")
_WITH_PAGES = frozenset(facet.name for facet in VALUE_PAGE_FACETS)
_MAX_LISTED = 5
_MAX_PART_LENGTH = 20


@dataclass(frozen=True, slots=True)
class SearchPageData:
    """The engine's answers for a search page.

    `relaxed_queries` are searches with fewer conditions, for one with few results. For one without
    an article that has every word, `word_queries` are searches for each word. `unfiltered_total` is
    the total without the filters of one without results, and `newest` are the newest articles, if
    it has no filters. `facets` are those that a page without results links. `searched_string` finds
    the same as a text that was rewritten, "" for any other. Only the home page has articles
    `on_this_day` of former years.
    """

    page: SearchPage
    generation: str
    seconds: float
    relaxed_queries: list[RelaxedQuery]
    relaxed_totals: list[int]
    word_queries: list[SearchQuery]
    word_totals: list[int]
    unfiltered_total: int
    newest: HitWindow | None
    facets: tuple[Facet, ...] = ()
    on_this_day: OnThisDay | None = None
    searched_string: str = ""


def search_page(
    data: SearchPageData, panel: FilterPanel, site_address: str, labels: ValueLabels
) -> dict[str, Any]:
    """Return the template variables of a search page, with the labels of values.

    Printed, it names its whole address.
    """
    page, query = data.page, data.page.query
    first_page = query.on_page(1)
    rows = hit_rows(page, labels)
    pages = pagination(page)
    has_reprints = any(row.reprints for row in rows)
    return {
        "page": page,
        "query": query,
        "partial_number": _partial_number(page, rows),
        "home": query.charting(by_share=False) == SearchQuery(),
        "hits": rows,
        "facets": facet_rows(page),
        "chart": timeline_chart(page),
        "offers_dates": offers_dates(page),
        "chips": chips(query),
        "value_page": _value_page(query),
        "ways": relaxations(data.relaxed_queries, data.relaxed_totals, page.total),
        "missing_words": missing_words(data.word_queries, data.word_totals),
        "words_apart": words_apart(data.word_queries, data.word_totals, data.unfiltered_total),
        "browse_links": [(facet, browse_path(facet, SearchQuery())) for facet in data.facets],
        "on_this_day": data.on_this_day,
        "newest": window_rows(NEWEST, data.newest) if data.newest else [],
        "kept": kept_pairs(query),
        "synonyms": [
            (synonym, None if query.is_full else synonym_exclusion_path(query, synonym))
            for _, synonym in page.synonyms
        ],
        "corrections": [
            (correction, search_path(query.with_text(correction.text)))
            for correction in page.corrections
            if correction.text != page.corrected
        ],
        "ignored": ignored_rows(query.text),
        "searched_text": page.corrected or query.text,
        "corrected_url": search_path(query.with_text(page.corrected)) if page.corrected else "",
        "as_typed_url": search_path(query.without_correction()) if page.corrected else "",
        "all_reprints_url": search_path(query.with_all_reprints()) if has_reprints else "",
        "feed_url": feed_to_follow_path(query),
        "mentions_url": _mentions_url(page),
        "saved_query": _saved_query(query),
        "overview_url": overview_path(query),
        "downloads": download_links(query),
        "help_url": help_path(query),
        "trends_url": _trends_url(data),
        "clear_url": search_path(query.unfiltered()) if query.filters or query.ids else "",
        # With no full match, the link would find articles by another spelling, or none.
        "all_words_url": search_path(query.matching(Match.ALL)) if page.full_matches else "",
        "has_words_rule": _has_words_rule(query),
        "usual_words_url": search_path(query.matching(Match.AUTO)),
        "first_url": search_path(first_page),
        "before": pages.before,
        "numbers": pages.numbers,
        "following": pages.following,
        "sorts": sort_links(query),
        "sizes": size_links(query),
        "panel": panel,
        "address": site_address + search_path(query),
        "archive_day": _day_of(data.generation),
    }


def _trends_url(data: SearchPageData) -> str:
    """Return the search over time, "" for all articles; it finds what the page lists."""
    query = data.page.query
    if not query.text and not chips(query):
        return ""
    return search_trends_path(query, data.searched_string)


def _mentions_url(page: SearchPage) -> str:
    """Return the mentions of a search, "" unless one of the page's hits has some."""
    for hit in page.hits:
        marked = hit.highlights
        if any("<mark>" in text for text in (marked.title, marked.deck, *marked.body)):
            return mentions_path(page.query)
    return ""


def _value_page(query: SearchQuery) -> tuple[Filter, str] | None:
    """Return the only condition of a search and its page, if it is a value with a page."""
    chosen = query.filters[0] if len(query.filters) == 1 else None
    if chosen is None or chosen.excluded or chosen.facet not in _WITH_PAGES:
        return None
    is_alone = not (query.text.strip() or query.first_day or query.last_day or query.ids)
    return (chosen, value_page_path(chosen.facet, chosen.value)) if is_alone else None


def _saved_query(query: SearchQuery) -> str:
    """Return a search as a reader can save it, "" for all articles or a search that is too long."""
    parameters = saved_parameters(query)
    return parameters if len(parameters) <= MAX_SEARCH_LENGTH else ""


def _has_words_rule(query: SearchQuery) -> bool:
    """Return whether a search of several words requires every one, or only any of them."""
    return query.match is not Match.AUTO and len(query.text.split()) > 1


def _partial_number(page: SearchPage, rows: Sequence[HitRow]) -> int | None:
    """Return the number of the row before which full matches end, if they end on this page."""
    if not page.partial_from or page.partial_from < page.first:
        return None
    # The first partial match may be grouped under another one.
    return next((row.number for row in rows if row.number > page.partial_from), None)


def _day_of(generation: str) -> str:
    """Return the day on which a generation was made, "" if its name does not begin with one."""
    made = _DAY.match(generation)
    return "-".join(made.groups()) if made else ""


@dataclass(frozen=True, slots=True)
class IgnoredRow:
    """A reason for which parts of a query are ignored, with the parts that its message names.

    `limit` is the number that the message names, if it names one.
    """

    kind: IgnoredKind
    parts: tuple[str, ...]
    limit: int = 0


def ignored_rows(text: str) -> list[IgnoredRow]:
    """Return why parts of a query are ignored, each reason once; operators are among the signs."""
    parts: dict[IgnoredKind, list[str]] = {}
    for part in ignored_parts(text):
        kind = IgnoredKind.SIGNS if part.kind is IgnoredKind.OPERATOR else part.kind
        parts.setdefault(kind, []).append(_shortened(part.text))
    return [
        IgnoredRow(kind, tuple(texts[:_MAX_LISTED]), _LIMITS.get(kind, 0))
        for kind, texts in parts.items()
    ]


def _shortened(text: str) -> str:
    return text if len(text) <= _MAX_PART_LENGTH else f"{text[: _MAX_PART_LENGTH - 1]}…"
