"""Segments: few of them after many updates, and one after a merge."""

from search.index.protocols import GenerationStore
from search.model.query import SearchQuery
from tests.conftest import article, build
from tests.support.articles import prepared

_UPDATES = 15
_MOST_SEGMENTS = 12
"""Of each shard; the engines merge small segments in groups of eight to ten."""


def test_many_small_updates_leave_few_segments(store: GenerationStore) -> None:
    """Each segment makes every query slower, so an update does not add one for good."""
    build(store, [article(number, themes=["Old"]) for number in range(100)])
    for update in range(_UPDATES):
        name, writer = store.create(store.live())
        writer.replace(prepared(store, article(update, themes=["New"])))
        writer.add(prepared(store, article(1_000 + update, themes=["New"])))
        writer.delete(f"a{99 - update}")
        writer.commit({})
        store.make_live(name)
    engine = store.current()
    assert engine.verify() == []
    assert engine.search(SearchQuery(text="body")).total == 100
    themes = engine.statistics().facets["theme"]
    assert (themes.values, themes.articles_without) == (2, 0)
    assert engine.statistics().segments <= _MOST_SEGMENTS


def test_a_merge_changes_no_answer(store: GenerationStore) -> None:
    """Replaced and deleted articles stay so, and every other one is found as before."""
    articles = [
        article(number, title=f"Note {number % 7}", authors=[f"Author {number % 5}"])
        for number in range(60)
    ]
    build(store, articles)
    name, writer = store.create(store.live())
    for number in range(50, 62):
        writer.replace(prepared(store, article(number, title="Changed", themes=["New"])))
    writer.delete("a61")
    writer.delete("a3")
    writer.replace(prepared(store, article(60, title="Changed again", themes=["New"])))
    writer.commit({}, merge=True)
    store.make_live(name)
    engine = store.current()
    assert engine.verify_thoroughly(lambda _: None) == []
    assert engine.search(SearchQuery(text="changed")).total == 11
    assert engine.search(SearchQuery(text="again")).total == 1
    assert sorted(each.id for each in engine.articles()) == sorted(
        f"a{number}" for number in range(61) if number != 3
    )
    assert len(engine.catalog) == 60
