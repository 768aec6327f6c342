"""Records that a feed or an export marks as private, or as another type, are not read."""

import json
from typing import Any

import pytest

from indexer.formats import FormatOptions, NoArticle, read_record
from indexer.input.streams.file_format import Format
from tests.support.exports import EXPORT_END, EXPORT_HEAD, item
from tests.support.feeds import atom, entry, read_all, rss, rss_item

DECLARED = 'xmlns:wp="http://wordpress.org/export/1.2/"'
EXPORT_ITEMS = (
    item(1)
    + item(2, status="draft")
    + item(3, more="<wp:post_password> rose </wp:post_password>")
    + item(4, kind="Attachment", status="Inherit")
    + item(5, status=" Private ")
    + item(6, status="Publish", more="<wp:post_password></wp:post_password>")
    + item(7, more="<wp:status>private</wp:status>")
    + item(8, status="")
    + item(9, status="acf-disabled")
)
KINDS = [
    "", "status draft", "password", "type attachment", "status private", "", "status private", "status missing",
    "status acf-disabled",
]  # fmt: skip


def _kinds(text: str, options: FormatOptions | None = None) -> list[str]:
    return [found if isinstance(found, str) else "" for found in read_all(text, options)]


SPELLINGS = [
    DECLARED,
    'xmlns:wp="https://wordpress.org/export/1.1/"',
    "xmlns:wp = 'HTTP://www.WordPress.org/export/1.0/'",
    'xmlns:wp="wordpress.org/export/1.2"',
    'xmlns:wp="https://fen.example/another/namespace/"',
    "",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_an_export_is_recognised_by_its_elements(spelling: str) -> None:
    """Private posts stay private, however the export's namespace is declared, if at all."""
    assert _kinds(EXPORT_HEAD.replace(DECLARED, spelling) + EXPORT_ITEMS + EXPORT_END) == KINDS


@pytest.mark.parametrize(
    ("prefix", "declared"), [("ns1:", DECLARED.replace("wp=", "ns1=")), ("W:", ""), ("", "")]
)
def test_the_prefix_of_an_export_does_not_matter(prefix: str, declared: str) -> None:
    """Tools that rewrite XML change the prefixes of namespaces, or lose them."""
    text = EXPORT_HEAD.replace(DECLARED, declared) + EXPORT_ITEMS + EXPORT_END
    text = text.replace("<wp:", f"<{prefix}").replace("</wp:", f"</{prefix}")
    assert _kinds(text) == KINDS
    (first, *_) = read_all(text)
    assert isinstance(first, dict)
    assert first["authors"] == ("Ana Roy",)


def test_namespaces_may_be_declared_on_the_channel_or_on_each_item() -> None:
    """The program that wrote an export chooses where to declare a namespace."""
    bare = EXPORT_HEAD.replace(DECLARED, "")
    on_channel = bare.replace("<channel>", f"<channel {DECLARED}>") + EXPORT_ITEMS + EXPORT_END
    on_items = (
        bare.partition("<wp:author>")[0]
        + EXPORT_ITEMS.replace("<item>", f"<item {DECLARED}>")
        + EXPORT_END
    )
    assert _kinds(on_channel) == _kinds(on_items) == KINDS


MARKS = [
    ("<status>private</status>", "status private"),
    ('<s:status xmlns:s="urn:x">Draft</s:status>', "status draft"),
    ('<s:post_status xmlns:s="urn:x">pending</s:post_status>', "status pending"),
    ('<wp:status xmlns:wp="urn:x">of-a-plug-in</wp:status>', "status of-a-plug-in"),
    ("<wp:post_type>page</wp:post_type>", "type page"),
    ("<wp:post_password><![CDATA[rose]]></wp:post_password>", "password"),
    (
        '<a:control xmlns:a="http://www.w3.org/2007/app"><a:draft>yes</a:draft></a:control>',
        "status draft",
    ),
    ('<a:control xmlns:a="http://purl.org/atom/app#"><a:draft>no</a:draft></a:control>', ""),
    ("<draft>true</draft>", "status draft"),
    ('<g:deleted xmlns:g="http://schemas.google.com/g/2005"/>', "status deleted"),
    ("<deleted>false</deleted>", ""),
    ("<isPublished>false</isPublished>", "status unpublished"),
    ("<visibility>hidden</visibility>", "status hidden"),
    ('<t:in-reply-to xmlns:t="http://purl.org/syndication/thread/1.0" ref="x"/>', "comment"),
    ("<link>https://fen.example/1/#comment-12</link>", "comment"),
    ("<status>ok</status>", ""),
    ('<m:status xmlns:m="http://search.yahoo.com/mrss/">deleted</m:status>', ""),
]


@pytest.mark.parametrize(("mark", "kind"), MARKS)
def test_marks_of_a_feed_count(mark: str, kind: str) -> None:
    """An item that any vocabulary marks as not public is left out; other words are not marks."""
    assert _kinds(rss(rss_item(mark))) == [kind]
    if not mark.startswith("<link>"):
        assert _kinds(atom(entry(mark))) == [kind]


FORM = (
    '<form action="https://fen.example/wp-login.php?action=postpass" class="post-password-form" method="post">'
    "<p>To see it, type its password.</p></form>"
)
WORDPRESS = '<guid isPermaLink="false">https://fen.example/?p=7</guid>'


@pytest.mark.parametrize(
    ("title", "text", "kind"),
    [
        ("Heron", FORM, "password"),
        ("Heron", FORM.replace("<", "&lt;"), ""),
        ("Protected: Heron", "No excerpt.", "password"),
        ("Geschützt: Reiher", "Kein Auszug.", "password"),
        ("Privé : le héron", "Un oiseau.", "status private"),
        ("保護中: サギ", "x", "password"),
        ("Private lives of herons", "A bird.", ""),
        ("Protected areas: a list", "Fens.", ""),
    ],
)
def test_what_wordpress_shows_of_a_protected_post_is_no_article(
    title: str, text: str, kind: str
) -> None:
    """In a feed, protected posts have a form for the password and a word before the title."""
    content = f"<content:encoded><![CDATA[{text}]]></content:encoded>"
    assert _kinds(rss(rss_item(WORDPRESS, title=title, text=content))) == [kind]
    if text is not FORM:
        # Titles of other systems may begin with these words.
        assert _kinds(
            rss(rss_item("<guid>https://fen.example/heron</guid>", title=title, text=content))
        ) == [""]


def test_a_status_is_found_in_an_item_that_is_not_xml() -> None:
    """Broken markup before a mark of privacy does not hide it."""
    broken = "<title>Heron <b>here</title><pubDate>Sat, 05 Jan 2019 09:00:00 +0000</pubDate><wp:status>private</wp:status>"
    assert _kinds(rss(f"<item>{broken}</item>")) == ["status private"]
    assert _kinds(rss('<item status="draft"><title>Heron</title></item>')) == ["status draft"]


KIND_SCHEME = "http://schemas.google.com/blogger/2008/kind"


def _of_kind(kind: str) -> str:
    return f'<category scheme="{KIND_SCHEME}" term="{KIND_SCHEME}#{kind}"/>'


def test_of_an_old_blogger_export_posts_are_read() -> None:
    """Templates, settings, comments and pages are not articles, and their kinds are not themes."""
    kinds = ["post", "comment", "template", "settings", "page"]
    label = '<category scheme="http://www.blogger.com/atom/ns#" term="Birds"/>'
    found = read_all(atom(*(entry(_of_kind(kind) + label) for kind in kinds)))
    assert found[1:] == ["comment", "template", "settings", "type page"]
    assert isinstance(found[0], dict)
    assert found[0]["themes"] == ("Birds",)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("layout", "template"),
        ("settings.BLOG_EMAIL", "settings"),
        ("page-7", "type page"),
        ("post-7", ""),
    ],
)
def test_ids_identify_the_parts_of_a_blogger_export(name: str, kind: str) -> None:
    """If the category that names an entry's kind was lost, its id still does."""
    assert _kinds(atom(entry(f"<id>tag:blogger.com,1999:blog-12.{name}</id>"))) == [kind]


BLOGGER = [
    (
        "<b:type>POST</b:type><b:status>LIVE</b:status><author><name>Ana Roy</name><b:type>BLOGGER</b:type></author>",
        "",
    ),
    ("<b:type>POST</b:type><b:status>DRAFT</b:status>", "status draft"),
    ("<b:type>POST</b:type><b:status>SOFT_TRASHED</b:status>", "status soft-trashed"),
    (
        "<b:type>POST</b:type><b:status>LIVE</b:status><b:trashed>2020-01-01T00:00:00Z</b:trashed>",
        "status trash",
    ),
    ("<b:type>PAGE</b:type><b:status>LIVE</b:status>", "type page"),
    ("<b:type>COMMENT</b:type><b:status>LIVE</b:status>", "comment"),
]


@pytest.mark.parametrize(("fields", "kind"), BLOGGER)
def test_of_a_new_blogger_export_live_posts_are_read(fields: str, kind: str) -> None:
    """The newer form has elements for type and status."""
    declared = '<feed xmlns:b="http://schemas.google.com/blogger/2018" '
    found = read_all(atom(entry(f"<id>x</id>{fields}")).replace("<feed ", declared))
    assert [each if isinstance(each, str) else "" for each in found] == [kind]


RECORDS: list[tuple[dict[str, Any], str]] = [
    ({"status": "draft"}, "status draft"),
    ({"Status": "Entwurf"}, "status entwurf"),
    ({"status": 0}, "status unpublished"),
    ({"state": "-2"}, "status unpublished"),
    ({"status": [{"value": "0"}]}, "status unpublished"),
    ({"attributes": {"status": False}}, "status unpublished"),
    ({"isDraft": True}, "status draft"),
    ({"draft": "false"}, ""),
    ({"published": False}, "status unpublished"),
    ({"published": True}, ""),
    ({"visibility": "members"}, "status members"),
    ({"visibility": "public"}, ""),
    ({"password": "rose"}, "password"),
    ({"password": ""}, ""),
    ({"post_password": "rose"}, "password"),
    ({"post_status": "of-a-plug-in"}, "status of-a-plug-in"),
    ({"post_status": "publish"}, ""),
    ({"post_type": "revision"}, "type revision"),
    ({"deleted_at": "2020-01-01"}, "status deleted"),
    ({"deleted_at": None}, ""),
    ({"live": False, "has_unpublished_changes": True}, "status unpublished"),
    ({"live": False}, ""),
    ({"introtext": "x", "access": "2"}, "status restricted"),
    ({"type": "attachment"}, "type attachment"),
    ({"type": "comment"}, "comment"),
    ({"type": "page", "visibility": "public"}, "type page"),
    ({"type": "page", "audience": "everyone"}, "type page"),
    ({"type": "page"}, ""),
    ({"audience": "only_paid"}, "status only-paid"),
    ({"audience": "everyone"}, ""),
    ({"status": "archived"}, "status archived"),
    ({"privacyStatus": "unlisted"}, "status unlisted"),
    ({"workflow": "Draft"}, "status draft"),
    ({"stage": "third of five"}, ""),
    ({"_id": "drafts.7f"}, "status draft"),
    ({"visibility": "direct"}, "status direct"),
    ({"estado": "borrador"}, "status borrador"),
    ({"estado": "Jalisco"}, ""),
    ({"approved": False}, "status unpublished"),
    ({"veröffentlicht": "nein"}, "status unpublished"),
    ({"members_only": True}, "status members-only"),
    ({"spam": 1}, "status spam"),
    ({"meta": {"status": "draft"}}, "status draft"),
    ({"status": "draft", "meta": {"status": "ok"}}, "status draft"),
    ({"meta": {"status": 200}, "archived_at": "2020-01-01"}, ""),
    ({"html": FORM}, "password"),
    ({"status": "ok", "state": "Ohio", "type": "NewsArticle", "access": 3}, ""),
]


@pytest.mark.parametrize(("marks", "kind"), RECORDS)
def test_records_of_other_systems_are_taken_at_their_word(marks: dict[str, Any], kind: str) -> None:
    """A draft of any system stays one in JSON; an unrelated status loses no article."""
    options = FormatOptions(keys={"head": "title", "day": "published"})
    raw = json.dumps({"id": "1", "head": "Heron", "day": "2019-01-05"} | marks).encode()
    if not kind:
        assert read_record(Format.JSON_LINES, raw, (), options).record["title"] == "Heron"
        return
    with pytest.raises(NoArticle) as skipped:
        read_record(Format.JSON_LINES, raw, (), options)
    assert str(skipped.value) == kind
    assert skipped.value.withdraws == (
        "1" if kind == "password" or kind.startswith("status") else ""
    )
