"""The page of searches over time and its drawing as a file: numbers, links, and odd requests."""

import re
import xml.etree.ElementTree as ET
from html import unescape
from pathlib import Path

import httpx
import pytest
from flask.testing import FlaskClient

from search.index.protocols import GenerationStore
from search.model.query import MAX_TEXT_LENGTH
from tests.conftest import AppOf, Server, StoreTuned, article, build, on_tantivy

MAX_VISIT_BYTES = 60_000
HOSTILE = (
    "a\" <b>&amp; ]]> ' </svg><script>alert(1)</script>",
    "nul \0 and \x1f bell \x07",
    "\u202eright to left\u200f العراق",
    "😀 河 𝕊",
    "%F0%9F \ufffe",
    '"',
)
DAYS = {
    "copper": ("1987-02-26", "1987-03-03", "1988-03-03"),
    "nickel": ("1987-09-05", "1990-01-02"),
}


@pytest.fixture
def store_tuned(tmp_path: Path) -> StoreTuned:
    """Return stores of one engine; the engine makes no difference here."""
    return on_tantivy(tmp_path)


@pytest.fixture
def client(store: GenerationStore, app_of: AppOf) -> FlaskClient:
    """Give a client of an archive of two words in four years, one of them without articles."""
    days = [(word, day) for word, all_days in DAYS.items() for day in all_days]
    build(
        store,
        [
            article(number, body=f"Of {word}.", published=day, themes=["Metals" if word == "nickel" else "Fuel"])
            for number, (word, day) in enumerate(days)
        ],
    )  # fmt: skip
    return app_of().test_client()


def _total(html: str) -> int:
    found = re.search(r'<h1 class="total">(\d+)', html)
    assert found
    return int(found[1])


def _text(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub("<[^>]+>", " ", html)))


def test_every_number_is_the_total_behind_its_link(client: FlaskClient) -> None:
    """The points, the facts and the table lead to as many articles as they say."""
    html = client.get("/trends?s=copper&s=nickel&by=year").text
    cells = re.findall(r'<td><a href="([^"]+)">(\d+)</a></td>', html)
    assert [count for _, count in cells] == ["2", "1", "1", "1"]
    totals = re.findall(r'<p><a href="([^"]+)">(\d+) articles?</a></p>', html)
    assert [count for _, count in totals] == ["3", "2", "5"]
    most = re.findall(r'Most: <a href="([^"]+)">[^<]+</a> \((\d+)\)', html)
    for url, count in (*cells, *totals, *most):
        assert _total(client.get(unescape(url)).text) == int(count), url
    points = re.findall(r'<a href="([^"]+)"[^>]*><title>\d+, \w+: (\d+ of \d+ articles?)', html)
    assert [each for _, each in points] == [
        "2 of 3 articles", "1 of 1 article", "1 of 3 articles", "1 of 1 article",
    ]  # fmt: skip
    assert {url for url, *_ in points} == {url for url, _ in cells}


def test_facts_name_days_and_shares(client: FlaskClient) -> None:
    """First, last, most and highest share of each series, and what the archive holds."""
    text = _text(client.get("/trends?s=copper&by=year").text)
    assert "First: 26 February 1987 Last: 3 March 1988 Most: 1987 (2)" in text
    assert "Highest share: 1988 (100%)" in text
    assert "What the archive holds 5 articles Most: 1987 (3)" in text


def test_the_table_has_every_period(client: FlaskClient) -> None:
    """A year without articles is in it, without a share."""
    html = client.get("/trends?s=copper&s=nickel&by=year").text
    rows = [_text(row).split() for row in re.findall('<tr><th scope="row">.*?</tr>', html)]
    assert rows == [
        ["1987", "3", "2", "66.7%", "1", "33.3%"],
        ["1988", "1", "1", "100%", "0", "0%"],
        ["1989", "0", "0", "–", "0", "–"],
        ["1990", "1", "0", "0%", "1", "100%"],
    ]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("s=copper&s=&s=nickel&s=&s=", ["copper", "nickel"]),
        ("s=&s=copper", ["copper"]),
        ("s=&s=&s=", ["All articles"]),
        ("as=number", ["All articles"]),
        ("s=copper&s=copper", ["copper"]),
    ],
)
def test_empty_fields_are_left_out(client: FlaskClient, query: str, names: list[str]) -> None:
    """A form sends all of its fields; only if all are empty, all articles are drawn."""
    html = client.get(f"/trends?{query}").text
    headings = re.findall(r"<h3>.*?<bdi>(.*?)</bdi></h3>", html)
    assert headings == names


def test_a_page_without_texts_explains_and_gives_examples(client: FlaskClient) -> None:
    """Each example finds something."""
    html = client.get("/trends").text
    examples = re.search(r'<ul class="ways">(.*?)</ul>', html, re.DOTALL)
    assert examples
    urls = re.findall(r'href="([^"]+)"', examples[1])
    assert urls
    for url in urls:
        drawn = client.get(unescape(url)).text
        assert 'class="plot' in drawn
        assert "No article is found." not in drawn


def test_filters_hold_for_all_series_and_can_be_removed(client: FlaskClient) -> None:
    """The form keeps them, and each is a link to the page without it."""
    html = client.get(
        "/trends?s=copper&s=nickel&by=year&as=share&theme=Metals&from=1987-01-01"
    ).text
    assert '<input type="hidden" name="theme" value="Metals">' in html
    assert 'name="from" type="date" value="1987-01-01"' in html
    assert (
        'href="/trends?s=copper&amp;s=nickel&amp;from=1987-01-01&amp;by=year&amp;as=share"' in html
    )
    assert re.search(r'name="as" value="share" checked', html)
    assert re.search(r'name="by" value="year" checked', html)
    assert "No article is found." in html, "copper is not among the metals"


@pytest.mark.parametrize(
    ("query", "status", "message"),
    [
        ("s=a&s=b&s=c&s=d&s=e&s=f", 200, "Only the first 5 searches are drawn"),
        (
            f"s=copper&s={'x' * (MAX_TEXT_LENGTH + 1)}",
            200,
            "more than 1,000 characters was left out",
        ),
        ("s=copper&by=week", 200, "it must be one of year, month, day"),
        ("s=copper&date=1987-13", 400, "date=1987-13"),
        ("s=copper&theme=Nowhere", 200, "No article has these filters"),
        ("s=copper&from=1990-01-01&to=1980-01-01", 200, "1 January 1990, is after the last day"),
        ("s=copper&by=day", 200, "There are more than 1,000 days"),
        ("s=zzzz", 200, "No article is found."),
        ("s=coper", 200, "Did you mean: copper"),
        ("s=copper+%22tin", 200, "A quotation mark has no counterpart"),
    ],
)
def test_problems_are_said_in_words(
    client: FlaskClient, query: str, status: int, message: str
) -> None:
    """The form and everything that can be drawn are there nevertheless."""
    response = client.get(f"/trends?{query}")
    assert response.status_code == status
    assert message in _text(response.text)
    assert '<form class="trend-form"' in response.text
    assert ('class="plot' in response.text) is ("Nowhere" not in query and "to=1980" not in query)


def test_more_years_than_can_be_drawn(store: GenerationStore, app_of: AppOf) -> None:
    """One wrong date of a thousand years ago leaves a message, not an error."""
    build(store, [article(1, published="0900-01-01"), article(2, published="2020-01-01")])
    client = app_of().test_client()
    assert "more than 1,000 years" in client.get("/trends?s=tug").text
    assert client.get("/trends.svg?s=tug").status_code == 400
    assert 'class="plot' in client.get("/trends?s=tug&from=2019-01-01").text


def test_parameters_that_do_not_exist_are_ignored(client: FlaskClient) -> None:
    """A page takes any address that has parameters of others."""
    assert client.get("/trends?s=copper&utm_source=x&page=7").status_code == 200


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_is_safe_in_the_page_and_in_the_file(client: FlaskClient, text: str) -> None:
    """It is escaped, and the file is well-formed XML without scripts."""
    for path in ("/trends", "/trends.svg"):
        response = client.get(path, query_string=[("s", text), ("s", "copper"), ("theme", text)])
        assert response.status_code == 200
        assert "<script>alert" not in response.text
        assert "<b>" not in response.text
    ET.fromstring(response.data)


def test_the_file_stands_alone(client: FlaskClient) -> None:
    """It names its searches, its source, its address and the day, and forbids scripts."""
    response = client.get("/trends.svg?s=copper&s=nickel&by=year&as=share")
    assert response.mimetype == "image/svg+xml"
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'; sandbox")
    assert 'filename="trends-copper-nickel.svg"' in response.headers["Content-Disposition"]
    assert response.text.startswith('<?xml version="1.0" encoding="UTF-8"?>')
    svg = ET.fromstring(response.data)
    assert {"width", "height", "viewBox"} <= svg.attrib.keys()
    name = "{http://www.w3.org/2000/svg}"
    assert svg.findtext(f"{name}title") == "copper, nickel"
    texts = [each.text or "" for each in svg.iter(f"{name}text")]
    assert "Share of all articles of each year, 1987 to 1990" in texts
    assert any(text.startswith("Source: Dateline, articles in the index 2") for text in texts)
    assert "http://localhost/trends?s=copper&s=nickel&by=year&as=share" in texts
    assert not list(svg.iter(f"{name}style")), "attributes are read by every program"
    compressed = client.get("/trends.svg?s=copper", headers={"Accept-Encoding": "gzip"})
    assert compressed.headers["Content-Encoding"] == "gzip"


def test_the_file_of_an_invalid_address_is_refused(client: FlaskClient) -> None:
    """A drawing with a part left out could be taken for the whole."""
    for query in ("", "s=a&s=b&s=c&s=d&s=e&s=f", "s=copper&by=week", "s=copper&date=x"):
        assert client.get(f"/trends.svg?{query}").status_code == 400


def test_page_and_file_are_cached_by_generation(client: FlaskClient) -> None:
    """A client that has them is told so; nothing is counted again."""
    for path in ("/trends?s=copper", "/trends.svg?s=copper"):
        tag = client.get(path).headers["ETag"]
        assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
        assert client.head(path).status_code == 200


def test_results_lead_to_the_same_search_over_time(client: FlaskClient) -> None:
    """With its filters, and with the text that was searched in place of a wrong spelling."""
    for query, expected in (
        ("q=copper&theme=Fuel&sort=oldest&size=25&page=1", "/trends?s=copper&theme=Fuel"),
        ("q=coper", "/trends?s=copper"),
        ("theme=Fuel", "/trends?s=&theme=Fuel"),
        ("q=copper&match=all&date=1987", "/trends?s=copper&date=1987&match=all"),
    ):
        html = client.get(f"/?{query}").text
        found = re.search(r'<a href="([^"]+)">Compare …', html)
        assert found, query
        assert unescape(found[1]) == expected
        totals = re.findall(
            r'<p><a href="[^"]+">(\d+) articles?</a></p>', client.get(expected).text
        )
        assert int(totals[0]) == _total(html)
    for query in ("", "q=zzzz"):
        assert "Compare …" not in client.get(f"/?{query}").text


def test_synonyms_are_drawn_as_they_were_searched(sample_server: Server) -> None:
    """The link has them as alternatives, so that the drawing shows what the reader saw."""
    html = sample_server.get("/?q=UK+OR+bakers").text
    found = re.search(r'<a href="(/trends[^"]+)">Compare …', html)
    assert found
    assert "%20OR%20" in found[1]
    drawn = sample_server.get(unescape(found[1])).text
    total = re.search(r'<p><a href="([^"]+)">(\d+) articles?</a></p>', drawn)
    assert total
    assert _total(html) == int(total[2]) == _total(sample_server.get(unescape(total[1])).text)
    assert sample_server.get("/api/v1/search?q=UK+OR+bakers&-synonym=Britain").json()[
        "total"
    ] <= int(total[2])


def test_a_relaxed_search_is_said_to_be_one(client: FlaskClient) -> None:
    """Its link draws the articles with every word alone."""
    html = client.get("/trends?s=copper+nickel&s=copper&by=year").text
    assert html.count("Few articles have every word") == 1
    found = re.search(r'<a href="([^"]+)">Only articles with every word', html)
    assert found
    assert unescape(found[1]) == "/trends?s=copper%20nickel&s=copper&match=all&by=year"
    strict = client.get(unescape(found[1])).text
    assert "Few articles have every word" not in strict
    assert "No article is found." in strict


def test_a_drawing_is_light(sample_server: Server) -> None:
    """Five searches by month, with all files of a first visit, stay under 60 kB on the wire."""
    page = "/trends?s=river&s=harbour&s=glacier&s=bread&s=tug&by=month"
    files = re.findall(r'(?:src|href)="(/static/[^"]+\.(?:js|css))"', sample_server.get(page).text)
    assert len(files) == 4
    with httpx.Client(base_url=sample_server.url) as client:
        size = 0
        for path in (page, *files):
            with client.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as answer:
                assert answer.status_code == 200
                size += sum(len(chunk) for chunk in answer.iter_raw())
    assert size <= MAX_VISIT_BYTES


def test_a_long_table_has_no_links(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of addresses would outweigh the rest of the page; it says so."""
    monkeypatch.setattr("web.presenters.trends.table._MOST_LINKS", 2)
    html = client.get("/trends?s=copper&s=nickel&by=year").text
    assert "has no links" in html
    assert not re.search("<td><a", html)
