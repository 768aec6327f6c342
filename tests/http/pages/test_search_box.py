"""The search box of other pages keeps the filters of the search that led there."""

import re
from html import unescape

import pytest

from search.model.query import MAX_FILTER_VALUES
from tests.conftest import Server

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
FILTERS = "region=Europe&region=Asia&-theme=Water&from=2012-01-01&sort=newest"


def _box(page: str) -> str:
    return page[page.index('<form id="search"') : page.index("</header>")]


@pytest.mark.parametrize("path", ["/browse/author", "/help", "/articles/{id}"])
def test_the_box_keeps_the_filters_and_names_them(sample_server: Server, path: str) -> None:
    """Another text is searched within the same filters, which a reader sees and can remove."""
    first = sample_server.get("/api/v1/search?q=river").json()["hits"][0]["id"]
    address = path.format(id=first)
    box = _box(sample_server.get(f"{address}?q=river&{FILTERS}&page=2").text)
    assert HIDDEN.findall(box) == [
        ("region", "Europe"),
        ("region", "Asia"),
        ("-theme", "Water"),
        ("from", "2012-01-01"),
        ("sort", "newest"),
    ]
    assert "Searches within:" in box
    links = [unescape(link) for link in re.findall(r'<a href="([^"]+)"', box)]
    assert len(links) == 3, "the regions, the theme and the date"
    assert all(link.startswith(f"{address}?q=river&") for link in links)
    without_regions = _box(sample_server.get(links[0]).text)
    assert ("region", "Europe") not in HIDDEN.findall(without_regions)
    assert ("-theme", "Water") in HIDDEN.findall(without_regions)


@pytest.mark.parametrize("path", ["/browse/author?q=river", "/help", "/help?q=river&sort=newest"])
def test_a_box_without_filters_says_nothing(sample_server: Server, path: str) -> None:
    """Pages that were not opened from a filtered search look as before."""
    assert "Searches within:" not in sample_server.get(path).text


def _suggested(server: Server, query: str) -> dict[str, tuple[str, int]]:
    """Map the kind and text of each suggestion to its address and its number of articles."""
    page = server.get(f"/suggestions?{query}").text
    options = re.findall(
        r'data-url="([^"]+)"><span dir="auto">([^<]+)</span> <span class="kind">(\w*)</span>'
        r'(?: <span class="count">(\d+))?',
        page,
    )
    return {
        f"{kind} {text}".strip(): (unescape(url), int(count or 0))
        for url, text, kind, count in options
    }


def test_a_suggestion_keeps_the_filters(sample_server: Server) -> None:
    """A word is searched within them, a value is added to them, and each count is exact."""
    within = "region=Europe&-theme=Water&from=2010-01-01&sort=newest&size=25"
    found = _suggested(sample_server, f"q=riv&{within}&page=2")
    assert found["river"][0] == f"/?q=river&{within}"
    found |= _suggested(sample_server, f"q=environment&{within}")
    url, _ = found["Theme Environment"]
    assert (
        url == "/?region=Europe&theme=Environment&-theme=Water&from=2010-01-01&sort=newest&size=25"
    )
    for url, count in found.values():
        if url.startswith("/?"):
            assert sample_server.get(f"/api/v1/search{url[1:]}").json()["total"] == count > 0, url
    regions = _suggested(sample_server, f"q=asia&{within}")
    assert "region=Europe&region=Asia" in regions["Region Asia"][0]


def test_a_suggestion_that_finds_nothing_is_not_offered(sample_server: Server) -> None:
    """Neither a word that no article within the filters has, nor an excluded value."""
    assert "river" in _suggested(sample_server, "q=riv")
    assert "river" not in _suggested(sample_server, "q=riv&date=1999")
    assert "Region Asia" not in _suggested(sample_server, "q=asia&-region=Asia")


def test_a_suggested_article_opens_whatever_the_filters(sample_server: Server) -> None:
    """Its title was chosen, so it is not searched."""
    found = _suggested(sample_server, "q=a+permanent&date=1999")
    assert [url for url, _ in found.values() if url.startswith("/articles/")]


def test_a_full_search_suggests_no_further_value(sample_server: Server) -> None:
    """The address of one would be refused."""
    full = "&".join(f"-theme={number}" for number in range(MAX_FILTER_VALUES))
    found = _suggested(sample_server, f"q=asia&{full}")
    assert "Region Asia" not in found
