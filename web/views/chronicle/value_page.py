"""The page of each author, theme, region, report and source."""

from functools import partial
from typing import Any

from flask import Blueprint, Response, render_template, request

from search.index.protocols import EngineProvider, SearchEngine
from search.model.facets import Facet
from search.model.query import Filter, SearchQuery
from search.model.value_labels import ValueLabels
from search.results.facet_values import FacetValueQuery
from search.results.near_names import intact_parts, nearest
from web.chronicle_urls import VALUE_PAGE_FACETS
from web.middleware.http_cache import html_response, not_modified, page_etag, vary_by_page
from web.middleware.site_address import site_address
from web.params.reader import InvalidParameters
from web.params.search_params import read_query
from web.presenters.value_page.data import MissingValueData, ValuePageData
from web.presenters.value_page.page import missing_value_page, value_page, value_query
from web.theme.site import Site
from web.theme.value_descriptions import NO_DESCRIPTION, ValueDescription
from web.urls import browse_path

__all__ = ["create_value_pages", "load_missing_value", "load_value_page"]

_NO_SEARCH = SearchQuery()
_MAX_VALUE_LENGTH = 500
"""Characters of a value of an article, at most."""
_MAX_NEAR = 8
_COMPARED = 1_000
"""Values with the most articles that are compared with a missing one, for each part of it."""


def create_value_pages(store: EngineProvider, site: Site) -> Blueprint:
    """Create the routes."""
    pages = Blueprint("value_page", __name__)

    def show(facet: Facet, value: str) -> Response:
        engine = store.serving()
        tag = page_etag(engine.generation, site.version)
        if known := not_modified(tag):
            return vary_by_page(known)
        description = site.descriptions.get((facet.name, value), NO_DESCRIPTION)
        search = _search()
        data = load_value_page(engine, facet, value, search, description)
        if data is None:
            missing = load_missing_value(engine, facet, value, search, site.labels)
            return _not_found(missing_value_page(missing))
        variables = value_page(data, site_address(), site.title, site.labels)
        return html_response(render_template("chronicle/value.html", **variables), tag)

    def show_all(facet: Facet) -> Response:
        return Response(status=302, headers={"Location": browse_path(facet, _NO_SEARCH)})

    # Each facet has a rule of its own: a site may be mounted under any path but those in use.
    for facet in VALUE_PAGE_FACETS:
        path = f"/{facet.name}/<article_id:value>"
        pages.add_url_rule(path, facet.name, partial(show, facet))
        pages.add_url_rule(
            f"/{facet.name}/",
            f"{facet.name}_list",
            partial(show_all, facet),
            strict_slashes=False,
        )
    return pages


def load_value_page(
    engine: SearchEngine,
    facet: Facet,
    value: str,
    search: SearchQuery,
    description: ValueDescription,
) -> ValuePageData | None:
    """Return everything that a value's page needs from the engine; None if no article has it.

    One call finds the articles and their days, one the values that go with this one. A third one
    counts what needs a count: the search that a reader comes from, narrowed to the value, and the
    related values of the description.
    """
    if len(value) > _MAX_VALUE_LENGTH:
        return None
    query = value_query(facet, value)
    articles = engine.search(query.counting(()), with_timeline=True)
    if not articles.total:
        return None
    narrowed = [search.only(facet.name, value)] if _can_be_narrowed(search, facet, value) else []
    related = [SearchQuery(filters=(Filter(*pair),)) for pair in description.see_also]
    totals = engine.counts([*narrowed, *related]) if narrowed or related else []
    return ValuePageData(
        facet,
        value,
        description,
        articles,
        engine.overview(query, with_words=False),
        search,
        narrowed_total=totals[0] if narrowed else 0,
        related_totals=totals[len(narrowed) :],
    )


def _can_be_narrowed(search: SearchQuery, facet: Facet, value: str) -> bool:
    """Return whether a search has conditions other than the value, and room for the value."""
    if search.is_full and not search.selected(facet.name):
        return False
    other = search.without(Filter(facet.name, value))
    return bool(
        other.text.strip() or other.filters or other.first_day or other.last_day or other.ids
    )


def load_missing_value(
    engine: SearchEngine, facet: Facet, value: str, search: SearchQuery, labels: ValueLabels
) -> MissingValueData:
    """Return the values that are spelled nearly like one that no article has.

    The list of all values, which the engine keeps, is looked through once for each part of it.
    """
    parts = intact_parts(value) if len(value) <= _MAX_VALUE_LENGTH else ()
    found = {
        each.value: each
        for part in parts
        for each in engine.facet_values(
            _NO_SEARCH, facet, FacetValueQuery(part, size=_COMPARED, with_initials=False)
        ).values
    }
    shown = {each: labels.label(facet.name, each) for each in found}
    near = nearest(value, shown, _MAX_NEAR)
    return MissingValueData(facet, value, [found[each] for each in near], search)


def _not_found(variables: dict[str, Any]) -> Response:
    page = Response(render_template("chronicle/value_missing.html", **variables), 404)
    page.headers["Cache-Control"] = "no-store"
    return page


def _search() -> SearchQuery:
    """Return the search that led here; none if its parameters are invalid."""
    try:
        return read_query(request.args.items(multi=True), strict=False).on_page(1)
    except InvalidParameters:
        return _NO_SEARCH
