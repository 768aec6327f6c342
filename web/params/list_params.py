"""The parameters of a reader's list."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from search.model.query import MAX_TEXT_LENGTH
from web.params.declarations import Parameter, UnreadableValue, choice, integer, text
from web.params.reader import InvalidParameters, read_parameters
from web.params.search_params import SEARCH_PARAMETERS
from web.reading_list import MAX_LISTED, ReadingList

__all__ = ["ListOrder", "ListParameters", "ListView", "read_list_parameters"]

_MAX_KEYS_LENGTH = 8 * MAX_LISTED


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


def _keys(name: str, meaning: str) -> Parameter:
    def read(value: str) -> ReadingList:
        reading_list = ReadingList.read(value)
        if not reading_list.is_readable:
            raise UnreadableValue("it is not a list; part of the address may be missing")
        return reading_list

    return text(name, meaning, _MAX_KEYS_LENGTH, read=read)


_PARAMETERS = {
    parameter.name: parameter
    for parameter in (
        SEARCH_PARAMETERS["id"],
        _keys("keys", "The articles of a list, eight characters each."),
        text("q", "Search within the list.", MAX_TEXT_LENGTH),
        choice("order", "The order of the articles.", ListOrder, ListOrder.DATE),
        choice("view", "The view of the articles.", ListView, ListView.TITLES),
        integer("start", "The number of the first whole text.", maximum=MAX_LISTED, default=1),
        _keys("undo", "The list before its last change."),
        choice("full", "The list has no room.", {"0": False, "1": True}, "0"),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListParameters:
    """The parameters of a list's page.

    `shared` has the articles that the address names, None if it names none. `undo` is the list
    before its last change, `full` true after an attempt to add to a list without room.
    """

    shared: ReadingList | None
    q: str = ""
    order: ListOrder = ListOrder.DATE
    view: ListView = ListView.TITLES
    start: int = 1
    undo: ReadingList | None = None
    full: bool = False


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
    return ListParameters(shared=named.adding(by_keys) if named or by_keys else None, **values)
