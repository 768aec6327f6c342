"""A list's page: its articles, their citations or whole texts, and its addresses."""

from web.presenters.reading_list.data import ReadingListData
from web.presenters.reading_list.page import MAX_ADDED, list_page

__all__ = ["MAX_ADDED", "ReadingListData", "list_page"]
