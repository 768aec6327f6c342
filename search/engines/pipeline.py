"""The steps of a search, once for every engine.

Rewrite the text, decide how many clauses must match, count and rank, rescore the first hits, read
and highlight the articles, group near-duplicates, make the next cursor.

The parts are built bottom-up, so that none refers to a later one: matcher, minimum match,
terms, rewriter, suggester. A generation is therefore freed by reference counting.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Generic

from search.analysis.near_duplicates import NearDuplicates, sketch_of
from search.engines.overview_source import EngineSource
from search.engines.primitives import (
    Address,
    EngineRecord,
    IndexPrimitives,
    MatchCounts,
    RankedWindow,
)
from search.engines.timelines import Timelines
from search.engines.trends import TrendLines
from search.model.article import Article
from search.model.cursor import Cursor, page_window
from search.model.facets import Facet
from search.model.query import Match, SearchQuery, SortOrder
from search.model.results import (
    NO_HIGHLIGHTS,
    CacheUse,
    FacetResult,
    Hit,
    HitWindow,
    ScorePart,
    SearchPage,
)
from search.query.clauses import MAX_STRICT_CLAUSES
from search.query.minimum_match import MatchSpec, MinimumMatch
from search.query.rewriter import QueryRewriter, RewrittenQuery
from search.query.syntax import Node
from search.query.terms import Terms
from search.ranking.more_like_this import interesting_terms
from search.ranking.rescorer import RESCORE_WINDOW, Rescorer
from search.ranking.tuning import Tuning
from search.ranking.weights import split_score
from search.results.facet_listings import FacetListings
from search.results.facet_values import FacetValuePage, FacetValueQuery
from search.results.highlighting.highlighter import Highlighter
from search.results.mentions.pages import MentionPages
from search.results.overview.contrasts import Contrasts
from search.results.overview.overviews import Overviews
from search.results.suggester import Suggester

__all__ = ["SearchPipeline"]

_BATCH_SIZE = 1_000
"""Articles that are read at a time when all matches are read."""
_ROUNDING = 0.01
"""Scores are single-precision; a bonus of thousands limits the precision of their sum to this."""

_Ranked = Sequence[tuple[float, Address]]


class SearchPipeline(Generic[Address]):
    """Answers searches over one index by its primitives."""

    def __init__(
        self, primitives: IndexPrimitives[Address], record: EngineRecord, tuning: Tuning
    ) -> None:
        self._index = primitives
        self._generation = record.generation
        self._languages = record.languages
        self._tuning = tuning
        self._rescorer = Rescorer(
            with_meaning=tuning.with_meaning and bool(record.meaning),
            half_life=tuning.recency_days,
        )
        self._minimum_match = MinimumMatch(primitives.matcher)
        terms = Terms(primitives.terms, primitives.stemmer)
        self._rewriter = QueryRewriter(terms, self._minimum_match, tuning.synonyms)
        self._suggester = Suggester(
            terms, self._rewriter, self._minimum_match, primitives.suggestions, tuning.labels
        )
        self.suggest = self._suggester.suggest
        self._listings = FacetListings(primitives, tuning.labels)
        self._timelines = Timelines(primitives)
        self.mentions = MentionPages(
            primitives, self._rewriter, self._minimum_match, record.generation, record.languages
        ).page
        self._trends = TrendLines(primitives, self._rewriter, self._minimum_match, self._generation)
        self.trends = self._trends.of
        source = EngineSource(primitives, self._rewriter, self._minimum_match, record)
        self.overview, self.contrast = Overviews(source).of, Contrasts(source).of

    def caches(self) -> Mapping[str, CacheUse]:
        """Return how the caches were used: of rewritten texts, and the engine's own."""
        return {"texts": self._rewriter.cache} | dict(self._index.caches())

    def search(self, query: SearchQuery, *, with_timeline: bool = False) -> SearchPage:
        """Answer a search, with its matches over time if requested."""
        rewritten = self._rewriter.rewrite(query)
        cursor = Cursor.of(query, self._generation)
        spec, ranked, following, counting = self._found(query, rewritten.searched, cursor)
        started = time.perf_counter()
        hits = self._hits(ranked, Highlighter(rewritten.searched, self._languages))
        marking_seconds = time.perf_counter() - started
        counts = counting()
        has_more = bool(ranked) and following.offset < counts.total
        full_matches = self._full_matches(query, spec, counts)
        is_relaxed = full_matches is not None
        moved_from = cursor.moved_from(self._generation)
        return SearchPage(
            query=query,
            understood=rewritten.query_string,
            relaxed=is_relaxed,
            all_words_total=(
                full_matches or self._other_spelling_total(query, rewritten) if is_relaxed else 0
            ),
            full_matches=full_matches or 0,
            needs_most=is_relaxed and spec.needs_most,
            partial_from=(
                full_matches
                if self._has_full_matches_first(query, spec) and not moved_from
                else None
            ),
            total=counts.total,
            hits=self._detailed(query, spec, ranked, hits),
            facets=counts.facets,
            generation=self._generation,
            first=cursor.offset,
            next_cursor=following.encode(query) if has_more else None,
            moved_from=moved_from,
            marking_seconds=marking_seconds,
            synonyms=rewritten.synonyms,
            corrected=rewritten.corrected,
            corrections=self._rewriter.corrections(query, rewritten, counts.total),
            timeline=self._timelines.of(spec, counts.dates) if with_timeline else None,
        )

    def hits(self, query: SearchQuery, margin: int = 0) -> HitWindow:
        """Return a page's hits without facets, and up to `margin` more hits on either side."""
        spec = self._spec(query)
        start, limit = page_window(query, self._generation, margin)
        ranked, _, _ = self._window(query, spec, start, limit, with_counts=False)
        total = self._index.matcher.count(spec)
        articles = list(self._index.documents([hit for _, hit in ranked]))
        reprints = self._reprints(ranked, articles)
        hits = tuple(
            Hit(article, score, NO_HIGHLIGHTS, reprints=others)
            for (score, _), article, others in zip(ranked, articles, reprints, strict=True)
        )
        return HitWindow(start.offset, total, hits)

    def counts(self, queries: Sequence[SearchQuery]) -> list[int]:
        """Count all matches of each of several searches."""
        return self._index.matcher.counts([self._spec(query) for query in queries])

    def understand(self, query: SearchQuery) -> RewrittenQuery:
        """Rewrite a search's text."""
        return self._rewriter.rewrite(query)

    def count(self, query: SearchQuery) -> int:
        """Count all matches of a search."""
        return self._minimum_match.count(self._rewriter.rewrite(query).searched, query)

    def facet(self, query: SearchQuery, facet: Facet, size: int) -> FacetResult:
        """Count one facet's values over the matches of a search."""
        return self._index.facet(self._spec(query), facet, size)

    def facet_values(
        self, query: SearchQuery, facet: Facet, value_query: FacetValueQuery
    ) -> FacetValuePage:
        """Return a page of all values of a facet over the matches of a search."""
        return self._listings.page(self._spec(query), facet, value_query)

    def months(self, query: SearchQuery) -> Mapping[int, int]:
        """Count the matches of a search by month, whatever periods are selected."""
        return self._index.dates(self._spec(query), "month").by("month").counts

    def article(self, article_id: str) -> Article | None:
        """Find an article."""
        hit = self._index.find(article_id)
        return None if hit is None else next(iter(self._index.documents([hit])))

    def related(self, article: Article, size: int) -> tuple[Hit, ...]:
        """Find articles on the same subject, the most similar first."""
        statistics = self._index.terms
        terms = interesting_terms(article, statistics.stem_frequencies, statistics.article_count)
        if not terms:
            return ()
        ranked = self._index.related(article.id, terms, size)
        return self._hits(ranked, Highlighter(None, self._languages))

    def reprints(self, article: Article) -> tuple[Article, ...]:
        """Find the near-duplicates of an article, newest first."""
        sketch = sketch_of(article)
        if not sketch:
            return ()
        near_duplicates = NearDuplicates()
        return tuple(
            other
            for other in self._index.sharing_sketch(article.id, sketch)
            if near_duplicates.are_similar(article, other)
        )

    def matches(self, query: SearchQuery) -> Iterator[Article]:
        """Yield every match of a search in its order."""
        for batch in self._batches(query):
            with self._index.reading():
                yield from self._index.documents(batch)

    def lines(self, query: SearchQuery) -> Iterator[bytes]:
        """Yield every match of a search as a line of JSON."""
        for batch in self._batches(query):
            with self._index.reading():
                lines = self._index.lines(batch)
            yield from lines

    def _batches(self, query: SearchQuery) -> Iterator[Sequence[Address]]:
        with self._index.reading():
            spec = self._spec(query)
        cursor = Cursor(self._generation, 0)
        while True:
            with self._index.reading():
                ranked, cursor, _ = self._window(
                    query, spec, cursor, _BATCH_SIZE, with_counts=False
                )
            yield [hit for _, hit in ranked]
            if len(ranked) < _BATCH_SIZE:
                return

    def _spec(self, query: SearchQuery) -> MatchSpec:
        return self._minimum_match.spec(self._rewriter.rewrite(query).searched, query)

    def _full_matches(self, query: SearchQuery, spec: MatchSpec, counts: MatchCounts) -> int | None:
        """Return how many matches of a relaxed search have every clause; None without others."""
        if query.match is not Match.AUTO or not spec.is_relaxed:
            return None
        full_matches = counts.full_matches
        if full_matches is None:
            full_matches = self._index.matcher.count(spec.all_clauses)
        return full_matches if counts.total > full_matches else None

    def _has_full_matches_first(self, query: SearchQuery, spec: MatchSpec) -> bool:
        """Return whether no partial match stands above a full one; see QueryBuilder's rankings."""
        return (
            query.order is SortOrder.RELEVANCE
            and 0 < len(spec.clauses.should) <= MAX_STRICT_CLAUSES
            and self._tuning.pinned(query.text) is None
        )

    def _other_spelling_total(self, query: SearchQuery, rewritten: RewrittenQuery) -> int:
        """Return the total with `match=all` of a relaxed search without full matches.

        Without one in the whole index, another spelling may be searched then.
        """
        all_words = query.matching(Match.ALL)
        searched = self._rewriter.rewrite(all_words).searched
        if searched == rewritten.searched:
            return 0
        return self._minimum_match.count(searched, all_words)

    # Ranking

    def _found(
        self, query: SearchQuery, tree: Node | None, cursor: Cursor
    ) -> tuple[MatchSpec, _Ranked[Address], Cursor, Callable[[], MatchCounts]]:
        """Find a page's hits and begin to count, deciding on the way how many clauses must match.

        Most searches have enough full matches, which their own hits show.
        """
        strict = self._minimum_match.undecided(tree, query)
        if strict is not None:
            ranked, following, counting = self._find(query, strict, cursor, query.size)
            # Only a position by number counts hits of this generation.
            skipped = cursor.offset if ranked and cursor.key is None and not cursor.after else 0
            if self._minimum_match.decide(
                strict, at_least=skipped + len(ranked), total=lambda: counting().total
            ):
                return strict, ranked, following, counting
        spec = self._minimum_match.spec(tree, query)
        return spec, *self._find(query, spec, cursor, query.size)

    def _find(
        self, query: SearchQuery, spec: MatchSpec, cursor: Cursor, limit: int
    ) -> tuple[_Ranked[Address], Cursor, Callable[[], MatchCounts]]:
        ranked, following, counting = self._window(query, spec, cursor, limit, with_counts=True)
        assert counting is not None
        return ranked, following, counting

    def _window(
        self, query: SearchQuery, spec: MatchSpec, cursor: Cursor, limit: int, *, with_counts: bool
    ) -> tuple[_Ranked[Address], Cursor, Callable[[], MatchCounts] | None]:
        """Find the hits after a cursor with their scores, and the cursor after them."""
        if query.order is SortOrder.RELEVANCE and spec.clauses.should:
            return self._ranked_window(query, spec, cursor, limit, with_counts=with_counts)
        newest = query.order is not SortOrder.OLDEST
        hits, counts = self._index.by_date(
            spec, cursor, limit, newest=newest, with_counts=with_counts
        )
        following = replace(cursor, generation=self._generation).past([int(key) for key, _ in hits])
        return [(0.0, hit) for _, hit in hits], following, counts

    def _ranked_window(
        self, query: SearchQuery, spec: MatchSpec, cursor: Cursor, limit: int, *, with_counts: bool
    ) -> tuple[_Ranked[Address], Cursor, Callable[[], MatchCounts] | None]:
        """Find hits by relevance; the first RESCORE_WINDOW of them are rescored if tuned so."""
        rescored = self._rescorer.is_needed and cursor.offset < RESCORE_WINDOW
        end = cursor.offset + limit
        window = RankedWindow(
            offset=0 if rescored else cursor.offset,
            limit=max(RESCORE_WINDOW, end) if rescored else limit,
            after=None if rescored else cursor.after,
            pinned=self._tuning.pinned(query.text),
            for_rescoring=rescored,
            explain=query.explain,
        )
        first, counts = self._index.ranked(spec, window, with_counts=with_counts)
        if rescored:
            text = self._rewriter.rewrite(query).free_text
            ranked = self._rescorer.rescore(text, first, self._index.features)[cursor.offset : end]
        else:
            ranked = [(split_score(score).base, hit) for score, hit in first]
        following = Cursor(self._generation, cursor.offset + len(ranked))
        # Inside the rescore window only an offset can be the cursor; past it, the last hit's place.
        if not rescored:
            last = first[-1:]
        elif following.offset >= RESCORE_WINDOW:
            last = first[following.offset - 1 : following.offset]
        else:
            last = ()
        after = self._index.place(last[0][1]) if last else None
        return ranked, replace(following, after=after), counts

    # Hits

    def _hits(self, ranked: _Ranked[Address], highlighter: Highlighter) -> tuple[Hit, ...]:
        articles = list(self._index.documents([hit for _, hit in ranked]))
        highlights = highlighter.highlights(articles)
        return tuple(
            Hit(article, score, marked)
            for (score, _), article, marked in zip(ranked, articles, highlights, strict=True)
        )

    def _detailed(
        self,
        query: SearchQuery,
        spec: MatchSpec,
        ranked: _Ranked[Address],
        hits: Sequence[Hit],
    ) -> tuple[Hit, ...]:
        """Add near-duplicates and, if requested, the parts of the scores."""
        reprints = self._reprints(ranked, [hit.article for hit in hits])
        return tuple(
            replace(
                hit,
                reprints=others,
                parts=self._score_parts(spec, hit.score, address)
                if query.explain and hit.score
                else (),
            )
            for hit, (_, address), others in zip(hits, ranked, reprints, strict=True)
        )

    def _reprints(
        self, ranked: _Ranked[Address], articles: Sequence[Article]
    ) -> Iterator[tuple[Article, ...]]:
        """Yield the near-duplicates of each hit."""
        near_duplicates = NearDuplicates()
        candidates = self._index.duplicates([hit for _, hit in ranked])
        for article, others in zip(articles, candidates, strict=True):
            yield tuple(
                other
                for other in others
                if other.id != article.id and near_duplicates.are_similar(article, other)
            )

    def _score_parts(self, spec: MatchSpec, score: float, hit: Address) -> tuple[ScorePart, ...]:
        parts = tuple(self._index.explain(spec, hit))
        rest = score - sum(part.value for part in parts)
        if abs(rest) <= _ROUNDING:
            return parts
        return (*parts, ScorePart("second stage: age and meaning", rest))
