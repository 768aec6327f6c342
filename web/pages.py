"""What readers see: the search page and the article's page."""

import time
from urllib.parse import quote

from flask import Blueprint, Response, render_template
from htmx_flask import request

from search.article import Article
from search.engine import GenerationStore, SearchEngine
from search.facets import DATE, VALUE_FACETS
from search.highlight import Marker
from search.query import Match, SearchQuery
from search.results import Hit
from web.citations import citation
from web.errors import ArticleMissing
from web.headers import of_page
from web.histogram import histogram
from web.params import InvalidParameters, query_string, read_query, url_pairs
from web.present import (
    article_facets,
    article_path,
    chips,
    facet_rows,
    hit_rows,
    is_web_address,
    page_links,
    search_path,
    sort_links,
    value_path,
)
from web.prose import render_body
from web.structured_data import json_ld
from web.ways_out import ways_out

__all__ = ["create_pages"]

_EXAMPLES = (
    ("river gauges", "both words"),
    ('"permanent tug"', "exactly these words in this order, small ones too"),
    ('"tug harbour"~4', "these words with at most four others between"),
    ("river -canal", "leave out what holds a word"),
    ("river OR glacier", "one of them"),
    ("glac*", "words that begin so"),
    ("title:glacier", "in the title alone; author, region, theme, report and source work the same way"),
)
"""What the page of help teaches, each with what it means."""
_RELATED = 5
_NEWEST = 5


def create_pages(store: GenerationStore, version: str, site: str) -> Blueprint:
    """Make the pages over a store; `version` names templates and styles, so that caches see when they change."""
    pages = Blueprint("pages", __name__)

    @pages.get("/")
    def search() -> Response:
        started = time.perf_counter()
        query = read_query(request.args.items(multi=True), strict=False)
        engine = store.serving()
        page = engine.search(query)
        took_ms = (time.perf_counter() - started) * 1000
        ways = [] if page.total else ways_out(engine, query)
        newest = [] if page.total else hit_rows(engine.search(SearchQuery(size=_NEWEST)))
        before, numbers, following = page_links(page)
        fragment = bool(request.htmx) and not request.htmx.history_restore_request
        html = render_template(
            "results.html" if fragment else "search.html",
            page=page,
            query=query,
            hits=hit_rows(page),
            facets=facet_rows(page),
            bars=histogram(page),
            chips=chips(query),
            ways=ways,
            newest=newest,
            kept=[(name, value) for name, value in url_pairs(query.on_page(1)) if name not in ("q", "cursor")],
            synonyms=[(also, search_path(query.without_synonym(also))) for _, also in page.synonyms],
            corrections=[(each, search_path(query.saying(each.text))) for each in page.corrections],
            all_reprints_url=search_path(query.with_all_reprints()),
            corrected_url=search_path(query.saying(page.corrected)),
            feed_url=f"/feed.atom{query_string(query.on_page(1))}",
            clear_url=search_path(query.unfiltered()),
            all_words_url=search_path(query.matching(Match.ALL)),
            before=before,
            numbers=numbers,
            following=following,
            sorts=sort_links(query),
            took_ms=took_ms,
            fragment=fragment,
        )
        return of_page(html, page.generation, version, fragment=fragment)

    @pages.get("/help")
    def how_to_search() -> Response:
        engine = store.serving()
        generation = engine.generation
        return of_page(render_template("help.html", examples=_examples(engine)), generation, version)

    @pages.get("/articles/<everything:article_id>")
    def article(article_id: str) -> Response:
        engine = store.serving()
        found = engine.article(article_id)
        if found is None:
            raise ArticleMissing(
                "This article is not in the archive. It may have been removed, or its address changed."
            )
        try:
            query = read_query(request.args.items(multi=True), strict=False)
        except InvalidParameters:
            # An article is shown whatever its address carries along.
            query = SearchQuery()
        marker = Marker(engine.understand(query).searched, engine.languages)
        related = [(hit, article_path(hit.article.id)) for hit in engine.related(found, _RELATED)]
        html = _article_page(found, query, marker, related, site)
        return of_page(html, engine.generation, version)

    return pages


def _examples(engine: SearchEngine) -> list[tuple[str, str]]:
    """Return what can be typed, the last ones with a region and a year of this archive."""
    examples = list(_EXAMPLES)
    for facet, meaning in (
        (VALUE_FACETS[0], "several words of one field"),
        (DATE, "published in a year; date:2017-07 in a month"),
    ):
        for value in engine.facet(SearchQuery(), facet, 1).values[:1]:
            name = value.value.replace('"', " ")
            quoted = f'"{name}"' if " " in name else name
            examples.append((f"{facet.name}:{quoted}", meaning))
    return examples


def _article_page(
    article: Article, query: SearchQuery, marker: Marker, related: list[tuple[Hit, str]], site: str
) -> str:
    language = article.language
    address = request.host_url.rstrip("/") + article_path(article.id)
    return render_template(
        "article.html",
        article=article,
        query=query,
        title=marker.mark(article.title, language, "title"),
        deck=marker.mark(article.deck, language, "deck"),
        byline=marker.mark(article.byline, language, "author"),
        authors=[(marker.mark(name, language, "author"), value_path("author", name)) for name in article.authors],
        body=render_body(article.body, marker, language),
        facets=[
            (facet.label, [(marker.mark(value, language, facet.name), url) for value, url in values])
            for facet, values in article_facets(article)
        ],
        source=marker.mark(article.source, language, "source"),
        source_link=article.source_url if is_web_address(article.source_url) else "",
        source_path=value_path("source", article.source) if article.source else "",
        own_link=article.url if is_web_address(article.url) else "",
        back_url=search_path(query),
        related=related,
        address=address,
        citation=citation(article, address, site),
        cite_path=quote(article.id, safe=""),
        json_ld=json_ld(article, address, site),
    )
