"""The search page, and the suggestions of its search box."""

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import replace

from flask import Blueprint, Response, render_template
from htmx_flask import request

from search.index.protocols import EngineProvider, SearchEngine
from search.model.query import SearchQuery
from search.model.results import SearchPage
from web.kept_answers import KeptAnswers
from web.middleware.access_control import TYPING_HEADER
from web.middleware.compression import KeptBody
from web.middleware.http_cache import (
    conditional,
    html_response,
    no_content,
    not_modified,
    page_etag,
    vary_by_page,
)
from web.middleware.reader_cookies import kept_tag
from web.middleware.site_address import site_address, tag_with_mount_path
from web.monitoring.query_log import QueryLog
from web.mount_path import mount_path
from web.params.search_params import read_query
from web.presenters.answer_size import check_html_page
from web.presenters.chips import chips
from web.presenters.filter_panel import FilterPanel
from web.presenters.on_this_day import OnThisDay, former_days, on_this_day
from web.presenters.search_page import NEWEST, SearchPageData, search_page
from web.presenters.suggestions import has_own_totals, suggested_searches, suggestion_rows
from web.presenters.zero_results import FEW, relaxed_queries, word_queries
from web.theme.site import Site

__all__ = ["create_pages", "load_search_page"]

_MAX_SUGGESTIONS = 7
_HOME = SearchQuery()
_LETTERS = "letters"
"""The header's value while letters follow each other, when the last word may be unfinished.

If no article has every word then, the page keeps its results. Once typing rests, the value is
another one.
"""
_LISTED_VALUES = 5
"""Values per facet on a page whose address does not say how many; the others are a link away."""


def create_pages(
    store: EngineProvider, site: Site, query_log: QueryLog | None, today: Callable[[], dt.date]
) -> Blueprint:
    """Create the routes; searches are counted in the query log, except those made while typing.

    `today` returns the day whose articles of former years the home page shows. It is part of that
    page's entity tag.
    """
    pages = Blueprint("pages", __name__)
    homes = KeptAnswers[KeptBody]()

    @pages.get("/")
    def search() -> Response:
        query = read_query(request.args.items(multi=True), strict=False)
        is_fragment = bool(request.htmx) and not request.htmx.history_restore_request
        engine = store.serving()
        day = today() if query.charting(by_share=False) == _HOME else None
        version = f"{site.version}-{day}" if day else site.version
        tag = page_etag(engine.generation, version, fragment=is_fragment)
        if known := not_modified(tag):
            return vary_by_page(known)

        panel = FilterPanel.read(request.args, query)

        def load() -> SearchPageData:
            data = load_search_page(engine, query, day)
            if query_log and not request.headers.get(TYPING_HEADER):
                query_log.note(data.page, data.seconds)
            check_html_page(data.page)
            return data

        def render(data: SearchPageData) -> str:
            template = "search/results.html" if is_fragment else "search/search.html"
            return render_template(
                template, **search_page(data, panel, site_address(), site.labels)
            )

        if query != _HOME or kept_tag():
            return _response(load(), render, tag)
        # The tag has a short hash of the address; a client could find another one with the same.
        key = (tag, site_address(), mount_path(), panel.is_open)
        home = homes.get(key, lambda: KeptBody.of(render(load())))
        return html_response(home.respond(), tag)

    @pages.get("/suggestions")
    def suggestions() -> Response:
        engine = store.serving()
        query = read_query(request.args.items(multi=True), strict=False)
        searches = suggested_searches(query, engine.suggest(query.text, _MAX_SUGGESTIONS))
        queries = [search.query for search in searches if search.query]
        totals = engine.counts(queries) if has_own_totals(query) else None
        rows = suggestion_rows(searches, totals)
        response = Response(render_template("search/suggestions.html", suggestions=rows))
        return conditional(response, tag_with_mount_path(f"{engine.generation}-{site.version}"))

    return pages


def _response(data: SearchPageData, render: Callable[[SearchPageData], str], tag: str) -> Response:
    """Return a page of results, or no content if letters have no full match so far."""
    if _lacks_full_matches(data.page) and request.headers.get(TYPING_HEADER) == _LETTERS:
        return no_content()
    response = html_response(render(data), tag)
    response.headers["Server-Timing"] = f"search;dur={data.seconds * 1000:.1f}"
    return response


def _lacks_full_matches(page: SearchPage) -> bool:
    return not page.total or (page.relaxed and not page.full_matches)


def load_search_page(
    engine: SearchEngine, query: SearchQuery, day: dt.date | None = None
) -> SearchPageData:
    """Return everything that the search page needs from the engine.

    A search with enough results takes one call, one with few or without full matches up to three,
    one without results four: all counts of a page are one call. The home page, which is kept, takes
    one more for the articles of its day in former years.
    """
    listed = query.charting(by_share=False)
    if not query.facet_size:
        listed = replace(listed, facet_size=_LISTED_VALUES)
    started = time.perf_counter()
    page = replace(engine.search(listed, with_timeline=True), query=query)
    seconds = time.perf_counter() - started
    relaxed = relaxed_queries(query) if page.total <= FEW else []
    words = word_queries(engine.understand(query).parts) if _lacks_full_matches(page) else []
    unfiltered = [query.unfiltered()] if words and not page.total else []
    candidates = [candidate.query for candidate in relaxed]
    totals = engine.counts([*candidates, *words, *unfiltered]) if relaxed or words else []
    return SearchPageData(
        page,
        engine.generation,
        seconds,
        relaxed,
        relaxed_totals=totals[: len(relaxed)],
        word_queries=words,
        word_totals=totals[len(relaxed) : len(relaxed) + len(words)],
        unfiltered_total=totals[-1] if unfiltered else page.total,
        newest=None if page.total or chips(query) else engine.hits(NEWEST),
        facets=() if page.total else engine.filled_facets(),
        on_this_day=_load_on_this_day(engine, page, day) if day else None,
        searched_string=(
            engine.understand(query).searched_string if page.synonyms or page.corrected else ""
        ),
    )


def _load_on_this_day(engine: SearchEngine, page: SearchPage, day: dt.date) -> OnThisDay | None:
    dates = next(result for result in page.facets if result.facet.is_date)
    days = former_days(day, dates)
    return on_this_day(days, engine.hits(days.query)) if days else None
