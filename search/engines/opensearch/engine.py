"""Answers searches from one finished OpenSearch index, however many machines it lies on."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from weakref import proxy

from search.caching import unowned
from search.engines.opensearch.facets import OpenSearchCounts, Summary, unsent
from search.engines.opensearch.hits import OpenSearchHits, ShardHit, plain
from search.engines.opensearch.queries import OpenSearchQueries, together
from search.engines.opensearch.related import OpenSearchNeighbours
from search.engines.opensearch.storage.catalog import OpenSearchCatalog
from search.engines.opensearch.storage.client import EVERYTHING, OpenSearchClient, Query
from search.engines.opensearch.storage.generation import OpenSearchRecord
from search.engines.opensearch.storage.schema import SCHEMA_VERSION
from search.engines.opensearch.terms import OpenSearchTerms
from search.index.consistency import wrong_contents, wrong_counts
from search.model.article import Article
from search.model.cursor import Cursor, page_window
from search.model.facets import VALUE_FACETS, Facet
from search.model.query import Match, SearchQuery, SortOrder
from search.model.results import (
    NO_HIGHLIGHTS,
    CacheUse,
    FacetResult,
    FacetStatistics,
    Hit,
    HitWindow,
    IndexStatistics,
    ScorePart,
    SearchPage,
)
from search.query.clauses import RELAX_BELOW_MATCHES, QueryClauses
from search.query.minimum_match import MatchSpec, MinimumMatch
from search.query.rewriter import QueryRewriter, RewrittenQuery
from search.query.syntax import Node
from search.ranking.rescorer import RESCORE_WINDOW, Rescorer
from search.ranking.tuning import Tuning
from search.results.highlighter import Highlighter
from search.results.suggester import TITLES_LOOKED_AT, Suggestion, Suggestions

__all__ = ["OpenSearchEngine"]

_SUMMARIES = 512
_BATCH_SIZE = 1_000
_ROUNDING = 0.01
_NAMES = [facet.name for facet in VALUE_FACETS]


class OpenSearchEngine:
    """A SearchEngine over an index of articles and the index of their words."""

    def __init__(
        self,
        client: OpenSearchClient,
        indexes: tuple[str, str],
        record: OpenSearchRecord,
        tuning: Tuning,
    ) -> None:
        self._client = client
        self.indexes = indexes
        self.record = record
        self._index = indexes[0]
        self._tuning = tuning
        self._queries = OpenSearchQueries(record.languages, tuning.boosts)
        self._counts = OpenSearchCounts(unowned(self._aggregate), self._queries, record.distinct)
        self._counted = _Counted(client, self._index, self._counts)
        self._unsent = unsent(record.distinct)
        self._hits = OpenSearchHits(client, self._index, self._unsent)
        words = OpenSearchTerms(client, indexes, record, self._queries, unowned(self._total_of))
        self._rewriter = QueryRewriter(words, tuning.synonyms)
        # Through a proxy, so that nothing of an engine holds it; see search/caching.py.
        self._suggestions = Suggestions(words, self._rewriter, proxy(self))
        self._related = OpenSearchNeighbours(self._hits, self._queries, words)
        self._matching = MinimumMatch(
            unowned(self._has_enough_full_matches), unowned(self._best_matched_clauses)
        )
        self._rescorer = Rescorer(
            with_meaning=tuning.with_meaning and bool(record.meaning), half_life=tuning.recency_days
        )
        # What depends on the generation alone is remembered as long as the generation is.
        self._summaries: dict[MatchSpec, Summary] = {}

    @property
    def generation(self) -> str:
        """The generation's name."""
        return self.record.generation

    @property
    def size(self) -> int:
        """Bytes on disk, of one copy of each shard."""
        stats = self._client.ask("GET", f"/{self._index}/_stats/store")
        return int(stats["_all"]["primaries"]["store"]["size_in_bytes"])

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the articles, most frequent first."""
        return self.record.languages

    @property
    def is_current(self) -> bool:
        """Whether it was written by this version's schema."""
        return self.record.schema_version == SCHEMA_VERSION

    @property
    def catalog(self) -> OpenSearchCatalog:
        """The generation's catalog."""
        return OpenSearchCatalog(self._client.access, self._index, self._client)

    def caches(self) -> Mapping[str, CacheUse]:
        """Say how the cache of texts was used; the cluster keeps its own."""
        return {"texts": self._rewriter.cache}

    def search(self, query: SearchQuery) -> SearchPage:
        """Answer a search; see SearchEngine."""
        understood = self._rewriter.read(query)
        matches = self._matching.of(understood.searched, query)
        cursor = Cursor.of(query, self.generation)
        found, following, summary = self._page(query, matches, cursor, query.size)
        more = bool(found) and following.offset < summary.total
        reprints = self._related.reprints(found)
        marker = Highlighter(understood.searched, self.languages)
        started = time.perf_counter()
        hits = tuple(
            replace(_hit(hit, marker), reprints=reprints.get(hit.document, ())) for hit in found
        )
        marking_seconds = time.perf_counter() - started
        return SearchPage(
            query=query,
            understood=understood.written,
            relaxed=query.match is Match.AUTO
            and matches.is_relaxed
            and summary.total > summary.full_matches,
            total=summary.total,
            hits=hits,
            facets=summary.facets,
            generation=self.generation,
            first=cursor.offset,
            next_cursor=following.encode(query) if more else None,
            moved_from=cursor.moved_from(self.generation),
            marking_seconds=marking_seconds,
            synonyms=understood.synonyms,
            corrected=understood.corrected,
            corrections=self._rewriter.corrections(query, understood),
        )

    def hits(self, query: SearchQuery, margin: int = 0) -> HitWindow:
        """Return a page's hits without facets; see SearchEngine."""
        matches = self._matches(query)
        start, limit = page_window(query, self.generation, margin)
        found, _, _ = self._ordered(query, matches, start, limit, {})
        reprints = self._related.reprints(found)
        hits = tuple(
            Hit(hit.article, hit.score, NO_HIGHLIGHTS, reprints=reprints.get(hit.document, ()))
            for hit in found
            if hit.article
        )
        summary = self._summaries.get(matches)
        return HitWindow(start.offset, summary.total if summary else self._total(matches), hits)

    def understand(self, query: SearchQuery) -> RewrittenQuery:
        """Say what a search's text is searched as."""
        return self._rewriter.read(query)

    def count(self, query: SearchQuery) -> int:
        """Count all matches of a search."""
        return self._total(self._matches(query))

    def counts(self, queries: Sequence[SearchQuery]) -> list[int]:
        """Count all matches of each of several searches, with one request."""
        bodies = [self._filtered(self._matches(query)) for query in queries]
        return self._client.totals(self._index, bodies)

    def facet(self, query: SearchQuery, facet: Facet, size: int) -> FacetResult:
        """Count one facet's values over the matches of a search."""
        return self._counts.facet(self._matches(query), facet, size)

    def article(self, article_id: str) -> Article | None:
        """Find an article."""
        body = {"query": self._queries.article(article_id), "size": 1}
        hits, _ = self._hits.by_date(body, newest=True)
        return hits[0].article if hits else None

    def related(self, article: Article, size: int) -> tuple[Hit, ...]:
        """Find the articles that are about the same; see SearchEngine."""
        marker = Highlighter(None, self.languages)
        return tuple(_hit(hit, marker) for hit in self._related.related(article, size))

    def suggest(self, text: str, size: int) -> list[Suggestion]:
        """Say what a reader who typed this may be about to type; see SearchEngine."""
        return self._suggestions.suggest(text, size)

    def articles(self) -> Iterator[Article]:
        """Yield every article, oldest first."""
        return self.matches(SearchQuery(sort=SortOrder.OLDEST))

    def matches(self, query: SearchQuery) -> Iterator[Article]:
        """Yield every match of a search in its order, whatever its page."""
        matches = self._matches(query)
        cursor = Cursor(self.generation, 0)
        while True:
            found, cursor, _ = self._ordered(query, matches, cursor, _BATCH_SIZE, {})
            yield from (hit.article for hit in found if hit.article)
            if len(found) < _BATCH_SIZE:
                return

    def lines(self, query: SearchQuery) -> Iterator[bytes]:
        """Yield every match as a line of JSON; see SearchEngine."""
        return (article.to_json() for article in self.matches(query))

    def statistics(self) -> IndexStatistics:
        """Say what the index holds."""
        without = self._counts.without_value(_NAMES)
        return IndexStatistics(
            generation=self.generation,
            schema_version=self.record.schema_version,
            articles=self.count(SearchQuery()),
            size=self.size,
            facets={
                name: FacetStatistics(self.record.distinct[name], without[name]) for name in _NAMES
            },
            first_day=self._end(newest=False),
            last_day=self._end(newest=True),
            built=self.record.built,
            load=self.record.load,
        )

    def verify(self) -> list[str]:
        """Hold a sample of the counts against the hits behind them."""
        return list(wrong_counts(self._counted, self.record.articles))

    def verify_thoroughly(self, on_bytes: Callable[[int], None]) -> list[str]:
        """Verify the copies of every shard against each other, the counts, every stored article and the catalog."""
        wrong = list(self._differing_copies())
        size = self.size
        on_bytes(size)
        if wrong:
            return wrong
        wrong = self.verify()
        share = size // max(self.record.articles, 1)
        return wrong + wrong_contents(
            self.articles(), self._counted, lambda: self.catalog, partial(on_bytes, share)
        )

    def values(self, facets: Sequence[str]) -> Mapping[str, Mapping[str, int]]:
        """Count every value of facets; for suggestions."""
        return self._counts.everything(facets)

    def titles(self, text: str) -> Iterable[Article]:
        """Find the newest articles in whose title the words stand side by side, the last one begun; for suggestions."""
        query = self._queries.title_beginning(text)
        if query is None:
            return []
        body = {"query": query, "size": TITLES_LOOKED_AT, "track_total_hits": False}
        hits, _ = self._hits.by_date(body, newest=True)
        return [hit.article for hit in hits if hit.article]

    @staticmethod
    def known_total(searched: Node | None) -> int | None:
        """Return None: what a cluster knows of words includes articles that were deleted; for suggestions."""
        del searched
        return None

    # Which articles match

    def _matches(self, query: SearchQuery) -> MatchSpec:
        return self._matching.of(self._rewriter.read(query).searched, query)

    def _has_enough_full_matches(self, asked: QueryClauses) -> bool:
        found = self._ask(
            {
                "query": self._queries.matching(asked, len(asked.should)),
                "track_total_hits": RELAX_BELOW_MATCHES,
            }
        )
        return int(found["hits"]["total"]["value"]) >= RELAX_BELOW_MATCHES

    def _best_matched_clauses(self, asked: QueryClauses) -> int:
        body = {
            "query": self._queries.matched_clause_count(asked),
            "size": RELAX_BELOW_MATCHES,
            "stored_fields": "_none_",
        }
        hits = self._client.search(self._index, body | {"track_total_hits": False})["hits"]["hits"]
        return round(hits[-1]["_score"]) if len(hits) == RELAX_BELOW_MATCHES else 0

    def _total_of(self, tree: Node | None, query: SearchQuery) -> int:
        return self._total(self._matching.of(tree, query))

    def _total(self, matches: MatchSpec) -> int:
        return int(self._ask({"query": self._filtered(matches)})["hits"]["total"]["value"])

    def _filtered(self, matches: MatchSpec) -> Query:
        words = self._queries.matching(matches.clauses, matches.minimum_should_match)
        narrowed = matches.filters
        filters = [*self._queries.bounds(narrowed), *self._queries.selections(narrowed).values()]
        return together([words, *filters])

    def _ask(self, body: Mapping[str, Any]) -> Any:
        """Ask for what is counted over matches, without a hit."""
        asked = {"size": 0, "track_total_hits": True} | dict(body)
        return self._client.search(self._index, asked)

    def _aggregate(self, body: Mapping[str, Any]) -> Any:
        parameters = {"filter_path": self._unsent} if self._unsent else {}
        return self._client.search(
            self._index, {"size": 0, "track_total_hits": False} | dict(body), **parameters
        )

    # In which order they stand

    def _page(
        self, query: SearchQuery, matches: MatchSpec, cursor: Cursor, size: int
    ) -> tuple[list[ShardHit], Cursor, Summary]:
        """Find a page's hits and count all matches: one request, unless the counts are known already."""
        summary = self._summaries.get(matches)
        asked: dict[str, Any] = {} if summary else {"aggs": self._counts.aggregations(matches)}
        asked["track_total_hits"] = summary is None
        found, following, answer = self._ordered(query, matches, cursor, size, asked)
        if summary is None:
            if len(self._summaries) >= _SUMMARIES:
                self._summaries.clear()
            summary = self._summaries[matches] = self._counts.summary(matches, answer)
        return found, following, summary

    def _ordered(
        self,
        query: SearchQuery,
        matches: MatchSpec,
        cursor: Cursor,
        limit: int,
        asked: Mapping[str, Any],
    ) -> tuple[list[ShardHit], Cursor, Any]:
        """Find the hits after a cursor, the cursor after them, and the answer to what else is asked with them."""
        if query.order is SortOrder.RELEVANCE and matches.clauses.should:
            return self._scored(query, matches, cursor, limit, asked)
        words = self._queries.matching(matches.clauses, matches.minimum_should_match)
        newest = query.order is not SortOrder.OLDEST
        past: Query | None = None
        if cursor.key is not None:
            past = {"range": {"sort_key": {"lte" if newest else "gte": cursor.key}}}
        if past and "aggs" not in asked:
            # Nothing is counted, so the index need not even look at what lies before: a walk over all takes one pass.
            words = together([words, past])
        body = self._counts.narrowing(matches, words) | dict(asked)
        if past and "aggs" in asked:
            body["post_filter"] = together(
                [past, *([body["post_filter"]] if "post_filter" in body else [])]
            )
        body |= {"from": cursor.offset if past is None else cursor.skip, "size": limit}
        body.setdefault("track_total_hits", False)
        hits, answer = self._hits.by_date(body, newest=newest)
        if cursor.key is not None and asked.get("track_total_hits"):
            answer["hits"]["total"]["value"] = self._total(matches)
        following = replace(cursor, generation=self.generation).past([hit.sort_key for hit in hits])
        return [hit._replace(score=0.0) for hit in hits], following, answer

    def _scored(
        self,
        query: SearchQuery,
        matches: MatchSpec,
        cursor: Cursor,
        limit: int,
        asked: Mapping[str, Any],
    ) -> tuple[list[ShardHit], Cursor, Any]:
        """Find hits by relevance; the first ones in the order of the second stage, where there is one."""
        pinned = self._tuning.pinned(query.text)
        ranking = self._queries.ranking(
            matches.clauses, matches.minimum_should_match, pinned, named=query.explain
        )
        body = self._counts.narrowing(matches, ranking) | dict(asked)
        body.setdefault("track_total_hits", False)
        reranked = self._rescorer.is_needed and cursor.offset < RESCORE_WINDOW
        if reranked:
            body |= {"from": 0, "size": max(RESCORE_WINDOW, cursor.offset + limit)}
        elif cursor.after:
            body |= {"search_after": list(cursor.after), "size": limit}
        else:
            body |= {"from": cursor.offset, "size": limit}
        first, answer = self._hits.by_score(body, articles=not reranked, explained=query.explain)
        if reranked:
            words = self._rewriter.read(query).words
            order = self._rescorer.rescore(words, [(hit.score, hit) for hit in first], self._hits)
            chosen = order[cursor.offset : cursor.offset + limit]
            scores = [score for score, _ in chosen]
            found = self._hits.articles([hit for _, hit in chosen])
        else:
            scores = [plain(hit) for hit in first]
            found = first
        offset = cursor.offset + len(found)
        # Within what is ordered anew there is no place to go on from but a number; beyond, a page's last hit is one.
        last = first[offset - 1] if reranked and RESCORE_WINDOW <= offset <= len(first) else None
        if not reranked and first:
            last = first[-1]
        score, sort_key, article_id = last.place if last else (0.0, 0, "")
        after = (float(score), int(sort_key), str(article_id)) if last else None
        hits = [
            _explained(hit._replace(score=score)) for score, hit in zip(scores, found, strict=True)
        ]
        return hits, Cursor(self.generation, offset, after=after), answer

    # Whether it is right

    def _end(self, *, newest: bool) -> str:
        hits, _ = self._hits.by_date({"query": EVERYTHING, "size": 1}, newest=newest)
        return hits[0].article.published[:10] if hits and hits[0].article else ""

    def _differing_copies(self) -> Iterator[str]:
        """Hold the copies of every shard against each other, and say which shard has none."""
        stats = self._client.ask("GET", f"/{self._index}/_stats/docs", level="shards")
        shards = stats["indices"].get(self._index, {}).get("shards", {})
        for number in range(self.record.shards):
            held = {copy["docs"]["count"] for copy in shards.get(str(number), [])}
            if not held:
                yield f"shard {number} of the index {self._index} is on no node; start the one that holds it"
            elif len(held) > 1:
                numbers = " and ".join(f"{count:,}" for count in sorted(held))
                yield f"the copies of shard {number} of the index {self._index} hold {numbers} articles"


class _Counted:
    """The IndexCounts of search/index/consistency.py."""

    def __init__(self, client: OpenSearchClient, index: str, counts: OpenSearchCounts) -> None:
        self._client = client
        self._index = index
        self._counts = counts

    def articles(self) -> int:
        """Count the articles."""
        return self._client.totals(self._index, [EVERYTHING])[0]

    def articles_by_month(self) -> int:
        """Add up the counts of all months."""
        return sum(self._counts.months().values())

    def values(self) -> Mapping[str, Mapping[str, int]]:
        """Count every value of every facet."""
        return self._counts.everything(_NAMES)

    def hits(self, values: Sequence[tuple[str, str]]) -> Sequence[int]:
        """Count the articles that are found with each of these values."""
        return self._client.totals(self._index, [{"term": {name: value}} for name, value in values])


def _hit(hit: ShardHit, marker: Highlighter) -> Hit:
    assert hit.article is not None
    return Hit(hit.article, hit.score, marker.highlights(hit.article), hit.parts)


def _explained(hit: ShardHit) -> ShardHit:
    """Name what a score has beside its parts."""
    rest = hit.score - sum(part.value for part in hit.parts)
    if not hit.parts or abs(rest) <= _ROUNDING:
        return hit
    return hit._replace(parts=(*hit.parts, ScorePart("second stage: age and meaning", rest)))
