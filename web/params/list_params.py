"""The parameters of a reader's list."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from search.model.query import MAX_TEXT_LENGTH
from web.params.declarations import (
    Parameter,
    UnreadableValue,
    choice,
    integer,
    read_attributes,
    text,
)
from web.params.reader import InvalidParameters, read_parameters
from web.params.search_params import SEARCH_PARAMETERS
from web.reader_data.reading_list import MAX_LISTED, ReadingList
from web.reader_data.saved_searches import SavedSearches

__all__ = [
    "EVENTS",
    "ListOrder",
    "ListParameters",
    "ListView",
    "Refusal",
    "read_list_parameters",
]

_MAX_KEYS_LENGTH = 8 * MAX_LISTED
_MAX_SEARCHES_LENGTH = 4_000
_MAX_LINES = 9_999_999


class ListOrder(StrEnum):
    """The order of a list's articles: newest first, as they were added, or by title."""

    DATE = "date"
    ADDED = "added"
    TITLE = "title"


class ListView(StrEnum):
    """How a list's articles are shown: their titles, citations in a style, or their whole texts."""

    TITLES = "titles"
    CHICAGO = "chicago"
    APA = "apa"
    MLA = "mla"
    TEXTS = "texts"


class Refusal(StrEnum):
    """Why a search was not saved: there are too many, or their text is too long for a cookie."""

    MANY = "many"
    LONG = "long"


def _keys(name: str, meaning: str) -> Parameter:
    def read(value: str) -> ReadingList:
        reading_list = ReadingList.read(value)
        if not reading_list.is_readable:
            raise UnreadableValue("it is not a list; part of the address may be missing")
        return reading_list

    return text(name, meaning, _MAX_KEYS_LENGTH, read=read)


def _searches(name: str, meaning: str) -> Parameter:
    return text(name, meaning, _MAX_SEARCHES_LENGTH, read=SavedSearches.read)


def _count(name: str, meaning: str) -> Parameter:
    return integer(name, meaning, minimum=0, maximum=_MAX_LINES, default=0)


_EVENTS = (
    _keys("undo", "The list before its last change."),
    choice("full", "The list has no room.", {"0": False, "1": True}, "0"),
    choice("many", "A file has more articles than a list.", {"0": False, "1": True}, "0"),
    integer("opened", "Articles that a file added.", minimum=0, maximum=MAX_LISTED, default=0),
    _count("unknown", "Articles of the file that are not in the archive."),
    _count("unread", "Lines of the file that are not articles."),
    _searches("unsaved", "The saved searches before one was removed."),
    choice("refused", "Why a search was not saved.", Refusal),
)
EVENTS = tuple(parameter.name for parameter in _EVENTS)
"""Parameters that report what has just happened; no link keeps them."""
_PARAMETERS = {
    parameter.name: parameter
    for parameter in (
        SEARCH_PARAMETERS["id"],
        _keys("keys", "The articles of a list, eight characters each."),
        SEARCH_PARAMETERS["from"],
        SEARCH_PARAMETERS["to"],
        text("q", "Search within the list.", MAX_TEXT_LENGTH),
        choice("order", "The order of the articles.", ListOrder, ListOrder.DATE),
        choice("view", "The view of the articles.", ListView, ListView.TITLES),
        integer("start", "The number of the first whole text.", maximum=MAX_LISTED, default=1),
        *_EVENTS,
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListParameters:
    """The parameters of a list's page.

    `shared` has the articles that the address names, None if it names none. `undo` is the list
    before its last change, `full` true after an attempt to add to a list without room, and `many`
    after one to open a file with more articles than a list may have. `opened` is the number of
    articles that a file added, None unless one was opened. `unsaved` are the saved searches before
    one was removed.
    """

    shared: ReadingList | None
    q: str = ""
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    order: ListOrder = ListOrder.DATE
    view: ListView = ListView.TITLES
    start: int = 1
    undo: ReadingList | None = None
    full: bool = False
    many: bool = False
    opened: int | None = None
    unknown: int = 0
    unread: int = 0
    unsaved: SavedSearches | None = None
    refused: Refusal | None = None

    def without_events(self) -> "ListParameters":
        """Return a copy that reports nothing, for an address that another site may have made."""
        return replace(
            self, undo=None, full=False, many=False, opened=None, unsaved=None, refused=None
        )

    def has_day(self, day: dt.date) -> bool:
        """Return whether a day is among those that are shown."""
        return (self.first_day or day) <= day <= (self.last_day or day)


def read_list_parameters(pairs: Iterable[tuple[str, str]]) -> ListParameters:
    """Read the parameters of a list's page.

    Raises:
        InvalidParameters: with every problem.

    """
    values, problems = read_parameters(pairs, _PARAMETERS, strict=False)
    if problems:
        raise InvalidParameters(problems)
    named = ReadingList.of(values.pop("id", ()))
    by_keys: ReadingList = values.pop("keys", ReadingList())
    return ListParameters(
        shared=named.adding(by_keys) if named or by_keys else None,
        **read_attributes(values, _PARAMETERS.values()),
    )
