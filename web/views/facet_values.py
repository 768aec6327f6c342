"""The page of all values of a facet: searched, in order, a page at a time, over the matches of a search."""

from dataclasses import replace

from flask import Blueprint, Response, render_template
from htmx_flask import request

from search.index.protocols import EngineProvider
from search.model.facets import FACETS
from search.results.facet_values import MAX_VALUES, ValueOrder, values_page
from web.errors import facet_at
from web.middleware.http_cache import html_response, not_modified, page_etag, vary_by_page
from web.params.query_strings import url_pairs
from web.params.search_params import read_facet_value_query
from web.presenters.search_page import PageLink, chips, facet_row
from web.urls import browse_path, search_path

__all__ = ["create_browse"]


def create_browse(store: EngineProvider, version: str) -> Blueprint:
    """Make the page over a store; `version` is as in `create_pages`."""
    browse = Blueprint("browse", __name__)

    @browse.get("/browse/<name>")
    def values(name: str) -> Response:
        facet = facet_at(name)
        query, asked = read_facet_value_query(request.args.items(multi=True), strict=False)
        engine = store.serving()
        fragment = bool(request.htmx) and not request.htmx.history_restore_request
        tag = page_etag(engine.generation, version, fragment=fragment)
        if known := not_modified(tag):
            return vary_by_page(known)
        found = engine.facet(query, facet, MAX_VALUES)
        page = values_page(found, asked)
        html = render_template(
            "values.html" if fragment else "browse.html",
            facet=facet,
            rows=facet_row(replace(found, values=page.values), query).values,
            page=page,
            query=query,
            asked=asked,
            chips=chips(query),
            back_url=search_path(query),
            kept=[pair for pair in url_pairs(query.on_page(1)) if pair[0] != "cursor"],
            orders=[
                PageLink(
                    order,
                    browse_path(facet, query, replace(asked, order=order, page=1)),
                    order is asked.order,
                )
                for order in ValueOrder
            ],
            initials=[
                PageLink(
                    letter,
                    browse_path(
                        facet,
                        query,
                        replace(asked, prefix=letter.lower(), order=ValueOrder.NAME, page=1),
                    ),
                    letter.lower() == asked.prefix.lower(),
                )
                for letter in page.initials
            ],
            all_url=browse_path(facet, query, replace(asked, prefix="", page=1)),
            before=browse_path(facet, query, replace(asked, page=asked.page - 1))
            if asked.page > 1
            else None,
            following=browse_path(facet, query, replace(asked, page=asked.page + 1))
            if asked.page < page.pages
            else None,
            facets=[(each, browse_path(each, query)) for each in FACETS],
        )
        return html_response(html, tag)

    return browse
