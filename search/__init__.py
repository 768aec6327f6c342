"""Search over an archive of news articles: values, query processing, ranking and engines.

Start with `open_store`, which returns the generations of an archive, and `SearchEngine`, the
protocol of one generation. The sub-packages are described in ARCHITECTURE.md.
"""

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
