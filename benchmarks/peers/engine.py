"""Dateline's engine in the measuring process: its share of the service without HTTP and JSON."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.peers.peer import PeerMissing
from benchmarks.peers.request import Answer, Request
from search.engines import open_store
from search.index.protocols import SearchEngine
from search.model.query import Filter, SearchQuery, SortOrder
from search.model.results import SearchPage

__all__ = ["Engine", "search_query"]


@dataclass
class Engine:
    """The embedded engine on the data folder of the peer `dateline`, which must be loaded."""

    folder: Path
    name: str = "engine"
    engine: SearchEngine | None = None

    @property
    def title(self) -> str:
        """The name."""
        return "Dateline's engine (no HTTP)"

    @property
    def _data(self) -> Path:
        return self.folder.parent / "dateline" / "data"

    def load(self, _source: Path, _articles: int) -> float:
        """Load nothing: the peer `dateline` has done it."""
        if not self._data.exists():
            raise PeerMissing("it needs the peer dateline")
        return 0.0

    def start(self) -> None:
        """Open the live generation."""
        self.engine = open_store("tantivy", self._data).serving()

    def stop(self) -> None:
        """Do nothing: the index is closed with the process."""

    def processes(self) -> list[int]:
        """Return nothing: there is no service."""
        return []

    def disk(self) -> int:
        """Return nothing: the index is that of the service."""
        return 0

    def answers(self, request: Request) -> bool:
        """Return False for the values of a facet, which are no search."""
        return not request.browse

    def prepare(self, request: Request) -> Callable[[], SearchPage]:
        """Return the search."""
        assert self.engine
        return partial(self.engine.search, search_query(request))

    def read(self, raw: SearchPage, _: Request) -> Answer:
        """Return the content of a page of results."""
        facets = {
            "year" if each.facet.is_date else each.facet.name: [
                value.count for value in each.values
            ]
            for each in raw.facets
        }
        return Answer(raw.total, facets, len(raw.hits))


def search_query(request: Request) -> SearchQuery:
    """Return a search as the engine takes it."""
    prefix = f"{request.prefix}*" if request.prefix else ""
    return SearchQuery(
        text=" ".join(part for part in (request.text, prefix) if part),
        filters=tuple(Filter(facet, value) for facet, value in request.filters),
        first_day=request.first_day,
        last_day=request.last_day,
        sort=SortOrder.NEWEST if request.newest else None,
        page=request.page,
    )
