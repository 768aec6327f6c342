"""The help page: examples of an archive's own words, and the search that it was opened from."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

from flask.testing import FlaskClient

from search.index.protocols import GenerationStore
from search.results.query_examples import ExampleKind, candidate_examples, chosen_examples
from tests.conftest import AppOf, Server, article, build

TITLES = (
    "Crude oil prices rise",
    "Crude oil and gas exports fall",
    "Exports of natural gas rise",
    "Natural gas prices for exports",
    "Oil ministers meet",
    "Ministers of oil and trade meet",
)


def _client(store: GenerationStore, app_of: AppOf) -> FlaskClient:
    build(store, [article(number, title=title) for number, title in enumerate(TITLES)])
    return app_of().test_client()


def _examples(page: str) -> list[str]:
    addresses = re.findall(r'<dt><a href="(/\?q=[^"]+)"', page)
    return [parse_qs(urlsplit(unescape(address)).query)["q"][0] for address in addresses]


def test_every_example_finds_something(store: GenerationStore, app_of: AppOf) -> None:
    """An example that finds nothing teaches a reader that the archive is empty."""
    client = _client(store, app_of)
    texts = _examples(client.get("/help").text)
    assert len(texts) == len(ExampleKind) + 1, "all kinds and a date"
    for text in texts:
        data = client.get("/api/v1/search", query_string={"q": text, "match": "all"}).get_json()
        assert data["total"] > 0, text


def test_examples_of_the_sample_find_something(sample_server: Server) -> None:
    """The same holds for an archive of real articles, with regions."""
    texts = _examples(sample_server.get("/help").text)
    assert any(text.startswith("region:") for text in texts)
    for text in texts:
        query = {"q": text, "match": "all", "spelling": "typed"}
        assert sample_server.get("/api/v1/search", params=query).json()["total"] > 0, text


def test_an_archive_without_words_has_no_links(store: GenerationStore, app_of: AppOf) -> None:
    """If no example can be found, the syntax is shown by a pattern that is not a link."""
    build(store, [article(1, title="東京", body="12 34", published="2017-07-12")])
    page = app_of().test_client().get("/help").text
    assert _examples(page) == ["date:2017"]
    assert "<code>title:one</code>" in page
    assert "date:2017-07 in a month" in page


def test_examples_are_frequent_and_never_common_words() -> None:
    """Stop words, operators, numbers and short words make no example."""
    articles = [article(number, title=title) for number, title in enumerate(TITLES)]
    candidates = candidate_examples([*articles, article(9, title="Not the 1987 OR and of it’s")])
    words = re.compile(r"[a-z]+")
    of_examples = {word for each in candidates for word in words.findall(each.text)}
    assert of_examples.isdisjoint({"not", "the", "and", "of", "it", "s"})
    assert "natural gas" not in {each.text for each in candidates}, "gas is too short"
    totals = [1 if each.kind is ExampleKind.NEAR else 0 for each in candidates]
    assert set(chosen_examples(candidates, totals)) == {ExampleKind.NEAR}


def test_downloads_are_those_of_the_search(sample_server: Server) -> None:
    """Help is opened from a search, and its links lead to the exports of that search."""
    results = sample_server.get("/?q=river&region=Europe&page=2").text
    address = 'href="/help?q=river&amp;region=Europe"'
    assert address in results
    page = sample_server.get("/help?q=river&region=Europe").text
    assert "All matches of <q>river</q>," in page
    for ending in ("csv", "jsonl", "bib", "ris"):
        assert f'href="/export.{ending}?q=river&amp;region=Europe"' in page
    assert 'href="/feed.atom?q=river&amp;region=Europe&amp;sort=newest"' in page
    assert address in page, "the way back to this page keeps the search"


def test_invalid_parameters_do_not_hide_the_help(sample_server: Server) -> None:
    """A reader whose address is broken needs help most."""
    response = sample_server.get("/help?page=x&from=yesterday&q=river")
    assert response.status_code == 200
    assert "All articles are also available as:" in response.text


def test_the_meaning_of_counts_holds(store: GenerationStore, app_of: AppOf) -> None:
    """Next to a selected value, the count of another one is of its own articles, not of both."""
    themes = [("Oil",), ("Oil",), ("Gas",)]
    build(store, [article(number, themes=each) for number, each in enumerate(themes)])
    client = app_of().test_client()
    page = client.get("/?theme=Oil").text
    assert re.search(r'theme=Gas"><span class="name" dir="auto">Gas</span> <span [^>]*>1<', page)
    assert "3 articles" in client.get("/?theme=Oil&theme=Gas").text
    meaning = "the number of articles with this value, whatever else of its kind is selected"
    assert meaning in client.get("/help").text


def test_help_names_the_buttons_of_the_list(store: GenerationStore, app_of: AppOf) -> None:
    """A reader who looks for the list or saved searches finds where they are kept."""
    client = _client(store, app_of)
    page = client.get("/help").text
    assert "“Save search” keeps a search and counts its new articles." in page
    assert '<a href="/list">My list</a>.' in page
    results = client.get("/?q=oil").text
    assert re.search(r"</span> List<", results)
    assert ">Save search<" in results


def _pages(html: str) -> list[str]:
    section = html[html.index('id="over-time"') :]
    return [
        unescape(url) for url in re.findall(r'<dt><a href="([^"]+)"', section.partition("</dl>")[0])
    ]


def test_pages_over_time_are_found(sample_server: Server) -> None:
    """Each page about searches, values and the archive is shown with an example that has content."""
    pages = _pages(sample_server.get("/help").text)
    assert [page.split("?")[0].split("/")[1] for page in pages] == [
        "trends", "overview", "mentions", "compare", "region", "coverage"
    ]  # fmt: skip
    for page in pages:
        assert sample_server.get(page).status_code == 200, page
    text = sample_server.get(pages[3]).text
    assert 'class="problem"' not in text


def test_an_archive_without_words_has_its_coverage(store: GenerationStore, app_of: AppOf) -> None:
    """A page without an example is named without a link."""
    build(store, [article(1, title="東京", body="12 34", published="2017-07-12")])
    html = app_of().test_client().get("/help").text
    assert _pages(html) == ["/coverage"]
    assert "<dt>Trends</dt>" in html
