"""Parameters and links: what is written reads back, and quick links equal slow ones."""

import datetime as dt
from urllib.parse import parse_qsl

import pytest

from search.model.facets import VALUE_FACETS
from search.model.query import Filter, Match, SearchQuery, SortOrder
from search.results.facet_values import FacetValueQuery, ValueOrder
from web.params.query_strings import (
    QueryString,
    api_query_string,
    facet_value_query_string,
    query_string,
)
from web.params.reader import InvalidParameters
from web.params.search_params import (
    FACET_VALUE_PARAMETERS,
    SEARCH_PARAMETERS,
    read_facet_value_query,
    read_query,
)
from web.urls import (
    ChoiceUrls,
    FacetValueUrls,
    SearchUrls,
    api_search_path,
    feed_path,
    feed_to_follow_path,
    search_path,
    synonym_exclusion_path,
)

FULL = SearchQuery(
    text='a & b "c"=ß',
    filters=(
        *(Filter(facet.name, f"{facet.name} +1") for facet in VALUE_FACETS),
        *(Filter(facet.name, f"not {facet.name}", excluded=True) for facet in VALUE_FACETS),
        Filter("date", "2017-07"),
    ),
    all_values=tuple(facet.name for facet in VALUE_FACETS),
    first_day=dt.date(2010, 1, 1),
    last_day=dt.date(2020, 12, 31),
    ids=("a/1", "https://example.org/?a=1&b=2"),
    sort=SortOrder.OLDEST,
    match=Match.ANY,
    page=3,
    size=25,
    facet_size=50,
    explain=True,
    all_reprints=True,
    as_typed=True,
    without_synonyms=("x y", "z"),
)
QUERIES = (SearchQuery(), SearchQuery(text="river"), SearchQuery(cursor="WyJ"), FULL)


def _pairs(query_string: str) -> list[tuple[str, str]]:
    return parse_qsl(query_string.removeprefix("?"), strict_parsing=bool(query_string))


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_survives_a_round_trip(query: SearchQuery) -> None:
    """Reading and writing follow the same declarations, and defaults are left out."""
    written = query_string(query)
    again = read_query(_pairs(written), strict=True)
    assert query_string(again) == written == str(QueryString(query))
    assert (again.text, again.page, again.cursor) == (query.text, query.page, query.cursor)
    assert set(again.filters) == set(query.filters)
    assert query_string(SearchQuery()) == ""


def test_every_parameter_is_written() -> None:
    """A parameter without its attribute would be lost from every link.

    Exclusions have a second name, which is only read.
    """
    names = {name for name, _ in _pairs(query_string(FULL))}
    second = {name for name in SEARCH_PARAMETERS if name.startswith("not_")}
    assert names == SEARCH_PARAMETERS.keys() - {"cursor"} - second
    assert second == {f"not_{name[1:]}" for name in names if name.startswith("-")}


@pytest.mark.parametrize("strict", [True, False])
def test_both_names_of_an_exclusion_are_the_same(strict: bool) -> None:
    """Generated clients cannot name `-region`; a value under both names is one value."""
    pairs = [("not_region", "A"), ("-region", "A"), ("-region", "B"), ("not_synonym", "x")]
    query = read_query(pairs, strict=strict)
    assert query.excluded("region") == ("A", "B")
    assert query_string(query) == "?-region=A&-region=B&-synonym=x"
    too_many = [(name, str(n)) for n in range(26) for name in ("not_theme", "-region")]
    with pytest.raises(InvalidParameters, match="52 filter values"):
        read_query(too_many, strict=strict)


@pytest.mark.parametrize("facets", [None, (), ("region", "date")])
def test_only_addresses_of_the_api_name_the_facets(facets: tuple[str, ...] | None) -> None:
    """Pages show all facets, and ignore a parameter that an address of the API is copied with."""
    query = SearchQuery(text="river", facets=facets)
    written = api_query_string(query)
    assert read_query(_pairs(written), strict=True) == query
    assert read_query(_pairs(written), strict=False) == SearchQuery(text="river")
    assert query_string(query) == "?q=river"
    only = FacetValueUrls(query, "region").only_in_both("A")[1]
    assert only == api_query_string(query.only("region", "A"))


@pytest.mark.parametrize("facets", [None, (), ("region", "date")])
@pytest.mark.parametrize("query", QUERIES)
def test_the_addresses_of_a_search_equal_those_of_its_copies(
    query: SearchQuery, facets: tuple[str, ...] | None
) -> None:
    """They are joined from one encoding of the search, which must leave nothing out."""
    query = query.counting(facets)
    urls = SearchUrls(query)
    assert urls.html == search_path(query)
    assert urls.api == api_search_path(query)
    assert urls.api_from("next") == api_search_path(query.with_cursor("next"))
    assert urls.export("csv") == f"/export.csv{query_string(query.on_page(1))}"
    newest = query.on_page(1).sorted_by(SortOrder.NEWEST)
    implied = newest.sorted_by(None)
    assert feed_to_follow_path(query) == feed_path(
        implied if implied.order is SortOrder.NEWEST else newest
    )


def test_a_facet_value_query_survives_a_round_trip() -> None:
    """Its page has another name than that of the search."""
    value_query = FacetValueQuery("an", "m", ValueOrder.NAME, 4)
    written = facet_value_query_string(FULL, value_query)
    query, again = read_facet_value_query(_pairs(written), strict=True)
    assert (query.page, again) == (3, value_query)
    assert {name for name, _ in _pairs(written)} >= FACET_VALUE_PARAMETERS.keys()


@pytest.mark.parametrize("query", QUERIES)
def test_links_equal_those_of_changed_queries(query: SearchQuery) -> None:
    """Joining encoded parameters gives the same link as writing the changed search."""
    for facet in (facet.name for facet in VALUE_FACETS):
        urls = FacetValueUrls(query, facet)
        for value in ("plain", "a&b=c/d?", "ß"):
            assert f"/{urls.only(value)}" == search_path(query.only(facet, value))
            assert f"/{urls.adding(value)}" == search_path(query.adding(facet, value))
            assert f"/{urls.excluding(value)}" == search_path(query.excluding(facet, value))
    assert synonym_exclusion_path(query, "a b") == search_path(query.without_synonym("a b"))
    choices = ChoiceUrls(query.with_page_size(10), "size", "10")
    for size in (10, 100):
        assert choices.of(str(size)) == search_path(query.with_page_size(size))
