"""A page's hits without facets, and several counts at once, on every engine."""

import pytest

from search.errors import InvalidQuery
from search.index.protocols import GenerationStore, SearchEngine
from search.model.query import Filter, SearchQuery, SortOrder
from tests.conftest import article, build


@pytest.fixture
def engine(store: GenerationStore) -> SearchEngine:
    """Give an engine of 23 articles about harbours in two regions."""
    build(
        store,
        [
            article(
                number,
                title="Harbour " * (number % 5 + 1),
                published=f"2020-01-{number:02}",
                regions=["Asia"] if number % 3 else ["Europe"],
            )
            for number in range(1, 24)
        ],
    )
    return store.current()


@pytest.mark.parametrize("sort", list(SortOrder))
def test_hits_are_those_of_a_search(engine: SearchEngine, sort: SortOrder) -> None:
    """The same articles in the same order, and as many in all, with a margin of neighbours."""
    query = SearchQuery(
        text="harbour",
        sort=sort,
        size=4,
        filters=(Filter("region", "Asia"), Filter("date", "2020")),
    )
    total = engine.search(query).total
    ids = [hit.article.id for hit in engine.search(query.with_page_size(100)).hits]
    assert len(ids) == total == 16
    for page in range(1, 6):
        first, end = (page - 1) * 4, page * 4
        window = engine.hits(query.on_page(page))
        assert (window.first, window.total) == (first, total)
        assert [hit.article.id for hit in window.hits] == ids[first:end]
        wider = engine.hits(query.on_page(page), margin=1)
        before = min(1, first)
        assert wider.first == first - before
        assert [hit.article.id for hit in wider.hits] == ids[first - before : end + 1]


@pytest.mark.parametrize("sort", list(SortOrder))
def test_hits_begin_at_a_cursor(engine: SearchEngine, sort: SortOrder) -> None:
    """A cursor has a margin after its page only: nothing is found backwards from it."""
    query = SearchQuery(text="harbour", sort=sort, size=4)
    ids = [hit.article.id for hit in engine.search(query.with_page_size(100)).hits]
    cursor = engine.search(query).next_cursor
    assert cursor
    window = engine.hits(query.with_cursor(cursor), margin=1)
    assert [hit.article.id for hit in window.hits] == ids[4:9]
    assert (window.first, window.total) == (4, 23)
    with pytest.raises(InvalidQuery, match="cursor"):
        engine.hits(query.with_cursor("x"))


def test_the_margin_ends_where_page_numbers_do(engine: SearchEngine) -> None:
    """The last numbered page has no hit after it: a cluster refuses offsets beyond that."""
    window = engine.hits(SearchQuery(page=100, size=100), margin=1)
    assert (window.first, window.total, window.hits) == (9_899, 23, ())


def test_several_counts_are_those_of_each(engine: SearchEngine) -> None:
    """A page without results counts all of its relaxations at once."""
    queries = [
        SearchQuery(),
        SearchQuery(text="zzzz"),
        SearchQuery(text="harbour", filters=(Filter("region", "Europe"),)),
    ]
    assert engine.counts(queries) == [engine.count(query) for query in queries] == [23, 0, 7]
    assert engine.counts([]) == []


def test_the_facets_with_values_are_known(engine: SearchEngine) -> None:
    """Pages link to these; a facet that no article has a value of leads nowhere."""
    names = [facet.name for facet in engine.filled_facets()]
    assert names == ["region", "date", "language"]
