"""Answers searches from one finished Tantivy index."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import tantivy
from tantivy import Query

from search.caching import cached_per_generation, unowned
from search.engines.tantivy.explain import score_parts
from search.engines.tantivy.facets import MONTHS, TantivyCounts, TantivyIndexCounts, number_of_hits
from search.engines.tantivy.fast_fields import TantivyColumns
from search.engines.tantivy.proximity import ProximityQueries
from search.engines.tantivy.queries import TantivyQueries
from search.engines.tantivy.related import RelatedArticles
from search.engines.tantivy.statistics import statistics
from search.engines.tantivy.storage.catalog import CATALOG_FILE, TantivyCatalog
from search.engines.tantivy.storage.checksums import (
    corrupt_files,
    differing_size,
    files_of,
    writable_shadow,
)
from search.engines.tantivy.storage.documents import (
    BATCH,
    forbidden,
    in_order,
    read_article,
    read_line,
    reading,
    sorted_past,
    unreadable,
)
from search.engines.tantivy.storage.generation import GenerationRecord
from search.engines.tantivy.storage.schema import SCHEMA_VERSION, open_index
from search.engines.tantivy.storage.vocabulary import read_words
from search.engines.tantivy.suggestions import TantivySuggestions
from search.engines.tantivy.terms import TantivyTerms
from search.errors import IndexOutdated
from search.index.consistency import wrong_contents, wrong_counts
from search.model.article import Article
from search.model.cursor import Cursor, page_window
from search.model.facets import DATE, FACETS, VALUE_FACETS, Facet
from search.model.query import Match, SearchQuery, SortOrder
from search.model.results import (
    NO_HIGHLIGHTS,
    CacheUse,
    FacetResult,
    Hit,
    HitWindow,
    IndexStatistics,
    SearchPage,
)
from search.query.clauses import RELAX_BELOW_MATCHES, QueryClauses
from search.query.minimum_match import MatchSpec, MinimumMatch
from search.query.rewriter import QueryRewriter, RewrittenQuery
from search.query.syntax import Node
from search.ranking.rescorer import RESCORE_WINDOW, Rescorer
from search.ranking.tuning import Tuning
from search.ranking.weights import split_score
from search.results.facet_buckets import date_list, value_list
from search.results.highlighter import Highlighter
from search.results.suggester import Suggestion, Suggestions

__all__ = ["TantivyEngine"]

_SUMMARIES = 512


class TantivyEngine:
    """A SearchEngine over the generation in a directory.

    Raises:
        IndexDamaged: its files cannot be read.
        IndexForbidden: this user has no right to read one of them.

    """

    def __init__(self, directory: Path, record: GenerationRecord, tuning: Tuning) -> None:
        self._directory = directory
        self._record = record
        if closed := forbidden(directory):
            raise closed
        if wrong := differing_size(directory, record.files):
            raise unreadable(directory, f"{wrong} is missing or has another size")
        try:
            # Kept as long as the engine, for files that are opened late.
            self._shadow = writable_shadow(directory / "index")
            index = open_index(self._shadow.name if self._shadow else str(directory / "index"))
            self._searcher = index.searcher()
        except (ValueError, OSError) as error:
            raise unreadable(directory, str(error)) from error
        self._schema = index.schema
        self._queries = TantivyQueries(
            index.schema,
            ProximityQueries(self._searcher, index.schema),
            record.languages,
            tuning.boosts,
        )
        vocabulary = partial(read_words, directory, self._searcher)
        words = TantivyTerms(self._searcher, self._queries, vocabulary, unowned(self._total_of))
        self._rewriter = QueryRewriter(words, tuning.synonyms)
        self._counts = TantivyCounts(self._searcher, record.most_values)
        with_meaning = tuning.with_meaning and bool(record.meaning)
        self._rescorer = Rescorer(with_meaning=with_meaning, half_life=tuning.recency_days)
        self._columns = TantivyColumns(self._searcher)
        self._tuning = tuning
        beginnings = TantivySuggestions(self._searcher, self._queries, self._counts)
        self._suggestions = Suggestions(words, self._rewriter, beginnings)
        self._related = RelatedArticles(self._searcher, self._queries, record.schema_version)
        self._counted = TantivyIndexCounts(self._searcher, self._counts, self._queries.value)
        self._matching = MinimumMatch(
            unowned(self._has_enough_full_matches), unowned(self._best_matched_clauses)
        )
        # What depends on the generation alone is remembered as long as the generation is.
        self._summary = cached_per_generation(self._count, _SUMMARIES)

    @property
    def generation(self) -> str:
        """The generation's name."""
        return self._record.generation

    @property
    def size(self) -> int:
        """Bytes on disk, as the record has them: the files of a replaced generation may be deleted at any moment."""
        marks = self._record.files.values()
        return sum(mark.size for mark in marks) or sum(
            path.stat().st_size for _, path in files_of(self._directory)
        )

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the articles, most frequent first."""
        return self._record.languages

    @property
    def is_current(self) -> bool:
        """Whether it was written by this version's schema."""
        return self._record.schema_version == SCHEMA_VERSION

    @property
    def catalog(self) -> TantivyCatalog:
        """The generation's catalog; see SearchEngine."""
        if CATALOG_FILE not in self._record.files:
            raise IndexOutdated(
                "the live index was written by an older version of Dateline, without a catalog; run dateline check "
                "--repair, which writes it anew from its own articles, or dateline rebuild SOURCE…"
            )
        return TantivyCatalog(self._directory, self._record.files.get(CATALOG_FILE))

    def caches(self) -> Mapping[str, CacheUse]:
        """Say how the caches were used: of texts, and of totals with their facets."""
        return {
            "texts": self._rewriter.cache,
            "counts": CacheUse(*self._summary.cache_info()[:2]),
        }

    def search(self, query: SearchQuery) -> SearchPage:
        """Answer a search; see SearchEngine."""
        with reading(self._directory):
            return self._search(query)

    def _search(self, query: SearchQuery) -> SearchPage:
        understood = self._rewriter.read(query)
        matches = self._matching.of(understood.searched, query)
        total, facets = self._summary(matches)
        cursor = Cursor.of(query, self.generation)
        found, following = self._ordered(query, matches, cursor, query.size)
        more = bool(found) and following.offset < total
        marker = Highlighter(understood.searched, self.languages)
        started = time.perf_counter()
        hits = tuple(
            self._with_more(self._hit(score, address, marker), address, query, matches)
            for score, address in found
        )
        marking_seconds = time.perf_counter() - started
        return SearchPage(
            query=query,
            understood=understood.written,
            relaxed=self._is_relaxed(query, matches, total),
            total=total,
            hits=hits,
            facets=facets,
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
        with reading(self._directory):
            matches = self._matches(query)
            start, limit = page_window(query, self.generation, margin)
            ordered, _ = self._ordered(query, matches, start, limit)
            hits = tuple(self._plain_hit(score, address) for score, address in ordered)
            return HitWindow(start.offset, self._total(matches), hits)

    def understand(self, query: SearchQuery) -> RewrittenQuery:
        """Say what a search's text is searched as."""
        with reading(self._directory):
            return self._rewriter.read(query)

    def count(self, query: SearchQuery) -> int:
        """Count all matches of a search."""
        with reading(self._directory):
            return self._total(self._matches(query))

    def counts(self, queries: Sequence[SearchQuery]) -> list[int]:
        """Count all matches of each of several searches."""
        return [self.count(query) for query in queries]

    def facet(self, query: SearchQuery, facet: Facet, size: int) -> FacetResult:
        """Count one facet's values over the matches of a search."""
        with reading(self._directory):
            matches = self._matches(query)
            if facet.is_date:
                return self._dates(matches, self._months(matches))
            return self._values(matches, facet, size)

    def article(self, article_id: str) -> Article | None:
        """Find an article."""
        with reading(self._directory):
            found = self._searcher.search(
                self._queries.article(article_id), limit=1, count=False
            ).hits
            return read_article(self._searcher, found[0][1]) if found else None

    def related(self, article: Article, size: int) -> tuple[Hit, ...]:
        """Find the articles that are about the same; see SearchEngine."""
        with reading(self._directory):
            marker = Highlighter(None, self.languages)
            near = self._related.related(article, size)
            return tuple(self._hit(score, address, marker) for score, address in near)

    def suggest(self, text: str, size: int) -> list[Suggestion]:
        """Say what a reader who typed this may be about to type; see SearchEngine."""
        with reading(self._directory):
            return self._suggestions.suggest(text, size)

    def articles(self) -> Iterator[Article]:
        """Yield every article, oldest first."""
        return self.matches(SearchQuery(sort=SortOrder.OLDEST))

    def matches(self, query: SearchQuery) -> Iterator[Article]:
        """Yield every match of a search in its order, whatever its page."""
        with reading(self._directory):
            yield from map(Article.from_json, self.lines(query))

    def lines(self, query: SearchQuery) -> Iterator[bytes]:
        """Yield every match as a line of JSON; see SearchEngine."""
        with reading(self._directory):
            matches = self._matches(query)
        cursor = Cursor(self.generation, 0)
        while True:
            with reading(self._directory):
                found, cursor = self._ordered(query, matches, cursor, BATCH)
                lines = [read_line(self._searcher, address) for _, address in found]
            yield from lines
            if len(found) < BATCH:
                return

    def statistics(self) -> IndexStatistics:
        """Say what the index holds."""
        with reading(self._directory):
            return statistics(self._searcher, self._counts, self._record, self.size)

    def verify(self) -> list[str]:
        """Hold a sample of the counts against the hits behind them."""
        with reading(self._directory):
            return list(wrong_counts(self._counted, self._record.articles))

    def verify_thoroughly(self, on_bytes: Callable[[int], None]) -> list[str]:
        """Verify the files, the counts, every stored article and the catalog."""
        with reading(self._directory):
            return self._verify_thoroughly(on_bytes)

    def _verify_thoroughly(self, on_bytes: Callable[[int], None]) -> list[str]:
        wrong = [
            f"{name} {why}"
            for name, why in corrupt_files(self._directory, self._record.files, on_bytes)
        ]
        if wrong:
            # What is read from a changed file tells nothing more.
            return wrong
        wrong = self.verify()
        share = sum(mark.size for mark in self._record.files.values()) // max(
            self._searcher.num_docs, 1
        )
        catalog = (lambda: self.catalog) if CATALOG_FILE in self._record.files else None
        return wrong + wrong_contents(
            self.articles(), self._counted, catalog, partial(on_bytes, share)
        )

    # Which articles match

    def _matches(self, query: SearchQuery) -> MatchSpec:
        return self._matching.of(self._rewriter.read(query).searched, query)

    def _has_enough_full_matches(self, asked: QueryClauses) -> bool:
        return self._hits(self._queries.matching(asked, len(asked.should))) >= RELAX_BELOW_MATCHES

    def _best_matched_clauses(self, asked: QueryClauses) -> int:
        held = self._searcher.search(
            self._queries.matched_clause_count(asked), limit=RELAX_BELOW_MATCHES, count=False
        ).hits
        return round(held[-1][0]) if len(held) == RELAX_BELOW_MATCHES else 0

    def _is_relaxed(self, query: SearchQuery, matches: MatchSpec, total: int) -> bool:
        return (
            query.match is Match.AUTO
            and matches.is_relaxed
            and total > self._total(matches.all_clauses)
        )

    def _query(self, matches: MatchSpec, *, but: str = "") -> Query:
        words = self._queries.matching(matches.clauses, matches.minimum_should_match)
        return self._queries.together([words, *self._queries.filters(matches.filters, but)])

    def _hits(self, query: Query) -> int:
        return number_of_hits(self._searcher, query)

    def _total_of(self, tree: Node | None, query: SearchQuery) -> int:
        return self._total(self._matching.of(tree, query))

    def _total(self, matches: MatchSpec) -> int:
        return self._hits(self._query(matches))

    # What they count

    def _count(self, matches: MatchSpec) -> tuple[int, tuple[FacetResult, ...]]:
        """Count all matches and their facets: one pass for the facets without a selection, one for each with one."""
        narrowed = matches.filters
        open_facets = [facet for facet in VALUE_FACETS if not narrowed.selected(facet.name)]
        counts = self._counts.values(
            self._query(matches), [facet.name for facet in open_facets], months=True
        )
        total = sum(counts[MONTHS].values())
        lists: dict[str, FacetResult] = {}
        for facet in VALUE_FACETS:
            if facet in open_facets:
                lists[facet.name] = value_list(facet, counts[facet.name], (), narrowed.facet_size)
            else:
                lists[facet.name] = self._values(matches, facet, narrowed.facet_size)
        months = self._months(matches) if narrowed.periods else counts[MONTHS]
        lists[DATE.name] = self._dates(matches, months)
        return total, tuple(lists[facet.name] for facet in FACETS)

    def _values(self, matches: MatchSpec, facet: Facet, size: int) -> FacetResult:
        name = facet.name
        counts = self._counts.values(self._query(matches, but=name), [name])[name]
        return value_list(facet, counts, matches.filters.selected(name), size)

    def _months(self, matches: MatchSpec) -> dict[int, int]:
        return self._counts.values(self._query(matches, but=DATE.name), [], months=True)[MONTHS]

    def _dates(self, matches: MatchSpec, months: dict[int, int]) -> FacetResult:
        periods = matches.filters.periods
        days: dict[int, int] = {}
        for period in periods:
            if period.level != "year":
                in_period = self._queries.days(period.first, period.last)
                days |= self._counts.days(
                    self._queries.together([self._query(matches, but=DATE.name), in_period])
                )
        return date_list(months, days, periods)

    # In which order they stand

    def _ordered(
        self, query: SearchQuery, matches: MatchSpec, cursor: Cursor, limit: int
    ) -> tuple[list[tuple[float, tantivy.DocAddress]], Cursor]:
        """Find the hits after a cursor: scores with addresses, and the cursor after them."""
        if query.order is SortOrder.RELEVANCE and matches.clauses.should:
            filters = self._queries.filters(matches.filters)
            ranking = self._queries.ranking(
                matches.clauses,
                matches.minimum_should_match,
                filters,
                self._tuning.pinned(query.text),
            )
            found = self._scored(query, ranking, cursor.offset, limit)
            return found, Cursor(self.generation, cursor.offset + len(found))
        keys = self._by_date(query, matches, cursor, limit)
        return [(0.0, address) for _, address in keys], replace(
            cursor, generation=self.generation
        ).past([key for key, _ in keys])

    def _scored(
        self, query: SearchQuery, ranking: Query, offset: int, limit: int
    ) -> list[tuple[float, tantivy.DocAddress]]:
        """Find hits by relevance; where the index has vectors, the first ones in an order of words and meaning."""
        if not self._rescorer.is_needed or offset >= RESCORE_WINDOW:
            scored = self._searcher.search(ranking, limit=limit, offset=offset, count=False).hits
            return [(split_score(score).base, address) for score, address in scored]
        first = self._searcher.search(
            ranking, limit=max(RESCORE_WINDOW, offset + limit), count=False
        ).hits
        words = self._rewriter.read(query).words
        return self._rescorer.rescore(words, first, self._columns)[offset : offset + limit]

    def _by_date(
        self, query: SearchQuery, matches: MatchSpec, cursor: Cursor, limit: int
    ) -> list[tuple[int, tantivy.DocAddress]]:
        newest = query.order is not SortOrder.OLDEST
        found = self._query(matches)
        if cursor.key is None:
            return in_order(self._searcher, found, newest=newest, limit=limit, offset=cursor.offset)
        found = self._queries.together(
            [found, sorted_past(self._schema, cursor.key, newest=newest)]
        )
        return in_order(self._searcher, found, newest=newest, limit=limit, offset=cursor.skip)

    # What of them is shown

    def _with_more(
        self, hit: Hit, address: tantivy.DocAddress, query: SearchQuery, matches: MatchSpec
    ) -> Hit:
        """Add what a hit of a search has beside the article: its reprints, and what its score is the sum of."""
        reprints = self._related.reprints(hit.article, address)
        if not query.explain or not hit.score:
            return replace(hit, reprints=reprints)
        parts = score_parts(self._searcher, self._queries, matches.clauses, (hit.score, address))
        return replace(hit, reprints=reprints, parts=parts)

    def _plain_hit(self, score: float, address: tantivy.DocAddress) -> Hit:
        article = read_article(self._searcher, address)
        reprints = self._related.reprints(article, address)
        return Hit(article, score, NO_HIGHLIGHTS, reprints=reprints)

    def _hit(self, score: float, address: tantivy.DocAddress, marker: Highlighter) -> Hit:
        article = read_article(self._searcher, address)
        return Hit(article, score, marker.highlights(article))
