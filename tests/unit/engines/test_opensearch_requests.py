"""OpenSearch requests as they are built and counted, without a cluster."""

from dataclasses import replace
from typing import Any

import pytest

from search.engines.opensearch.facets import OpenSearchFacets
from search.engines.opensearch.page_requests import PageRequests
from search.engines.opensearch.queries import OpenSearchQueries
from search.engines.opensearch.terms import OpenSearchTerms
from search.engines.primitives import RankedWindow
from search.model.cursor import Cursor
from search.model.facets import VALUE_FACETS
from search.model.query import Filter, SearchQuery, SortOrder
from search.model.timeline import Level
from search.query.clauses import split_clauses
from search.query.minimum_match import MatchSpec
from search.query.parser import parse
from search.query.terms import IndexStemmer
from search.ranking.tuning import Tuning
from tests.conftest import article
from tests.unit.engines.recording import RecordingClient, engine_over

REGION = Filter("region", "A")
FACET_NAMES = {facet.name for facet in VALUE_FACETS} | {"date"}
TREND_REQUESTS: tuple[tuple[Level | None, int], ...] = (
    ("month", 1), ("year", 0), ("day", 1), (None, 0),
)  # fmt: skip
"""Levels in this order, and the requests that each costs after those before it."""
COUNTED = FACET_NAMES | {"date_bounds"}
"""The aggregations of a page; the days of the first and last match are next to the months."""


def spec(text: str = "", *filters: Filter, minimum: int = 99) -> MatchSpec:
    """Make a match specification of a text."""
    return MatchSpec(split_clauses(parse(text)), minimum, SearchQuery(filters=filters))


def facets() -> OpenSearchFacets:
    """Make facets of an index."""
    return OpenSearchFacets(RecordingClient(), "i", OpenSearchQueries(IndexStemmer(("en",))))


@pytest.fixture
def requests() -> PageRequests:
    """Build requests of an index of English articles."""
    return PageRequests(OpenSearchQueries(IndexStemmer(("en",))), facets())


def test_all_facets_are_counted_in_one_request() -> None:
    """Without a selection all aggregations are at the top; months make the date facet."""
    aggregations = facets().aggregations(spec("oil"))
    assert aggregations.keys() == COUNTED
    assert aggregations["date"]["date_histogram"]["calendar_interval"] == "month"
    assert aggregations["region"]["terms"]["size"] == 1_001


def test_a_selected_facet_is_counted_under_the_other_selections() -> None:
    """A selection narrows every list but its own."""
    aggregations = facets().aggregations(spec("oil", REGION, Filter("theme", "B")))
    region, theme = {"terms": {"region": ["A"]}}, {"terms": {"theme": ["B"]}}
    assert aggregations["region_part"]["filter"] == theme
    assert aggregations["region_part"]["aggs"].keys() == {"region"}
    assert aggregations["theme_part"]["filter"] == region
    assert aggregations["open_part"]["filter"] == {"bool": {"filter": [region, theme]}}
    assert aggregations["open_part"]["aggs"].keys() == COUNTED - {"region", "theme"}


def test_days_of_opened_months_are_counted_once() -> None:
    """A year opens to its months, which are counted anyway; a month or its day to the days."""
    periods = (Filter("date", "2017"), Filter("date", "2018-03"), Filter("date", "2018-03-07"))
    dates = facets().aggregations(spec("", *periods))["date_part"]["aggs"]
    assert dates.keys() == {"date", "date_bounds", "date_days_0"}
    assert dates["date_days_0"]["filter"] == {
        "range": {"day": {"gte": "20180301", "lte": "20180331"}}
    }


def test_only_the_named_facets_are_counted() -> None:
    """A request of a search without facets counts hits only."""
    some = replace(spec("oil"), filters=SearchQuery(facets=("theme", "date")))
    assert facets().aggregations(some).keys() == {"theme", "date", "date_bounds"}
    none = replace(spec("oil", REGION), filters=SearchQuery(filters=(REGION,), facets=()))
    assert facets().aggregations(none) == {}


def test_a_relaxed_search_counts_its_full_matches_too() -> None:
    """The same request says how many articles match every clause."""
    assert "strict" not in facets().aggregations(spec("oil gas"))
    full = facets().aggregations(spec("oil gas", minimum=1))["strict"]["filter"]
    assert full["bool"]["must"] == [{"terms": {"text": ["oil"]}}, {"terms": {"text": ["gas"]}}]


def test_selections_filter_hits_after_the_aggregations(requests: PageRequests) -> None:
    """Facets ignore a `post_filter`; exclusions are part of the query."""
    excluded = Filter("theme", "C", excluded=True)
    request = requests.ranked(spec("oil", REGION, excluded), RankedWindow(20, 10), with_counts=True)
    assert request["post_filter"] == {"terms": {"region": ["A"]}}
    assert request["query"]["bool"]["filter"] == [
        {"bool": {"must_not": [{"terms": {"theme": ["C"]}}]}}
    ]
    assert (request["from"], request["size"], request["track_total_hits"]) == (20, 10, True)


def test_known_counts_are_not_requested_again(requests: PageRequests) -> None:
    """A next page finds hits only."""
    request = requests.ranked(spec("oil"), RankedWindow(20, 10), with_counts=False)
    assert "aggs" not in request
    assert request["track_total_hits"] is False


def test_a_cursor_by_relevance_searches_after_a_place(requests: PageRequests) -> None:
    """The sort values of the last hit replace an offset."""
    window = RankedWindow(500, 10, after=(3.5, 7, "a1"))
    request = requests.ranked(spec("oil"), window, with_counts=False)
    assert request["search_after"] == [3.5, 7, "a1"]
    assert "from" not in request


def test_a_cursor_by_date_is_a_range(requests: PageRequests) -> None:
    """Without counts it narrows the query, with counts it must not narrow the aggregations."""
    cursor = Cursor("g", 40, key=1000, skip=2)

    def request(*filters: Filter, newest: bool, with_counts: bool) -> dict[str, Any]:
        return requests.by_date(
            spec("", *filters), cursor, 10, newest=newest, with_counts=with_counts
        )

    past = {"range": {"sort_key": {"lte": 1000}}}
    hits_only = request(newest=True, with_counts=False)
    assert hits_only["query"] == {"bool": {"filter": [{"match_all": {}}, past]}}
    assert (hits_only["from"], "post_filter" in hits_only) == (2, False)
    counted = request(REGION, newest=True, with_counts=True)
    assert counted["query"] == {"match_all": {}}
    assert counted["post_filter"] == {"bool": {"filter": [past, {"terms": {"region": ["A"]}}]}}
    oldest = request(newest=False, with_counts=True)
    assert oldest["post_filter"] == {"range": {"sort_key": {"gte": 1000}}}


def test_term_statistics_are_one_request_for_all_new_stems() -> None:
    """An artificial document has all stems; known ones are not requested again."""
    client = RecordingClient()
    engine = engine_over(client)
    terms = OpenSearchTerms(client, engine.indexes, engine.record)
    assert terms.stem_frequencies(["oil", "gas"]) == {"oil": 60, "gas": 60}
    assert [line for line, _ in client.requests] == [
        "GET /i/_search_shards",
        "POST /_mtermvectors",
    ]
    [document] = client.requests[-1][1]["docs"]
    assert (document["doc"], document["routing"]) == ({"text": "oil gas"}, "0")
    assert document["term_statistics"] is True
    terms.stem_frequencies(["gas", "coal"])
    assert client.requests[-1][1]["docs"][0]["doc"] == {"text": "coal"}
    assert len(client.requests) == 3


def test_a_page_is_one_request_for_hits_and_counts() -> None:
    """Hits, total and facets come together; near-duplicates need two more for the whole page."""
    client = RecordingClient()
    engine = engine_over(client)
    page = engine.search(SearchQuery(sort=SortOrder.NEWEST))
    assert len(client.requests) == 2, "hits with counts, candidates for near-duplicates"
    assert {"aggs", "query", "from", "sort"} <= client.searches[0].keys()
    assert (page.total, len(page.hits), len(page.facets)) == (60, 10, len(FACET_NAMES))
    client.requests.clear()
    engine.search(SearchQuery(page=2))
    assert "aggs" not in client.searches[0]


def test_an_articles_reprints_are_one_request() -> None:
    """An article's page asks a cluster once for other copies of its text, and of a short text never."""
    client = RecordingClient()
    engine = engine_over(client)
    text = " ".join(f"word{number} described" for number in range(200))
    engine.reprints(article(1, body=text))
    engine.reprints(article(2, body="A short text."))
    assert len(client.requests) == 1
    assert client.searches[0]["size"] == 20


def test_a_search_for_words_needs_one_request_before_it() -> None:
    """Term statistics say whether a word may be misspelt; the hits show whether all words match."""
    client = RecordingClient()
    engine = engine_over(client)
    engine.search(SearchQuery(text="ships harbour"))
    assert [line.rpartition("/")[2] for line, _ in client.requests] == [
        "_search_shards",  # once per generation
        "_mtermvectors",
        "_search",  # hits and counts, which show that enough articles match both words
        "_search",  # candidates for near-duplicates
    ]
    client.requests.clear()
    engine.search(SearchQuery(text="ships harbour"))
    assert len(client.requests) == 2


def test_a_timeline_needs_one_more_request_for_each_set_of_filters() -> None:
    """Matches by month and their first day come with the page; all articles are counted once."""
    client = RecordingClient()
    engine = engine_over(client)
    for text in ("ships", "harbour", ""):
        for date in ("2017", "2018-03"):
            filters = (REGION, Filter("date", date))
            engine.search(SearchQuery(text=text, filters=filters), with_timeline=True)
    [articles] = [each for each in client.searches if each["size"] == 0]
    assert articles["aggs"].keys() == {"open_part"}
    assert articles["aggs"]["open_part"]["aggs"].keys() == {"date", "date_bounds"}


def test_rescored_hits_are_read_only_for_the_page() -> None:
    """The rescore window is searched without articles; those of the page follow."""
    client = RecordingClient()
    engine_over(client, Tuning(recency_days=30)).search(SearchQuery(text="oil"))
    window = next(each for each in client.searches if each.get("size") == 200)
    assert window["stored_fields"] == []
    read = [each["size"] for each in client.searches if each.get("stored_fields") == ["article"]]
    assert read == [1, 10], "the newest article, and the page"


def test_reading_an_article_is_one_request() -> None:
    """An article is found by its id."""
    client = RecordingClient()
    assert engine_over(client).article("a1") == article(0)
    assert len(client.requests) == 1


def test_trends_are_one_request_where_the_level_is_known() -> None:
    """All series and the articles are counted together; days and a default level need bounds."""
    client = RecordingClient()
    engine = engine_over(client)
    queries = [SearchQuery(text=text, filters=(REGION,)) for text in ("tug", "harbour", "")]
    for query in queries:
        engine.understand(query)
    for level, requests in TREND_REQUESTS:
        before = len(client.requests)
        engine.trends(queries, level)
        made = [line for line, _ in client.requests[before:]]
        assert made == ["POST /i/_msearch"] * requests, level
    [by_month, by_day] = [body for line, body in client.requests if line.endswith("_msearch")]
    # The series without a text has the articles themselves.
    assert [len(body.splitlines()) // 2 for body in (by_month, by_day)] == [3, 3]
    engine.trends([replace(query, filters=()) for query in queries], None)
    assert len([line for line, _ in client.requests if line.endswith("_msearch")]) == 4


def test_a_relaxed_series_costs_no_further_request() -> None:
    """Its full matches are counted with the series."""
    client = RecordingClient(total=3)
    engine = engine_over(client)
    query = SearchQuery(text="tug harbour")
    engine.count(query)
    before = len(client.requests)
    engine.trends([query], "month")
    assert [line for line, _ in client.requests[before:]] == ["POST /i/_msearch"]
    assert len(client.requests[-1][1].splitlines()) // 2 == 3
