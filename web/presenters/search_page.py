"""The search page: everything that it shows, as template variables."""

import re
from dataclasses import dataclass
from typing import Any

from search.model.query import Match, SearchQuery
from search.model.results import HitWindow, SearchPage
from search.query import IgnoredKind, ignored_parts
from search.query.parser import MAX_DEPTH, MAX_PHRASES, MAX_PREFIX_TERMS
from web.params.query_strings import url_pairs
from web.presenters.chips import chips
from web.presenters.facets import facet_rows
from web.presenters.filter_panel import FilterPanel
from web.presenters.hits import hit_rows, window_rows
from web.presenters.page_links import pagination, size_links, sort_links
from web.presenters.timeline.chart import offers_dates, timeline_chart
from web.presenters.zero_results import RelaxedQuery, relaxations
from web.urls import feed_to_follow_path, search_path, synonym_exclusion_path

__all__ = ["NEWEST", "IgnoredRow", "SearchPageData", "ignored_rows", "search_page"]

NEWEST = SearchQuery(size=5)
"""The articles that a page without results offers."""
_NOT_KEPT = ("q", "spelling")
"""Parameters that a new text replaces."""


_LIMITS = {
    IgnoredKind.DEPTH: MAX_DEPTH,
    IgnoredKind.PREFIX_LIMIT: MAX_PREFIX_TERMS,
    IgnoredKind.PHRASE_LIMIT: MAX_PHRASES,
}
_DAY = re.compile(r"(\d{4})(\d\d)(\d\d)-")
_MAX_LISTED = 5
_MAX_PART_LENGTH = 20


@dataclass(frozen=True, slots=True)
class SearchPageData:
    """The engine's answers for a search page.

    `relaxed_queries` are searches with fewer conditions, for one with few results; `newest`
    are the newest articles, for one without any.
    """

    page: SearchPage
    generation: str
    seconds: float
    relaxed_queries: list[RelaxedQuery]
    relaxed_totals: list[int]
    newest: HitWindow | None


def search_page(data: SearchPageData, panel: FilterPanel, site_address: str) -> dict[str, Any]:
    """Return the template variables of a search page; printed, it names its whole address."""
    page, query = data.page, data.page.query
    first_page = query.on_page(1)
    rows = hit_rows(page)
    pages = pagination(page)
    has_reprints = any(row.reprints for row in rows)
    return {
        "page": page,
        "query": query,
        "home": query == SearchQuery(),
        "hits": rows,
        "facets": facet_rows(page),
        "chart": timeline_chart(page),
        "offers_dates": offers_dates(page),
        "chips": chips(query),
        "ways": relaxations(data.relaxed_queries, data.relaxed_totals, page.total),
        "newest": window_rows(NEWEST, data.newest) if data.newest else [],
        "kept": [pair for pair in url_pairs(first_page) if pair[0] not in _NOT_KEPT],
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
        "as_typed_url": search_path(query.without_correction()) if page.corrected else "",
        "all_reprints_url": search_path(query.with_all_reprints()) if has_reprints else "",
        "feed_url": feed_to_follow_path(query),
        "clear_url": search_path(query.unfiltered()) if query.filters or query.ids else "",
        "all_words_url": search_path(query.matching(Match.ALL)) if page.relaxed else "",
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
