"""Items of RSS, Atom and JSON Feed: ids, addresses, people, texts and languages."""

import json
from typing import Any

import pytest

from indexer.formats import FormatOptions
from indexer.formats.feeds import json_feed
from indexer.formats.feeds import reader as feed
from indexer.formats.record.validation import to_article
from tests.support.feeds import atom, entry, read_all, rss, rss_item


def _one(text: str, options: FormatOptions | None = None) -> dict[str, Any]:
    (found,) = read_all(text, options)
    assert isinstance(found, dict)
    return found


IDS = [
    ("<guid>42</guid>", "fen.example#42", ""),
    (
        '<guid isPermaLink="false">tag:fen.example,2019:1</guid>',
        "fen.example#tag:fen.example,2019:1",
        "",
    ),
    ("<guid>https://fen.example/a</guid>", "https://fen.example/a", "https://fen.example/a"),
    ('<guid isPermaLink="false">https://fen.example/?p=1</guid>', "https://fen.example/?p=1", ""),
    ("<guid>7</guid><link>news/7</link>", "fen.example#7", "https://fen.example/news/7"),
    ("<link>/8</link>", "https://fen.example/8", "https://fen.example/8"),
    (f"<guid>{'x' * 600}</guid>", "fen.example#72ed66e5ea56aeba", ""),
    (
        "<guid>9</guid><link>https://web.archive.org/web/2020/https://fen.example/9</link>",
        "fen.example#9",
        "https://fen.example/9",
    ),
    (
        '<guid>1</guid><link>https://feeds.example/~r/1</link><o:origLink xmlns:o="urn:o">https://fen.example/1</o:origLink>',
        "fen.example#1",
        "https://fen.example/1",
    ),
    (
        "<guid>https://fen.example/2</guid><link>https://feedproxy.google.com/~r/fen/~3/2</link>",
        "https://fen.example/2",
        "https://fen.example/2",
    ),
    ("<guid>3</guid><link>javascript:void(0)</link>", "fen.example#3", ""),
]


@pytest.mark.parametrize(("fields", "article_id", "url"), IDS)
def test_ids_belong_to_their_feed_and_urls_are_addresses(
    fields: str, article_id: str, url: str
) -> None:
    """An id that is not an address is unique only in its feed, and is never shown as a link."""
    found = _one(rss(rss_item(fields)))
    assert (found["id"], found.get("url", "")) == (article_id, url)


HEADS = [
    ("<link>http://www.fen.example/</link>", "fen.example#1"),
    ("<link>https://fen.example/news/?utm_source=feed</link>", "fen.example/news#1"),
    (
        '<a:link xmlns:a="http://www.w3.org/2005/Atom" rel="self" href="https://fen.example/rss"/>',
        "fen.example/rss#1",
    ),
    ("<title>Fen news</title>", "Fen news#1"),
    ("<link>https://web.archive.org/web/2020/https://fen.example/</link>", "fen.example#1"),
]


@pytest.mark.parametrize(("head", "article_id"), HEADS)
def test_a_feed_is_known_by_its_home_page(head: str, article_id: str) -> None:
    """The same feed has the same ids under any file name, scheme and with or without `www`."""
    assert _one(rss(rss_item("<guid>1</guid>"), head=head))["id"] == article_id


def test_rss_and_atom_of_one_site_share_their_ids() -> None:
    """A site's two feeds name the same articles."""
    in_rss = _one(rss(rss_item('<guid isPermaLink="false">urn:x:1</guid>')))
    in_atom = _one(atom(entry("<id>urn:x:1</id>")))
    assert in_rss["id"] == in_atom["id"]


def test_items_that_share_an_id_get_ids_of_their_own() -> None:
    """Title and date are added, in the same way on every load."""
    head, end = rss("@").split("@")
    raws = [rss_item("<guid>x</guid>", title=title).encode() for title in ("One", "Two", "One")]
    context = (head.encode(), end.encode())
    ids = [feed.read(raw, context, FormatOptions(), shares_id=True).record["id"] for raw in raws]
    assert ids[0] == ids[2] != ids[1]
    assert all(each.startswith("fen.example#x#") for each in ids)


def test_links_are_joined_with_the_base_that_is_declared() -> None:
    """`xml:base` takes precedence over the feed's home page, for links of entries and texts."""
    text = '<content type="html">&lt;a href="x"&gt;l&lt;/a&gt; &lt;a href="#n"&gt;m&lt;/a&gt;</content>'
    found = _one(
        atom(entry('<id>1</id><link href="a"/>', text=text)).replace(
            "<entry", '<entry xml:base="https://b.example/c/"'
        )
    )
    assert (found["url"], found["body"]) == (
        "https://b.example/c/a",
        "[l](https://b.example/c/x) m",
    )


CHANNEL = (
    "<link>https://fen.example/</link><managingEditor>boss@fen.example (The Boss)</managingEditor>"
    "<webMaster>web@fen.example</webMaster><itunes:owner><itunes:name>Owner</itunes:name></itunes:owner>"
)
PEOPLE = [
    ("<author>ana@fen.example (Ana Roy)</author>", ["Ana Roy"]),
    ("<author>Ana Roy &lt;ana@fen.example&gt;</author>", ["Ana Roy"]),
    ("<author>ana@fen.example</author>", []),
    ("<author>noreply@fen.example (Unknown)</author>", []),
    (
        "<dc:creator>ana@fen.example</dc:creator><author>x@fen.example (Jan Okafor)</author>",
        ["Jan Okafor"],
    ),
    (
        "<dc:creator>Ana Roy</dc:creator><dc:creator>Jan Okafor</dc:creator>",
        ["Ana Roy", "Jan Okafor"],
    ),
    ("<itunes:author>Ana Roy</itunes:author>", ["Ana Roy"]),
    ("", []),
]


@pytest.mark.parametrize(("fields", "authors"), PEOPLE)
def test_authors_of_rss_are_names(fields: str, authors: list[str]) -> None:
    """Addresses are not names, and those who maintain a feed are not authors."""
    found = _one(rss(rss_item(fields), head=CHANNEL))
    assert list(found.get("authors", ())) == authors
    assert "@" not in found.get("byline", "")


ENTRY_PEOPLE = [
    ("<author><name>Ana Roy</name><email>a@fen.example</email></author>", ["Ana Roy"]),
    ("<author><email>a@fen.example</email><uri>https://fen.example/ana</uri><name>Ana Roy</name></author>", ["Ana Roy"]),
    ("<author><name>Ana Roy (a@fen.example)</name></author><author><name>Jan Okafor</name></author>", ["Ana Roy", "Jan Okafor"]),
    ("<source><author><name>Mia Lund</name></author></source>", ["Mia Lund"]),
    ("<author><name>a@fen.example</name></author>", ["Feed Author"]),
    ("", ["Feed Author"]),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "authors"), ENTRY_PEOPLE)
def test_authors_of_atom_are_names(fields: str, authors: list[str]) -> None:
    """E-mail and address next to a name change nothing; the feed's author is the default."""
    head = "<title>Fen</title><author><name>Feed Author</name><email>f@fen.example</email></author>"
    found = _one(atom(entry(fields), head=head))
    assert list(found["authors"]) == authors
    assert "(" not in found["byline"]


PLAIN = "<description>A heron.</description>"
TEXTS = [
    (PLAIN + "<media:description>Photo: Lund</media:description>", "A heron.", ""),
    (PLAIN + "<media:group><media:content><media:description>Long caption of it</media:description></media:content></media:group>", "A heron.", ""),
    (PLAIN + "<itunes:summary>For players, and longer than it is</itunes:summary>", "A heron.", ""),
    (PLAIN + "<content:encoded>&lt;p&gt;All of it.&lt;/p&gt;</content:encoded><itunes:summary>x</itunes:summary>", "All of it.", "A heron."),
    ("<media:group><media:description>Nothing else</media:description></media:group>", "Nothing else", ""),
    ("<itunes:subtitle>Sub</itunes:subtitle><itunes:summary>Nothing else</itunes:summary>", "Nothing else", ""),
    (PLAIN + "<content:encoded>&lt;img src='x'/&gt;</content:encoded>", "A heron.", ""),
    (PLAIN + '<y:full-text xmlns:y="http://news.yandex.ru">All of it.</y:full-text>', "All of it.", "A heron."),
    (PLAIN + '<c:encoded xmlns:c="urn:odd">&lt;p&gt;All of it.&lt;/p&gt;</c:encoded>', "All of it.", "A heron."),
    ("<description>One.\n\nTwo &lt; 3 * 4.</description>", "One.\n\nTwo < 3 \\* 4.", ""),
    ("<description>One &amp;amp;\n\ntwo.</description>", "One &\n\ntwo.", ""),
    ("<description>One&lt;br&gt;&lt;br&gt;two</description>", "One\n\ntwo", ""),
    ('<description>A heron.&lt;div class="feedflare"&gt;&lt;a href="http://x.example/~ff/"&gt;Share&lt;/a&gt;&lt;/div&gt;</description>', "A heron.", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "body", "deck"), TEXTS)
def test_the_text_is_what_readers_of_the_site_see(text: str, body: str, deck: str) -> None:
    """Captions and summaries for players are used only if there is no other text.

    Plain text keeps its paragraphs and signs.
    """
    found = _one(rss(rss_item(text=text)))
    assert (found["body"], found.get("deck", "")) == (body, deck)


def test_a_summary_is_known_to_be_one() -> None:
    """A load must not replace a fuller text by a summary."""
    head, end = rss("@").split("@")
    context = (head.encode(), end.encode())
    assert feed.read(rss_item().encode(), context, FormatOptions()).summary_only
    whole = rss_item("<content:encoded>All of it.</content:encoded>").encode()
    assert not feed.read(whole, context, FormatOptions()).summary_only


TITLES = [
    ('<title type="text">The &lt;b&gt; and &amp;amp; signs</title>', "The <b> and &amp; signs"),
    ('<title type="html">The &lt;b&gt;heron&lt;/b&gt; &amp;amp; I</title>', "The heron & I"),
    ("<title>The &lt;blink&gt; tag</title>", "The <blink> tag"),
    ("<title>The &lt;i&gt;heron&lt;/i&gt;</title>", "The heron"),
    (
        '<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">The <i>heron</i></div></title>',
        "The heron",
    ),
]


@pytest.mark.parametrize(("title", "line"), TITLES)
def test_a_title_is_read_by_its_declared_type(title: str, line: str) -> None:
    """A plain title is kept as it is; without a type, HTML is recognised by its elements."""
    assert _one(atom(entry(title=title)))["title"] == line


def test_only_subjects_become_themes() -> None:
    """Tags, other lists and the default category are not themes; a mapping may change that."""
    terms = (
        '<category domain="https://fen.example/rubrics">Birds</category><category domain="post_tag">heron</category>'
        '<category domain="language">English</category><category>Uncategorized</category><itunes:keywords>a</itunes:keywords>'
    )
    assert _one(rss(rss_item(terms)))["themes"] == ("Birds",)
    mapped = _one(
        rss(rss_item(terms)),
        FormatOptions(categories={"post_tag": "reports", "Uncategorized": "themes"}),
    )
    assert (mapped["themes"], mapped["reports"]) == (("Birds", "Uncategorized"), ("heron",))


LANGUAGES = [
    ("<language>de_AT</language>", "", "de-AT"),
    ("<language>English</language>", "", "en"),
    ("<language>en-US,en</language>", "", "en-US"),
    ("<language>elvish</language>", "", "nl"),
    ("<language>fr</language>", "<dc:language>es</dc:language>", "es"),
    ("", "", "nl"),
]


@pytest.mark.parametrize(("head", "fields", "language"), LANGUAGES)
def test_no_item_is_lost_for_its_language(head: str, fields: str, language: str) -> None:
    """A wrong name of a language is corrected; without a name the setting's language is used."""
    found = _one(
        rss(rss_item(fields), head=head + "<title>x</title>"), FormatOptions(language="nl")
    )
    assert found["language"] == language


def test_an_unknown_language_is_counted() -> None:
    """The report names what was not understood."""
    head, end = rss("@", head="<language>elvish</language>").split("@")
    record = feed.read(rss_item().encode(), (head.encode(), end.encode()), FormatOptions()).record
    assert to_article(record, "", "en")[1] == ["language: elvish"]


def test_an_unreadable_date_is_named() -> None:
    """A reject names the date in the source."""
    head, end = rss("@").split("@")
    raw = b"<item><title>Heron</title><pubDate>at low tide</pubDate></item>"
    assert (
        feed.read(raw, (head.encode(), end.encode()), FormatOptions()).record["published"]
        == "at low tide"
    )


JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Fen",
    "home_page_url": "https://fen.example/",
    "language": "en_GB",
    "authors": [{"name": "Feed Author"}],
}
JSON_ITEMS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (
        {"id": 7, "title": "Tom &amp; Ida", "content_text": "One.\n\nTwo.", "summary": "Three."},
        {"id": "fen.example#7", "title": "Tom & Ida", "body": "One.\n\nTwo.", "deck": "Three.", "authors": ["Feed Author"], "language": "en-GB"},
    ),
    (
        {"id": "https://fen.example/8", "content_html": '<p>A <a href="/x">l</a></p>', "author": {"name": "Ana Roy <a@fen.example>"}, "tags": ["Birds"]},
        {"id": "https://fen.example/8", "url": "https://fen.example/8", "body": "A [l](https://fen.example/x)", "authors": ["Ana Roy"], "themes": ["Birds"]},
    ),
    ({"id": "9", "url": "/9", "summary": "Short.", "language": "de"}, {"url": "https://fen.example/9", "body": "Short.", "language": "de"}),
    ({"id": "1", "title": "x", "date_published": "at low tide"}, {"published": "at low tide"}),
    ({"id": "1", "title": 3, "content_html": [1], "tags": "x", "authors": [1]}, {"id": "fen.example#1"}),
]  # fmt: skip


@pytest.mark.parametrize(("item", "keys"), JSON_ITEMS)
def test_items_of_a_json_feed_are_read(item: dict[str, Any], keys: dict[str, Any]) -> None:
    """Versions 1 and 1.1 are read, with ids of the feed's own and relative links joined."""
    raw = json.dumps({"date_published": "2019-01-05T09:00:00Z"} | item).encode()
    found = json_feed.read(raw, (json.dumps(JSON_FEED).encode(),), FormatOptions())
    assert {key: found.record[key] for key in keys} == keys
    assert found.summary_only == (item.get("summary") == "Short.")


def test_items_of_a_json_feed_that_share_an_id() -> None:
    """Their ids are made unique like those of other feeds."""
    context = (json.dumps(JSON_FEED).encode(),)
    raws = [
        json.dumps({"id": "x", "title": title, "date_published": "2019-01-05"}).encode()
        for title in ("One", "Two")
    ]
    first, second = (
        json_feed.read(raw, context, FormatOptions(), shares_id=True).record["id"] for raw in raws
    )
    assert first != second


def test_a_byline_of_a_feed_has_no_by() -> None:
    """The by-line begins with the name, as in every other format."""
    names = "<dc:creator>By Ana Gil and Kim Lee</dc:creator>"
    record = _one(rss(rss_item(names)))
    assert record["byline"] == "Ana Gil and Kim Lee"
    assert record["authors"] == ("Ana Gil", "Kim Lee")
