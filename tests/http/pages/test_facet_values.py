"""All values of a facet: searched, in order, a page at a time."""

from dataclasses import replace
from typing import Any

import pytest

from search.errors import InvalidQuery
from search.model.facets import VALUE_FACETS
from search.model.results import FacetResult, FacetValue
from search.results.facet_values import VALUES_A_PAGE, FacetValueQuery, ValueOrder, values_page
from tests.conftest import Server

AUTHOR = next(facet for facet in VALUE_FACETS if facet.name == "author")
NAMES = ["Zoë Ürün", "ana roy", "Ana López", "Élise Roy", "Jan Okafor", "9 Lives"]
ALL = FacetResult(AUTHOR, tuple(FacetValue(name, 9 - place) for place, name in enumerate(NAMES)))


def _names(asked: FacetValueQuery, result: FacetResult = ALL) -> list[str]:
    return [value.value for value in values_page(result, asked).values]


def test_values_stand_by_count_or_by_name() -> None:
    """Readers who know a name find it by the alphabet, whatever its case and accents."""
    assert _names(FacetValueQuery()) == NAMES
    by_name = ["9 Lives", "Ana López", "ana roy", "Élise Roy", "Jan Okafor", "Zoë Ürün"]
    assert _names(FacetValueQuery(order=ValueOrder.NAME)) == by_name


def test_values_are_found_by_what_they_hold_and_begin_with() -> None:
    """Case and accents do not count; the letters offered are those that lead to something."""
    assert _names(FacetValueQuery(contains="ROY")) == ["ana roy", "Élise Roy"]
    assert _names(FacetValueQuery(contains="roy", prefix="e")) == ["Élise Roy"]
    assert values_page(ALL, FacetValueQuery(contains="roy", prefix="e")).initials == ("A", "E")
    assert values_page(ALL, FacetValueQuery(contains="nobody")).total == 0


def test_pages_hold_every_value_once() -> None:
    """Turning all pages shows all values, and there is none behind the last."""
    many = replace(
        ALL, values=tuple(FacetValue(f"v{number:03}", 1) for number in range(VALUES_A_PAGE * 2 + 1))
    )
    pages = [_names(FacetValueQuery(page=page), many) for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [VALUES_A_PAGE, VALUES_A_PAGE, 1, 0]
    assert [name for page in pages for name in page] == [value.value for value in many.values]
    assert values_page(many, FacetValueQuery()).pages == 3


@pytest.mark.parametrize("asked", [{"contains": "x" * 201}, {"prefix": "x" * 201}, {"page": 0}])
def test_what_is_out_of_bounds_is_refused(asked: dict[str, Any]) -> None:
    """Nothing is clamped."""
    with pytest.raises(InvalidQuery):
        FacetValueQuery(**asked)


def test_every_count_is_what_its_link_answers(sample_server: Server) -> None:
    """A value's number on its facet's page is the number of articles behind it, under the search that it came with."""
    text = sample_server.get("/browse/author?region=Europe&-language=xx&order=name").text
    page = text.partition('<ul class="values-list">')[2]
    links = [part.split('"')[0] for part in page.split('<li><a href="')[1:]]
    counts = [
        int(part.split("</span>")[0].replace(",", ""))
        for part in page.split('<span class="count">')[1:]
    ]
    assert len(links) == len(counts) > 3
    for link, count in zip(links, counts, strict=True):
        found = sample_server.get(f"/api/v1/search{link.replace('&amp;', '&')[1:]}").json()
        assert found["total"] == count
        assert found["query"]["filters"]["region"] == ["Europe"]


def test_wrong_facets_and_parameters_are_named(sample_server: Server) -> None:
    """An address that leads nowhere says where to go."""
    missing = sample_server.get("/browse/colour")
    assert missing.status_code == 404
    assert all(f'href="/browse/{name}"' in missing.text for name in ("region", "theme", "date"))
    for parameter in ("order=z", "values_page=0", "values_page=x", f"contains={'x' * 201}"):
        wrong = sample_server.get(f"/browse/theme?{parameter}")
        assert wrong.status_code == 400
        assert parameter.partition("=")[0] in wrong.text
    assert "fewer than 99 pages of values" in sample_server.get("/browse/theme?values_page=99").text
    assert "No value matches" in sample_server.get("/browse/theme?contains=zzz").text


def test_services_walk_all_values(sample_server: Server) -> None:
    """Each value once, in order, with the counts of the search's own facet; what is not listed is counted."""
    path = "/api/v1/facets/author?q=river&facet_size=3&order=name"
    found: list[dict[str, Any]] = []
    while path:
        data = sample_server.get(path).json()
        found += data["values"]
        path = data["links"].get("next", "")
    assert set(data) == {"label", "values", "more", "generation", "links"}
    names = [each["value"] for each in found]
    assert sorted(names) == names
    assert len(set(names)) == len(names) == data["more"] + len(data["values"])
    whole = sample_server.get("/api/v1/search?q=river&facet_size=1000").json()["facets"]["author"]
    assert sorted(whole["values"], key=lambda each: str(each["value"])) == [
        each
        | {
            key: each[key].replace("&facet_size=3", "&facet_size=1000")
            for key in ("url", "api_url")
        }
        for each in found
    ]


def test_services_find_values_and_are_told_what_is_wrong(sample_server: Server) -> None:
    """Beginnings and parts are found whatever their case, a chosen value says so, and mistakes are named, all at once."""
    data = sample_server.get("/api/v1/facets/region?contains=AFRICA&region=Africa").json()
    assert {each["value"]: each["selected"] for each in data["values"]} == {
        "Africa": True,
        "Middle East & North Africa": False,
    }
    assert data["values"][0]["remove_url"]
    assert (
        sample_server.get("/api/v1/facets/region?prefix=eu").json()["values"][0]["value"]
        == "Europe"
    )
    wrong = sample_server.get("/api/v1/facets/region?order=x")
    assert (wrong.status_code, wrong.json()["errors"][0]["parameter"]) == (400, "order")
    assert (
        sample_server.get("/api/v1/facets/region?colour=x").json()["errors"][0]["parameter"]
        == "colour"
    )
    missing = sample_server.get("/api/v1/facets/colour")
    assert (missing.status_code, missing.headers["content-type"]) == (
        404,
        "application/problem+json",
    )
    tag = sample_server.get("/api/v1/facets/date").headers["etag"]
    assert (
        sample_server.get("/api/v1/facets/date", headers={"If-None-Match": tag}).status_code == 304
    )
