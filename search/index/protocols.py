"""The protocols that every search engine implements.

A *generation* is one finished index that never changes. An engine answers from one generation, so
that all parts of a page agree. A *store* holds generations and the name of the live one;
callers take its engine again for each request, and so follow every swap.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from search.index.document import IndexDocument, PreparedDocument
from search.model.article import Article
from search.model.contrast import Contrast
from search.model.coverage import Coverage
from search.model.facets import Facet
from search.model.mentions import MentionPage
from search.model.overview import Overview
from search.model.query import SearchQuery
from search.model.results import CacheUse, FacetResult, Hit, HitWindow, IndexStatistics, SearchPage
from search.model.timeline import Level
from search.model.trends import Trends
from search.query.rewriter import RewrittenQuery
from search.results.facet_values import FacetValuePage, FacetValueQuery
from search.results.suggester import Suggestion

__all__ = [
    "OUTDATED_NOTICE",
    "Catalog",
    "CatalogEntry",
    "EngineProvider",
    "GenerationStore",
    "IndexWriter",
    "SearchEngine",
]

OUTDATED_NOTICE = (
    "the index was written by an older version of Dateline: it may lack words that this one finds, "
    "and searches may be slower; run dateline check --repair or dateline rebuild SOURCE…"
)


class CatalogEntry(NamedTuple):
    """An article's entry in a catalog: 64-bit hashes of its content and of its raw record."""

    id: str
    fingerprint: int
    record: int


class Catalog(Protocol):
    """Shows what an update changes without reading articles; can be sent to other processes."""

    def __len__(self) -> int:
        """Count the articles."""

    def ids_of_records(self, records: Sequence[int]) -> dict[int, str]:
        """Return the ids of the articles that were read from these raw records, by record."""

    def ids_of_keys(self, keys: Sequence[int]) -> dict[int, str]:
        """Return the ids of the articles with these keys, by key; see article_keys.py.

        A key without an article, or with several, is left out.
        """

    def fingerprints(self, ids: Sequence[str]) -> dict[str, int]:
        """Return the fingerprints of articles, by id; unknown ids are left out."""

    def entries(self) -> Iterator[CatalogEntry]:
        """Yield the entry of every article, in no particular order."""


class SearchEngine(Protocol):
    """Answers searches from one generation; safe to share between threads.

    Every method and property may raise IndexDamaged, if it reads a damaged file.
    """

    @property
    def generation(self) -> str:
        """The generation's name."""

    @property
    def size(self) -> int:
        """Bytes on disk."""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the articles, most frequent first."""

    @property
    def is_current(self) -> bool:
        """Return whether this version's schema wrote it; an older index is read-only."""

    @property
    def catalog(self) -> Catalog:
        """The generation's catalog.

        Raises:
            IndexOutdated: the generation is older than catalogs.
            IndexDamaged: the catalog cannot be read.

        """

    def caches(self) -> Mapping[str, CacheUse]:
        """Return how caches were used so far: `texts` for rewritten queries, and engine's own."""

    def search(self, query: SearchQuery, *, with_timeline: bool = False) -> SearchPage:
        """Answer a search, with its matches over time if requested.

        Raises:
            InvalidQuery: the cursor belongs to another search.
            CursorExpired: the cursor is of another generation and cannot continue in this one.

        """

    def hits(self, query: SearchQuery, margin: int = 0) -> HitWindow:
        """Return a page's hits without facets, and up to `margin` more hits on either side.

        Raises as `search`.
        """

    def mentions(self, query: SearchQuery) -> MentionPage:
        """Return a page of the mentions of a search's words, the oldest article first.

        The query's cursor is one of the page before or after; a cursor stays valid when the
        archive is updated. On a cluster it takes two or three requests, and two more for a page
        that is read backwards.

        Raises:
            InvalidQuery: the cursor belongs to another search.

        """

    def understand(self, query: SearchQuery) -> RewrittenQuery:
        """Rewrite a search's text: parsed, corrected, with synonyms."""

    def count(self, query: SearchQuery) -> int:
        """Count all matches of a search, exactly."""

    def counts(self, queries: Sequence[SearchQuery]) -> list[int]:
        """Count all matches of each of several searches, exactly."""

    def facet(self, query: SearchQuery, facet: Facet, size: int) -> FacetResult:
        """Count one facet's values over the matches of a search."""

    def coverage(self) -> Coverage:
        """Count what the archive holds by month and source, once for a generation.

        A cluster takes three requests.
        """

    def filled_facets(self) -> tuple[Facet, ...]:
        """Return the facets that at least one article has a value of, in their order."""

    def facet_values(
        self, query: SearchQuery, facet: Facet, value_query: FacetValueQuery
    ) -> FacetValuePage:
        """Return a page of all values of a facet over the matches of a search."""

    def months(self, query: SearchQuery) -> Mapping[int, int]:
        """Count the matches of a search by month (`yyyymm`), exactly.

        Selected periods do not reduce the counts, as in the date facet.
        """

    def trends(self, queries: Sequence[SearchQuery], level: Level | None = None) -> Trends:
        """Count the matches of 1 to MAX_SERIES searches over time, exactly.

        They have the same filters, all of which hold, selected periods among them. Their texts are
        searched without synonyms and with their spelling as typed. Without a level it is the finest
        with at most MAX_PERIODS periods from the first article that the filters keep to the last.

        Raises:
            InvalidQuery: of `by` if there would be more than MAX_TREND_PERIODS periods, of `s` if
                there are too many searches, or too many synonyms to leave out.

        """

    def overview(self, query: SearchQuery, *, with_words: bool = True) -> Overview:
        """Return all matches of a search at a glance, under all filters; counts are exact.

        Words are the expensive part. A cluster's requests: `search/results/overview/overviews.py`.
        """

    def contrast(self, first: SearchQuery, second: SearchQuery) -> Contrast:
        """Compare the matches of two texts under the filters of the first search; exact counts.

        Every word of a text is required. A cluster's requests:
        `search/results/overview/contrasts.py`.
        """

    def matches(self, query: SearchQuery) -> Iterator[Article]:
        """Yield every match of a search in its order, whatever its page, in bounded memory."""

    def lines(self, query: SearchQuery) -> Iterator[bytes]:
        """Yield every match as `Article.to_json` writes it, in order, in bounded memory."""

    def article(self, article_id: str) -> Article | None:
        """Find an article."""

    def ids_of_keys(self, keys: Sequence[int]) -> dict[int, str]:
        """Return the ids of the articles with these keys, by key; see Catalog.

        Raises as `catalog`.
        """

    def related(self, article: Article, size: int) -> tuple[Hit, ...]:
        """Find articles on the same subject, the most similar first."""

    def reprints(self, article: Article) -> tuple[Article, ...]:
        """Find articles of nearly the same text, newest first; at most 20 are compared."""

    def suggest(self, text: str, size: int) -> list[Suggestion]:
        """Return completions of a partial text, with exact counts."""

    def articles(self) -> Iterator[Article]:
        """Yield every article, in a fixed order, in bounded memory."""

    def statistics(self) -> IndexStatistics:
        """Count what the index holds."""

    def verify(self) -> list[str]:
        """Compare a sample of the counts with the hits; return the problems found."""

    def verify_thoroughly(self, on_bytes: Callable[[int], None]) -> list[str]:
        """Verify, and read every file and every article too; return the problems found.

        `on_bytes` receives the bytes read, which add up to twice the index's `size`.
        """


class IndexWriter(Protocol):
    """Fills one generation that no reader sees yet.

    Every method except `abort` may raise WriteFailed.
    """

    def add(self, document: PreparedDocument) -> None:
        """Add an article whose id is not in the generation."""

    def replace(self, document: PreparedDocument) -> None:
        """Replace the article with the same id."""

    def delete(self, article_id: str) -> None:
        """Remove an article of the generation that this one began as."""

    def commit(self, load: Mapping[str, Any], *, merge: bool = False) -> None:
        """Finish the generation durably; `load` is stored with it as its load report.

        `merge` merges its segments into one (in each shard) if possible, which makes searches of
        a large index faster.
        """

    def abort(self) -> None:
        """Discard the generation."""


class EngineProvider(Protocol):
    """Gives a server the engine for each request."""

    def serving(self) -> SearchEngine:
        """Return the live generation's engine, or the newest readable one before it.

        Raises:
            EngineUnavailable: no generation can be read; the cause is the live one's.

        """


class GenerationStore(EngineProvider, Protocol):
    """All generations of one archive."""

    @property
    def encode(self) -> Callable[[IndexDocument], str]:
        """The function that encodes a document for a writer; can be sent to other processes."""

    def current(self) -> SearchEngine:
        """Return the live generation's engine; cheap enough to call for each request.

        Raises:
            IndexMissing: no index was built yet.
            IndexOutdated: another schema version wrote it.
            IndexDamaged: its files cannot be read.

        """

    def live(self) -> str | None:
        """Return the name of the live generation."""

    def history(self) -> Sequence[str]:
        """Return the kept generations that were live, newest first, beginning with the live one."""

    def generations(self) -> Sequence[str]:
        """Return the names of all finished generations, including those that were never live."""

    def open(self, generation: str) -> SearchEngine:
        """Open any finished generation; see `current`."""

    def catalog(self, generation: str) -> Catalog:
        """Open the catalog of any finished generation, even if its index cannot be read.

        See `SearchEngine.catalog`.
        """

    def load_report(self, generation: str) -> Mapping[str, Any]:
        """Return the report of the command that made a generation.

        Its index need not be readable.

        Raises:
            EngineUnavailable: the generation's record cannot be read.

        """

    def salvage(self, generation: str) -> Iterator[Article]:
        """Yield the articles of a generation of any schema version, as far as they can be read.

        Raises:
            IndexDamaged: no article, or no further one, can be read.

        """

    def create(self, base: str | None = None) -> tuple[str, IndexWriter]:
        """Begin a new generation: an empty one, or a copy of `base`, which stays unchanged.

        Raises:
            IndexOutdated: the base has an older schema version, so nothing can be added to it.

        """

    def make_live(self, generation: str) -> None:
        """Make readers use a generation; an atomic swap."""

    def clear(self, keep: int) -> None:
        """Delete unfinished builds, and all of the history but its first `keep` generations."""

    def backup(self, target: Path, on_bytes: Callable[[int], None]) -> str:
        """Write the live generation into one file, and return its name.

        The generation may be replaced and deleted meanwhile.
        """

    def check_backup(self, source: Path) -> int:
        """Read only the header of a backup, and return its bytes; raises as `restore` does."""

    def restore(self, source: Path, on_bytes: Callable[[int], None]) -> str:
        """Make a new generation, not yet live, of a backup, and return its name.

        Raises:
            BackupUnreadable: the file is not a backup, or it is truncated or of another version.

        """

    def exclusive(self, task: str, wait: float) -> AbstractContextManager[None]:
        """Hold the write lock while the block runs; wait at most `wait` seconds for it.

        Raises:
            IndexLocked: another process still writes after that; the message names it.

        """
