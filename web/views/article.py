"""The article's page."""

from flask import Blueprint, Response, render_template, request

from search.errors import CursorExpired, InvalidQuery
from search.index.protocols import EngineProvider, SearchEngine
from search.model.article import Article
from search.model.query import MAX_PAGED_HITS, SearchQuery
from search.model.results import Hit, HitWindow
from search.results.highlighting.highlighter import Highlighter
from web.errors import ArticleMissing
from web.middleware.http_cache import html_response, not_modified, page_etag, vary_by_page
from web.middleware.site_address import site_address
from web.params.reader import InvalidParameters
from web.params.search_params import read_query
from web.presenters.article.navigation import AdjacentHit, ResultPosition, find_row
from web.presenters.article.page import MAX_RELATED_SHOWN, ArticlePageData, article_page
from web.presenters.hits import shown_hits
from web.theme.site import Site

__all__ = ["create_article_page", "load_article_page"]


def create_article_page(store: EngineProvider, site: Site) -> Blueprint:
    """Create the route."""
    pages = Blueprint("article", __name__)

    @pages.get("/articles/<article_id:article_id>")
    def article(article_id: str) -> Response:
        engine = store.serving()
        article = engine.article(article_id)
        if article is None:
            raise ArticleMissing("This article is not in the archive.")
        try:
            query = read_query(request.args.items(multi=True), strict=False)
        except InvalidParameters:
            # The article is shown even if the parameters of the search are invalid.
            query = SearchQuery()
        tag = page_etag(engine.generation, site.version)
        if known := not_modified(tag):
            return vary_by_page(known)
        data = load_article_page(engine, article, query)
        variables = article_page(data, site_address(), site.title, site.labels)
        return html_response(render_template("article.html", **variables), tag)

    return pages


def load_article_page(
    engine: SearchEngine, article: Article, query: SearchQuery
) -> ArticlePageData:
    """Return everything that an article's page needs from the engine."""
    reprints = engine.reprints(article)
    return ArticlePageData(
        article,
        query,
        Highlighter(engine.understand(query).searched, engine.languages),
        reprints,
        engine.related(article, MAX_RELATED_SHOWN + len(reprints)),
        _position(engine, query, article.id),
    )


def _position(engine: SearchEngine, query: SearchQuery, article_id: str) -> ResultPosition | None:
    """Find an article on a search's page, with the hits before and after it.

    One query returns the page with one more hit on either side, without facets or highlights.
    None if nothing was searched, or if the article is no longer on the page.
    """
    if query.on_page(1).charting(by_share=False) == SearchQuery():
        return None
    try:
        window = engine.hits(query, margin=1)
    except (CursorExpired, InvalidQuery):
        return None
    margin = 0 if query.cursor else query.offset - window.first
    hits = window.hits[margin : margin + query.size]
    row = find_row(query, window.first + margin, hits, article_id)
    if row is None:
        return None
    return ResultPosition(
        row.number,
        window.total,
        AdjacentHit(row.before, query)
        if row.before
        else _last_before(engine, query, window.hits[:margin]),
        AdjacentHit(row.following, query)
        if row.following
        else _first_after(engine, query, window, margin + query.size),
    )


def _last_before(
    engine: SearchEngine, query: SearchQuery, margin: tuple[Hit, ...]
) -> AdjacentHit | None:
    """Return the last row of the previous page."""
    if not margin:
        return None
    previous = query.on_page(query.page - 1)
    if query.all_reprints or not margin[-1].reprints:
        return AdjacentHit(margin[-1], previous)
    # It may be grouped under an earlier hit of its page.
    page = engine.hits(previous)
    rows = list(shown_hits(previous, page.first, page.hits))
    return AdjacentHit(rows[-1][1], previous) if rows else None


def _first_after(
    engine: SearchEngine, query: SearchQuery, window: HitWindow, end: int
) -> AdjacentHit | None:
    """Return the first row of the next page, which beyond the numbered pages begins at a cursor."""
    if window.first + end >= window.total:
        return None
    if not query.cursor and (query.page + 1) * query.size <= MAX_PAGED_HITS:
        following = window.hits[end:]
        return AdjacentHit(following[0], query.on_page(query.page + 1)) if following else None
    cursor = engine.search(query.counting(())).next_cursor
    if cursor is None:
        return None
    next_query = query.with_cursor(cursor)
    hits = engine.hits(next_query.with_page_size(1).with_cursor(cursor)).hits
    return AdjacentHit(hits[0], next_query) if hits else None
