"""The answers of the engine for a list's page."""

from dataclasses import dataclass

from search.model.article import Article
from search.model.query import SearchQuery, SortOrder
from web.params.list_params import ListParameters
from web.params.saved_search_params import UnreadableSearch
from web.reader_data.reading_list import ReadingList
from web.reader_data.saved_searches import SavedSearch, SavedSearches

__all__ = ["ReadingListData", "SavedSearchData", "recent_part"]


@dataclass(frozen=True, slots=True)
class SavedSearchData:
    """A saved search and the query that it is, with two totals: of all matches, and of recent ones.

    Recent are those of `recent_part`.
    """

    saved: SavedSearch
    query: SearchQuery | UnreadableSearch
    total: int = 0
    recent_total: int = 0


@dataclass(frozen=True, slots=True)
class ReadingListData:
    """The answers of the engine for a list's page.

    `articles` are those of the list that its search finds, in the engine's order. `in_archive`
    counts those of the list without the search, `missing` has the others. `saved` are the searches
    that the reader has saved, `searches` those of them that the page shows.
    """

    parameters: ListParameters
    listed: ReadingList
    missing: ReadingList
    articles: tuple[Article, ...]
    in_archive: int
    is_own: bool
    saved: SavedSearches
    searches: tuple[SavedSearchData, ...]


def recent_part(query: SearchQuery, saved: SavedSearch) -> SearchQuery:
    """Return the search for matches published on the day of the last visit or later, newest first.

    An index has no other date of an article than the one of its publication.
    """
    first_day = max(query.first_day or saved.day, saved.day)
    return query.from_day(first_day).sorted_by(SortOrder.NEWEST)
