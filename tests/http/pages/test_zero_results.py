"""Ways out of a search that found nothing."""

import pytest

from search.index.protocols import GenerationStore
from search.model.query import Filter, Match, SearchQuery
from tests.conftest import Server, article, build
from web.presenters.zero_results import RelaxationKind, relaxations


def test_each_way_says_how_many_articles_it_leads_to(store: GenerationStore) -> None:
    """A reader sees which filter is in the way, and what dropping it costs."""
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
    found = [
        (way.change, way.chip and way.chip.value, way.total)
        for way in relaxations(engine, query, 0)
    ]
    assert found == [
        (RelaxationKind.ONE_FILTER, "Europe", 1),
        (RelaxationKind.ALL_WORDS_AND_FILTERS, None, 3),
    ]
    one = SearchQuery(text="lock river", filters=(Filter("region", "Europe"),), match=Match.ALL)
    ways = [
        (RelaxationKind.ONE_FILTER, 1),
        (RelaxationKind.ALL_WORDS, 2),
        (RelaxationKind.ALL_WORDS_AND_FILTERS, 3),
    ]
    assert [(way.change, way.total) for way in relaxations(engine, one, 0)] == ways
    assert [way.total for way in relaxations(engine, one, 1)] == [2, 3], (
        "a way that leads to no more is none"
    )


@pytest.mark.parametrize(
    "query", ["q=zzzz&region=Europe", "q=river&region=Europe&region=Oceania&date=1999"]
)
def test_a_page_without_results_leads_on(sample_server: Server, query: str) -> None:
    """Every way on the page answers with the number that it says, and the newest articles stand below."""
    page = sample_server.get(f"/?{query}")
    assert "Newest articles" in page.text
    ways = page.text.partition('<ul class="ways"')[2].partition("</ul>")[0]
    for way in ways.split("<li>")[1:]:
        url = way.partition('href="')[2].partition('"')[0].replace("&amp;", "&")
        count = int(way.partition('class="count">')[2].split()[0].replace(",", ""))
        assert sample_server.get(f"/api/v1/search{url[1:]}").json()["total"] == count > 0
    assert ("Without Date: 1999" in ways) == ("1999" in query)
