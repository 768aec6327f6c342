"""The answers of the engine for a list's page."""

from dataclasses import dataclass

from search.model.article import Article
from web.params.list_params import ListParameters
from web.reading_list import ReadingList

__all__ = ["ReadingListData"]


@dataclass(frozen=True, slots=True)
class ReadingListData:
    """The answers of the engine for a list's page.

    `articles` are those of the list that its search finds, in the engine's order. `in_archive`
    counts those of the list without the search, `missing` has the others.
    """

    parameters: ListParameters
    listed: ReadingList
    missing: ReadingList
    articles: tuple[Article, ...]
    in_archive: int
    is_own: bool
