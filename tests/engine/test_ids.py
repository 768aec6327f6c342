"""Searches restricted to articles by their ids, and the keys that stand for ids."""

from collections.abc import Callable, Iterable

import pytest

from search.errors import InvalidQuery
from search.index.article_keys import article_key
from search.index.protocols import SearchEngine
from search.model.article import Article
from search.model.facets import VALUE_FACETS, facet_named
from search.model.query import MAX_IDS, Filter, Match, SearchQuery
from search.results.facet_values import FacetValueQuery
from tests.conftest import article

EngineOf = Callable[[Iterable[Article]], SearchEngine]
ODD = "https://example.org/x?y=1&z=%20"


@pytest.fixture
def engine(engine_of: EngineOf) -> SearchEngine:
    """Give forty articles in two regions, one of them with an odd id."""
    return engine_of(
        [
            article(
                number,
                id=ODD if number == 0 else f"a{number}",
                title=f"Harbour {number}" if number % 2 else f"River {number}",
                regions=("North",) if number % 4 == 0 else ("South", "West"),
                published=f"2020-01-{number % 28 + 1:02}",
            )
            for number in range(40)
        ]
    )


def test_only_the_named_articles_match(engine: SearchEngine) -> None:
    """Hits, total and every facet are those of the named articles; unknown ids add nothing."""
    query = SearchQuery(ids=(ODD, "a1", "a4", "a5", "none"))
    page = engine.search(query)
    assert page.total == engine.count(query) == 4
    assert {hit.article.id for hit in page.hits} == {ODD, "a1", "a4", "a5"}
    regions = next(facet for facet in page.facets if facet.facet.name == "region")
    assert {value.value: value.count for value in regions.values} == {
        "North": 2,
        "South": 2,
        "West": 2,
    }
    assert [each.id for each in engine.matches(query)] == [hit.article.id for hit in page.hits]


@pytest.mark.parametrize("number", [1, 16, 17, 40])
def test_many_ids(engine: SearchEngine, number: int) -> None:
    """Few and many ids are other queries, but find the same."""
    ids = (*(f"a{each}" for each in range(1, number)), ODD)
    assert engine.count(SearchQuery(ids=ids)) == len(ids)
    assert engine.count(SearchQuery(text="harbour", ids=ids)) == len(ids) // 2


def test_ids_combine_with_words_and_filters(engine: SearchEngine) -> None:
    """An article has to meet all conditions; a filter's own facet ignores it, but not the ids."""
    ids = (ODD, "a1", "a2", "a3", "a4")
    assert {hit.article.id for hit in engine.hits(SearchQuery(text="river", ids=ids)).hits} == {
        ODD,
        "a2",
        "a4",
    }
    north = SearchQuery(ids=ids, filters=(Filter("region", "North"),))
    assert engine.count(north) == 2
    region = facet_named("region")
    assert region
    assert {value.value: value.count for value in engine.facet(north, region, 10).values} == {
        "North": 2,
        "South": 3,
        "West": 3,
    }
    assert engine.counts([north, north.without_ids()]) == [2, 10]
    for facet in VALUE_FACETS:
        listing = engine.facet_values(SearchQuery(ids=("a1",)), facet, FacetValueQuery())
        assert all(value.count == 1 for value in listing.values)
    assert engine.count(SearchQuery(text="river harbour", ids=("a1",), match=Match.ALL)) == 0


def test_a_cursor_belongs_to_its_articles(engine: SearchEngine) -> None:
    """A walk over a list reaches each article once, and its cursor is refused for another list."""
    query = SearchQuery(ids=tuple(f"a{number}" for number in range(1, 20)), size=5)
    found: list[str] = []
    page = engine.search(query)
    while True:
        found += [hit.article.id for hit in page.hits]
        if page.next_cursor is None:
            break
        page = engine.search(query.with_cursor(page.next_cursor))
    assert sorted(found) == sorted(query.ids)
    cursor = engine.search(query).next_cursor
    assert cursor
    with pytest.raises(InvalidQuery):
        engine.search(SearchQuery(ids=("a1",), size=5).with_cursor(cursor))


def test_too_many_ids_are_refused() -> None:
    """A search names at most as many articles as a list may have."""
    ids = tuple(map(str, range(MAX_IDS + 1)))
    assert SearchQuery(ids=ids[1:]).ids
    with pytest.raises(InvalidQuery, match="501 articles; 500"):
        SearchQuery(ids=ids)


def test_keys_stand_for_ids(engine: SearchEngine) -> None:
    """Every article is found by its key, and other keys find nothing."""
    keys = {article_key(article_id): article_id for article_id in (ODD, "a1", "a39")}
    assert engine.ids_of_keys([*keys, article_key("none"), 0]) == keys
    assert engine.ids_of_keys([]) == {}
