"""A reader's saved searches: the forms that change them, and the feeds of all of them as OPML.

They are in a cookie (`web/middleware/searches_cookie.py`); the server keeps nothing.
"""

from flask import Blueprint, Response, render_template
from htmx_flask import request

from search.index.protocols import SearchEngine
from search.model.query import SearchQuery
from web.errors import ArticleMissing
from web.local_day import local_day
from web.media_types import OPML
from web.middleware.previous_page import previous_page
from web.middleware.searches_cookie import own_searches, set_own_searches
from web.middleware.site_address import site_address
from web.params.list_params import Refusal
from web.params.saved_search_params import (
    UnreadableSearch,
    read_saved_search,
    read_search_to_save,
    saved_parameters,
)
from web.presenters.downloads.file_names import attachment
from web.presenters.downloads.opml import opml
from web.presenters.reading_list import SavedSearchData, recent_part
from web.reader_data.saved_searches import SavedSearch, SavedSearches
from web.theme.site import Site
from web.urls import list_path, search_path
from web.views.lists.forms import fragment, redirect_to, refuse_other_sites

__all__ = ["create_saved_searches", "load_saved_searches"]

_PLACE = "#searches"


def create_saved_searches(site: Site) -> Blueprint:
    """Create the routes."""
    pages = Blueprint("saved_searches", __name__)

    @pages.post("/list/searches")
    def change() -> Response:
        refuse_other_sites()
        form, before = request.form, own_searches()
        if "open" in form:
            return _open(before, form["open"])
        parameters = _named()
        after = _changed(before, parameters)
        if refusal := _refusal(after):
            return redirect_to(list_path(("refused", refusal.value)))
        if request.htmx:
            set_own_searches(response := Response(), after)
            html = render_template("search/saved.html", saved_query=parameters)
            return fragment(response, html)
        set_own_searches(response := redirect_to(_next_page(before, after)), after)
        return response

    @pages.get("/list/searches")
    def show() -> Response:
        # A reader who loads the address of a form that failed.
        return redirect_to(list_path() + _PLACE)

    @pages.get("/list/searches.opml")
    def feeds() -> Response:
        saved = [read_saved_search(each.parameters) for each in own_searches().searches]
        queries = [query for query in saved if isinstance(query, SearchQuery)]
        if not queries:
            raise ArticleMissing("There are no saved searches in this browser.")
        document = opml(queries, site_address(), site.title, site.labels)
        response = Response(document, content_type=OPML)
        response.headers["Content-Disposition"] = attachment("searches", "opml")
        # The same address has the searches of each reader.
        response.headers["Cache-Control"] = "private, no-store"
        response.vary.add("Cookie")
        return response

    return pages


def load_saved_searches(engine: SearchEngine, saved: SavedSearches) -> list[SavedSearchData]:
    """Return the totals of saved searches, which takes one call for all."""
    read = [(each, read_saved_search(each.parameters)) for each in saved.searches]
    queries = [
        counted
        for each, query in read
        if isinstance(query, SearchQuery)
        for counted in (query, recent_part(query, each))
    ]
    totals = iter(engine.counts(queries) if queries else [])
    return [
        SavedSearchData(each, query)
        if isinstance(query, UnreadableSearch)
        else SavedSearchData(each, query, total=next(totals), recent_total=next(totals))
        for each, query in read
    ]


def _open(searches: SavedSearches, parameters: str) -> Response:
    """Show the new articles of a search, which from now on has those from today."""
    saved = searches.find(parameters)
    query = read_saved_search(parameters)
    if saved is None or isinstance(query, UnreadableSearch):
        return redirect_to(list_path() + _PLACE)
    response = redirect_to(search_path(recent_part(query, saved)))
    set_own_searches(response, searches.visited(parameters, local_day()))
    return response


def _named() -> str:
    """Return the parameters of the search that a form saves or removes, "" if it names none."""
    form = request.form
    if "remove" in form:
        return str(form["remove"])
    return saved_parameters(read_search_to_save(form["save"])) if "save" in form else ""


def _changed(before: SavedSearches, parameters: str) -> SavedSearches:
    """Return the saved searches after the change that the request's form asks for."""
    form = request.form
    if "restore" in form:
        return SavedSearches.read(form["restore"]).adding(*before.searches)
    if "remove" in form:
        return before.removing(parameters)
    # All articles are no search.
    return before.adding(SavedSearch(parameters, local_day())) if parameters else before


def _refusal(searches: SavedSearches) -> Refusal | None:
    if searches.is_full:
        return Refusal.MANY
    return Refusal.LONG if searches.is_too_long else None


def _next_page(before: SavedSearches, after: SavedSearches) -> str:
    """Return the page that the form was on; the list's page offers to undo a removal."""
    page = previous_page()
    if page.partition("?")[0] != list_path():
        return f"{page}#save-search"
    if len(after) < len(before):
        return list_path(("unsaved", before.text)) + "#undo"
    return list_path() + _PLACE
