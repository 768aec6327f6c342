"""Relaxations of a search that found little or nothing."""

from dataclasses import replace

import pytest

from search.index.protocols import GenerationStore, SearchEngine
from search.model.query import Filter, Match, SearchQuery
from tests.conftest import Server, article, build
from web.presenters.zero_results import Relaxation, RelaxationKind, relaxations, relaxed_queries


def _relaxations(engine: SearchEngine, query: SearchQuery, total: int) -> list[Relaxation]:
    candidates = relaxed_queries(query)
    totals = engine.counts([candidate.query for candidate in candidates])
    return relaxations(candidates, totals, total)


def _values(relaxation: Relaxation) -> list[str]:
    return [chosen.value for chosen in relaxation.chip.values] if relaxation.chip else []


def test_a_relaxation_has_the_number_of_articles_that_it_finds(store: GenerationStore) -> None:
    """A reader sees which filter excludes the articles, and how many dropping it brings back."""
    build(
        store,
        [
            article(1, title="Lock and river", regions=["Asia"], published="2012-01-01"),
            article(2, title="Lock", regions=["Europe"], published="2014-01-01"),
            article(3, title="River", regions=["Europe"], published="2014-01-01"),
        ],
    )
    query = SearchQuery(
        text="lock river",
        filters=(Filter("region", "Europe"), Filter("date", "2012")),
        match=Match.ALL,
    )
    engine = store.current()
    assert engine.search(query).total == 0
    offered = [
        (relaxation.change, _values(relaxation), relaxation.total)
        for relaxation in _relaxations(engine, query, 0)
    ]
    assert offered == [
        (RelaxationKind.ONE_FILTER, ["Europe"], 1),
        (RelaxationKind.ALL_WORDS_AND_FILTERS, [], 3),
    ]
    one = SearchQuery(text="lock river", filters=(Filter("region", "Europe"),), match=Match.ALL)
    assert [
        (relaxation.change, relaxation.total) for relaxation in _relaxations(engine, one, 0)
    ] == [
        (RelaxationKind.ONE_FILTER, 1),
        (RelaxationKind.ALL_WORDS, 2),
        (RelaxationKind.ALL_WORDS_AND_FILTERS, 3),
    ]
    assert [relaxation.total for relaxation in _relaxations(engine, one, 1)] == [2, 3], (
        "a relaxation that finds no more than the search itself was offered"
    )


def test_values_of_one_facet_are_dropped_where_that_helps(store: GenerationStore) -> None:
    """Alternatives are dropped together; of values that must all match, each alone as well."""
    build(
        store,
        [
            article(1, title="Lock", regions=["Asia", "Europe"], themes=["Ports"]),
            article(2, title="Lock", regions=["Africa"], themes=["Canals"]),
        ],
    )
    engine = store.current()
    regions = (Filter("region", "Asia"), Filter("region", "Africa"))
    query = SearchQuery(text="lock", filters=(*regions, Filter("theme", "Ports")))
    both = replace(query, all_values=("region",))
    assert engine.count(both) == 0
    assert [(_values(each), each.total) for each in _relaxations(engine, both, 0)] == [
        (["Africa"], 1),
        (["Asia", "Africa"], 1),
        ([], 2),
    ]
    none = query.adding("source", "Wire")
    assert [_values(each) for each in _relaxations(engine, none, 0)] == [["Wire"], []]


@pytest.mark.parametrize(
    "query", ["q=zzzz&region=Europe", "q=river&region=Europe&region=Oceania&date=1999"]
)
def test_a_page_without_results_offers_relaxations(sample_server: Server, query: str) -> None:
    """Each relaxation finds the number of articles on its link; the newest articles follow."""
    page = sample_server.get(f"/?{query}")
    assert "Newest articles" in page.text
    offered = page.text.partition('<ul class="ways"')[2].partition("</ul>")[0]
    for link in offered.split("<li>")[1:]:
        url = link.partition('href="')[2].partition('"')[0].replace("&amp;", "&")
        count = int(link.partition('class="count">')[2].split()[0].replace(",", ""))
        assert sample_server.get(f"/api/v1/search{url[1:]}").json()["total"] == count > 0
    assert ("Without Date: 1999" in offered) == ("1999" in query)
