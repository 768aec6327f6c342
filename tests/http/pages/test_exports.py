"""Exports and the feed: the same search in other formats."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

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


def test_a_feed_is_walked_to_its_end(sample_server: Server) -> None:
    """A feed reader meets every match once, with stable ids, and finds the first page."""
    query = "?q=river+OR+harbour&sort=oldest"
    hits = sample_server.get(f"{API}{query}&size=100").json()["hits"]
    path = f"/feed.atom{query}&size=3"
    entries: list[Any] = []
    while path:
        feed = feedparser.parse(sample_server.get(path).content)
        assert not feed.bozo
        entries += feed.entries
        links = {link.rel: link.href for link in feed.feed.links}
        assert links["first"].endswith("sort=oldest&size=3")
        path = links.get("next", "").removeprefix(sample_server.url.rstrip("/"))
    assert [entry.title for entry in entries] == [hit["title"] for hit in hits]
    assert [entry.id for entry in entries] == [
        f"tag:127.0.0.1,{hit['published'][:10]}:{quote(hit['id'], safe='')}" for hit in hits
    ]
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
