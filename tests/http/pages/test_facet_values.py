"""All values of a facet, filtered, ordered and in pages."""

import random
import re
from typing import Any

import pytest
from pyuca.collator import Collator_10_0_0

from search.errors import InvalidQuery
from search.index.protocols import GenerationStore
from search.model.facets import VALUE_FACETS
from search.results.collation import name_key
from search.results.facet_listing import FacetListing
from search.results.facet_values import (
    VALUES_A_PAGE,
    FacetValueQuery,
    ValueOrder,
)
from tests.conftest import AppOf, Server, article, build

AUTHOR = next(facet for facet in VALUE_FACETS if facet.name == "author")
NAMES = ["Zoë Ürün", "ana roy", "Ana López", "Élise Roy", "Jan Okafor", "9 Lives"]
ALL = FacetListing(AUTHOR, {name: 9 - place for place, name in enumerate(NAMES)})


def _names(value_query: FacetValueQuery, listing: FacetListing = ALL) -> list[str]:
    return [value.value for value in listing.page(value_query).values]


def _listing(*names: str) -> FacetListing:
    """Return a list of names that one article each has."""
    return FacetListing(AUTHOR, dict.fromkeys(names, 1))


def test_values_are_ordered_by_count_or_name() -> None:
    """The order by name ignores case and accents."""
    assert _names(FacetValueQuery()) == NAMES
    by_name = ["9 Lives", "Ana López", "ana roy", "Élise Roy", "Jan Okafor", "Zoë Ürün"]
    assert _names(FacetValueQuery(order=ValueOrder.NAME)) == by_name


def test_values_are_found_by_part_and_by_prefix() -> None:
    """Case and accents are ignored; only letters with values are offered."""
    assert _names(FacetValueQuery(contains="ROY")) == ["ana roy", "Élise Roy"]
    assert _names(FacetValueQuery(contains="roy", prefix="e")) == ["Élise Roy"]
    assert ALL.page(FacetValueQuery(contains="roy", prefix="e")).initials == ("A", "E")
    assert ALL.page(FacetValueQuery(contains="nobody")).total == 0


@pytest.mark.parametrize("part", ["rovigo", "d'rovigo", "d´rovigo", "D′ROVIGO", "d’rovigo"])
def test_values_are_found_behind_any_apostrophe(part: str) -> None:
    """Readers type another sign for an apostrophe than the value has, or only the word behind it."""
    places = _listing("Val d’Rovigo", "Rimini")
    assert _names(FacetValueQuery(contains=part), places) == ["Val d’Rovigo"]


def test_a_beginning_may_be_behind_an_article_or_a_sign() -> None:
    """Elided articles and quotation marks are skipped, parts of names are not."""
    names = ("L’Unità", "“Eco”", "Dell'Utri", "O'Hara", "'Ndrangheta", "किरण")
    places = _listing(*names)
    found = {prefix: _names(FacetValueQuery(prefix=prefix), places) for prefix in "leunoh"}
    assert found == {
        "l": ["L’Unità"],
        "e": ["“Eco”"],
        "u": ["Dell'Utri", "L’Unità"],
        "n": ["'Ndrangheta"],
        "o": ["O'Hara"],
        "h": [],
    }
    assert _names(FacetValueQuery(prefix="कि"), places) == ["किरण"]
    initials = places.page(FacetValueQuery()).initials
    assert initials == ("D", "E", "L", "N", "O", "U", "क")


def test_names_of_all_scripts_have_one_order() -> None:
    """Accents stand with their letters, lower case first, scripts one after the other."""
    names = [
        "Zürich",
        "東京",
        "Österreich",
        "osaka",
        "Ёлки",
        "Ель",
        "Osaka",
        "Åland",
        "علي",
        "al-Ain",
    ]
    mixed = _listing(*names)
    in_order = [
        "al-Ain",
        "Åland",
        "osaka",
        "Osaka",
        "Österreich",
        "Zürich",
        "Ёлки",
        "Ель",
        "علي",
        "東京",
    ]
    assert _names(FacetValueQuery(order=ValueOrder.NAME), mixed) == in_order


def test_ascii_names_have_the_keys_of_the_library() -> None:
    """The quick keys of ASCII names equal those that the whole table gives."""
    dice, collator = random.Random("names"), Collator_10_0_0()
    characters = [chr(code) for code in range(128)]
    for _ in range(500):
        name = "".join(dice.choices(characters, k=dice.randint(0, 12)))
        weights = "".join(map(chr, collator.sort_key(name)))
        assert name_key(name) == (weights, name)


def test_pages_have_every_value_once() -> None:
    """The pages together have all values, and there is none after the last."""
    values = [f"v{number:03}" for number in range(VALUES_A_PAGE * 2 + 1)]
    many = _listing(*reversed(values))
    pages = [_names(FacetValueQuery(page=page), many) for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [VALUES_A_PAGE, VALUES_A_PAGE, 1, 0]
    assert [name for page in pages for name in page] == values
    assert many.page(FacetValueQuery()).pages == 3


@pytest.mark.parametrize("fields", [{"contains": "x" * 201}, {"prefix": "x" * 201}, {"page": 0}])
def test_values_out_of_bounds_are_refused(fields: dict[str, Any]) -> None:
    """No value is clamped."""
    with pytest.raises(InvalidQuery):
        FacetValueQuery(**fields)


def test_every_count_is_the_total_of_its_link(sample_server: Server) -> None:
    """The counts of a facet's page are those under the search that it belongs to."""
    text = sample_server.get("/browse/author?region=Europe&-language=xx&order=name").text
    page = text.partition('<ul class="values-list">')[2].partition("</ul>")[0]
    links = [part.split('"')[0] for part in page.split('<li><a href="')[1:]]
    counts = [
        int(part.split("</span>")[0].replace(",", ""))
        for part in page.split('<span class="count">')[1:]
    ]
    assert len(links) == len(counts) > 3
    for link, count in zip(links, counts, strict=True):
        answer = sample_server.get(f"/api/v1/search{link.replace('&amp;', '&')[1:]}").json()
        assert answer["total"] == count
        assert answer["query"]["filters"]["region"] == ["Europe"]


def test_invalid_facets_and_parameters_are_named(sample_server: Server) -> None:
    """The error of an unknown facet lists the known ones."""
    missing = sample_server.get("/browse/colour")
    assert missing.status_code == 404
    assert all(f'href="/browse/{name}"' in missing.text for name in ("region", "theme", "date"))
    for parameter in ("order=z", "values_page=0", "values_page=x", f"contains={'x' * 201}"):
        wrong = sample_server.get(f"/browse/theme?{parameter}")
        assert wrong.status_code == 400
        assert parameter.partition("=")[0] in wrong.text
    assert "fewer than 99 pages of values" in sample_server.get("/browse/theme?values_page=99").text
    assert "No value matches" in sample_server.get("/browse/theme?contains=zzz").text


def test_a_facet_without_values_says_so(store: GenerationStore, app_of: AppOf) -> None:
    """If no article has a value, no choice is blamed, and no link leads back to nothing."""
    build(store, [article(1)])
    client = app_of().test_client()
    for query, articles in (("", "article"), ("?q=title", "article of this search")):
        page = client.get(f"/browse/report{query}").text
        assert f"No {articles} has a value of this kind." in page
        assert "All values" not in page
    assert "No value matches" in client.get("/browse/report?contains=z").text


def test_the_page_names_the_filters_that_reduce_its_list(sample_server: Server) -> None:
    """The facet's own selection does not, but an exclusion does, and so do text and other facets."""

    def scope(query: str) -> str:
        found = re.search(
            r'<p class="scope">(.*?)</p>',
            sample_server.get(f"/browse/region?{query}").text,
            re.DOTALL,
        )
        return " ".join(re.sub(r"<[^>]+>", "", found[1]).split()) if found else ""

    told = "Each count is the number of articles that the value leads to."
    assert scope("region=Europe") == ""
    assert scope("region=Europe&language=en") == f"In Language: English. {told}"
    assert scope("q=river&-region=Asia&date=2017") == (
        f"In river, Date: 2017, Region: not Asia. {told}"
    )


def test_the_page_names_the_text_that_was_searched(sample_server: Server) -> None:
    """The counts are those of the corrected spelling, not of the text that nothing matches."""
    page = sample_server.get("/browse/region?q=flamigos").text
    assert "<title>Region · flamingos · Dateline</title>" in page
    assert "In <q>flamingos</q>." in page


@pytest.mark.parametrize(
    ("facet", "words"),
    [
        ("author", ("Find an author", "authors")),
        ("region", ("Find a region", "regions")),
        ("theme", ("Find a theme", "themes")),
        ("source", ("Find a source", "sources")),
        ("language", ("Find a language", "language")),
    ],
)
def test_values_are_called_what_they_are(
    sample_server: Server, facet: str, words: tuple[str, str]
) -> None:
    """A list of authors says authors, where a list of values says little."""
    page = sample_server.get(f"/browse/{facet}").text
    assert f'<label for="contains">{words[0]}</label>' in page
    assert re.search(rf'role="status">[\d,]+ {words[1]}', page)


def test_services_walk_all_values(sample_server: Server) -> None:
    """Each value comes once, in order, with its count; those not listed are counted."""
    path = "/api/v1/facets/author?q=river&facet_size=3&order=name"
    walked: list[dict[str, Any]] = []
    while path:
        data = sample_server.get(path).json()
        walked += data["values"]
        path = data["links"].get("next", "")
    assert set(data) == {"label", "values", "more", "generation", "links"}
    names = [value["value"] for value in walked]
    assert sorted(names) == names
    assert len(set(names)) == len(names) == data["more"] + len(data["values"])
    whole = sample_server.get("/api/v1/search?q=river&facet_size=1000").json()["facets"]["author"]
    assert sorted(whole["values"], key=lambda value: str(value["value"])) == [
        value
        | {
            key: value[key].replace("&facet_size=3", "&facet_size=1000")
            for key in ("url", "api_url")
        }
        for value in walked
    ]


def test_services_filter_values_and_get_all_errors(sample_server: Server) -> None:
    """Case is ignored, chosen values are flagged, and all invalid parameters are named."""
    data = sample_server.get("/api/v1/facets/region?contains=AFRICA&region=Africa").json()
    assert {value["value"]: value["selected"] for value in data["values"]} == {
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


@pytest.mark.parametrize(
    ("part", "name"),
    [
        ("jean-luc", "Jean Luc Roy"),
        ("ohara", "Jo O’Hara"),
        ("ארהב", 'ארה"ב'),
        ("רמת גן", "רמת־גן"),
        ("jean luc", "Jean-Luc Roy"),
    ],
)
def test_values_are_found_without_their_signs(part: str, name: str) -> None:
    """Readers leave out apostrophes and gershayim, and type a space for a hyphen."""
    places = _listing(name, "Rimini")
    assert _names(FacetValueQuery(contains=part), places) == [name]
    assert _names(FacetValueQuery(contains='"'), places) == [name] * ('"' in name)


@pytest.mark.parametrize(("values", "more"), [(1_000, 990), (1_001, None)])
def test_more_than_a_thousand_values_are_not_counted(
    store: GenerationStore, app_of: AppOf, values: int, more: int | None
) -> None:
    """Up to 1,000 the number of further values is exact; above, all are in pages of their own."""
    names = [f"Author {number}" for number in range(values)]
    build(store, [article(n, authors=tuple(names[n * 50 : n * 50 + 50])) for n in range(21)])
    client = app_of().test_client()
    page, german = client.get("/").text, app_of(interface="de").test_client().get("/").text
    counted = re.search(r'<a href="/browse/author">Author</a> <span class="count">(.*?)<', page)
    link = re.search(r'id="more-author" href="/browse/author">(.*?)<span', page)
    assert counted is not None
    assert link is not None
    if more is None:
        assert (counted[1], link[1]) == ("more than 1,000", "more")
        assert ">mehr als 1.000<" in german
        assert ">weitere<" in german
    else:
        assert (counted[1], link[1]) == ("1,000", "995 more")
    facet = client.get("/api/v1/search").get_json()["facets"]["author"]
    assert (len(facet["values"]), facet["more"]) == (10, more)
    path = "/api/v1/facets/author?facet_size=1000"
    walked: list[str] = []
    while path:
        data = client.get(path).get_json()
        assert data["more"] == values - len(data["values"])
        walked += [value["value"] for value in data["values"]]
        path = data["links"].get("next", "")
    assert walked == sorted(names, key=name_key)
