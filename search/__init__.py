"""Search over an archive of news articles: values, query processing, ranking and engines.

Start with `open_store`, which returns the generations of an archive, and `SearchEngine`, the
protocol of one generation. The sub-packages are described in ARCHITECTURE.md. The names below are
imported on their first use: a process that only needs `search.settings` takes 8 MB less.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from search.engines import open_store
    from search.index.protocols import GenerationStore, IndexWriter, SearchEngine
    from search.model.article import Article
    from search.model.query import Filter, Match, SearchQuery, SortOrder
    from search.model.results import SearchPage

__all__ = [
    "Article",
    "Filter",
    "GenerationStore",
    "IndexWriter",
    "Match",
    "SearchEngine",
    "SearchPage",
    "SearchQuery",
    "SortOrder",
    "open_store",
]

_MODULES = {
    "Article": "search.model.article",
    "Filter": "search.model.query",
    "GenerationStore": "search.index.protocols",
    "IndexWriter": "search.index.protocols",
    "Match": "search.model.query",
    "SearchEngine": "search.index.protocols",
    "SearchPage": "search.model.results",
    "SearchQuery": "search.model.query",
    "SortOrder": "search.model.query",
    "open_store": "search.engines",
}
"""The module of each name."""


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)
