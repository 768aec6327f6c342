"""The SuggestionSource of search/results/suggester.py over an OpenSearch index."""

from collections.abc import Iterable

from search.engines.opensearch.facets import OpenSearchFacets
from search.engines.opensearch.hits import OpenSearchHits
from search.engines.opensearch.queries import OpenSearchQueries
from search.model.article import Article
from search.query.syntax import Node
from search.results.suggester import MAX_COMPARED_TITLES

__all__ = ["OpenSearchSuggestions"]


class OpenSearchSuggestions:
    """Finds values and titles."""

    def __init__(
        self, hits: OpenSearchHits, queries: OpenSearchQueries, facets: OpenSearchFacets
    ) -> None:
        self._hits = hits
        self._queries = queries
        self.values = facets.all_values

    def titles(self, text: str) -> Iterable[Article]:
        """Find the newest articles whose title has the words as a phrase, the last as a prefix."""
        query = self._queries.title_beginning(text)
        if query is None:
            return []
        body = {"query": query, "size": MAX_COMPARED_TITLES, "track_total_hits": False}
        return self._hits.articles(self._hits.by_date(body, newest=True)[0])

    def known_count(self, searched: Node | None) -> int | None:
        """Return None: the term statistics of a cluster include deleted articles."""
        del searched
        return None
