"""Exports and the feed: the same search in other formats."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import feedparser
import pytest

from search.errors import IndexDamaged
from search.index.protocols import GenerationStore
from search.model.article import ARTICLE_KEYS
from search.model.query import SearchQuery
from tests.conftest import AppOf, Cli, Server, article, build, serving

API = "/api/v1/search"


def test_exports_have_every_match_in_order(sample_server: Server) -> None:
    """Other programs can read the CSV and JSON Lines of a search."""
    query = "?q=river+OR+harbour&sort=oldest"
    ids = [hit["id"] for hit in sample_server.get(f"{API}{query}&size=100").json()["hits"]]
    rows = list(
        csv.DictReader(io.StringIO(sample_server.get(f"/export.csv{query}").text, newline=""))
    )
    assert [row["id"] for row in rows] == ids
    assert list(rows[0]) == list(ARTICLE_KEYS)
    lines = sample_server.get(f"/export.jsonl{query}").text.splitlines()
    assert [json.loads(line)["id"] for line in lines] == ids
    marked = sample_server.get(f"/export.csv{query}&bom=1").content
    assert marked == "\ufeff".encode() + sample_server.get(f"/export.csv{query}").content
    assert sample_server.get(f"/export.csv{query}&bom=yes").status_code == 400


@pytest.mark.parametrize("form", ["csv", "jsonl", "bib", "ris"])
def test_an_export_is_streamed(store: GenerationStore, form: str, app_of: AppOf) -> None:
    """The first matches are sent before the last is read, so memory is bounded."""
    build(store, [article(number) for number in range(2_500)])
    read: list[bytes] = []
    lines = type(store.current()).lines

    def watch(engine: Any, query: SearchQuery) -> Iterator[bytes]:
        for line in lines(engine, query):
            read.append(line)
            yield line

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(store.current()), "lines", watch)
        answer = app_of().test_client().get(f"/export.{form}", buffered=False)
        assert next(answer.iter_encoded())
        assert len(read) < 1_500
        assert answer.content_length is None
        answer.close()


@pytest.mark.parametrize("form", ["csv", "jsonl", "bib", "ris"])
def test_an_export_that_cannot_begin_is_an_error(
    store: GenerationStore, monkeypatch: pytest.MonkeyPatch, form: str, app_of: AppOf
) -> None:
    """A damaged index gives a 503 rather than an empty file with status 200."""
    build(store, [article(1)])

    def fail(*_: object) -> Iterator[bytes]:
        raise IndexDamaged("a segment is gone")
        yield b""

    for way in ("lines", "matches"):
        monkeypatch.setattr(type(store.current()), way, fail)
    assert app_of().test_client().get(f"/export.{form}").status_code == 503


@pytest.mark.parametrize(("sort", "order"), [("&sort=oldest", "oldest"), ("", "newest")])
def test_a_feed_is_walked_to_its_end(sample_server: Server, sort: str, order: str) -> None:
    """A feed reader meets every match once, with stable ids, and finds the first page."""
    query = "?q=river+OR+harbour"
    hits = sample_server.get(f"{API}{query}&sort={order}&size=100").json()["hits"]
    path = f"/feed.atom{query}{sort}&size=3"
    entries: list[Any] = []
    while path:
        feed = feedparser.parse(sample_server.get(path).content)
        assert not feed.bozo
        entries += feed.entries
        links = {link.rel: link.href for link in feed.feed.links}
        assert links["first"].endswith(f"sort={order}&size=3")
        path = links.get("next", "").removeprefix(sample_server.url.rstrip("/"))
    assert [entry.title for entry in entries] == [hit["title"] for hit in hits]
    assert len({entry.id for entry in entries}) == len(hits)
    assert [entry.link.partition("/articles/")[2] for entry in entries] == [
        hit["url"].removeprefix("/articles/") for hit in hits
    ]


def test_a_cell_is_never_a_formula(tmp_path: Path) -> None:
    """A spreadsheet executes nothing in an export."""
    (tmp_path / "in.jsonl").write_text(
        json.dumps({"title": "=1+1", "deck": "-x", "published": "2020-01-01"})
    )
    Cli(tmp_path)("rebuild", "in.jsonl")
    with serving("serve", folder=tmp_path) as server:
        row = next(csv.DictReader(io.StringIO(server.get("/export.csv").text, newline="")))
    assert (row["title"], row["deck"]) == ("'=1+1", "'-x")


def test_a_feed_is_newest_first(store: GenerationStore, app_of: AppOf) -> None:
    """A feed reader sees what is new, unless its address names another order."""
    build(
        store,
        [
            article(1, title="Tide tide tide", published="2019-01-01"),
            article(2, title="Tide", published="2021-01-01"),
            article(3, title="Tide and salt", published="2020-01-01"),
        ],
    )
    client = app_of().test_client()

    def titles(address: str) -> list[str]:
        return [entry.title for entry in feedparser.parse(client.get(address).data).entries]

    newest = ["Tide", "Tide and salt", "Tide tide tide"]
    assert titles("/feed.atom?q=tide") == newest
    assert titles("/feed.atom") == newest
    assert titles("/feed.atom?q=tide&sort=oldest") == newest[::-1]
    assert titles("/feed.atom?q=tide&sort=relevance") != newest
    page = client.get("/?q=tide&sort=relevance&page=1").text
    assert 'href="/feed.atom?q=tide&amp;sort=newest"' in page
    assert "sort=newest" in client.get(f"{API}?q=tide").get_json()["links"]["atom"]


def test_a_feeds_entries_have_the_same_ids_on_every_host(
    store: GenerationStore, app_of: AppOf
) -> None:
    """Neither the host of a request nor the site's address is part of an id."""
    build(store, [article(1), article(2)])
    feeds = [
        feedparser.parse(app_of(**settings).test_client().get("/feed.atom", base_url=base).data)
        for settings, base in (
            ({}, "http://one.example"),
            ({}, "https://two.example:8443"),
            ({"address": "https://news.example"}, "http://localhost"),
        )
    ]
    assert len({feed.feed.id for feed in feeds}) == 1
    assert len({tuple(entry.id for entry in feed.entries) for feed in feeds}) == 1
    assert len({feed.entries[0].link for feed in feeds}) == 3


@pytest.mark.parametrize(
    "article_id",
    ["a/b//c", "潮 %2F?#&", "https://x.example/?a=b&c", "\"'<>", "..x", "ends/related"],
)
def test_links_lead_to_ids_with_any_signs(
    store: GenerationStore, app_of: AppOf, article_id: str
) -> None:
    """The address in a feed or a citation is that of the article."""
    build(store, [article(1, id=article_id, title="Low tide")])
    client = app_of().test_client()
    (entry,) = feedparser.parse(client.get("/feed.atom").data).entries
    citation = client.get("/export.ris").text
    address = next(
        line.removeprefix("UR  - ") for line in citation.splitlines() if line.startswith("UR")
    )
    assert entry.link == address
    assert "Low tide" in client.get(entry.link).text


@pytest.mark.parametrize("path", ["export.csv", "export.jsonl", "export.bib", "export.ris"])
@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        ("", "dateline"),
        ("?q=OPEC&date=1987", "opec-1987"),
        ("?region=Middle+East&-theme=Sport", "middle-east-not-sport"),
        ("?q=x%0D%0ASet-Cookie:%20a=b", "x-set-cookie-a-b"),
        ("?q=%22;%20filename=%22evil.exe", "filename-evil-exe"),
        ("?q=..%2F..%2Fetc%2Fpasswd", "etc-passwd"),
        ("?q=nul", "dateline-nul"),
    ],
)
def test_a_download_is_named_after_its_search(
    sample_server: Server, path: str, parameters: str, name: str
) -> None:
    """A reader can tell downloads apart, and no text leaves the name."""
    answer = sample_server.get(f"/{path}{parameters}")
    assert answer.status_code == 200
    ending = path.rpartition(".")[2]
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}.{ending}"'
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "path",
    ["/export.csv", "/export.jsonl", "/export.bib", "/export.ris", "/cite/bib/a1", "/feed.atom"],
)
def test_a_known_download_is_not_sent_again(
    store: GenerationStore, app_of: AppOf, path: str
) -> None:
    """GET and HEAD give the same headers, and a 304 where nothing has changed."""
    build(store, [article(1)])
    client = app_of().test_client()
    # Each address has two export slots, which are free again once a response is closed.
    whole, head = client.get(path, buffered=True), client.head(path, buffered=True)
    assert head.data == b""
    for name in ("ETag", "Content-Type", "Content-Disposition", "Cache-Control"):
        assert head.headers.get(name) == whole.headers.get(name)
    known = {"If-None-Match": whole.headers["ETag"]}
    for answer in (client.get(path, headers=known), client.head(path, headers=known)):
        assert (answer.status_code, answer.data) == (304, b"")
        assert answer.headers["ETag"] == whole.headers["ETag"]
    assert client.head(path, headers={"If-None-Match": '"other"'}).status_code == 200
