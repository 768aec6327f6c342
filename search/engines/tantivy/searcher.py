"""The primitives of the search pipeline over a Tantivy index."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import tantivy

from search.engines.counts_cache import CountsCache
from search.engines.primitives import Hits, MatchCounts, RankedWindow
from search.engines.tantivy.best_first import BestFirst, documents_in
from search.engines.tantivy.counting.columns import FacetColumns
from search.engines.tantivy.counting.complement import Complements
from search.engines.tantivy.counting.estimates import Estimates
from search.engines.tantivy.duplicates import DuplicateCandidates
from search.engines.tantivy.explain import score_parts
from search.engines.tantivy.facets import TantivyFacets
from search.engines.tantivy.fast_fields import TantivyColumns
from search.engines.tantivy.index_counts import TantivyIndexCounts
from search.engines.tantivy.matcher import TantivyMatcher
from search.engines.tantivy.phrases.proximity import ProximityQueries
from search.engines.tantivy.queries import TantivyQueries
from search.engines.tantivy.storage.checksums import corrupt_files
from search.engines.tantivy.storage.documents import in_order, read_article, read_line, reading
from search.engines.tantivy.storage.generation import GenerationRecord
from search.engines.tantivy.storage.schema import month_column
from search.engines.tantivy.suggestions import TantivySuggestions
from search.engines.tantivy.terms import TantivyTerms
from search.model.article import Article
from search.model.cursor import Cursor
from search.model.facets import Facet
from search.model.results import CacheUse, FacetResult, FacetStatistics, ScorePart
from search.model.timeline import DateCounts, Level
from search.query.minimum_match import MatchSpec
from search.query.terms import IndexStemmer
from search.ranking.more_like_this import InterestingTerm
from search.ranking.tuning import Boost

__all__ = ["TantivySearcher"]


class TantivySearcher:
    """The IndexPrimitives of a generation in a directory."""

    def __init__(
        self,
        directory: Path,
        record: GenerationRecord,
        index: tantivy.Index,
        searcher: tantivy.Searcher,
        boosts: Sequence[Boost],
    ) -> None:
        self._directory = directory
        self._record = record
        self._searcher = searcher
        self.stemmer = IndexStemmer(record.languages)
        proximity = ProximityQueries(searcher, index.schema)
        self._queries = TantivyQueries(index.schema, proximity, self.stemmer, boosts)
        self._best_first = BestFirst(
            searcher, self._queries, documents_in(directory), record.schema_version
        )
        columns = FacetColumns(searcher, record.most_values, record.distinct, month_column(index))
        self._estimates = Estimates(searcher, self.stemmer, lambda: columns.all_months)
        self.matcher = TantivyMatcher(searcher, self._queries, self._estimates)
        self.terms = TantivyTerms(searcher, directory)
        self.suggestions = TantivySuggestions(searcher, self._queries, columns)
        self.features = TantivyColumns(searcher)
        self.index_counts = TantivyIndexCounts(searcher, columns, self._queries)
        complements = Complements(self._queries, self._estimates, searcher.num_docs)
        self._facets = TantivyFacets(columns, self._queries, self._estimates, complements)
        self._counts = CountsCache()
        self._duplicates = DuplicateCandidates(searcher, self._queries, record.schema_version)

    def reading(self) -> AbstractContextManager[None]:
        """Translate errors of damaged files; see IndexPrimitives."""
        return reading(self._directory)

    def caches(self) -> Mapping[str, CacheUse]:
        """Return how the cache of counts was used."""
        return {"counts": self._counts.use}

    def facet(self, spec: MatchSpec, facet: Facet, size: int) -> FacetResult:
        """Count one facet's values over the matches of a search."""
        return self._facets.facet(spec, facet, size)

    def dates(self, spec: MatchSpec, level: Level, known: DateCounts | None = None) -> DateCounts:
        """Count matches by period; see DateSource."""
        return self._facets.dates(spec, level, known)

    def period_counts(self, specs: Sequence[MatchSpec], level: Level) -> list[DateCounts]:
        """Count the matches of several searches by period; see PeriodSource."""
        return [self._facets.period_counts(spec, level) for spec in specs]

    def facet_counts(self, spec: MatchSpec, facet: Facet) -> Mapping[str, int]:
        """Count every value of a facet over the matches of a search; see FacetSource."""
        return self._facets.values(spec, facet)

    def ranked(
        self, spec: MatchSpec, window: RankedWindow, *, with_counts: bool
    ) -> Hits[tantivy.DocAddress]:
        """Find hits by relevance; see IndexPrimitives."""
        counts = self._counting(spec) if with_counts else None
        return Hits(self._best_first.hits(spec, window), counts)

    def by_date(
        self, spec: MatchSpec, cursor: Cursor, limit: int, *, newest: bool, with_counts: bool
    ) -> Hits[tantivy.DocAddress]:
        """Find hits by date; see IndexPrimitives."""
        counts = self._counting(spec) if with_counts else None
        query = self._queries.filtered(spec)
        offset = cursor.offset
        if cursor.key is not None:
            query = self._queries.all_of(
                [query, self._queries.sorted_past(cursor.key, newest=newest)]
            )
            offset = cursor.skip
        hits = in_order(self._searcher, query, newest=newest, limit=limit, offset=offset)
        return Hits(hits, counts)

    def _counting(self, spec: MatchSpec) -> Callable[[], MatchCounts]:
        """Begin to count, unless the counts are known."""
        known = self._counts.get(spec)
        if known is not None:
            return lambda: known
        return self._counts.keeping(spec, self._facets.start(spec))

    def place(self, hit: tantivy.DocAddress) -> None:
        """Return None: Tantivy continues by offset."""

    def find(self, article_id: str) -> tantivy.DocAddress | None:
        """Find the article with an id."""
        hits = self._searcher.search(self._queries.article(article_id), limit=1, count=False).hits
        return hits[0][1] if hits else None

    def related(
        self, article_id: str, terms: Sequence[InterestingTerm], size: int
    ) -> Sequence[tuple[float, tantivy.DocAddress]]:
        """Find other articles that share several terms, with their scores."""
        query = self._queries.related(article_id, terms)
        return list(self._searcher.search(query, limit=size, count=False).hits)

    def documents(self, hits: Sequence[tantivy.DocAddress]) -> Iterable[Article]:
        """Read the articles of hits, one by one."""
        return (read_article(self._searcher, address) for address in hits)

    def lines(self, hits: Sequence[tantivy.DocAddress]) -> Sequence[bytes]:
        """Read the articles of hits as they were written."""
        return [read_line(self._searcher, address) for address in hits]

    def duplicates(self, hits: Sequence[tantivy.DocAddress]) -> Sequence[Iterable[Article]]:
        """Find candidates for near-duplicates; see IndexPrimitives."""
        return self._duplicates.find(hits)

    def sharing_sketch(self, article_id: str, sketch: Sequence[int]) -> Iterable[Article]:
        """Find candidates for near-duplicates of one article; see IndexPrimitives."""
        others = self._duplicates.sharing(sketch)
        return (other for other in others if other.id != article_id)

    def explain(self, spec: MatchSpec, hit: tantivy.DocAddress) -> Sequence[ScorePart]:
        """Return the parts of a hit's score that the query gives."""
        return list(score_parts(self._searcher, self._queries, spec.clauses, hit))

    def facet_statistics(self) -> dict[str, FacetStatistics]:
        """Count the distinct values of each facet, and the articles without one."""
        return self.index_counts.facet_statistics()

    def segment_count(self) -> int:
        """Count the segments."""
        return self._searcher.num_segments

    def boundary_day(self, *, newest: bool) -> str:
        """Return the day of the newest or the oldest article, "" in an empty index."""
        hits = in_order(self._searcher, tantivy.Query.all_query(), newest=newest, limit=1)
        return read_article(self._searcher, hits[0][1]).published[:10] if hits else ""

    def verify_storage(self, on_bytes: Callable[[int], None]) -> Sequence[str]:
        """Compare every file with its checksum."""
        return [
            f"{name} {problem}"
            for name, problem in corrupt_files(self._directory, self._record.files, on_bytes)
        ]
