"""A reader's list of articles: its page, and the forms that change it. Works without scripts.

The list is in a cookie (`web/middleware/list_cookie.py`); the server keeps nothing.
"""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

from flask import Blueprint, Response, render_template
from htmx_flask import request

from search.errors import InvalidQuery
from search.index.protocols import EngineProvider, SearchEngine
from search.model.article import Article
from search.model.query import MAX_SIZE, SearchQuery
from web.middleware.http_cache import html_response, not_modified, page_etag, vary_by_page
from web.middleware.list_cookie import own_list, set_own_list
from web.middleware.previous_page import is_follow_up, previous_page
from web.middleware.request_bodies import FILES
from web.middleware.searches_cookie import own_searches
from web.middleware.site_address import site_address
from web.params.list_params import EVENTS, ListParameters, ListView, read_list_parameters
from web.params.search_params import read_query
from web.presenters.reading_list import MAX_ADDED, ReadingListData, list_page
from web.reader_data.reading_list import ReadingList
from web.reader_data.saved_searches import SavedSearches
from web.theme.site import Site
from web.urls import list_path
from web.views.lists.forms import fragment, redirect_to, refuse_other_sites
from web.views.lists.requested_list import load_list
from web.views.lists.saved_searches import load_saved_searches

__all__ = ["create_reading_list", "load_list_page"]

_DROPPED = ("id", "keys", *EVENTS)
"""Parameters of a list's page that do not belong to the reader's own list after a change."""
_SHOWN = "shown"
"""The field with the keys of the articles on a page whose form adds several."""


def create_reading_list(store: EngineProvider, site: Site) -> Blueprint:
    """Create the routes."""
    pages = Blueprint("reading_list", __name__)

    @pages.get("/list")
    def show() -> Response:
        engine = store.serving()
        parameters = read_list_parameters(request.args.items(multi=True))
        tag = page_etag(engine.generation, site.version)
        if not is_follow_up():
            parameters, tag = parameters.without_events(), f"{tag}-link"
        if known := not_modified(tag):
            return vary_by_page(known)
        data = load_list_page(engine, parameters)
        html = render_template(
            "list.html",
            **list_page(data, site_address(), site.title, site.labels),
            max_file_bytes=FILES.max_bytes,
        )
        return html_response(html, tag)

    @pages.post("/list")
    def change() -> Response:
        refuse_other_sites()
        engine = store.serving()
        before = own_list()
        after = _changed(engine, before)
        if after.is_full:
            return redirect_to(list_path(("full", "1")))
        articles = _changed_articles(engine, before, after) if request.htmx else None
        if articles is None:
            set_own_list(response := redirect_to(_next_page(before, after)), after)
            return response
        set_own_list(response := Response(), after)
        added = len(after) - len(before) if _SHOWN in request.form else None
        html = render_template("list_changed.html", articles=articles, added=added)
        return fragment(response, html)

    return pages


def load_list_page(engine: SearchEngine, parameters: ListParameters) -> ReadingListData:
    """Return everything that a list's page needs from the engine, whose order is by date.

    Only a page of whole texts needs the bodies.
    """
    requested = load_list(engine, parameters)
    saved = own_searches() if requested.is_own else SavedSearches()
    shows_searches = parameters.view is ListView.TITLES or not requested.ids
    articles: list[Article] = []
    if requested.ids:
        query = SearchQuery(text=parameters.q, ids=requested.ids, all_reprints=True)
        with_texts = parameters.view is ListView.TEXTS
        found = _matches(engine, query)
        articles.extend(article if with_texts else replace(article, body="") for article in found)
    return ReadingListData(
        parameters,
        requested.listed,
        requested.missing,
        tuple(articles),
        len(requested.ids),
        is_own=requested.is_own,
        saved=saved,
        searches=tuple(load_saved_searches(engine, saved)) if shows_searches else (),
    )


def _matches(engine: SearchEngine, query: SearchQuery) -> Iterator[Article]:
    """Yield the articles of a list that a search finds."""
    for number in range(1, -(-len(query.ids) // MAX_SIZE) + 1):
        window = engine.hits(query.with_page_size(MAX_SIZE).on_page(number))
        for hit in window.hits:
            yield hit.article
        if len(window.hits) < MAX_SIZE:
            return


def _changed(engine: SearchEngine, before: ReadingList) -> ReadingList:
    """Return the list after the change that the request's form asks for.

    What is added must be in the archive; the others are ignored.
    """
    form = request.form
    if "empty" in form:
        return ReadingList()
    if "replace" in form:
        former = ReadingList.read(form["replace"])
        return former if former.is_readable else before
    if "restore" in form:
        return ReadingList.read(form["restore"]).adding(before)
    after = before.removing(_named("remove"))
    added = _named("add").adding(ReadingList.of(_found_ids(engine, form.get("add_search", ""))))
    if not added:
        return after
    known = engine.ids_of_keys(added.keys)
    return after.adding(ReadingList(tuple(key for key in added.keys if key in known)))


def _named(field: str) -> ReadingList:
    """Return the articles that a field of the form names by their ids or by their keys."""
    by_keys = ReadingList.read("".join(request.form.getlist(f"{field}_keys")))
    return ReadingList.of(filter(None, request.form.getlist(field))).adding(by_keys)


def _found_ids(engine: SearchEngine, address: str) -> list[str]:
    """Return the ids of all matches of a search, given as the address of its page.

    Raises:
        InvalidQuery: it has too many matches.

    """
    if not address:
        return []
    # Not split as an address: the client can send any text.
    query = read_query(parse_qsl(address.partition("?")[2]), strict=False)
    query = query.on_page(1).with_page_size(MAX_SIZE)
    ids: list[str] = []
    for number in range(1, MAX_ADDED // MAX_SIZE + 1):
        window = engine.hits(query.on_page(number))
        if window.total > MAX_ADDED:
            raise InvalidQuery(
                "add_search",
                f"the search has {window.total:,} matches; {MAX_ADDED} are the most to add at once",
            )
        ids += [hit.article.id for hit in window.hits]
    return ids


def _changed_articles(
    engine: SearchEngine, before: ReadingList, after: ReadingList
) -> list[Article] | None:
    """Return the articles whose buttons change in place, None if the page changes as a whole.

    A form that adds several names the articles of its page; any other changes its own one.
    """
    changed = set(before.keys) ^ set(after.keys)
    if _SHOWN in request.form:
        shown = ReadingList.read(request.form[_SHOWN]).keys[:MAX_SIZE]
        changed.intersection_update(shown)
    elif len(changed) != 1:
        return None
    ids = engine.ids_of_keys(tuple(changed))
    articles = [article for each in ids.values() if (article := engine.article(each))]
    return articles if articles or _SHOWN in request.form else None


def _next_page(before: ReadingList, after: ReadingList) -> str:
    """Return the page that the form was on, at the button of an article that was changed.

    The page of the list offers to undo a removal.
    """
    page = previous_page()
    own_page = list_path()
    is_list = page.partition("?")[0] == own_page
    removed = before.removing(after)
    if is_list or "empty" in request.form:
        address = urlsplit(page if is_list else own_page)
        kept = [pair for pair in parse_qsl(address.query) if pair[0] not in _DROPPED]
        undo = [("undo", before.text)] if removed else []
        return list_path(*kept, *undo) + ("#undo" if removed else "")
    changed = (removed or after.removing(before)).keys
    return f"{page}#put-{ReadingList(changed).text}" if len(changed) == 1 else page
