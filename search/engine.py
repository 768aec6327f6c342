"""What the web and the indexer know of an engine.

A *generation* is one finished index that never changes; its engine answers from it alone, so that all parts of a page
agree. A *store* holds generations and says which is live; taking its engine anew for each request follows every swap.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from search.article import Article
from search.document import IndexDocument
from search.facets import Facet
from search.query import SearchQuery
from search.results import FacetResult, IndexStatistics, SearchPage

__all__ = ["GenerationStore", "IndexWriter", "SearchEngine"]


class SearchEngine(Protocol):
    """Answers from one generation; safe to share between threads."""

    @property
    def generation(self) -> str:
        """The generation's name."""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the articles, most frequent first."""

    def search(self, query: SearchQuery) -> SearchPage:
        """Answer a search.

        Raises:
            InvalidQuery: the cursor is none of this search's.
            CursorExpired: the cursor is of another generation and cannot go on in this one.

        """

    def count(self, query: SearchQuery) -> int:
        """Count all matches of a search, exactly."""

    def facet(self, query: SearchQuery, facet: Facet, size: int) -> FacetResult:
        """Count one facet's values over the matches of a search."""

    def matches(self, query: SearchQuery) -> Iterator[Article]:
        """Yield every match of a search in its order, whatever its page, in bounded memory."""

    def article(self, article_id: str) -> Article | None:
        """Find an article."""

    def articles(self) -> Iterator[Article]:
        """Yield every article, in a fixed order, in bounded memory."""

    def statistics(self) -> IndexStatistics:
        """Say what the index holds."""

    def verify(self, *, thorough: bool = True) -> list[str]:
        """Hold counts against hits and return what is wrong, in words; when thorough, read every article too."""


class IndexWriter(Protocol):
    """Fills one generation that nobody sees yet."""

    def add(self, document: IndexDocument) -> None:
        """Add an article whose id is not in the generation."""

    def replace(self, document: IndexDocument) -> None:
        """Put an article in the place of the one with its id."""

    def commit(self, load: Mapping[str, Any]) -> None:
        """Finish the generation durably; `load` is kept with it as the report of its making."""

    def abort(self) -> None:
        """Give up; what was added is gone."""


class GenerationStore(Protocol):
    """All generations of one archive."""

    def current(self) -> SearchEngine:
        """Return the live generation's engine, cheap enough to ask for each request.

        Raises:
            IndexMissing: nothing was built yet.
            IndexOutdated: it was written by another schema version.
            IndexDamaged: its files cannot be read.

        """

    def live(self) -> str | None:
        """Name the live generation."""

    def previous(self) -> str | None:
        """Name the generation that was live before."""

    def generations(self) -> Sequence[str]:
        """Name all finished generations, oldest first."""

    def open(self, generation: str) -> SearchEngine:
        """Open any finished generation."""

    def create(self) -> tuple[str, IndexWriter]:
        """Begin a new generation."""

    def make_live(self, generation: str) -> None:
        """Let readers see a generation, at once and for all."""

    def discard(self, generation: str) -> None:
        """Delete a generation that is not live."""

    def discard_unfinished(self) -> None:
        """Delete what killed builds left behind."""

    def exclusive(self, task: str, wait: float) -> AbstractContextManager[None]:
        """Be the only writer while the block runs; `wait` in seconds.

        Raises:
            IndexLocked: another process still writes after `wait`; the message names it.

        """
