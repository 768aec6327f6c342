"""Opens a list that was kept as a file: adds its articles to the reader's list, or replaces it."""

from flask import Blueprint, Response, request

from search.index.protocols import EngineProvider, SearchEngine
from web.middleware.list_cookie import own_list, set_own_list
from web.reader_data.list_file import read_list_file
from web.reader_data.reading_list import ReadingList
from web.urls import list_path
from web.views.lists.forms import redirect_to, refuse_other_sites

__all__ = ["create_list_file"]


def create_list_file(store: EngineProvider) -> Blueprint:
    """Create the route."""
    pages = Blueprint("list_file", __name__)

    @pages.post("/list/file")
    def open_file() -> Response:
        refuse_other_sites()
        upload = request.files.get("file")
        file = read_list_file(upload.read() if upload else b"")
        named, before = ReadingList.of(file.ids), own_list()
        if named.is_full:
            # It may have hundreds of thousands of ids, which are not looked up.
            return redirect_to(list_path(("many", "1")))
        found = _in_archive(store.serving(), named)
        after = found if _replaces() and found else before.adding(found)
        if after.is_full:
            return redirect_to(list_path(("full", "1")))
        events = [("opened", len(found)), ("unknown", len(named) - len(found))]
        events += [("unread", file.unread)] if file.unread else []
        undo = [("undo", before.text)] if before and after != before else []
        address = list_path(*((name, str(count)) for name, count in events), *undo)
        response = redirect_to(f"{address}#opened")
        if found:
            set_own_list(response, after)
        return response

    @pages.get("/list/file")
    def show() -> Response:
        # A reader who loads the address of a form that failed.
        return redirect_to(list_path())

    return pages


def _in_archive(engine: SearchEngine, named: ReadingList) -> ReadingList:
    return named.keeping(engine.ids_of_keys(named.keys)) if named else named


def _replaces() -> bool:
    """Return whether the reader chose to replace the list, not to add to it."""
    return request.form.get("then") == "replace"
