"""The primitives of the search pipeline over an OpenSearch index."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from search.engines.counts_cache import CountsCache
from search.engines.opensearch.consistency import (
    OpenSearchIndexCounts,
    differing_copies,
    index_size,
    segment_count,
)
from search.engines.opensearch.duplicates import candidates_by_sketch, duplicate_candidates
from search.engines.opensearch.facets import OpenSearchFacets
from search.engines.opensearch.hits import OpenSearchHits, ShardHit
from search.engines.opensearch.matcher import OpenSearchMatcher
from search.engines.opensearch.page_requests import PageRequests
from search.engines.opensearch.queries import OpenSearchQueries
from search.engines.opensearch.storage.client import EVERYTHING, OpenSearchClient
from search.engines.opensearch.storage.generation import OpenSearchRecord
from search.engines.opensearch.suggestions import OpenSearchSuggestions
from search.engines.opensearch.terms import OpenSearchTerms
from search.engines.primitives import Hits, MatchCounts, RankedWindow
from search.model.article import Article
from search.model.cursor import Cursor
from search.model.facets import VALUE_FACETS, Facet
from search.model.results import CacheUse, FacetResult, FacetStatistics, ScorePart
from search.model.timeline import DateCounts, Level
from search.query.minimum_match import MatchSpec
from search.query.terms import IndexStemmer
from search.ranking.more_like_this import InterestingTerm
from search.ranking.tuning import Boost

__all__ = ["OpenSearchSearcher"]


class OpenSearchSearcher:
    """The IndexPrimitives of an index of articles and the index of their words."""

    def __init__(
        self,
        client: OpenSearchClient,
        indexes: tuple[str, str],
        record: OpenSearchRecord,
        boosts: Sequence[Boost],
    ) -> None:
        self._client = client
        self._index = indexes[0]
        self._record = record
        self.stemmer = IndexStemmer(record.languages)
        self._queries = OpenSearchQueries(self.stemmer, boosts)
        self._facets = OpenSearchFacets(
            client, self._index, self._queries, record.shards, record.distinct
        )
        self._requests = PageRequests(self._queries, self._facets)
        self._hits = OpenSearchHits(client, self._index)
        self.matcher = OpenSearchMatcher(client, self._index, self._queries)
        self.terms = OpenSearchTerms(client, indexes, record)
        self.suggestions = OpenSearchSuggestions(self._hits, self._queries, self._facets)
        self.features = self._hits
        self.index_counts = OpenSearchIndexCounts(client, self._index, self._facets)
        self._counts = CountsCache()

    def reading(self) -> AbstractContextManager[None]:
        """Do nothing: the client raises errors of search/errors.py itself."""
        return nullcontext()

    def caches(self) -> Mapping[str, CacheUse]:
        """Return how the cache of counts was used; the cluster has its own caches."""
        return {"counts": self._counts.use}

    def facet(self, spec: MatchSpec, facet: Facet, size: int) -> FacetResult:
        """Count one facet's values over the matches of a search."""
        return self._facets.facet(spec, facet, size)

    def dates(self, spec: MatchSpec, level: Level, known: DateCounts | None = None) -> DateCounts:
        """Count matches by period; no request if the counts of their search are fine enough."""
        return known if known and known.has(level) else self._facets.dates(spec, level)

    def period_counts(self, specs: Sequence[MatchSpec], level: Level) -> list[DateCounts]:
        """Count the matches of several searches by period, with one request."""
        return self._facets.period_counts(specs, level)

    def facet_counts(self, spec: MatchSpec, facet: Facet) -> Mapping[str, int]:
        """Count every value of a facet over the matches of a search; see FacetSource."""
        return self._facets.values(spec, facet)

    def ranked(self, spec: MatchSpec, window: RankedWindow, *, with_counts: bool) -> Hits[ShardHit]:
        """Find hits by relevance; one request, which counts too unless the counts are cached."""
        counts = self._counts.get(spec) if with_counts else None
        request = self._requests.ranked(spec, window, with_counts=with_counts and not counts)
        hits, response = self._hits.by_score(
            request, with_articles=not window.for_rescoring, explained=window.explain
        )
        if with_counts and not counts:
            counts = self._read_counts(spec, response, response["hits"]["total"]["value"])
        return Hits([(hit.score, hit) for hit in hits], _known(counts))

    def by_date(
        self, spec: MatchSpec, cursor: Cursor, limit: int, *, newest: bool, with_counts: bool
    ) -> Hits[ShardHit]:
        """Find hits by date; one request, which counts too unless the counts are cached."""
        counts = self._counts.get(spec) if with_counts else None
        request = self._requests.by_date(
            spec, cursor, limit, newest=newest, with_counts=with_counts and not counts
        )
        hits, response = self._hits.by_date(request, newest=newest)
        if with_counts and not counts:
            is_whole = cursor.key is None
            total = response["hits"]["total"]["value"] if is_whole else self.matcher.count(spec)
            counts = self._read_counts(spec, response, total)
        return Hits([(hit.sort_key, hit) for hit in hits], _known(counts))

    def place(self, hit: ShardHit) -> tuple[float, int, str]:
        """Return the sort values of a hit by relevance."""
        score, sort_key, article_id = hit.place
        return float(score), int(sort_key), str(article_id)

    def find(self, article_id: str) -> ShardHit | None:
        """Find the article with an id."""
        request = {"query": self._queries.article(article_id), "size": 1}
        hits, _ = self._hits.by_date(request, newest=True)
        return hits[0] if hits else None

    def related(
        self, article_id: str, terms: Sequence[InterestingTerm], size: int
    ) -> Sequence[tuple[float, ShardHit]]:
        """Find other articles that share several terms, with their scores."""
        query = self._queries.related(article_id, terms)
        hits, _ = self._hits.by_score({"query": query, "size": size, "track_total_hits": False})
        return [(hit.score, hit) for hit in hits]

    def documents(self, hits: Sequence[ShardHit]) -> Sequence[Article]:
        """Return the articles of hits; one request if the hits were found for rescoring."""
        return self._hits.articles(hits)

    def lines(self, hits: Sequence[ShardHit]) -> Sequence[bytes]:
        """Return the articles of hits as `Article.to_json` writes them."""
        return [article.to_json() for article in self._hits.articles(hits)]

    def duplicates(self, hits: Sequence[ShardHit]) -> Sequence[Iterable[Article]]:
        """Find candidates for near-duplicates; see IndexPrimitives."""
        return duplicate_candidates(self._hits, self._queries, hits)

    def sharing_sketch(self, article_id: str, sketch: Sequence[int]) -> Iterable[Article]:
        """Find candidates for near-duplicates of one article; see IndexPrimitives."""
        return candidates_by_sketch(self._hits, self._queries, article_id, sketch)

    def explain(self, spec: MatchSpec, hit: ShardHit) -> Sequence[ScorePart]:
        """Return the scores of the named queries, which came with the hit."""
        del spec
        return hit.parts

    def facet_statistics(self) -> dict[str, FacetStatistics]:
        """Count the articles without a value of each facet; the record has the distinct values."""
        names = [facet.name for facet in VALUE_FACETS]
        without = self._facets.without_value(names)
        return {name: FacetStatistics(self._record.distinct[name], without[name]) for name in names}

    def segment_count(self) -> int:
        """Count the segments of one copy of each shard."""
        return segment_count(self._client, self._index)

    def boundary_day(self, *, newest: bool) -> str:
        """Return the day of the newest or the oldest article, "" in an empty index."""
        hits, _ = self._hits.by_date({"query": EVERYTHING, "size": 1}, newest=newest)
        return hits[0].article.published[:10] if hits and hits[0].article else ""

    def verify_storage(self, on_bytes: Callable[[int], None]) -> Sequence[str]:
        """Compare the copies of every shard with each other."""
        problems = list(differing_copies(self._client, self._index, self._record.shards))
        on_bytes(index_size(self._client, self._index))
        return problems

    def _read_counts(self, spec: MatchSpec, response: Any, total: int) -> MatchCounts:
        counts = self._facets.counts(spec, response, int(total))
        self._counts.put(spec, counts)
        return counts


def _known(counts: MatchCounts | None) -> Callable[[], MatchCounts] | None:
    return None if counts is None else lambda: counts
