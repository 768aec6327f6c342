"""Engines are built lazily and freed by reference counting."""

import gc
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest

from search.engines import open_store
from search.engines.tantivy.engine import TantivyEngine
from search.index.protocols import SearchEngine
from search.model.facets import VALUE_FACETS
from search.model.query import SearchQuery, SortOrder
from search.query.rewriter import QueryRewriter
from tests.conftest import article, build
from tests.unit.engines.recording import RecordingClient, engine_over

_OF_ENGINES = (
    "search.engines.base",
    "search.engines.pipeline",
    "search.engines.tantivy",
    "search.engines.opensearch.engine",
    "search.engines.opensearch.searcher",
    "search.engines.opensearch.facets",
    "search.engines.opensearch.hits",
    "search.engines.opensearch.terms",
    "search.query.minimum_match",
    "search.query.rewriter",
    "search.query.terms",
    "search.query.spelling",
    "search.results.suggester",
)
"""Modules of what must go with an engine: not the client, nor what an administrator tuned."""


@pytest.fixture
def without_garbage_collector() -> Iterator[None]:
    """Disable the search for cycles."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def use(engine: SearchEngine) -> None:
    """Use everything that an engine caches."""
    for text in ("harbour", "harbour dusk", '"harbour at dusk"~3', "a* OR b"):
        engine.search(SearchQuery(text=text))
    engine.search(SearchQuery(sort=SortOrder.OLDEST))
    engine.facet(SearchQuery(text="harbour"), VALUE_FACETS[0], 5)
    engine.related(article(1, body="A harbour at dusk"), 5)
    engine.reprints(article(1, body=" ".join(f"word{n} described" for n in range(200))))
    engine.months(SearchQuery(text="harbour"))
    next(engine.matches(SearchQuery()))


@pytest.mark.usefixtures("without_garbage_collector")
def test_an_embedded_engine_and_its_parts_are_freed_at_once(tmp_path: Path) -> None:
    """The files and caches of a replaced generation go with the last request on it."""
    store = open_store("tantivy", tmp_path)
    generation = build(store, [article(1, title="A harbour at dusk"), article(2)])
    engine = store.open(generation)
    assert isinstance(engine, TantivyEngine)
    use(engine)
    engine.search(SearchQuery(text="harbuor"))
    engine.suggest("harb", 5)
    engine.verify()
    parts = [weakref.ref(part) for part in parts_of(engine)]
    assert len(parts) > 8
    del engine
    assert [part() for part in parts] == [None] * len(parts)


@pytest.mark.usefixtures("without_garbage_collector")
def test_a_clusters_engine_and_its_parts_are_freed_at_once() -> None:
    """No part refers back to the engine."""
    engine = engine_over(RecordingClient())
    use(engine)
    parts = [weakref.ref(part) for part in parts_of(engine)]
    assert len(parts) > 8
    del engine
    assert [part() for part in parts] == [None] * len(parts)


def parts_of(engine: SearchEngine) -> list[object]:
    """Return the engine, and every object of the project that its parts refer to."""
    parts: dict[int, object] = {}
    pending: list[object] = [engine]
    while pending:
        part = pending.pop()
        if isinstance(part, tuple):
            pending += part
        elif id(part) not in parts and hasattr(part, "__weakref__") and hasattr(part, "__dict__"):
            parts[id(part)] = part
            pending += vars(part).values()
    return [part for part in parts.values() if type(part).__module__.startswith(_OF_ENGINES)]


def is_search_side_built(engine: SearchEngine) -> bool:
    """Return whether queries, rewriter and suggester exist."""
    return any(isinstance(part, QueryRewriter) for part in parts_of(engine))


def test_a_load_does_not_build_the_search_side(tmp_path: Path) -> None:
    """A load reads the catalog and the record; queries, rewriter and suggester stay unbuilt."""
    store = open_store("tantivy", tmp_path)
    build(store, [article(1)])
    engine = store.current()
    assert isinstance(engine, TantivyEngine)
    assert (len(engine.catalog), engine.is_current, engine.languages) == (1, True, ("en",))
    assert engine.size > 0
    assert not is_search_side_built(engine)
    engine.search(SearchQuery())
    assert is_search_side_built(engine)


def test_opening_a_clusters_engine_sends_no_request() -> None:
    """Only the first search does."""
    client = RecordingClient()
    engine = engine_over(client)
    assert (engine.generation, engine.is_current) == ("g", True)
    assert client.requests == []
