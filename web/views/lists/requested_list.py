"""The list that a request is about: the one in its address, or the reader's own."""

from dataclasses import dataclass

from search.index.protocols import SearchEngine
from web.middleware.list_cookie import own_list
from web.params.list_params import ListParameters
from web.reader_data.reading_list import ReadingList

__all__ = ["RequestedList", "load_list"]


@dataclass(frozen=True, slots=True)
class RequestedList:
    """A list and the ids of those of its articles that are in the archive, in its order.

    `missing` are the others. `is_own` is true for the list of the reader's cookie.
    """

    listed: ReadingList
    ids: tuple[str, ...]
    missing: ReadingList
    is_own: bool


def load_list(engine: SearchEngine, parameters: ListParameters) -> RequestedList:
    """Return the list that the parameters of a request name, without one the reader's own."""
    listed = own_list() if parameters.shared is None else parameters.shared
    ids = engine.ids_of_keys(listed.keys) if listed else {}
    return RequestedList(
        listed,
        tuple(ids[key] for key in listed.keys if key in ids),
        ReadingList(tuple(key for key in listed.keys if key not in ids)),
        parameters.shared is None,
    )
