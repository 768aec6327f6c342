"""The search box of other pages keeps the filters of the search that led there."""

import re
from html import unescape

import pytest

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
