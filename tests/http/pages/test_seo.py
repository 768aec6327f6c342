"""robots.txt, sitemaps and the OpenSearch description."""

from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

import pytest

from search.index.protocols import GenerationStore
from tests.conftest import AppOf, Server, article, build
from web.views import sitemap

_OTHERS = ("articles", "browse")
_NAMESPACE = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "o": "http://a9.com/-/spec/opensearch/1.1/",
}


def test_a_sitemap_lists_every_article(sample_server: Server) -> None:
    """Crawlers find all articles without following a search."""
    answer = sample_server.get("/sitemap.xml")
    assert answer.headers["content-type"].startswith("application/xml")
    addresses = [
        location.text or ""
        for location in ET.fromstring(answer.text).iterfind("s:url/s:loc", _NAMESPACE)
    ]
    articles = [address for address in addresses if "/articles/" in address]
    assert len(articles) == sample_server.get("/api/v1/search").json()["total"]
    for address in addresses[:12]:
        assert sample_server.get(urlsplit(address).path).status_code == 200
    etag = answer.headers["etag"]
    assert sample_server.get("/sitemap.xml", headers={"If-None-Match": etag}).status_code == 304


def test_a_large_archive_has_several_sitemaps(
    store: GenerationStore, monkeypatch: pytest.MonkeyPatch, app_of: AppOf
) -> None:
    """Each article is in exactly one part, whatever its id."""
    monkeypatch.setattr(sitemap, "_MAX_URLS", 20)
    monkeypatch.setattr(sitemap, "_URLS_PER_PART", 15)
    ids = [f"id & <{number}>/é" for number in range(60)]
    build(store, [article(1, id=odd_id) for odd_id in ids])
    client = app_of().test_client()
    parts = [
        location.text or ""
        for location in ET.fromstring(client.get("/sitemap.xml").data).iterfind(
            "s:sitemap/s:loc", _NAMESPACE
        )
    ]
    assert len(parts) > 3
    named = [
        unquote(urlsplit(location.text or "").path).removeprefix("/articles/")
        for part in parts
        for location in ET.fromstring(client.get(urlsplit(part).path).data).iterfind(
            "s:url/s:loc", _NAMESPACE
        )
        if "/articles/" in (location.text or "")
    ]
    assert sorted(named) == sorted(ids)
    assert client.get("/sitemap-99.xml").status_code == 404


def test_a_sitemap_has_the_page_of_every_value(
    store: GenerationStore, monkeypatch: pytest.MonkeyPatch, app_of: AppOf
) -> None:
    """Each is there once, in one file or in parts of a limited number; languages have no page."""
    values = [f"{letter} & <{number}>/é" for letter in "ab" for number in range(7)]
    build(
        store,
        [
            article(number, authors=[value], themes=values[:number], source="Wire")
            for number, value in enumerate(values)
        ],
    )
    client = app_of().test_client()
    expected = sorted(
        [
            *(("author", value) for value in values),
            *(("theme", value) for value in values[:-1]),
            ("source", "Wire"),
        ]
    )
    for size, parts in ((5_000, 0), (4, 1 + 4 + 4 + 1)):
        monkeypatch.setattr(sitemap, "_VALUES_PER_PART", size)
        # The parts are kept for a generation, by each application.
        client = app_of().test_client()
        index = ET.fromstring(client.get("/sitemap.xml").data)
        files = [location.text or "" for location in index.iterfind("s:sitemap/s:loc", _NAMESPACE)]
        assert len(files) == parts
        paths = [
            urlsplit(location.text or "").path
            for file in files or ["/sitemap.xml"]
            for location in ET.fromstring(client.get(urlsplit(file).path).data).iterfind(
                "s:url/s:loc", _NAMESPACE
            )
        ]
        assert len(paths) == len(set(paths))
        pages = [unquote(path).split("/", 2)[1:] for path in paths]
        named = [(kind, value) for kind, *rest in pages for value in rest if kind not in _OTHERS]
        assert sorted(named) == expected
        assert [path for path in paths if client.get(path).status_code != 200] == []
    assert client.get(f"/sitemap-{parts}.xml").status_code == 200
    assert client.get(f"/sitemap-{parts + 1}.xml").status_code == 404


def test_crawlers_are_kept_from_endless_searches(sample_server: Server) -> None:
    """Searches are excluded in robots.txt and by a header; what a reader may find elsewhere is not."""
    robots = sample_server.get("/robots.txt").text
    assert "Disallow: /*?" in robots
    assert f"Sitemap: {sample_server.url.rstrip('/')}/sitemap.xml" in robots
    hit = sample_server.get("/api/v1/search?q=river").json()["hits"][0]["url"]
    for path in (
        "/?q=river",
        "/browse/theme?q=river",
        "/trends?s=river",
        "/trends.csv?s=river",
        "/overview?q=river",
        "/mentions?q=river",
        "/mentions.csv?q=river",
        "/coverage.csv",
        "/compare?a=river&b=glacier",
        "/reprints?id=x",
        "/feed.atom?q=river",
        "/api/v1/search",
        "/export.csv?q=river",
    ):
        assert sample_server.get(path).headers["x-robots-tag"] == "noindex, nofollow"
    for path in (
        "/",
        hit,
        f"{hit}?q=river",
        "/region/Europe",
        "/browse/theme",
        "/browse/date",
        "/help",
        "/api/docs",
    ):
        assert "x-robots-tag" not in sample_server.get(path).headers
    for facet in ("author", "theme", "region", "report", "source"):
        assert f"Allow: /{facet}/\n" in robots
    assert "Allow: /api/docs\n" in robots


def test_an_article_opened_from_a_search_names_its_own_address(sample_server: Server) -> None:
    """Crawlers that follow a result know the article as one page, whatever was searched."""
    hit = sample_server.get("/api/v1/search?q=river").json()["hits"][0]["url"]
    address = sample_server.url.rstrip("/") + hit
    for path in (hit, f"{hit}?q=river&region=Europe"):
        assert f'<link rel="canonical" href="{address}">' in sample_server.get(path).text


def test_an_address_bar_gets_suggestions(sample_server: Server) -> None:
    """The answer has the format that browsers expect, whatever they accept."""
    path = "/api/v1/suggest?q=lith&format=opensearch&size=3"
    answer = sample_server.get(path, headers={"Accept": "application/x-suggestions+json"})
    assert answer.headers["content-type"] == "application/x-suggestions+json"
    typed, texts, descriptions, addresses = answer.json()
    usual = sample_server.get(path.replace("opensearch", "json")).json()["suggestions"]
    assert typed == "lith"
    assert texts == [suggestion["text"] for suggestion in usual] != []
    assert len(descriptions) == len(texts)
    assert addresses == [sample_server.url.rstrip("/") + each["url"] for each in usual]
    assert sample_server.get("/api/v1/suggest?format=opensearch").json() == ["", [], [], []]
    etag = {"If-None-Match": answer.headers["etag"]}
    assert sample_server.get(path, headers=etag).status_code == 304
    assert sample_server.get("/api/v1/suggest?q=a&format=xml").status_code == 400


@pytest.mark.parametrize("page_number", ["", "1", "2"])
def test_a_browser_can_add_the_archive_as_a_search_engine(
    sample_server: Server, page_number: str
) -> None:
    """The URLs of the OpenSearch description answer, also where what is optional is empty."""
    description = ET.fromstring(sample_server.get("/opensearch.xml").text)
    assert description.findtext("o:ShortName", namespaces=_NAMESPACE) == "Dateline"
    media_types = []
    for url in description.iterfind("o:Url", _NAMESPACE):
        address = (
            url.attrib["template"]
            .replace("{searchTerms}", "river")
            .replace("{startPage?}", page_number)
        )
        assert "{" not in address
        answer = sample_server.get(address.removeprefix(sample_server.url.rstrip("/")))
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(url.attrib["type"])
        media_types.append(url.attrib["type"])
    assert media_types == [
        "text/html",
        "application/atom+xml",
        "application/json",
        "application/x-suggestions+json",
    ]
    page = sample_server.get("/?q=river").text
    assert 'rel="search" type="application/opensearchdescription+xml"' in page
    assert (
        'rel="alternate" type="application/atom+xml" href="/feed.atom?q=river&amp;sort=newest"'
        in page
    )
