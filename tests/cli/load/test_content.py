"""Formats and encodings are detected by content if the name of a file is misleading."""

import gzip
import json
from pathlib import Path

import pytest

from indexer.input.batches import RawRecord, batches
from indexer.input.sources import find_files
from indexer.input.streams.file_format import Format
from tests.support.archives import line, page_of
from tests.support.cli import Cli
from tests.support.exports import ATOM, EXPORT_END, EXPORT_HEAD, REST_POST, RSS, item

_WARNING = "\n<br />\n<b>Notice</b>: Undefined index: lang in <b>/srv/feed.php</b> on line <b>12</b><br />\n"
_XHTML = (
    '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "xhtml1-strict.dtd">\n'
    '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>T</title></head><body><p>x</p></body></html>'
)
_JSON_FEED = {
    "items": [{"id": "1", "title": "A"}, {"id": "2", "title": "B"}],
    "version": "https://jsonfeed.org/version/1",
    "title": "F",
}
_RSS_1 = RSS.replace("<rss version", "<!-- made by hand, see <rss> --><rss version")


def _read(
    folder: Path, name: str, content: bytes | str
) -> tuple[set[Format], list[RawRecord], list[str]]:
    """Write a file and return its formats, records and problems."""
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    kinds, records, problems = set(), [], []
    for batch in batches(find_files([str(folder / name)]).files, lambda _: None):
        kinds.add(batch.kind)
        for record in batch.records():
            problem = record.problem or batch.problem
            problems += [problem] if problem else []
            records += [] if problem else [record]
    return kinds, records, problems


TOLD = [
    ("index.html", RSS, Format.FEED, 2),
    ("feed.htm", ATOM, Format.FEED, 1),
    ("feed.xhtml", "\ufeff\n\n" + RSS, Format.FEED, 2),
    ("feed.html", _WARNING + RSS, Format.FEED, 2),
    ("export.html", EXPORT_HEAD + item() + EXPORT_END, Format.WORDPRESS_EXPORT, 1),
    ("rss.xml", _WARNING + RSS, Format.FEED, 2),
    ("rss.rss", "\n \n\ufeff" + RSS, Format.FEED, 2),
    ("rss.xml", "PHP Warning:  Module loaded\n" + RSS.partition("?>")[2], Format.FEED, 2),
    ("export.xml", "Deprecated: x in y on line 3\n\n" + EXPORT_HEAD + item() + EXPORT_END, Format.WORDPRESS_EXPORT, 1),
    ("rss.xml", _RSS_1, Format.FEED, 2),
    ("rss.xml", RSS + "\n<!-- cached -->\n" + ATOM, Format.FEED, 3),
    ("rss.xml", RSS + EXPORT_HEAD + item() + EXPORT_END, None, 3),
    ("feed.txt", RSS, Format.FEED, 2),
    ("feed.json", RSS, Format.FEED, 2),
    ("page.xml", _XHTML, Format.PAGE, 1),
    ("page.rss", page_of("T"), Format.PAGE, 1),
    ("page.txt", "\n" + page_of("T").decode(), Format.PAGE, 1),
    ("page.html", page_of("T").replace(b"<p>", b"<p>&lt;rss&gt; <code><!-- <rss version='2.0'> --></code>"), Format.PAGE, 1),
    ("page.html", _XHTML, Format.PAGE, 1),
    ("text.txt", "A title <rss>\n\nSite, July 12, 2017\n\n<?xml is how it begins.", Format.REPRINT, 1),
    ("lines.txt", line("a") + line("b"), Format.JSON_LINES, 2),
    ("array.txt", "\ufeff[\n" + line("a") + "]", Format.JSON_ARRAY, 1),
    ("notes.txt", "[1] A note\n\nSite, July 12, 2017\n\nText.", Format.REPRINT, 1),
    ("lines.json", line("a") + line("b"), Format.JSON_LINES, 2),
    ("lines.json", line("a"), Format.JSON_ARRAY, 1),
    ("array.jsonl", "\n " + json.dumps([json.loads(line("a"))] * 3, indent=2), Format.JSON_ARRAY, 3),
    ("objects.jsonl", json.dumps(json.loads(line("a")), indent=2) * 2, Format.JSON_ARRAY, 2),
    ("lines.jsonl", '["no object"]\n' + line("a"), Format.JSON_LINES, 2),
    ("feed.json", json.dumps(_JSON_FEED), Format.JSON_FEED, 2),
    ("feeds.json", json.dumps(_JSON_FEED) + "\n" + json.dumps(_JSON_FEED | {"title": "G"}), Format.JSON_FEED, 4),
    ("list.json", json.dumps({"items": _JSON_FEED["items"], "title": "no feed"}), Format.JSON_ARRAY, 2),
    ("pages.json", json.dumps([[{"a": 1}, {"a": 2}], [{"a": 3}]]), Format.JSON_ARRAY, 3),
    ("pages.json", json.dumps([{"data": [{"a": 1}, {"a": 2}]}, {"data": [{"a": 3}]}]), Format.JSON_ARRAY, 3),
    ("pages.json", "\n".join(json.dumps({"data": {"posts": [{"a": n}]}}) for n in range(3)), Format.JSON_ARRAY, 3),
    ("sequence.json", "\x1e" + line("a") + "\x1e" + line("b"), Format.JSON_ARRAY, 2),
    ("joined.json", "\ufeff[]\n\ufeff[" + line("a") + "]", Format.JSON_ARRAY, 1),
    ("article.json", json.dumps(json.loads(line("a")) | {"items": [{"x": 1}]}), Format.JSON_ARRAY, 1),
    ("article.json", json.dumps(json.loads(line("a")) | {"data": [1, 2]}), Format.JSON_ARRAY, 1),
    ("empty.json", json.dumps({"articles": []}), None, 0),
    ("packed.xml", gzip.compress(RSS.encode()), Format.FEED, 2),
    ("plain.xml.gz", RSS, Format.FEED, 2),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "kind", "count"), TOLD)
def test_content_tells_the_format(
    tmp_path: Path, name: str, content: bytes | str, kind: Format | None, count: int
) -> None:
    """Files have wrong names, or text before their content; the format is still detected."""
    kinds, records, problems = _read(tmp_path, name, content)
    assert not problems
    assert len(records) == count
    if kind:
        assert kinds == {kind}


NOT_XML = [
    ("x.xml", "<opml version='2.0'><body/></opml>"),
    ("x.xml", "<!DOCTYPE html><html><body><pre><rss></pre>"),
    ("x.html", "<?xml version='1.0'?><svg/>"),
    ("x.xml", "no tag at all"),
]


@pytest.mark.parametrize(("name", "content"), NOT_XML)
def test_other_documents_are_not_taken_for_feeds(tmp_path: Path, name: str, content: str) -> None:
    """Only the root element makes a document a feed."""
    kinds, _, _ = _read(tmp_path, name, content)
    assert kinds.isdisjoint({Format.FEED, Format.WORDPRESS_EXPORT})


@pytest.mark.parametrize(
    "posts", [item(3, "<p>Secret</p>", status="private"), json.dumps(REST_POST)]
)
def test_a_text_with_posts_of_an_export_is_refused(tmp_path: Path, posts: str) -> None:
    """A text that contains an export is refused, because its private posts cannot be recognised."""
    text = f"Title\n\nSite, July 12, 2017\n\nText.\n{posts}"
    for encoding in ("utf-8", "utf-16", "utf-16-le"):
        _, records, problems = _read(tmp_path, "a.txt", text.encode(encoding))
        assert not records
        assert "posts of a WordPress export" in problems[0]
    _, records, problems = _read(
        tmp_path, "a.html", item(3, "<p>Secret</p>", status="private") + page_of("T").decode()
    )
    assert (len(records), len(problems)) == (0, 1)


WIDE = ["utf-16", "utf-16-le", "utf-16-be", "utf-32"]


@pytest.mark.parametrize("encoding", WIDE)
@pytest.mark.parametrize("name", ["feed.xml", "list.json", "feed.html"])
def test_utf_16_and_utf_32_are_read(tmp_path: Path, name: str, encoding: str) -> None:
    """UTF-16 and UTF-32 are read like UTF-8, with or without a byte order mark."""
    feed = RSS.replace('<?xml version="1.0"?>', '<?xml version="1.0" encoding="UTF-16"?>')
    text = (
        json.dumps([{"title": "Résumé – ж"}] * 2, ensure_ascii=False)
        if name.endswith("json")
        else feed
    )
    _, records, problems = _read(tmp_path, name, text.encode(encoding))
    assert not problems
    assert [record.raw.decode() for record in records] == [
        record.raw.decode() for record in _read(tmp_path, name, text)[1]
    ]


@pytest.mark.parametrize("encoding", ["utf-16", "iso2022_jp", "utf-8"])
def test_feeds_in_multibyte_encodings_are_loaded(cli: Cli, encoding: str) -> None:
    """The declaration is converted with the feed, so that no text is decoded twice."""
    declared = {"iso2022_jp": "ISO-2022-JP", "utf-8": "utf-16"}.get(encoding, "UTF-16")
    title = "港の灯 <台>".replace("<", "&lt;")
    feed = RSS.replace('<?xml version="1.0"?>', f'<?xml version="1.0" encoding="{declared}"?>')
    feed = feed.replace("Un &amp; deux", title).replace("Résumé", "Resume")
    (cli.folder / "feed.xml").write_bytes(feed.encode(encoding))
    cli("rebuild", "feed.xml")
    titles = {json.loads(line)["title"] for line in cli("export").stdout.splitlines()}
    assert titles == {"港の灯 <台>", "Trois"}


def test_texts_and_lines_in_utf_16_are_read(cli: Cli) -> None:
    """Text that Windows editors save as Unicode is read like any other."""
    (cli.folder / "in").mkdir()
    (cli.folder / "in" / "a.txt").write_bytes(
        "Überschrift\n\nSite, July 12, 2017\n\nKörper".encode("utf-16")
    )
    (cli.folder / "in" / "b.jsonl").write_bytes(line("b", title="Größe").encode("utf-16"))
    (cli.folder / "in" / "c.csv").write_bytes(
        "title\tpublished\nMaß\t2019-03-05\n".encode("utf-16")
    )
    cli("rebuild", "in")
    titles = {json.loads(line)["title"] for line in cli("export").stdout.splitlines()}
    assert titles == {"Überschrift", "Größe", "Maß"}


def test_garbage_after_json_is_one_reject(tmp_path: Path) -> None:
    """An error page appended to downloaded JSON is one reject; the records before are read."""
    for rubbish in ("<html>", "]", "Error 500", "null", "}"):
        _, records, problems = _read(tmp_path, "a.json", f"[{line('a')},{line('b')}]\n\n{rubbish}")
        assert len(records) == 2
        assert len(problems) == 1
        assert "in line 5 is not JSON" in problems[0]


def test_long_wrapper_objects_are_streamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrapper object of any size is streamed, and its other keys do not become articles."""
    monkeypatch.setattr("indexer.input.streams.json_splitter._MAX_OBJECT_IN_MEMORY", 1000)
    around = {
        "took": 3,
        "facets": {"data": [{"no": 1}]},
        "articles": [json.loads(line(str(n))) for n in range(3000)],
    }
    _, records, problems = _read(tmp_path, "a.json", json.dumps(around, indent=1))
    assert not problems
    assert [json.loads(record.raw)["id"] for record in records] == [str(n) for n in range(3000)]
    article = json.loads(line("a", body="x" * 400_000)) | {"items": [{"no": 1}]}
    assert len(_read(tmp_path, "b.json", json.dumps(article))[1]) == 1
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [{"id": str(n), "title": "T"} for n in range(900)],
    }
    kinds, records, _ = _read(tmp_path, "c.json", json.dumps(feed))
    assert (kinds, len(records)) == ({Format.JSON_FEED}, 900)
