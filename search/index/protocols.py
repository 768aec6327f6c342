"""What the web and the indexer know of an engine.

A *generation* is one finished index that never changes; its engine answers from it alone, so that all parts of a page
agree. A *store* holds generations and says which is live; taking its engine anew for each request follows every swap.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from search.index.document import IndexDocument, PreparedDocument
from search.model.article import Article
from search.model.facets import Facet
from search.model.query import SearchQuery
from search.model.results import CacheUse, FacetResult, Hit, HitWindow, IndexStatistics, SearchPage
from search.query.rewriter import RewrittenQuery
from search.results.suggester import Suggestion

__all__ = [
    "Catalog",
    "CatalogEntry",
    "EngineProvider",
    "GenerationStore",
    "IndexWriter",
    "SearchEngine",
]


class CatalogEntry(NamedTuple):
    """What a catalog knows of an article: 64 bits each of its content and of the raw record it was read from."""

    id: str
    fingerprint: int
    record: int


class Catalog(Protocol):
    """What a generation knows of its articles without reading them, to tell what changed; other processes can be sent it."""

    def __len__(self) -> int:
        """Count the articles."""

    def ids_of_records(self, records: Sequence[int]) -> dict[int, str]:
        """Return the ids of those raw records that articles were read from."""

    def fingerprints(self, ids: Sequence[str]) -> dict[str, int]:
        """Return the fingerprints of those articles that there are."""

    def entries(self) -> Iterator[CatalogEntry]:
        """Yield what is known of every article, in no particular order."""


class SearchEngine(Protocol):
    """Answers from one generation; safe to share between threads.

    Raises:
        IndexDamaged: a file that is read for the answer is damaged; so does every method.

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
        """Whether it was written by this version's schema; an older one can be read but not added to."""

    @property
    def catalog(self) -> Catalog:
        """The generation's catalog.

        Raises:
            IndexOutdated: it was written before there were catalogs.
            IndexDamaged: it cannot be read.

        """

    def caches(self) -> Mapping[str, CacheUse]:
        """Say how this engine's caches were used so far: `texts` that were understood, and others of its own."""

    def search(self, query: SearchQuery) -> SearchPage:
        """Answer a search.

        Raises:
            InvalidQuery: the cursor is none of this search's.
            CursorExpired: the cursor is of another generation and cannot go on in this one.

        """

    def hits(self, query: SearchQuery, margin: int = 0) -> HitWindow:
        """Return a page's hits without facets, and up to `margin` more hits on either side.

        Raises as `search`.
        """

    def understand(self, query: SearchQuery) -> RewrittenQuery:
        """Say what a search's text is searched as."""

    def count(self, query: SearchQuery) -> int:
        """Count all matches of a search, exactly."""

    def counts(self, queries: Sequence[SearchQuery]) -> list[int]:
        """Count all matches of each of several searches, exactly."""

    def facet(self, query: SearchQuery, facet: Facet, size: int) -> FacetResult:
        """Count one facet's values over the matches of a search."""

    def matches(self, query: SearchQuery) -> Iterator[Article]:
        """Yield every match of a search in its order, whatever its page, in bounded memory."""

    def lines(self, query: SearchQuery) -> Iterator[bytes]:
        """Yield every match as `Article.to_json` writes it, in the search's order, in bounded memory."""

    def article(self, article_id: str) -> Article | None:
        """Find an article."""

    def related(self, article: Article, size: int) -> tuple[Hit, ...]:
        """Find the articles that are about the same, the nearest first; none without words in common."""

    def suggest(self, text: str, size: int) -> list[Suggestion]:
        """Say what a reader who typed this may be about to type, with exact counts."""

    def articles(self) -> Iterator[Article]:
        """Yield every article, in a fixed order, in bounded memory."""

    def statistics(self) -> IndexStatistics:
        """Say what the index holds."""

    def verify(self) -> list[str]:
        """Hold a sample of the counts against the hits behind them and return what is wrong, in words."""

    def verify_thoroughly(self, on_bytes: Callable[[int], None]) -> list[str]:
        """Verify, and read every file and every article too; `on_bytes` hears what was read, the index's `size` twice."""


class IndexWriter(Protocol):
    """Fills one generation that nobody sees yet.

    Raises:
        WriteFailed: it cannot be written; so does every method but `abort`.

    """

    def add(self, document: PreparedDocument) -> None:
        """Add an article whose id is not in the generation."""

    def replace(self, document: PreparedDocument) -> None:
        """Put an article in the place of the one with its id."""

    def delete(self, article_id: str) -> None:
        """Remove an article that the generation began with."""

    def commit(self, load: Mapping[str, Any]) -> None:
        """Finish the generation durably; `load` is kept with it as the report of its making."""

    def abort(self) -> None:
        """Give up; what was added is gone."""


class EngineProvider(Protocol):
    """Where a server gets the engine for each request."""

    def serving(self) -> SearchEngine:
        """Return the live generation's engine or, while that cannot be read, the newest one before it that can.

        Raises:
            EngineUnavailable: none can be read; the cause is the live one's.

        """


class GenerationStore(EngineProvider, Protocol):
    """All generations of one archive."""

    @property
    def encode(self) -> Callable[[IndexDocument], str]:
        """What makes a document ready for a writer: a function that other processes can be sent."""

    def current(self) -> SearchEngine:
        """Return the live generation's engine, cheap enough to ask for each request.

        Raises:
            IndexMissing: nothing was built yet.
            IndexOutdated: it was written by another schema version.
            IndexDamaged: its files cannot be read.

        """

    def live(self) -> str | None:
        """Name the live generation."""

    def history(self) -> Sequence[str]:
        """Name the generations that were live and are kept, the live one first, then the one before it."""

    def generations(self) -> Sequence[str]:
        """Name all finished generations, those never made live too."""

    def open(self, generation: str) -> SearchEngine:
        """Open any finished generation; see `current`."""

    def catalog(self, generation: str) -> Catalog:
        """Open the catalog of any finished generation, even of one whose index cannot be read; see `SearchEngine.catalog`."""

    def load_report(self, generation: str) -> Mapping[str, Any]:
        """Return the report of the command that made a generation, even when its index cannot be read.

        Raises:
            EngineUnavailable: the generation's record cannot be read either.

        """

    def salvage(self, generation: str) -> Iterator[Article]:
        """Yield the articles that a generation holds, whatever its schema version and as far as they can be read.

        Raises:
            IndexDamaged: they cannot be, or no further.

        """

    def create(self, base: str | None = None) -> tuple[str, IndexWriter]:
        """Begin a new generation: an empty one, or one that begins as `base`, which stays as it is.

        Raises:
            IndexOutdated: nothing can be added to the base, whose schema version is an older one.

        """

    def make_live(self, generation: str) -> None:
        """Let readers see a generation, at once and for all."""

    def clear(self, keep: int) -> None:
        """Delete what killed and refused builds left behind, and all of the history but its first `keep`."""

    def backup(self, target: Path, on_bytes: Callable[[int], None]) -> str:
        """Write the live generation into one file, and name it; it may be swapped and deleted meanwhile."""

    def check_backup(self, source: Path) -> int:
        """Read only what a backup says of itself, and return how many bytes it holds; raises as `restore` does."""

    def restore(self, source: Path, on_bytes: Callable[[int], None]) -> str:
        """Make a new generation, not yet live, of a file that `backup` wrote, and name it.

        Raises:
            BackupUnreadable: it is no backup, a torn one, or of a version that cannot be read.

        """

    def exclusive(self, task: str, wait: float) -> AbstractContextManager[None]:
        """Be the only writer while the block runs; `wait` in seconds.

        Raises:
            IndexLocked: another process still writes after `wait`; the message names it.

        """
