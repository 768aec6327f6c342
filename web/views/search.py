"""What readers see: the search page, the article's page, help, and what may be meant while typing."""

import time
from textwrap import shorten
from urllib.parse import quote

from flask import Blueprint, Response, render_template
from htmx_flask import request

from search.analysis.plain_text import plain_text
from search.index.protocols import EngineProvider, SearchEngine
from search.model.article import Article
from search.model.facets import DATE, VALUE_FACETS, Facet, facet_named
from search.model.query import Match, SearchQuery
from search.model.results import SearchPage
from search.results.highlighter import Highlighter
from web.errors import ArticleMissing
from web.middleware.http_cache import (
    conditional,
    html_response,
    not_modified,
    page_etag,
    vary_by_page,
)
from web.middleware.site_address import site_address
from web.monitoring.query_log import QueryLog
from web.params.declarations import InvalidParameters
from web.params.search_params import query_string, read_query, url_pairs
from web.presenters.answer_size import check_html_page
from web.presenters.article_body import render_body
from web.presenters.date_histogram import histogram
from web.presenters.json_ld import json_ld
from web.presenters.result_navigation import result_navigation
from web.presenters.search_page import (
    article_facets,
    chips,
    facet_rows,
    hit_rows,
    page_links,
    size_links,
    sort_links,
    suggestion_path,
)
from web.presenters.zero_results import FEW, relaxations
from web.theme.site import Site
from web.urls import article_path, search_path, synonym_links, value_path, web_link

__all__ = ["create_pages"]

_RELATED = 5
_NEWEST = 5
_SUGGESTIONS = 7
_TYPING = "X-Typing"
"""What our script says of a search with each letter."""
_SUMMARY = 160
"""Characters of what other sites show of an article."""
_READ = 5_000
"""Characters of a body, marks of its format among them, in which a summary begins and ends."""


def create_pages(store: EngineProvider, site: Site, query_log: QueryLog | None) -> Blueprint:
    """Make the pages over a store; searches are noted in the log, if there is one, but not each letter that is typed."""
    pages = Blueprint("pages", __name__)

    @pages.get("/")
    def search() -> Response:
        query = read_query(request.args.items(multi=True), strict=False)
        fragment = bool(request.htmx) and not request.htmx.history_restore_request
        engine = store.serving()
        tag = page_etag(engine.generation, site.version, fragment=fragment)
        if known := not_modified(tag):
            return vary_by_page(known)
        started = time.perf_counter()
        page = engine.search(query)
        seconds = time.perf_counter() - started
        if query_log and not request.headers.get(_TYPING):
            query_log.note(page, seconds)
        html = _search_page(
            engine, page, seconds * 1000, "results.html" if fragment else "search.html"
        )
        return html_response(html, tag)

    @pages.get("/suggestions")
    def suggestions() -> Response:
        engine = store.serving()
        text = read_query([("q", request.args.get("q", ""))], strict=False).text
        found = [
            {
                "kind": each.kind,
                "facet": facet_named(each.kind),
                "text": each.text,
                "count": each.count,
                "url": suggestion_path(each),
            }
            for each in engine.suggest(text, _SUGGESTIONS)
        ]
        response = Response(render_template("suggestions.html", suggestions=found))
        return conditional(response, f"{engine.generation}-{site.version}")

    @pages.get("/help")
    def how_to_search() -> Response:
        engine = store.serving()
        tag = page_etag(engine.generation, site.version)
        if known := not_modified(tag):
            return vary_by_page(known)
        region, year = _first_value(engine, VALUE_FACETS[0]), _first_value(engine, DATE)
        html = render_template(
            "help.html", region=f'"{region}"' if " " in region else region, year=year
        )
        return html_response(html, tag)

    @pages.get("/articles/<everything:article_id>")
    def article(article_id: str) -> Response:
        engine = store.serving()
        found = engine.article(article_id)
        if found is None:
            raise ArticleMissing("This article is not in the archive.")
        try:
            query = read_query(request.args.items(multi=True), strict=False)
        except InvalidParameters:
            # An article is shown whatever its address carries along.
            query = SearchQuery()
        tag = page_etag(engine.generation, site.version)
        return (
            vary_by_page(known)
            if (known := not_modified(tag))
            else html_response(_article_page(engine, found, query, site), tag)
        )

    return pages


def _search_page(engine: SearchEngine, page: SearchPage, took_ms: float, template: str) -> str:
    check_html_page(page)
    query = page.query
    first = query.on_page(1)
    rows = hit_rows(page)
    before, numbers, following = page_links(page)
    off_url = synonym_links(query)
    corrections = [each for each in page.corrections if each.text != page.corrected]
    return render_template(
        template,
        page=page,
        query=query,
        home=query == SearchQuery(),
        hits=rows,
        facets=facet_rows(page),
        bars=histogram(page),
        chips=chips(query),
        ways=relaxations(engine, query, page.total) if page.total <= FEW else [],
        newest=[] if page.total else hit_rows(engine.search(SearchQuery(size=_NEWEST))),
        kept=[(name, value) for name, value in url_pairs(first) if name not in ("q", "spelling")],
        synonyms=[(also, None if query.is_full else off_url(also)) for _, also in page.synonyms],
        corrections=[(each, search_path(query.with_text(each.text))) for each in corrections],
        as_typed_url=search_path(query.without_correction()) if page.corrected else "",
        all_reprints_url=search_path(query.with_all_reprints())
        if any(row.reprints for row in rows)
        else "",
        feed_url=f"/feed.atom{query_string(first)}",
        clear_url=search_path(query.unfiltered()) if query.filters else "",
        all_words_url=search_path(query.matching(Match.ALL)) if page.relaxed else "",
        first_url=search_path(first),
        before=before,
        numbers=numbers,
        following=following,
        sorts=sort_links(query),
        sizes=size_links(query),
        took_ms=took_ms,
    )


def _first_value(engine: SearchEngine, facet: Facet) -> str:
    """Return the value that most articles have, as it is typed between quotes; "" where there is none."""
    values = engine.facet(SearchQuery(), facet, 1).values
    return values[0].value.replace('"', " ") if values else ""


def _article_page(engine: SearchEngine, article: Article, query: SearchQuery, site: Site) -> str:
    language = article.language
    marker = Highlighter(engine.understand(query).searched, engine.languages)
    address = site_address() + article_path(article.id)
    prose = render_body(article.body, marker, language)
    return render_template(
        "article.html",
        article=article,
        query=query,
        summary=article.deck
        or shorten(plain_text(article.body[:_READ]), _SUMMARY, placeholder=" …")
        or article.title,
        title=marker.mark(article.title, language, "title"),
        deck=marker.mark(article.deck, language, "deck"),
        byline=marker.mark(article.byline, language, "author"),
        authors=[
            (marker.mark(name, language, "author"), value_path("author", name))
            for name in article.authors
        ],
        prose=prose,
        facets=[
            (facet, [(marker.mark(value, language, facet.name), url) for value, url in values])
            for facet, values in article_facets(article)
        ],
        source=marker.mark(article.source, language, "source"),
        source_link=web_link(article.source_url),
        source_path=value_path("source", article.source) if article.source else "",
        own_link=web_link(article.url),
        back_url=search_path(query),
        around=result_navigation(engine, query, article.id),
        related=[(hit, article_path(hit.article.id)) for hit in engine.related(article, _RELATED)],
        address=address,
        cite_path=quote(article.id, safe=""),
        json_ld=json_ld(article, address, site.title),
    )
