"""The filters of the search page: which are listed, how many values, and the links of the panel."""

import re

import pytest
from flask.testing import FlaskClient

from search.index.protocols import GenerationStore
from tests.conftest import AppOf, Server, article, build

_VALUE = re.compile(r'<a id="theme-[0-9a-f]+" class="value".*?<span class="name"[^>]*>(.*?)</span>')
_MORE = re.compile(r'id="more-theme"[^>]*>(\d+) more')


@pytest.fixture
def client(store: GenerationStore, app_of: AppOf) -> FlaskClient:
    """Give a client of an archive with twelve themes, of one source, in two regions."""
    build(
        store,
        [
            article(
                number,
                themes=[f"T{theme:02}" for theme in range(1, number + 1)],
                regions=["North"] if number < 6 else ["South"],
                source="Only Wire",
                body="river" if number < 3 else "lake",
            )
            for number in range(1, 13)
        ],
    )
    return app_of().test_client()


def test_a_page_lists_five_values_and_those_chosen(client: FlaskClient) -> None:
    """The others are counted exactly behind a link, and the API goes on listing ten."""
    page = client.get("/").text
    assert _VALUE.findall(page) == ["T01", "T02", "T03", "T04", "T05"]
    assert _MORE.findall(page) == ["7"]
    chosen = client.get("/?theme=T11").text
    assert _VALUE.findall(chosen) == ["T01", "T02", "T03", "T04", "T05", "T11"]
    assert _MORE.findall(chosen) == ["6"]
    answer = client.get("/api/v1/search").get_json()["facets"]["theme"]
    assert (len(answer["values"]), answer["more"]) == (10, 2)


@pytest.mark.parametrize("size", [1, 10, 12])
def test_a_reader_may_ask_for_more_values(client: FlaskClient, size: int) -> None:
    """Any number in the address is kept by the links of the page, the API's default among them."""
    page = client.get(f"/?facet_size={size}").text
    assert len(_VALUE.findall(page)) == size
    assert f'href="/?theme=T01&amp;facet_size={size}"' in page
    assert "facet_size" not in client.get("/").text


def test_a_facet_that_narrows_nothing_is_not_listed(client: FlaskClient) -> None:
    """Every article has the one source and language, but a chosen one can be dropped."""
    page = client.get("/").text
    assert 'id="facet-region"' in page
    assert 'id="facet-source"' not in page
    assert 'id="facet-language"' not in page
    assert 'id="facet-source"' in client.get("/?source=Only+Wire").text
    assert 'id="facet-region"' not in client.get("/?q=river").text


def test_there_is_no_switch_without_filters(client: FlaskClient) -> None:
    """On a phone it would open on nothing."""
    assert 'class="filters-switch"' in client.get("/").text
    page = client.get("/?q=zzzz").text
    assert "filters-switch" not in page
    assert 'class="facet"' not in page


def test_an_open_panel_stays_open_without_scripts(client: FlaskClient) -> None:
    """Its links lead to pages where it is open; no link elsewhere carries the state on."""
    closed = client.get("/?q=lake").text
    assert '<noscript><a class="filters-switch" href="/?q=lake&amp;filters=open">' in closed
    assert re.search(r'id="show-filters"[^>]* checked', closed) is None
    page = client.get("/?q=lake&filters=open").text
    assert re.search(r'id="show-filters"[^>]* checked', page)
    assert '<noscript><a class="filters-switch" href="/?q=lake">' in page
    panel, rest = page[page.index('class="facets"') :].split("<main", 1)
    ticks = re.findall(r'class="value" role="checkbox"[^>]* href="([^"]*)"', panel)
    assert ticks
    assert all(tick.endswith("&amp;filters=open") for tick in ticks)
    assert "filters=open" not in rest
    chosen = client.get("/?theme=T01&filters=open").text
    assert 'aria-checked="true" href="/?filters=open"' in chosen
    assert re.search(r'id="show-filters"[^>]* checked', client.get("/?filters=open").text)
    assert re.search(r'id="show-filters"[^>]* checked', client.get("/").text) is None


def test_a_fragment_that_repeats_the_deck_is_dropped(store: GenerationStore, app_of: AppOf) -> None:
    """The beginning of a text is often its deck; other fragments are shown."""
    deck = "The harbour of the delta has a new keeper, who was a pilot on the river for long."
    filler = " ".join(f"Nothing of note happened in year {year}." for year in range(1900, 1950))
    build(
        store,
        [article(1, deck=deck, body=f"{deck}\n\n{filler}\n\nA harbour keeper lives there.")],
    )
    page = app_of().test_client().get("/?q=harbour").text
    fragments = re.findall(r'<p class="fragment"[^>]*>(.*?)</p>', page)
    assert deck.replace("harbour", "<mark>harbour</mark>") in page
    assert [fragment for fragment in fragments if "of the delta" in fragment] == []
    assert "A <mark>harbour</mark> keeper lives there." in fragments[-1]


def test_the_time_of_a_search_is_a_header(sample_server: Server) -> None:
    """Readers need not see it, and developers find it where their browsers show timings."""
    answer = sample_server.get("/?q=river")
    assert re.fullmatch(r"search;dur=\d+\.\d", answer.headers["server-timing"])
    assert " ms" not in answer.text
