"""The page of all values of a facet over the matches of a search; of dates, a calendar."""

from flask import Blueprint, Response, render_template
from htmx_flask import request

from search.index.protocols import EngineProvider
from web.errors import facet_at
from web.middleware.http_cache import html_response, not_modified, page_etag, vary_by_page
from web.params.search_params import read_facet_value_query
from web.presenters.browse.calendar import calendar_page
from web.presenters.browse.values import facet_value_page

__all__ = ["create_facet_values"]


def create_facet_values(store: EngineProvider, version: str) -> Blueprint:
    """Create the route; `version` is the site's, which is part of the page's entity tag."""
    facet_values = Blueprint("facet_values", __name__)

    @facet_values.get("/browse/<name>")
    def values(name: str) -> Response:
        facet = facet_at(name)
        query, value_query = read_facet_value_query(request.args.items(multi=True), strict=False)
        engine = store.serving()
        is_fragment = bool(request.htmx) and not request.htmx.history_restore_request
        tag = page_etag(engine.generation, version, fragment=is_fragment)
        if known := not_modified(tag):
            return vary_by_page(known)
        searched_text = engine.understand(query).corrected or query.text
        facets = engine.filled_facets()
        if facet.is_date:
            template = "calendar.html" if is_fragment else "browse_dates.html"
            variables = calendar_page(engine.months(query), query, searched_text, facets)
        else:
            template = "values.html" if is_fragment else "browse.html"
            page = engine.facet_values(query, facet, value_query)
            variables = facet_value_page(page, query, searched_text, facets)
        return html_response(render_template(template, **variables), tag)

    return facet_values
