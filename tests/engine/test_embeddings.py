"""Vectors: packed, unpacked, and blended into the ranking without changing what matches."""

import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from search.analysis.embeddings import load_embedder
from search.engines import open_configured
from search.errors import InvalidSettings
from search.index.document import VECTOR_NUMBERS
from search.index.protocols import SearchEngine
from search.model.query import Match, SearchQuery
from search.ranking.rescorer import RESCORE_WINDOW
from search.ranking.tuning import Tuning
from tests.conftest import StoreTuned, article, build
from tests.support.settings import settings_of


def _engine(store_tuned: StoreTuned, *, with_meaning: bool) -> SearchEngine:
    store = store_tuned(Tuning(with_meaning=with_meaning))
    made = [article(n, title=f"Note {n}", body=f"river bank number {n}") for n in range(3, 260)]
    money = article(
        1,
        title="A bank note",
        body="The bank raised its interest rate; money, loans and credit grew dear.",
    )
    water = article(
        2,
        title="A bank note",
        body="The bank of the river gave way; water, boats and fish went elsewhere.",
    )
    build(store, [water, money, *made])
    return store.current()


def test_words_that_nobody_writes_fill_no_memory() -> None:
    """Endless new words from a client do not make a server's memory grow."""
    meaning = load_embedder()
    assert meaning is not None
    meaning.vector("warm")
    tracemalloc.start()
    for number in range(1_000):
        meaning.vector(f"{number}" + "xq" * 450)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 100_000


def test_a_packed_vector_is_the_vector_that_queries_use() -> None:
    """Articles are indexed by a faster sum in single precision, which gives the same numbers."""
    meaning = load_embedder()
    assert meaning is not None
    text = "Loans, credit and 2,5 % interest — überall; " * 40
    vector = meaning.vector(text)
    scaled = vector * (127 / abs(vector).max())
    packed = np.array(meaning.pack(text), dtype="<u8").view(np.int8)
    assert packed.tolist() == np.rint(scaled).astype(np.int8).tolist()


def test_near_meanings_have_near_vectors() -> None:
    """A packed vector still separates meanings: loans are closer to money than boats are."""
    meaning = load_embedder()
    assert meaning is not None
    packed = [meaning.pack(text) for text in ("loans and credit", "boats and fish", "")]
    assert {len(each) for each in packed} == {VECTOR_NUMBERS}
    near, far, nothing = meaning.blend(
        "money in a bank", [1.0, 1.0, 1.0], list(zip(*packed, strict=True))
    )
    assert near > max(far, nothing)


def test_meaning_orders_and_nothing_else(store_tuned: StoreTuned) -> None:
    """Vectors change the order of hits only, neither hits nor counts."""
    plain, blended = (_engine(store_tuned, with_meaning=each) for each in (False, True))
    query = SearchQuery(text="bank money credit", match=Match.ANY, size=100)
    one, other = plain.search(query), blended.search(query)
    assert (one.total, one.facets) == (other.total, other.facets)
    rivers = SearchQuery(text="bank boats", match=Match.ANY)
    assert blended.search(query).hits[0].article.id == "a1"
    assert blended.search(rivers).hits[0].article.id == "a2"


def test_pages_meet_where_the_second_stage_ends(store_tuned: StoreTuned) -> None:
    """A walk past the rescore window meets every match once, and scores never rise."""
    engine = _engine(store_tuned, with_meaning=True)
    query = SearchQuery(text="bank", size=30)
    seen: list[str] = []
    scores: list[float] = []
    cursor: str | None = None
    while True:
        page = engine.search(query.with_cursor(cursor) if cursor else query)
        seen += [hit.article.id for hit in page.hits]
        scores += [hit.score for hit in page.hits]
        cursor = page.next_cursor
        if not cursor:
            break
    assert len(seen) == len(set(seen)) == page.total > RESCORE_WINDOW
    assert scores == sorted(scores, reverse=True)


def test_an_index_without_vectors_is_searched_by_words(store_tuned: StoreTuned) -> None:
    """Vectors need a rebuild; an index without them still works."""
    build(store_tuned(Tuning()), [article(1, body="river")])
    store = store_tuned(Tuning(with_meaning=True))
    assert store.current().search(SearchQuery(text="river")).total == 1
    name, writer = store.create(store.live())
    writer.delete("a1")
    writer.commit({})
    assert store.open(name).search(SearchQuery(text="river")).total == 0


def test_meaning_that_is_not_installed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error names the package to install if vectors are switched on without it."""
    monkeypatch.setattr("search.ranking.tuning.find_spec", lambda _: None)
    with pytest.raises(InvalidSettings, match=r"install dateline\[meaning\]"):
        open_configured(settings_of(data=str(tmp_path), meaning="on"))
    assert open_configured(settings_of(data=str(tmp_path), meaning="auto"))
