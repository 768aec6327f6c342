"""An article's neighbours in an OpenSearch index: others about the same, and others of one text with it."""

from collections.abc import Mapping, Sequence

from search.analysis.near_duplicates import is_near_duplicate
from search.engines.opensearch.hits import OpenSearchHits, ShardHit
from search.engines.opensearch.queries import OpenSearchQueries
from search.engines.opensearch.terms import OpenSearchTerms
from search.model.article import Article
from search.ranking.more_like_this import interesting_terms

__all__ = ["OpenSearchNeighbours"]

_MAX_REPRINTS = 20


class OpenSearchNeighbours:
    """Finds neighbours."""

    def __init__(
        self, hits: OpenSearchHits, queries: OpenSearchQueries, words: OpenSearchTerms
    ) -> None:
        self._hits = hits
        self._queries = queries
        self._words = words

    def related(self, article: Article, size: int) -> list[ShardHit]:
        """Find the articles about the same, the nearest first."""
        words = interesting_terms(article, self._words.holding, self._words.article_count)
        if not words:
            return []
        body = {
            "query": self._queries.related(article.id, words),
            "size": size,
            "track_total_hits": False,
        }
        return self._hits.by_score(body, articles=True, explained=False)[0]

    def reprints(self, hits: Sequence[ShardHit]) -> Mapping[str, tuple[Article, ...]]:
        """Find the other articles of one text with each hit, the newest first, by the hit's document: all with one question."""
        wanted: dict[str, set[int]] = {}
        for hit in hits:
            for field, value in hit.sketch.items():
                wanted.setdefault(field, set()).add(value)
        if not wanted:
            return {}
        near = self._hits.sharing(self._queries.like(wanted))
        beside = {
            hit.document: [
                other
                for other in near
                if other.document != hit.document and hit.sketch.items() & other.sketch.items()
            ][:_MAX_REPRINTS]
            for hit in hits
        }
        others = {other.document: other for each in beside.values() for other in each}
        articles = {other.document: other.article for other in self._hits.articles(others.values())}
        return {
            hit.document: tuple(
                article
                for other in beside[hit.document]
                if (article := articles[other.document])
                and hit.article
                and is_near_duplicate(hit.article, article)
            )
            for hit in hits
        }
