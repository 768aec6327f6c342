"""Relaxations of a search that found little or nothing."""

import re
from dataclasses import replace

import pytest

from search.index.protocols import GenerationStore, SearchEngine
from search.model.query import Filter, Match, SearchQuery
from tests.conftest import Server, article, build
from web.presenters.zero_results import (
    Relaxation,
    RelaxationKind,
    missing_words,
    relaxations,
    relaxed_queries,
    word_queries,
    words_apart,
)


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
    """Each relaxation finds the number of articles on its link; ways to browse follow."""
    page = sample_server.get(f"/?{query}")
    assert "Newest articles" not in page.text, "they would not be those that the filters ask for"
    assert '<a href="/browse/theme">Theme</a>' in page.text
    offered = page.text.partition('<ul class="ways"')[2].partition("</ul>")[0]
    for link in offered.split("<li>")[1:]:
        url = link.partition('href="')[2].partition('"')[0].replace("&amp;", "&")
        count = int(link.partition('class="count">')[2].split()[0].replace(",", ""))
        assert sample_server.get(f"/api/v1/search{url[1:]}").json()["total"] == count > 0
    assert ("Without Date: 1999" in offered) == ("1999" in query)


def test_reversed_days_are_named_with_the_search_for_the_days_between(
    sample_server: Server,
) -> None:
    """A reader who took the last day for the first sees it, and what the days find swapped."""
    nothing = _nothing(sample_server, "q=river&from=2018-01-01&to=2010-01-31")
    assert "The first day, 1 January 2018, is after the last day, 31 January 2010." in nothing
    link = re.search(r'<a href="([^"]+)">Date: from 31 January 2010 to 1 January 2018</a>', nothing)
    assert link
    url = link[1].replace("&amp;", "&")
    assert url == "/?q=river&from=2010-01-31&to=2018-01-01"
    assert sample_server.get(f"/api/v1/search{url[1:]}").json()["total"] > 0
    for path in ("/browse/region", "/browse/date"):
        page = sample_server.get(f"{path}?from=2018-01-01&to=2010-01-31").text
        assert "is after the last day" in page
        assert f'<a href="{path}?from=2010-01-31&amp;to=2018-01-01">Swap the days</a>' in page
    assert "is after" not in sample_server.get("/?q=river&from=2010-01-31&to=2010-01-31").text


@pytest.mark.parametrize("form", ["api/v1/search", "export.jsonl", "export.csv", "feed.atom"])
def test_every_form_of_a_search_reads_reversed_days_alike(sample_server: Server, form: str) -> None:
    """They match nothing, as on the page; an address that a page has is never an error."""
    found = sample_server.get(f"/{form}?from=2018-01-01&to=2010-01-31")
    assert found.status_code == 200
    assert "Tug" not in found.text


def test_the_offer_without_a_list_reads_as_a_sentence(sample_server: Server) -> None:
    """A search within articles by their ids can be made in the whole archive."""
    nothing = _nothing(sample_server, "q=river&id=x&id=y")
    assert ">Not only in the list of 2 articles</a>" in nothing
    assert "Without" not in nothing


def test_no_link_leads_to_nothing(sample_server: Server) -> None:
    """If no article has every word, the heading says so and there is no link to the empty page.

    The same holds for a value in the list of all values.
    """
    page = sample_server.get("/?q=harbour+qzxvw").text
    assert "No article with every word, " in page
    assert 'id="all-words"' not in page
    assert 'id="all-words"' in sample_server.get("/?q=river+glacier").text
    misspelt = sample_server.get("/?q=UK+OR+river+glaceir").text
    assert "No article with every word" in misspelt
    assert 'id="all-words"' not in misspelt
    values = sample_server.get("/browse/region?q=zzzz&region=Europe").text
    assert '<li><a aria-current="true"><span class="name" dir="auto">Europe</span>' in values


def _nothing(server: Server, query: str) -> str:
    page = server.get(f"/?{query}").text
    return page[page.index('<div class="nothing">') : page.index("</main>")]


def test_words_that_no_article_has_are_named(sample_server: Server) -> None:
    """A reader sees which of several words is wrong, and the newest articles last."""
    nothing = _nothing(sample_server, "q=zzxqv+river+blorp&match=all")
    assert "<q>zzxqv</q>: in no article · <q>blorp</q>: in no article" in nothing
    assert "river</q>" not in nothing
    order = [nothing.index(part) for part in ("in no article", "ways", "Browse by", "Newest")]
    assert order == sorted(order)


def test_words_that_no_article_has_together_have_their_counts(sample_server: Server) -> None:
    """Each word leads to its articles, whose number is exact."""
    nothing = _nothing(sample_server, "q=%22river+flamingos%22&match=all")
    assert "Each word is in some article" in nothing
    words = re.findall(r'<a href="(/[^"]+)" dir="auto">\w+</a> <span class="count">(\d+)', nothing)
    assert len(words) == 2
    for url, count in words:
        data = sample_server.get(f"/api/v1/search{url[1:]}&match=all").json()
        assert data["total"] == int(count) > 0


def test_filters_are_not_blamed_on_words(sample_server: Server) -> None:
    """If the words are found together without the filters, nothing is said about words."""
    nothing = _nothing(sample_server, "q=river+water&date=1999&match=all")
    assert "in no article" not in nothing
    assert "Each word is in some article" not in nothing
    assert "Without Date: 1999" in nothing


@pytest.mark.parametrize("text", ["x" * 1000, 'title:"' + "y" * 993, '"', "region:nowhere -a"])
def test_any_text_without_results_has_a_page(sample_server: Server, text: str) -> None:
    """Its parts are searched one by one, and none of them may be too long or no query."""
    response = sample_server.get("/", params={"q": text, "match": "all", "region": "Europe"})
    assert response.status_code == 200


def test_parts_of_a_query_are_counted_in_the_whole_archive(store: GenerationStore) -> None:
    """Words of phrases count one by one, those of fields in their field, excluded ones never."""
    build(store, [article(1, title="Lock and river"), article(2, title="Lock")])
    engine = store.current()
    query = SearchQuery(text='"lock weir" title:river -barge', match=Match.ALL)
    parts = engine.understand(query).parts
    assert parts == ("lock", "weir", "title:river")
    queries = word_queries(parts)
    totals = engine.counts(queries)
    assert totals == [2, 0, 1]
    assert missing_words(queries, totals) == ["weir"]
    assert words_apart(queries, totals, 0) == []
