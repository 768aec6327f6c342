"""A reader's list of articles: its page, and the forms that change it. Works without scripts.

The list is in a cookie (`web/middleware/list_cookie.py`); the server keeps nothing.
"""

from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from urllib.parse import parse_qsl, urlsplit

from flask import Blueprint, Response, abort, render_template
from htmx_flask import request

from search.errors import InvalidQuery
from search.index.protocols import EngineProvider, SearchEngine
from search.model.article import Article
from search.model.query import MAX_SIZE, SearchQuery
from web.middleware.http_cache import html_response, not_modified, page_etag, vary_by_page
from web.middleware.list_cookie import own_list, set_own_list
from web.middleware.site_address import site_address
from web.params.list_params import ListParameters, ListView, read_list_parameters
from web.params.search_params import read_query
from web.presenters.reading_list import MAX_ADDED, ReadingListData, list_page
from web.reading_list import ReadingList
from web.theme.site import Site
from web.urls import list_path
from web.views.previous_page import is_own_host, previous_page
from web.views.requested_list import load_list

__all__ = ["create_reading_list", "load_list_page"]

_DROPPED = ("id", "keys", "undo", "full")
"""Parameters of a list's page that do not belong to the reader's own list after a change."""
_TRUSTED_SITES = ("same-origin", "none")
"""Values of Sec-Fetch-Site of forms of this site, and of requests that no page made."""


def create_reading_list(store: EngineProvider, site: Site) -> Blueprint:
    """Create the routes."""
    pages = Blueprint("reading_list", __name__)

    @pages.get("/list")
    def show() -> Response:
        engine = store.serving()
        parameters = read_list_parameters(request.args.items(multi=True))
        tag = page_etag(engine.generation, site.version)
        if known := not_modified(tag):
            return vary_by_page(known)
        data = load_list_page(engine, parameters)
        html = render_template(
            "list.html", **list_page(data, site_address(), site.title, site.labels)
        )
        return html_response(html, tag)

    @pages.post("/list")
    def change() -> Response:
        if not _is_from_this_site():
            abort(
                Response(
                    "A list can only be changed by the pages of its own site.\n",
                    HTTPStatus.FORBIDDEN,
                    mimetype="text/plain",
                )
            )
        engine = store.serving()
        before = own_list()
        after = _changed(engine, before)
        if after.is_full:
            return _redirect(list_path(("full", "1")))
        article = _only_changed(engine, before, after)
        if request.htmx and article:
            set_own_list(response := Response(), after)
            response.set_data(render_template("list_changed.html", article=article))
            response.headers["Cache-Control"] = "no-store"
            # The button is in a part of the page whose other requests change the address.
            response.headers["HX-Push-Url"] = "false"
            return response
        set_own_list(response := _redirect(_next_page(before, after)), after)
        return response

    return pages


def load_list_page(engine: SearchEngine, parameters: ListParameters) -> ReadingListData:
    """Return everything that a list's page needs from the engine, whose order is by date.

    Only a page of whole texts needs the bodies.
    """
    requested = load_list(engine, parameters)
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


def _only_changed(engine: SearchEngine, before: ReadingList, after: ReadingList) -> Article | None:
    """Return the article that was added or removed, None if there are several or none."""
    changed = set(before.keys) ^ set(after.keys)
    ids = engine.ids_of_keys(tuple(changed)) if len(changed) == 1 else {}
    return next((engine.article(article_id) for article_id in ids.values()), None)


def _is_from_this_site() -> bool:
    """Return whether a page of this site sent the form, by headers that browsers add.

    Programs send neither of them, and have no cookies that another site could misuse.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in _TRUSTED_SITES
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    try:
        return is_own_host(urlsplit(origin).netloc)
    except ValueError:
        # The client can send any text.
        return False


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


def _redirect(address: str) -> Response:
    # htmx would put the page that a redirect leads to into the button's place.
    is_fragment = bool(request.htmx)
    response = Response(status=HTTPStatus.NO_CONTENT if is_fragment else HTTPStatus.SEE_OTHER)
    response.headers["HX-Redirect" if is_fragment else "Location"] = address
    response.headers["Cache-Control"] = "no-store"
    return response
