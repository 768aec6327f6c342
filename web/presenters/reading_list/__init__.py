"""A list's page: its articles, their citations or whole texts, its addresses; saved searches."""

from web.presenters.reading_list.data import ReadingListData, SavedSearchData, recent_part
from web.presenters.reading_list.page import MAX_ADDED, list_page

__all__ = ["MAX_ADDED", "ReadingListData", "SavedSearchData", "list_page", "recent_part"]
