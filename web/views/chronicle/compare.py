"""The page that compares two searches."""

from dataclasses import replace

from flask import Blueprint, Response, render_template, request

from search.errors import InvalidQuery
from search.index.protocols import EngineProvider, SearchEngine
from search.model.query import SearchQuery
from search.model.trends import Trends
from web.middleware.http_cache import html_response, not_modified, page_etag, vary_by_page
from web.params.compare_params import CompareRequest, read_comparison
from web.presenters.compare.page import Comparison, compare_page

__all__ = ["create_compare", "load_comparison"]


def create_compare(store: EngineProvider, version: str) -> Blueprint:
    """Create the route; `version` is the site's, which is part of the page's entity tag."""
    pages = Blueprint("compare", __name__)

    @pages.get("/compare")
    def show() -> Response:
        engine = store.serving()
        requested = read_comparison(request.args.items(multi=True))
        tag = page_etag(engine.generation, version)
        if known := not_modified(tag):
            return vary_by_page(known)
        found = load_comparison(engine, requested)
        page = render_template("chronicle/compare.html", **compare_page(requested, found))
        return html_response(page, tag)

    return pages


def load_comparison(engine: SearchEngine, requested: CompareRequest) -> Comparison:
    """Return what the page needs, in two calls of the engine, or one if a text has no match.

    Both are searched as Trends are: literally, every word required. Their synonyms are left out of
    both, so that the numbers over time and those of the comparison are the same.
    """
    if not requested.is_complete:
        return Comparison()
    try:
        trends = engine.trends([requested.filters.with_text(text) for text in requested.texts])
        if not all(series.total for series in trends.series):
            return Comparison(trends)
        return Comparison(trends, engine.contrast(*_without_synonyms(trends)))
    except InvalidQuery as error:
        return Comparison(problem=str(error))


def _without_synonyms(trends: Trends) -> tuple[SearchQuery, SearchQuery]:
    """Return both searches without the synonyms of either: they have the same filters.

    Raises:
        InvalidQuery: with them a search would have too many filter values.

    """
    first, second = (series.query for series in trends.series)
    synonyms = tuple(dict.fromkeys((*first.without_synonyms, *second.without_synonyms)))
    return (
        replace(first, without_synonyms=synonyms),
        replace(second, without_synonyms=synonyms),
    )
