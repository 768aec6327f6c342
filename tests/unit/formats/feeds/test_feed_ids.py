"""Items of a feed that share an id: other articles, or later versions of one."""

import json
from pathlib import Path

import pytest

from indexer.input.batches import batches
from indexer.input.sources import find_files
from indexer.input.streams import feed_ids


def _shared(path: Path) -> list[bool]:
    """Return for each item of a feed whether it shares its id."""
    return [
        record.shares_id
        for batch in batches(find_files([str(path)]).files, lambda _: None)
        for record in batch.records()
    ]


def _rss(*items: str) -> str:
    return f"<rss><channel><title>Quay</title>{''.join(f'<item>{each}</item>' for each in items)}</channel></rss>"


def _atom(*entries: str) -> str:
    return f"<feed xmlns='http://www.w3.org/2005/Atom'><title>Quay</title>{''.join(f'<entry>{each}</entry>' for each in entries)}</feed>"


FEEDS = [
    (_rss("<title>A</title><guid>x</guid>", "<title>B</title><guid>x</guid>", "<title>C</title><guid>y</guid>"), [1, 1, 0]),
    (_rss("<title>A</title><guid>x</guid>", "<title> <![CDATA[a]]></title><guid><![CDATA[ x ]]></guid>"), [0, 0]),
    (_rss("<title>Caf&amp;#233;</title><guid>x</guid>", "<title>CAFÉ</title><guid>x</guid>"), [0, 0]),
    (_rss("<title>A</title><link>https://q.example/</link>", "<title>B</title><link>https://q.example/</link>"), [1, 1]),
    (_rss("<title>A</title><link>https://q.example/</link><guid>1</guid>", "<title>B</title><link>https://q.example/</link><guid>2</guid>"), [0, 0]),
    (_rss("<title>A</title><guid>x</guid>", "<title>A</title><guid>x</guid>", "<title>B</title><guid>x</guid>"), [1, 1, 1]),
    (_rss("<link>https://q.example/</link><description>One</description>", "<link>https://q.example/</link><description>Two</description>"), [1, 1]),
    (_rss("<guid>x</guid><media:title>M</media:title><title>A</title>", "<guid>x</guid><media:title>N</media:title><title>A</title>"), [0, 0]),
    (_rss("<title>A</title>", "<title>B</title>"), [0, 0]),
    (_atom("<id>x</id><title>A</title>", "<id>x</id><title type='html'>B</title>"), [1, 1]),
    (_atom("<source><id>s</id><title>S</title></source><id>1</id><title>A</title>", "<source><id>s</id><title>S</title></source><id>2</id><title>B</title>"), [0, 0]),
    (_atom("<link rel='alternate' href='https://q.example/'/><title>A</title>", "<link href='https://q.example/'/><title>B</title>"), [1, 1]),
]  # fmt: skip


@pytest.mark.parametrize(("feed", "shared"), FEEDS)
def test_items_that_share_an_id_are_marked(tmp_path: Path, feed: str, shared: list[int]) -> None:
    """Items with one id and different titles are different articles, otherwise versions of one."""
    (tmp_path / "feed.xml").write_text(feed)
    assert _shared(tmp_path / "feed.xml") == list(map(bool, shared))


def test_items_of_json_feeds_are_marked(tmp_path: Path) -> None:
    """The same applies to JSON Feeds, each feed of a file separately."""
    items = [
        {"id": "x", "title": "A"},
        {"id": "x", "title": "B"},
        {"url": "u", "title": "C"},
        {"url": "u", "title": "c "},
    ]
    feeds = [
        {"version": "https://jsonfeed.org/version/1.1", "title": name, "items": items[:end]}
        for name, end in (("F", 4), ("G", 1))
    ]
    (tmp_path / "feed.json").write_text("\n".join(map(json.dumps, feeds)))
    assert _shared(tmp_path / "feed.json") == [True, True, False, False, False]


def test_of_a_very_long_feed_later_items_are_marked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Memory is bounded; the first item may already be written when the second one comes."""
    monkeypatch.setattr(feed_ids, "_MAX_BUFFERED_ITEMS", 2)
    items = [
        f"<title>{title}</title><guid>{guid}</guid>"
        for title, guid in ("Ax", "By", "Cx", "Cx", "By", "Dz")
    ]
    (tmp_path / "feed.xml").write_text(_rss(*items))
    assert _shared(tmp_path / "feed.xml") == [False, False, True, True, False, False]


def test_posts_of_an_export_are_not_marked(tmp_path: Path) -> None:
    """WordPress numbers its posts itself, so ids of an export are trusted."""
    export = _rss("<title>A</title><guid>x</guid>", "<title>B</title><guid>x</guid>")
    (tmp_path / "a.xml").write_text(
        export.replace("<rss>", "<rss xmlns:wp='http://wordpress.org/export/1.2/'>")
    )
    assert _shared(tmp_path / "a.xml") == [False, False]
