"""The page about all matches of a search."""

import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from search.index.protocols import GenerationStore
from search.model.article import Article
from tests.conftest import AppOf, Server, article, build

ROW = re.compile(
    r'<tr><th scope="row"><a href="([^"]+)" dir="auto">([^<]+)</a></th><td>([\d,]+)</td>'
)
REST = 40


def _articles() -> list[Article]:
    """Return twelve articles about ferries, seven of one day, and others."""
    ferries = [
        article(
            number,
            title=f"Ferry {number}",
            body=f"A ferry left the quay for Oslo, trip {number}.",
            themes=("Ships & <boats>",),
            published="2012-05-01" if number < 7 else f"2013-05-{number:02}",
        )
        for number in range(12)
    ]
    others = [
        article(
            100 + number, title="Other", body=f"Nothing of the kind {number}.", themes=("Rest",)
        )
        for number in range(REST)
    ]
    return [*ferries, *others]


@pytest.fixture
def client(store: GenerationStore, app_of: AppOf) -> FlaskClient:
    """Give a client of an archive about ferries and others."""
    build(store, _articles())
    return app_of().test_client()


def _total(client: FlaskClient, url: str) -> int:
    answer = client.get(f"/api/v1/search?{unescape(url).partition('?')[2]}")
    return int(answer.get_json()["total"])


def test_every_number_is_the_total_of_its_link(client: FlaskClient) -> None:
    """Words, values and the busiest day lead to as many articles as they say."""
    html = client.get("/overview?q=ferry").text
    rows = ROW.findall(html)
    assert {"quay", "Oslo", "trip"} <= {name for _, name, _ in rows}
    assert "Ships &amp; &lt;boats&gt;" in {name for _, name, _ in rows}
    for url, name, number in rows:
        assert _total(client, url) == int(number), name
    busiest = re.search(r'<a href="([^"]+)">1 May 2012</a>, with 7 articles', html)
    assert busiest
    assert _total(client, busiest[1]) == 7


def test_sentences_tell_the_facts(client: FlaskClient) -> None:
    """The total, its share, the days, and the first and the last article are in words."""
    html = client.get("/overview?q=ferry").text
    assert "<h1>About these 12 articles</h1>" in html
    assert "12 of 52 articles of the archive match (23.1%)." in html
    assert "They appeared from 1 May 2012 to 11 May 2013." in html
    assert ">Ferry 11</a>" in html
    assert "4.3 ×" not in html
    assert "4 ×" in html


def test_results_lead_to_their_overview(client: FlaskClient) -> None:
    """A list of results has the link, with its filters; a search without results has none."""
    html = client.get("/?q=ferry&theme=Ships+%26+%3Cboats%3E&page=1&chart=share").text
    link = re.search(r'<a href="(/overview[^"]*)">About these 12</a>', html)
    assert link
    assert "<h1>About these 12 articles</h1>" in client.get(unescape(link[1])).text
    assert "/overview" not in client.get("/?q=zzzz").text


def test_the_same_search_is_drawn_and_compared(sample_server: Server) -> None:
    """The page leads on with the corrected spelling, to Trends with the synonyms, too."""
    for query in ("UK OR bakers", "harbuor", "river"):
        html = sample_server.get("/overview", params={"q": query}).text
        trends = re.search(r'<a href="(/trends[^"]+)">Compare over time', html)
        matches = re.search(r"(\d+) of \d+ articles of the archive", html)
        assert trends
        assert matches
        drawn = sample_server.get(unescape(trends[1])).text
        assert re.search(rf">{matches[1]} articles?</a></p>", drawn), query
        assert ("Britain" in trends[1]) is ("UK" in query)
    assert "/compare?a=harbour&amp;b=" in sample_server.get("/overview?q=harbuor").text


def test_the_archive_itself_is_not_compared(client: FlaskClient) -> None:
    """Without a search, the page tells the days and why there is nothing to compare."""
    html = client.get("/overview").text
    assert "<h1>About this archive</h1>" in html
    assert "The archive holds 52 articles." in html
    assert "nothing to be compared with" in html
    assert not ROW.search(html)


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ("q=zzzz", "<h1>No article matches</h1>"),
        ("q=ferry&from=2013-01-01&to=2012-01-01", "is after the last day"),
        ("q=ferry&theme=Rest&match=all", "<h1>No article matches</h1>"),
        ("q=trip+7&match=all", "<h1>About this article</h1>"),
        ("q=ferry+107", "Articles without some of the words are among them."),
        ("theme=Rest", "40 newest texts"),
        ("q=trip+7&match=all", "No value"),
        ("q=a", "No word can be added to this search"),
    ],
)
def test_unusual_searches_are_told_in_words(
    client: FlaskClient, parameters: str, said: str
) -> None:
    """Nothing found, reversed days, one article or a relaxed search: the page says so."""
    answer = client.get(f"/overview?{parameters}")
    assert answer.status_code == 200
    assert said in answer.text


@pytest.mark.parametrize(
    "text", ["x" * 1_000, '"<]]>', "\x00", "\ud800", "\u202e\u200f", "🛳️", "( -(", "ferry " * 160]
)
def test_any_text_gets_a_page(client: FlaskClient, text: str) -> None:
    """A reader's text never raises an error, whatever it is."""
    query = {"q": text.encode("utf-8", "surrogatepass")}
    assert client.get("/overview", query_string=query).status_code == 200
    assert client.get("/api/v1/overview", query_string=query).status_code in (200, 400)


def test_the_page_is_german_on_a_german_site(store: GenerationStore, app_of: AppOf) -> None:
    """Sentences, headings and notes are translated."""
    build(store, _articles())
    html = app_of(interface="de").test_client().get("/overview?q=ferry").text
    assert "<h1>Über diese 12 Artikel</h1>" in html
    assert 'class="of-matches">Anteil' in html
    for english in ("They appeared", "set them apart", "In the archive", "narrows", "busiest"):
        assert english not in html


def test_the_api_has_the_same_numbers(sample_server: Server) -> None:
    """The response has the totals of its links, and unknown parameters are refused."""
    answer = sample_server.get("/api/v1/overview?q=harbour").json()
    assert answer["total"] == sample_server.get("/api/v1/search?q=harbour").json()["total"]
    for each in (*answer["values"], *answer["words"], answer["busiest"]):
        found = sample_server.get(f"/api/v1/search{each['url'][1:]}").json()
        assert found["total"] == each["count"]
    for name in ("nonsense", "page", "cursor"):
        refused = sample_server.get(f"/api/v1/overview?q=harbour&{name}=2")
        assert refused.status_code == 400
        assert refused.json()["errors"][0]["parameter"] == name
