"""Entity tags, cached static files, and the size of a visit."""

from gzip import compress, decompress
from json import loads

import html5lib
import httpx
import pytest

from search.index.protocols import GenerationStore
from tests.conftest import AppOf, Server, article, build
from web.theme.bundled_files import STYLE_SHEET, bundled_files

API = "/api/v1/search"


def test_the_generation_is_the_entity_tag(sample_server: Server) -> None:
    """A client that has the answer of this generation gets a 304, compressed or not."""
    first = sample_server.get(API, params={"q": "river"}, headers={"Accept-Encoding": "gzip"})
    assert first.headers["content-encoding"] == "gzip"
    again = sample_server.get(
        API, params={"q": "river"}, headers={"If-None-Match": first.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
    plain = sample_server.get(API, params={"q": "river"}, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.headers["etag"] == first.headers["etag"]


FIXED = ("/api/v1/openapi.json", "/robots.txt", "/opensearch.xml")


EVERYTHING = (
    "/", "/?q=body", "/articles/a1", "/browse/author", "/overview?q=body", "/coverage",
    "/coverage.csv", "/compare?a=body&b=title", "/help", "/api/docs", "/feed.atom",
    "/export.csv", "/export.jsonl", "/export.bib",
    "/export.ris", "/sitemap.xml", f"{API}?q=body", "/api/v1/articles/a1",
    "/api/v1/articles/a1/related", "/api/v1/facets/author", "/api/v1/overview?q=body",
    "/api/v1/suggest?q=bo", "/api/v1/coverage",
    "/api/v1/trends?s=body", "/trends.csv?s=body", *FIXED,
)  # fmt: skip


def test_a_cached_answer_costs_no_search(store: GenerationStore, app_of: AppOf) -> None:
    """Every answer has a tag, and sending it back gets a 304 without a call of the engine."""
    build(store, [article(1)])
    client = app_of().test_client()
    tags = {path: client.get(path, buffered=True).headers["ETag"] for path in EVERYTHING}
    with pytest.MonkeyPatch.context() as patch:
        for method in (
            "search", "hits", "facet", "suggest", "related", "lines", "matches", "trends",
            "coverage", "contrast",
        ):  # fmt: skip
            patch.setattr(type(store.current()), method, pytest.fail, raising=False)
        again = {
            path: client.get(path, headers={"If-None-Match": tag}) for path, tag in tags.items()
        }
    assert {
        path: (answer.status_code, answer.headers["ETag"], answer.data)
        for path, answer in again.items()
    } == {path: (304, tag, b"") for path, tag in tags.items()}
    build(store, [article(2), article(1)])
    changed = {
        path: client.get(path, headers={"If-None-Match": tag}, buffered=True).status_code
        for path, tag in tags.items()
    }
    assert changed == {path: 304 if path in FIXED else 200 for path in EVERYTHING}


def test_the_home_page_is_made_once_a_generation(store: GenerationStore, app_of: AppOf) -> None:
    """The page that most clients ask for costs no search, compressed or not, until the next load."""
    build(store, [article(1)])
    client = app_of().test_client()
    pages = ("/", "/?q=", "/?unknown=1")
    gzip = {"Accept-Encoding": "gzip"}
    first = {path: client.get(path).data for path in (*pages, API)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(store.current()), "search", pytest.fail)
        assert {client.get(path).data for path in pages} == {first["/"]}
        compressed = client.get("/", headers=gzip)
        assert compressed.headers["Content-Encoding"] == "gzip"
        assert decompress(compressed.data) == first["/"]
        again = client.get(API).get_json()
    assert again | {"took_ms": 0} == loads(first[API]) | {"took_ms": 0}
    build(store, [article(2), article(1)])
    assert client.get("/").data != first["/"]
    assert client.get(API).get_json()["total"] == 2


def test_each_kind_of_client_has_its_home_page(store: GenerationStore, app_of: AppOf) -> None:
    """A page that is kept for one theme, part or address is not sent to others."""
    build(store, [article(1)])
    client = app_of(proxies=1).test_client(use_cookies=False)
    kinds: tuple[dict[str, str], ...] = (
        {},
        {"Cookie": "theme=dark"},
        {"HX-Request": "true"},
        {"X-Forwarded-Prefix": "/archive"},
    )

    def pages() -> list[bytes]:
        return [client.get("/", headers=headers).data for headers in kinds]

    first = pages()
    assert len(set(first)) == len(kinds)
    assert pages() == first


def test_a_visit_is_light(sample_server: Server) -> None:
    """Home, results and an article with all their files stay under 60 kB on the wire."""
    paths = [
        "/",
        "/?q=river",
        sample_server.get(API, params={"q": "river"}).json()["hits"][0]["url"],
    ]
    tree = html5lib.parse(sample_server.get("/").text, namespaceHTMLElements=False)
    paths += [element.get("src") for element in tree.iter("script")]
    paths += [
        element.get("href") for element in tree.iter("link") if element.get("rel") == "stylesheet"
    ]
    with httpx.Client() as client:
        size = 0
        for path in paths:
            with client.stream(
                "GET", sample_server.url.rstrip("/") + path, headers={"Accept-Encoding": "gzip"}
            ) as answer:
                assert answer.status_code == 200
                size += sum(len(chunk) for chunk in answer.iter_raw())
    assert size <= 60_000


def test_the_script_is_small() -> None:
    """It has no part that slows down a first visit; comments are not sent."""
    script = bundled_files()["dateline.js"]
    assert len(compress(script, 9)) <= 4_000
    assert b"//" not in script


def test_static_files_are_cached_for_a_year(sample_server: Server) -> None:
    """Their URLs change when they do."""
    tree = html5lib.parse(sample_server.get("/").text, namespaceHTMLElements=False)
    style = next(
        element.get("href") for element in tree.iter("link") if element.get("rel") == "stylesheet"
    )
    answer = sample_server.get(style or "")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.content == bundled_files()[STYLE_SHEET]
