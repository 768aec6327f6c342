"""The pages of authors, themes, regions, reports and sources."""

import json
import re
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from search.engines import open_configured
from search.index.protocols import GenerationStore
from search.model.article import Article
from search.model.query import MAX_FILTER_VALUES
from tests.conftest import AppOf, Server, article, build
from tests.support.settings import settings_of
from web.app import create_app
from web.chronicle_urls import VALUE_PAGE_FACETS, value_page_path

ODD_VALUES = (
    ".",
    "..",
    "a/b",
    "//x",
    "tail/",
    "50%",
    "what?",
    "#1",
    "a+b & c",
    "“quoted” \"text\" 'here'",
    "<b>bold</b>",
    "]]>",
    "ثلاثة أخبار",
    "新聞",
    "\u202eright to left",
    "\U0001f600",
    "C:\\news",
    "list",
    "x" * 500,
    "O'Neill's",
    '\u05e6\u05d4"\u05dc',
)
DESCRIBED = """
[author."Ada Ng"]
text = "Writes about <b>tides</b>.\\n\\nSince 2019."
link = "https://news.example/ada?a=1&b=2"
see_also = ["theme:Tides", "theme:Nothing", "source:Meridian Wire"]
"""


def _articles() -> list[Article]:
    return [
        *(
            article(
                number,
                title=f"Harbour {number}",
                published=f"20{10 + number}-03-0{number}",
                byline="Ada Ng" if number < 6 else "",
                authors=["Ada Ng"] if number < 6 else ["Ada Ngo", "École Ferry"],
                themes=["Tides"],
                regions=["uk"],
                source="Meridian Wire" if number < 4 else "",
                language="en",
            )
            for number in range(1, 10)
        ),
        *(
            article(100 + number, title="Odd", authors=[value], themes=[value])
            for number, value in enumerate(ODD_VALUES)
        ),
    ]


def _client(folder: Path, **values: Any) -> FlaskClient:
    settings = settings_of(data=str(folder / "data"), meaning="off", **values).changed(
        labels={"region": {"uk": "United Kingdom"}}
    )
    store = open_configured(settings)
    if store.live() is None:
        build(store, _articles())
    return create_app(store, settings).test_client()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """Give a client of a small archive with described values."""
    folder = tmp_path_factory.mktemp("values")
    (folder / "values.toml").write_text(DESCRIBED, "utf-8")
    return _client(folder, values=str(folder / "values.toml"))


def _total(client: FlaskClient, url: str) -> int:
    answer = client.get(f"/api/v1/search{unescape(url).removeprefix('/')}")
    return int(json.loads(answer.data)["total"])


def test_a_page_tells_of_an_author(client: FlaskClient) -> None:
    """Name, kind, number, first and last day, newest articles and what leads on are there."""
    page = client.get("/author/Ada%20Ng").text
    assert "<title>Ada Ng · Author · Dateline</title>" in page
    assert '<h1 dir="auto">Ada Ng</h1>' in page
    assert '<a href="/?author=Ada%20Ng">5 articles</a>' in page
    days = re.findall(r'<a href="([^"]*)"><time datetime="([\d-]+)">', page)
    assert [day for _, day in days] == ["2011-03-01", "2015-03-05"]
    assert [_total(client, url) for url, _ in days] == [1, 1]
    assert re.findall(r">(Harbour \d)</a></h3>", page) == [f"Harbour {n}" for n in (5, 4, 3, 2, 1)]
    for link in ("/feed.atom?author=Ada%20Ng", "/export.csv?author=Ada%20Ng", "/browse/author"):
        assert f'href="{link}"' in page
        assert client.get(link).status_code == 200
    assert f'href="/trends?s={quote(chr(34)).join(("author%3A", "Ada%20Ng", ""))}"' in page
    assert '<input type="hidden" name="author" value="Ada Ng">' in page


def test_every_number_of_the_chart_is_the_total_of_its_link(client: FlaskClient) -> None:
    """A column leads to as many articles as it says."""
    page = client.get("/theme/Tides").text
    rows = re.findall(r'<th scope="row"><a href="([^"]*)">[^<]*</a></th><td>(\d+)</td>', page)
    assert len(rows) == 9
    assert [_total(client, url) for url, _ in rows] == [int(count) for _, count in rows]


def test_values_that_go_with_it_lead_to_what_has_both(client: FlaskClient) -> None:
    """Each has an exact number, and its share here next to the one in the archive."""
    page = client.get("/theme/Tides").text.partition('class="companions"')[2]
    found = re.findall(
        r'<dd><a href="([^"]*)"><span dir="auto">([^<]*)</span> <span class="count">(\d+)</span></a>'
        r'\s*<span class="shares">([^<]*)</span>',
        page,
    )
    assert ("United Kingdom", "9", "100% here, 30% in the archive") in [
        (name, count, shares) for _, name, count, shares in found
    ]
    assert [_total(client, url) for url, *_ in found] == [int(count) for _, _, count, _ in found]


def test_no_link_is_broken(client: FlaskClient) -> None:
    """Whatever a page leads to is there, of a plain value and of one with every sign."""
    for value in ("Ada Ng", "“quoted” \"text\" 'here'", "a+b & c"):
        page = client.get(value_page_path("author", value)).text
        links = {unescape(link) for link in re.findall(r'href="(/[^"]*)"', page)}
        links = {link for link in links if not link.startswith("/static/")}
        assert {link.partition("?")[0] for link in links} >= {"/trends", "/overview", "/feed.atom"}
        assert [link for link in links if client.get(link, buffered=True).status_code != 200] == []


@pytest.mark.parametrize("value", ODD_VALUES)
def test_any_value_has_a_page(client: FlaskClient, value: str) -> None:
    """The address of a value leads to it, whatever its signs, and names itself as canonical."""
    path = value_page_path("author", value)
    answer = client.get(path)
    assert answer.status_code == 200
    assert f'<link rel="canonical" href="http://localhost{path}">' in answer.text
    assert f'<h1 dir="auto">{_escaped(value)}</h1>' in answer.text
    all_of_it = re.search(r'<p class="scope"><a href="([^"]*)">1 article</a>', answer.text)
    assert all_of_it
    assert _total(client, all_of_it[1]) == 1


def _escaped(text: str) -> str:
    for sign, name in (
        ("&", "&amp;"),
        ("<", "&lt;"),
        (">", "&gt;"),
        ('"', "&#34;"),
        ("'", "&#39;"),
    ):
        text = text.replace(sign, name)
    return text


@pytest.mark.parametrize("facet", [facet.name for facet in VALUE_PAGE_FACETS])
def test_a_facet_alone_leads_to_its_list(client: FlaskClient, facet: str) -> None:
    """An address without a value is the list of all values."""
    for path in (f"/{facet}", f"/{facet}/"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/browse/{facet}")


def test_languages_have_no_page(client: FlaskClient) -> None:
    """A language is a filter, not a subject."""
    assert client.get("/language/en").status_code == 404


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("ada ng", "Ada Ng"),
        ("Ada Ngg", "Ada Ng"),
        ("Xda Ng", "Ada Ng"),
        ("Ng, Ada", "Ada Ng"),
        ("Ecole Ferry", "École Ferry"),
        ("École Fery", "École Ferry"),
        ("Ecolle Fery", "École Ferry"),
        ("新聞社", "新聞"),
    ],
)
def test_a_missing_value_leads_to_near_ones(client: FlaskClient, typed: str, near: str) -> None:
    """Another case, accent, order or letter is no dead end: 404, with the value's page."""
    answer = client.get(value_page_path("author", typed))
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"
    first = re.search(
        r'linked-values">\s*<li><a href="([^"]*)" dir="auto">([^<]*)</a>', answer.text
    )
    assert first
    assert first[2] == near
    assert client.get(first[1]).status_code == 200
    assert 'href="/browse/author"' in answer.text


@pytest.mark.parametrize(
    "value", ["zzzz", "x" * 1_000, '"<script>]]>', "\x00", "\u202e\u200f", "\U0001f525", " ", "%ff"]
)
def test_what_is_like_no_value_is_told_so(client: FlaskClient, value: str) -> None:
    """No text that a reader may send is a failure or changes the page."""
    answer = client.get(f"/theme/{quote(value)}")
    assert answer.status_code == 404
    assert "No article has this value" in answer.text
    assert "<script>]]>" not in answer.text
    assert 'href="/browse/theme"' in answer.text


def test_bytes_that_are_no_text_are_told_so(client: FlaskClient) -> None:
    """A path that is not UTF-8 has no value."""
    assert client.get("/theme/%ff%ed%a0%80").status_code == 404


def test_a_label_names_the_page(client: FlaskClient) -> None:
    """Readers see the label, addresses have the value, and a label in an address leads there."""
    page = client.get("/region/uk").text
    assert '<h1 dir="auto">United Kingdom</h1>' in page
    assert 'href="/?region=uk"' in page
    missing = client.get("/region/United%20Kingdom")
    assert missing.status_code == 404
    assert '<a href="/region/uk" dir="auto">United Kingdom</a>' in missing.text


def test_a_search_is_carried_along(client: FlaskClient) -> None:
    """A reader who comes from a search is offered its matches with the value, and the way back."""
    page = client.get("/theme/Tides?q=harbour&author=Ada+Ng&page=2").text
    assert '<a href="/?q=harbour&amp;author=Ada%20Ng">Back to the results</a>' in page
    narrowed = re.search(r'<p class="narrowed">.*<a href="([^"]*)">(\d+) articles</a>', page)
    assert narrowed
    assert narrowed[2] == "5"
    assert _total(client, narrowed[1]) == 5
    assert '<link rel="canonical" href="http://localhost/theme/Tides">' in page
    for other in ("/theme/Tides", "/theme/Tides?theme=Tides", "/theme/Tides?q=zzzz&match=all"):
        assert 'class="narrowed"' not in client.get(other).text, other
    assert client.get("/theme/Tides?page=x").status_code == 200


def test_a_full_search_is_not_narrowed(client: FlaskClient) -> None:
    """A search with as many values as it may have takes no other one, and the page still works."""
    full = "&".join(f"author=Author+{number}" for number in range(MAX_FILTER_VALUES))
    answer = client.get(f"/theme/Tides?{full}")
    assert answer.status_code == 200
    assert 'class="narrowed"' not in answer.text


def test_results_and_articles_lead_to_values(client: FlaskClient) -> None:
    """By-lines and tags are links to pages, with the search that they are in."""
    results = client.get("/?q=harbour").text
    for link in ("/author/Ada%20Ng", "/theme/Tides", "/region/uk", "/source/Meridian%20Wire"):
        assert f'href="{link}?q=harbour"' in results
        assert f'href="{link}"' in client.get("/articles/a1?q=harbour").text
    by_line = re.search(r'<span class="byline">By (.*)</span>', client.get("/articles/a1").text)
    assert by_line
    assert by_line[1] == '<a href="/author/Ada%20Ng" dir="auto">Ada Ng</a>'
    assert 'href="/author/Ada%20Ng"' in client.get("/browse/author").text
    assert 'href="/?q=harbour&amp;author=Ada%20Ng"' in client.get("/browse/author?q=harbour").text
    assert 'href="/?language=en"' in client.get("/browse/language").text
    about = '<a href="/author/Ada%20Ng">About <bdi>Ada Ng</bdi></a>'
    assert about in client.get("/?author=Ada+Ng").text
    assert about not in client.get("/?author=Ada+Ng&q=harbour").text


def test_a_described_value_has_its_text(client: FlaskClient) -> None:
    """Text is plain, in paragraphs; related values are linked if an article has them."""
    page = client.get("/author/Ada%20Ng").text
    assert '<p dir="auto">Writes about &lt;b&gt;tides&lt;/b&gt;.</p>' in page
    assert '<p dir="auto">Since 2019.</p>' in page
    assert '<meta name="description" content="Writes about &lt;b&gt;tides&lt;/b&gt;.">' in page
    assert '<a href="https://news.example/ada?a=1&amp;b=2" rel="noopener"' in page
    assert (
        '<a href="/theme/Tides" dir="auto">Tides</a> <span class="count">9 articles</span>' in page
    )
    assert '<a href="/source/Meridian%20Wire" dir="auto">Meridian Wire</a>' in page
    assert "Nothing" not in page


@pytest.mark.parametrize("value", ODD_VALUES)
def test_the_comparison_over_time_finds_the_articles(client: FlaskClient, value: str) -> None:
    """An apostrophe or a Hebrew quotation mark is part of its word."""
    page = client.get(value_page_path("theme", value)).text
    link = re.search(r'href="/trends(\?[^"]*)"', page)
    if link is None:
        # It has no letters.
        assert not any(each.isalnum() for each in value)
        return
    series = json.loads(client.get(f"/api/v1/trends{unescape(link[1])}").data)["series"][0]
    assert series["total"] >= 1


def test_a_long_value_is_cut(client: FlaskClient) -> None:
    """The text ends in a sign, as every other text that is cut."""
    page = client.get(f"/theme/{'long%20' * 80}").text
    assert "long…</bdi>" in page


def _json_ld(page: str) -> Any:
    return json.loads(page.partition('<script type="application/ld+json">')[2].partition("</")[0])


def test_other_sites_learn_what_the_page_is_about(client: FlaskClient) -> None:
    """An author who is certainly a person has a profile, everything else is a collection."""
    person = _json_ld(client.get("/author/Ada%20Ng").text)
    assert person["@type"] == "ProfilePage"
    assert person["mainEntity"] == {
        "@type": "Person",
        "name": "Ada Ng",
        "url": "http://localhost/author/Ada%20Ng",
        "description": "Writes about <b>tides</b>.\n\nSince 2019.",
        "sameAs": "https://news.example/ada?a=1&b=2",
    }
    assert person["hasPart"]["numberOfItems"] == 5
    assert person["hasPart"]["itemListElement"][0]["url"] == "http://localhost/articles/a5"
    place = _json_ld(client.get("/region/uk").text)
    assert place["@type"] == "CollectionPage"
    assert place["about"]["@type"] == "Place"
    assert place["about"]["name"] == "United Kingdom"
    assert place["mainEntity"]["numberOfItems"] == 9
    odd = _json_ld(client.get(value_page_path("author", "<b>bold</b>")).text)
    assert odd["@type"] == "CollectionPage"
    assert odd["about"]["name"] == "<b>bold</b>"


def test_a_page_is_valid_until_the_archive_or_its_description_changes(tmp_path: Path) -> None:
    """Browsers and caches ask again and get 304, but never an old description."""
    plain = _client(tmp_path)
    tag = plain.get("/author/Ada%20Ng").headers["ETag"]
    known = {"If-None-Match": tag}
    assert plain.get("/author/Ada%20Ng", headers=known).status_code == 304
    (tmp_path / "values.toml").write_text(DESCRIBED, "utf-8")
    described = _client(tmp_path, values=str(tmp_path / "values.toml"))
    assert described.get("/author/Ada%20Ng", headers=known).status_code == 200


def test_every_engine_answers_for_values(store: GenerationStore, app_of: AppOf) -> None:
    """Articles over time, values that go with one, near values and the sitemap are there."""
    build(store, _articles())
    client = app_of().test_client()
    page = client.get("/theme/Tides").text
    assert '<a href="/?theme=Tides">9 articles</a>' in page
    assert '<time datetime="2011-03-01">' in page
    assert '<time datetime="2019-03-09">' in page
    assert page.count('<th scope="row"><a') == 9
    assert 'href="/?region=uk&amp;theme=Tides"><span dir="auto">uk</span>' in page
    assert len(re.findall(r">Harbour \d</a></h3>", page)) == 9
    missing = client.get("/author/ada%20ng")
    assert missing.status_code == 404
    assert 'href="/author/Ada%20Ng"' in missing.text
    for value in ODD_VALUES:
        assert client.get(value_page_path("author", value)).status_code == 200, value
    assert client.get("/sitemap.xml").text.count("/author/") == 3 + len(ODD_VALUES)


def test_a_visit_is_light(sample_server: Server) -> None:
    """The page itself takes less than a sixth of what a visit may transfer."""
    author = sample_server.get("/api/v1/facets/author").json()["values"][0]["value"]
    path = value_page_path("author", author)
    answer = sample_server.get(path, headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200
    assert int(answer.headers["Content-Length"]) < 10_000
