"""WordPress exports, REST dumps and feeds, read from files as in a load."""

import json
from pathlib import Path
from typing import Any

import pytest

from indexer.formats import FormatOptions, NoArticle, read_record
from indexer.formats.wordpress.post_text import body_of_post
from indexer.input.sources import find_files
from indexer.input.streams.file_format import Format
from indexer.preview import Preview, previews
from search.errors import InvalidSettings
from tests.support.exports import ATOM, EXPORT_END, EXPORT_HEAD, REST_POST, RSS, item


def _read(
    path: Path, text: str, options: FormatOptions | None = None, name: str = "in.xml"
) -> list[Preview]:
    file = path / name
    file.write_text(text, "utf-8")
    return list(previews(find_files([str(file)]).files, options or FormatOptions()))


def _article(preview: Preview) -> dict[str, Any]:
    assert preview.article, preview.reason
    return {key: value for key, value in preview.article.to_dict().items() if value}


def test_a_post_of_an_export_is_read_whole(tmp_path: Path) -> None:
    """Every part of a post is read from where WordPress stores it."""
    terms = (
        '<category domain="category" nicename="baltic"><![CDATA[Baltic & Sound]]></category>'
        '<category domain="category" nicename="region">Region</category>'
        '<category domain="category" nicename="coasts">Coasts</category><category domain="post_tag" nicename="sea">sea</category>'
        '<category domain="category" nicename="uncategorized">Uncategorized</category>'
    )
    (preview,) = _read(tmp_path, EXPORT_HEAD + item(12, more=terms) + EXPORT_END)
    assert _article(preview) == {
        "id": "https://tide.example/?p=12",
        "title": "Dykes & Dunes",
        "deck": "What the sea takes",
        "byline": "Prof. Ana Roy",
        "authors": ("Ana Roy",),
        "published": "2017-07-12T09:30:00+02:00",
        "regions": ("Baltic & Sound",),
        "themes": ("Coasts",),
        "url": "https://tide.example/12/",
        "language": "en-GB",
        "body": "One.",
        "origin": "in.xml:13",
    }
    assert preview.found["regions"] == "category 'Baltic & Sound' under 'Europe'"


def test_categories_go_where_the_mapping_says(tmp_path: Path) -> None:
    """An admin maps parents, categories and taxonomies to facets; "" drops one."""
    terms = (
        '<category domain="category" nicename="sand">Sand Thieves</category><category domain="post_tag" nicename="sea">sea</category>'
        '<category domain="category" nicename="coasts">Coasts</category><category domain="place" nicename="x">Riga</category>'
        '<category domain="category" nicename="lantern">The Lantern</category>'
    )
    mapping = {
        "Dossier": "reports",
        "post_tag": "themes",
        "Coasts": "",
        "place": "regions",
        "The Lantern": "source",
    }
    (preview,) = _read(
        tmp_path, EXPORT_HEAD + item(more=terms) + EXPORT_END, FormatOptions(categories=mapping)
    )
    article = _article(preview)
    assert (article["reports"], article["themes"], article["regions"], article["source"]) == (
        ("Sand Thieves",),
        ("sea",),
        ("Riga",),
        "The Lantern",
    )


def test_only_published_posts_are_read_by_default(tmp_path: Path) -> None:
    """Drafts, pages and attachments are counted and left out; an admin may include them."""
    text = (
        EXPORT_HEAD
        + item(1)
        + item(2, status="draft")
        + item(3, kind="page")
        + item(4, kind="attachment", status="inherit")
        + EXPORT_END
    )
    assert [preview.skipped for preview in _read(tmp_path, text)] == [
        "",
        "status draft",
        "type page",
        "type attachment",
    ]
    options = FormatOptions(wordpress={"types": "post, page", "statuses": "publish,draft"})
    assert [bool(preview.article) for preview in _read(tmp_path, text, options)] == [
        True,
        True,
        True,
        False,
    ]


def test_several_authors_of_a_plug_in(tmp_path: Path) -> None:
    """Authors that a plug-in stores as terms are all read, by their display names."""
    terms = '<category domain="author" nicename="cap-jan">x</category><category domain="author" nicename="cap-m">Marta K.</category>'
    (preview,) = _read(tmp_path, EXPORT_HEAD + item(more=terms) + EXPORT_END)
    assert _article(preview)["authors"] == ("Jan Okafor", "Marta K.")


def test_custom_fields_are_mapped(tmp_path: Path) -> None:
    """Post meta reaches an article's keys by `keys`."""
    meta = "<wp:postmeta><wp:meta_key>origin_url</wp:meta_key><wp:meta_value>https://o.example/</wp:meta_value></wp:postmeta>"
    (preview,) = _read(
        tmp_path,
        EXPORT_HEAD + item(more=meta) + EXPORT_END,
        FormatOptions(keys={"meta.origin_url": "source_url"}),
    )
    assert _article(preview)["source_url"] == "https://o.example/"


BODIES = [
    (
        "<!-- wp:paragraph -->\n<p>One.</p>\n<!-- /wp:paragraph -->\n\n<!-- wp:paragraph -->\n<p>Two.</p>",
        "One.\n\nTwo.",
    ),
    (
        "Classic one\nstill one.\n\nTwo.\n<h2>Head</h2>\nThree.",
        "Classic one\nstill one.\n\nTwo.\n\n## Head\n\nThree.",
    ),
    (
        '[caption id="a"]<img src="x"> A boat[/caption]<p>One [sic] two.</p>[gallery ids="1,2"][more]',
        "A boat\n\nOne [sic] two.",
    ),
    ("[dropcap]O[/dropcap]nce [Jan] said.", "Once [Jan] said."),
    ('<p>See [link href="x"]here[/link].</p>', "See here."),
    ("", ""),
]


@pytest.mark.parametrize(("content", "body"), BODIES)
def test_blocks_and_shortcodes_are_cleaned(content: str, body: str) -> None:
    """Readers see prose, without markup of an editor's tools; words in brackets stay words."""
    assert body_of_post(content) == body


def test_markup_inside_text_splits_nothing(tmp_path: Path) -> None:
    """An article about XML, with `</item>` in its text or a comment, is one article."""
    content = "<p>It ends with &lt;/item&gt;, says </item> and &lt;item&gt;.</p>"
    text = EXPORT_HEAD + item(1, content, more="<!-- </item> <item> -->") + item(2) + EXPORT_END
    assert [_article(preview)["id"][-1] for preview in _read(tmp_path, text)] == ["1", "2"]


def test_an_export_of_any_size_is_split_correctly(tmp_path: Path) -> None:
    """Items that cross block borders are complete, and their lines are right."""
    contents = [
        "<p>" + f"{number} words " * (number % 97 * 40) + "</p>" for number in range(1, 400)
    ]
    text = (
        EXPORT_HEAD
        + "".join(item(number, content) for number, content in enumerate(contents, 1))
        + EXPORT_END
    )
    found = _read(tmp_path, text)
    assert [preview.line for preview in found] == [13 + 2 * number for number in range(399)]
    bodies = [_article(preview).get("body", "") for preview in found]
    assert [body.split() for body in bodies] == [content[3:-4].split() for content in contents]


def test_entities_and_control_characters_are_read(tmp_path: Path) -> None:
    """Entities of HTML and control characters, which exports hold, do not lose an article."""
    (preview,) = _read(
        tmp_path, EXPORT_HEAD + item(title="Dykes&nbsp;&mdash; Du\x08nes &#x1f;&amp;") + EXPORT_END
    )
    assert _article(preview)["title"] == "Dykes — Dunes &"
    (broken,) = _read(tmp_path, EXPORT_HEAD + item(title="<b>not closed") + EXPORT_END)
    assert "not XML" in broken.reason


REFUSED = [
    ("<opml></opml>", "neither a WordPress export nor RSS nor Atom"),
    ('<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY l2 "&lol;&lol;">]><rss><channel><item><title>&l2;</title></item></channel></rss>', "declares entities"),
    (EXPORT_HEAD + item()[:-20], "ends within the item that begins in line 13"),
    (EXPORT_HEAD + "<item><title><![CDATA[never closed", "ends within the item that begins in line 13"),
    ("", "neither"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_other_files_are_refused_by_name(tmp_path: Path, text: str, reason: str) -> None:
    """A file in another format is named, and entity bombs are not expanded."""
    assert reason in _read(tmp_path, text)[-1].reason


def test_only_terms_of_subjects_are_themes(tmp_path: Path) -> None:
    """Languages, formats and terms of plug-ins are not themes; unknown taxonomies are reported."""
    kinds = (
        "language",
        "post_translations",
        "post_format",
        "nav_menu",
        "yst_prominent_words",
        "wp_theme",
        "tag",
        "post_tag",
        "river",
    )
    terms = "".join(f'<category domain="{kind}" nicename="x">{kind}</category>' for kind in kinds)
    terms += '<category domain="category" nicename="coasts">Coasts</category><category domain="Topic">Tides</category>'
    terms += (
        '<category domain="category" nicename="u">Non classé</category><category>Docks</category>'
    )
    (preview,) = _read(tmp_path, EXPORT_HEAD + item(more=terms) + EXPORT_END)
    assert _article(preview)["themes"] == ("Coasts", "Tides", "Docks")
    assert preview.unknown == ["taxonomy river"]


def test_a_translation_has_its_own_language(tmp_path: Path) -> None:
    """A translation plug-in sets the language of a post, which may differ from the site's."""
    terms = '<category domain="language" nicename="{}">x</category>'
    posts = (
        item(1, more=terms.format("pt_br"))
        + item(2, more=terms.format("en"))
        + item(3, more=terms.format("pll_1"))
    )
    found = [
        _article(each)["language"] for each in _read(tmp_path, EXPORT_HEAD + posts + EXPORT_END)
    ]
    assert found == ["pt-BR", "en-GB", "en-GB"]


def test_ids_dates_and_links_of_other_exporters(tmp_path: Path) -> None:
    """A guid that is not an address belongs to its site, and links are joined.

    A missing local time is taken from UTC.
    """
    head = EXPORT_HEAD.replace("<channel>", "<channel><link>https://tide.example/</link>")
    one = item(
        1,
        '<p>See <a href="/about">us</a>.</p>',
        date="<wp:post_date_gmt>2019-01-05 08:00:00</wp:post_date_gmt>",
    )
    one = one.replace("https://tide.example/?p=1", "77").replace("https://tide.example/1/", "/1/")
    article = _article(*_read(tmp_path, head + one + EXPORT_END))
    assert (article["id"], article["url"], article["published"], article["body"]) == (
        "tide.example#77",
        "https://tide.example/1/",
        "2019-01-05T08:00:00+00:00",
        "See [us](https://tide.example/about).",
    )
    (unread,) = _read(tmp_path, head + item(date="<pubDate>at low tide</pubDate>") + EXPORT_END)
    assert "'at low tide' is not a date" in unread.reason


def test_a_draft_names_the_article_that_it_was(tmp_path: Path) -> None:
    """A withdrawn post is identified by the id that it had."""
    with pytest.raises(NoArticle) as skipped:
        read_record(
            Format.WORDPRESS_EXPORT,
            item(5, status="draft").encode(),
            (EXPORT_HEAD.encode(), EXPORT_END.encode()),
            FormatOptions(),
        )
    assert skipped.value.withdraws == "https://tide.example/?p=5"


REST_REFUSED = [
    ({"content": {"rendered": "", "protected": True}}, "password"),
    ({"excerpt": {"rendered": "x", "protected": True}}, "password"),
    ({"password": "rose"}, "password"),
    ({"status": "Private"}, "status private"),
    ({"type": "page"}, "type page"),
    ({"visibility": "hidden"}, "status hidden"),
    ({"content": {"rendered": '<form class="post-password-form" action="x"></form>'}}, "password"),
    ({"status": None, "title": {"rendered": "Geschützt: Reiher"}}, "password"),
]


@pytest.mark.parametrize(("said", "kind"), REST_REFUSED)
def test_marks_of_the_api_count(tmp_path: Path, said: dict[str, Any], kind: str) -> None:
    """Posts that the API marks as protected, private or another type are left out."""
    (preview,) = _read(tmp_path, json.dumps([REST_POST | said]), name="posts.json")
    assert preview.skipped == kind


def test_comments_of_the_api_are_not_articles(tmp_path: Path) -> None:
    """A dump of comments holds texts of readers."""
    comment = {
        "id": 1,
        "post": 9,
        "author_name": "Mia",
        "content": {"rendered": "<p>x</p>"},
        "date": "2019-01-05T09:00:00",
    }
    assert _read(tmp_path, json.dumps([comment]), name="comments.json")[0].skipped == "comment"


REST_PEOPLE = [
    ([("author", "jan-okafor", "jan-okafor"), ("language", "English", "en")], {}, ("Jan Okafor",)),
    (
        [("author", "Jan Okafor", "cap-jan"), ("author", "Mia Lund", "cap-mia")],
        {},
        ("Jan Okafor", "Mia Lund"),
    ),
    (
        [],
        {"authors": [{"display_name": "Mia Lund"}, {"display_name": "Ana Roy"}]},
        ("Mia Lund", "Ana Roy"),
    ),
]


@pytest.mark.parametrize(("terms", "said", "authors"), REST_PEOPLE)
def test_people_of_plug_ins_are_authors(
    tmp_path: Path,
    terms: list[tuple[str, str, str]],
    said: dict[str, Any],
    authors: tuple[str, ...],
) -> None:
    """Plug-ins for several authors store them as terms or in a list; they are not themes."""
    listed = [{"taxonomy": taxonomy, "name": name, "slug": slug} for taxonomy, name, slug in terms]
    post = (
        REST_POST
        | {"_embedded": {"author": [{"name": "Jan Okafor", "slug": "jan"}], "wp:term": [listed]}}
        | said
    )
    article = _article(*_read(tmp_path, json.dumps([post]), name="posts.json"))
    assert (article["authors"], article.get("themes", ())) == (authors, ())


def test_a_rest_dump_is_read_whole(tmp_path: Path) -> None:
    """The same site over its API gives the same ids, facets and text."""
    (preview,) = _read(
        tmp_path,
        json.dumps([REST_POST], indent=1),
        FormatOptions(keys={"meta.original": "source"}),
        "posts.json",
    )
    assert _article(preview) == {
        "id": "https://tide.example/?p=9",
        "title": "A “small” island",
        "deck": "Two paths",
        "byline": "Dr. Jan Okafor",
        "authors": ("Jan Okafor",),
        "published": "2020-02-03T10:00:00+01:00",
        "regions": ("Europe",),
        "source": "The Lantern",
        "url": "https://tide.example/sand/",
        "language": "en",
        "body": "Body … here.\n\n- x",
        "origin": "posts.json:2",
    }
    (draft,) = _read(tmp_path, json.dumps(REST_POST | {"status": "draft"}), name="post.json")
    assert draft.skipped == "status draft"


def test_feeds_are_read(tmp_path: Path) -> None:
    """Of RSS and Atom, content, ids, times, authors and categories are read."""
    first, second = (_article(preview) for preview in _read(tmp_path, RSS))
    assert {
        key: first[key]
        for key in (
            "id",
            "title",
            "authors",
            "published",
            "themes",
            "source",
            "language",
            "body",
            "deck",
        )
    } == {
        "id": "R#r1",
        "title": "Un & deux",
        "authors": ("Jean Roy",),
        "published": "2017-07-12T09:30:00+02:00",
        "themes": ("Arts",),
        "source": "Outlet",
        "language": "fr",
        "body": "Tout le **texte**",
        "deck": "Résumé",
    }
    assert (second["id"], second["authors"], second["body"]) == (
        "https://r.example/3",
        ("Ana Roy", "Jan Okafor"),
        "Rien de plus",
    )
    (entry,) = (_article(preview) for preview in _read(tmp_path, ATOM))
    assert (entry["id"], entry["title"], entry["authors"], entry["published"], entry["themes"], entry["deck"], entry["body"]) == (
        "F#urn:1", "Atom & mehr", ("Feed Author",), "2024-01-01T10:00:00+01:00", ("Kunst",), "Kurz", "Lang *und* breit",
    )  # fmt: skip


def test_breaks_of_old_documents_separate_words_in_xml_and_pages(tmp_path: Path) -> None:
    """A page break or vertical tab, raw or as a reference, is white space in every format."""
    text = "Du\x0bnes &#12;and&#x1C;dy\x0ckes"
    (export,) = _read(tmp_path, EXPORT_HEAD + item(title=text) + EXPORT_END)
    (entry, *_) = _read(tmp_path, RSS.replace("Un &amp; deux", text))
    page = f"<title>{text}</title><meta property='article:published_time' content='2017-07-12'><p>{text}</p>"
    (saved,) = _read(tmp_path, page, name="page.html")
    titles = {_article(each)["title"] for each in (export, entry, saved)}
    assert titles == {"Du nes and dy kes"}


def test_a_date_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """The unreadable date of a feed, an export or a REST dump is in the reject."""
    (entry, *_) = _read(tmp_path, RSS.replace("Wed, 12 Jul 2017 09:30:00 +0200", "Rab, 12 Jul 17"))
    assert entry.reason.startswith("published 'Rab, 12 Jul 17' is not a date")
    post = json.dumps(REST_POST | {"date": "last spring"})
    assert _read(tmp_path, post, name="post.json")[0].reason.startswith(
        "published 'last spring' is not a date"
    )


WRONG_OPTIONS = [
    ({"keys": {"headline": "headlin"}}, "keys.headline .* 'headlin'"),
    ({"categories": {"Region": "region"}}, "categories.Region"),
    ({"wordpress": {"type": "post"}}, "wordpress.type in dateline.toml is not a setting"),
]


@pytest.mark.parametrize(("options", "message"), WRONG_OPTIONS)
def test_a_wrong_mapping_is_named(options: dict[str, Any], message: str) -> None:
    """A mistake in dateline.toml stops the command before anything is read."""
    with pytest.raises(InvalidSettings, match=message):
        FormatOptions(**options)


def test_a_feed_that_only_declares_the_namespace_is_loaded(tmp_path: Path) -> None:
    """Items without any mark of a post are public, whatever namespaces their feed declares."""
    plain = (
        "<item><title>Open</title><link>https://tide.example/o</link><guid>https://tide.example/o</guid>"
        "<pubDate>Mon, 01 Mar 2021 10:00:00 +0000</pubDate><description>Words.</description></item>"
    )
    lost = plain.replace("/o<", "/l<").replace(
        "</item>", "<wp:post_type>post</wp:post_type></item>"
    )
    previews = _read(tmp_path, EXPORT_HEAD + plain + lost + EXPORT_END)
    assert [preview.skipped for preview in previews] == ["", "status missing"]
