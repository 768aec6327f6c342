"""The rows of a reader's saved searches."""

from collections.abc import Sequence
from dataclasses import dataclass

from search.model.query import Match
from web.params.saved_search_params import UnreadableSearch
from web.presenters.chips import Chip, chips
from web.presenters.reading_list.data import SavedSearchData
from web.urls import feed_to_follow_path, search_path

__all__ = ["SavedRow", "saved_rows"]


@dataclass(frozen=True, slots=True)
class SavedRow:
    """A saved search: its words and filters, its totals and addresses.

    `parameters` names it in forms. `match` is the rule for its words, "" for the usual one. One
    that this archive cannot answer has its text in `unreadable` instead.
    """

    parameters: str
    day: str
    text: str = ""
    chips: Sequence[Chip] = ()
    match: str = ""
    url: str = ""
    feed_url: str = ""
    total: int = 0
    recent_total: int = 0
    unreadable: UnreadableSearch | None = None


def saved_rows(searches: Sequence[SavedSearchData]) -> list[SavedRow]:
    """Return a row for each saved search."""
    return [_row(each) for each in searches]


def _row(data: SavedSearchData) -> SavedRow:
    parameters, day = data.saved.parameters, data.saved.day.isoformat()
    query = data.query
    if isinstance(query, UnreadableSearch):
        return SavedRow(parameters, day, unreadable=query)
    has_words = len(query.text.split()) > 1
    return SavedRow(
        parameters,
        day,
        query.text,
        chips(query),
        query.match.value if has_words and query.match is not Match.AUTO else "",
        search_path(query),
        feed_to_follow_path(query),
        data.total,
        data.recent_total,
    )
