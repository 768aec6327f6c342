"""Keys of articles: they lead to the right article or to none."""

import sqlite3
from pathlib import Path

import pytest

from search.engines.tantivy.storage.catalog import (
    CATALOG_FILE,
    TantivyCatalog,
    TantivyCatalogWriter,
)
from search.index import article_keys
from search.index.article_keys import KEY_BYTES, article_key, ids_by_key
from search.index.document import PreparedDocument

IDS = ("a1", "https://example.org/x?y=1", "ü“”", "\ud800", "x" * 500)


def document(article_id: str) -> PreparedDocument:
    return PreparedDocument(article_id, 1, 2, "")


def test_keys_never_change() -> None:
    """Lists in readers' browsers depend on them, across versions and engines."""
    assert article_key("a1") == 0xF55FF16F66F4
    assert all(0 <= article_key(article_id) < 1 << (8 * KEY_BYTES) for article_id in IDS)
    assert len({article_key(article_id) for article_id in IDS}) == len(IDS)


def test_only_wanted_keys_are_found() -> None:
    """Ids that an index returns in addition are ignored."""
    assert ids_by_key(IDS, [article_key("a1"), 7]) == {article_key("a1"): "a1"}


def test_a_shared_key_stands_for_no_article(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list never shows an article in the place of another one."""
    monkeypatch.setattr(article_keys, "article_key", len)
    assert ids_by_key(["a", "b", "cc", "cc"], [1, 2]) == {2: "cc"}


@pytest.fixture
def old_catalog(tmp_path: Path) -> Path:
    """Give the folder of a catalog that was written before there were keys."""
    writer = TantivyCatalogWriter(tmp_path / CATALOG_FILE, new=True)
    for article_id in ("a1", "a2"):
        writer.add(document(article_id))
    writer.finish()
    with sqlite3.connect(tmp_path / CATALOG_FILE) as database:
        database.execute("DROP INDEX article_article_key")
        database.execute("ALTER TABLE article DROP COLUMN article_key")
    database.close()
    return tmp_path


def test_an_old_catalog_finds_keys(old_catalog: Path) -> None:
    """Lists work before an archive is updated."""
    keys = [article_key("a2"), article_key("a3")]
    assert TantivyCatalog(old_catalog, None).ids_of_keys(keys) == {keys[0]: "a2"}


def test_an_update_adds_keys_to_an_old_catalog(old_catalog: Path) -> None:
    """After an update both old and new articles are found by the index of keys."""
    writer = TantivyCatalogWriter(old_catalog / CATALOG_FILE, new=False)
    writer.replace(document("a1"))
    writer.add(document("a3"))
    writer.finish()
    keys = [article_key(article_id) for article_id in ("a1", "a2", "a3", "a4")]
    catalog = TantivyCatalog(old_catalog, None)
    assert catalog.ids_of_keys(keys) == dict(zip(keys, ("a1", "a2", "a3"), strict=False))
    with sqlite3.connect(old_catalog / CATALOG_FILE) as database:
        rows = database.execute("SELECT id, article_key FROM article").fetchall()
    database.close()
    assert dict(rows) == {article_id: article_key(article_id) for article_id in ("a1", "a2", "a3")}
