"""Saved pages."""

from typing import Any

import pytest

from indexer.formats import FormatOptions
from indexer.formats.page.reader import extract_record, read
from indexer.formats.page.site_rules import SiteRules, site_rules
from search.analysis.plain_text import plain_text
from search.errors import InvalidArticle, InvalidSettings

NO_RULES = SiteRules({})
PROSE = (
    "The lock keeper of Brannow has counted every barge since 1988, and this spring the count fell below a hundred for the first time.",
    "What remains are pleasure boats, which pay nothing and wave. The office in the city calls the lock a heritage site now, and sends a painter.",
    "Nobody has told the keeper what happens to the ledger. It stands on a shelf beside the barometer, forty volumes, one for each year and four of floods.",
)
DATE = '<meta property="article:published_time" content="2017-07-12T09:30:00+02:00">'


def page(head: str = DATE, top: str = "", body: str = "", html: str = '<html lang="en">') -> bytes:
    prose = body or "".join(f"<p>{paragraph}</p>" for paragraph in PROSE)
    return f"<!doctype html>{html}<head><meta charset='utf-8'>{head}</head><body><article>{top}{prose}</article></body></html>".encode()


def found(raw: bytes, rules: SiteRules = NO_RULES) -> dict[str, Any]:
    return extract_record(raw, rules).record


def json_ld(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


ARTICLE = """{"@type": "NewsArticle", "headline": "The Ledger of Brannow", "datePublished": "2017-07-12",
  "author": [{"@type": "Person", "name": "Prof. Ana Roy"}, {"name": "Jan Okafor"}], "publisher": {"name": "The Lantern"},
  "articleSection": ["Rivers"], "inLanguage": "en-GB"}"""

TITLES = [
    (DATE + '<meta property="og:title" content="河口の帳簿：灯台新聞"><meta property="og:site_name" content="灯台新聞">', "", "河口の帳簿", "og:title"),
    (DATE + '<meta property="og:title" content="河口の帳簿-灯台新聞"><meta property="og:site_name" content="灯台新聞">', "", "河口の帳簿", "og:title"),
    (DATE + '<meta property="og:title" content="河口の帳簿：水門の四十年">', "<h1>河口の帳簿：水門の四十年</h1><h1>河口の帳簿</h1>", "河口の帳簿：水門の四十年", "og:title"),
    (DATE + json_ld(ARTICLE), "", "The Ledger of Brannow", "JSON-LD headline"),
    (DATE + '<meta property="og:title" content="The Ledger | The Lantern"><meta property="og:site_name" content="The Lantern">', "", "The Ledger", "og:title"),
    (DATE + "<title>The Ledger – The Lantern</title>", "<h1>The <em>Ledger</em></h1>", "The Ledger", "h1"),
    (DATE + "<title>The Ledger</title>", "", "The Ledger", "title"),
    (DATE + json_ld('{"@type": "Article", "headline": "Locks &amp; Keys"}'), "", "Locks & Keys", "JSON-LD headline"),
    (DATE + '<meta property="og:title" content="For other sites">' + json_ld('{"@type": "Article", "headline": "For readers"}'), "<h1>For readers</h1>", "For readers", "JSON-LD headline"),
    (DATE + '<title>The Ledger | The Lantern</title><meta property="og:site_name" content="The Lantern"><meta property="og:title" content="The Lantern">', "<h1>The Ledger</h1>", "The Ledger", "h1"),
    (DATE + "<title>The Ledger of Brannow | The Lantern</title>", '<header><h1><a href="/">The Lantern</a></h1></header>', "The Ledger of Brannow", "title"),
    (DATE + "<title>The Ledger of Brannow | Rivers | The Lantern</title>", '<h1 class="site-title">The Lantern</h1>', "The Ledger of Brannow", "title"),
    (DATE + '<title>The Lantern – The Ledger of Brannow</title><meta property="og:site_name" content="The Lantern">', '<h1 class="logo"><img alt="The Lantern" src="/l.png"></h1>', "The Ledger of Brannow", "title"),
    (DATE + '<title>Home</title><meta property="og:title" content="Home">', "<h1>The Ledger</h1>", "The Ledger", "h1"),
    (DATE + '<title>Ledger</title><meta property="og:title" content="lantern.example"><link rel="canonical" href="https://lantern.example/x">', "<h1>The Ledger ¶</h1>", "The Ledger", "h1"),
    (DATE + "<title>The Lantern » Rivers » A keeper counts</title>", "<h1>Rivers</h1><h2>A keeper counts</h2>", "A keeper counts", "title"),
    (DATE + '<meta property="og:title" content="A «quote» is «no site»">', "", "A «quote» is «no site»", "og:title"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "top", "title", "place"), TITLES)
def test_a_title_is_what_most_of_a_page_agrees_on(
    head: str, top: str, title: str, place: str
) -> None:
    """A headline comes without the site's name, from the place on which most others agree."""
    seen = extract_record(page(head, top), NO_RULES)
    assert (seen.record["title"], seen.places["title"]) == (title, place)


AUTHORS = [
    # The owner, an account and the staff are ignored if a person is named; a button always is.
    ('<meta name="author" content="Brannow Media"><meta name="copyright" content="Copyright (c) Brannow Media 2019">', '<p class="byline">By <a href="/staff/ana-roy">Ana Roy</a></p>', ["Ana Roy"]),
    ('<meta name="author" content="The Lantern Staff"><meta property="og:site_name" content="The Lantern">', '<p class="byline">By Ana Roy</p>', ["Ana Roy"]),
    ('<meta name="author" content="aroy">', '<p class="byline">By Ana Roy</p>', ["Ana Roy"]),
    ("", '<div class="byline_action"><span>Text Size</span></div>', []),
    ("", '<div class="author"><a href="/author/ana">Ana Roy</a> <a href="/author/ana">View All</a></div>', ["Ana Roy"]),
    ("", '<span class="author">Frances Sol...</span>', []),
    ("", '<div class="submitted">Submitted by <span class="username">Ana Roy</span> on 5 March 2019 - 2:20pm</div>', ["Ana Roy"]),
    # Authors of teasers next to an article did not write it.
    ("", '<h1>The Ledger</h1><div class="entry"><span class="entry-author">Jan Okafor</span><h3><a href="/other">Another story</a></h3></div>', []),
    ("", '<h1>The Ledger</h1><aside><address><a rel="author" href="/ana">Ana Roy</a></address></aside>', ["Ana Roy"]),
    ("", '<div class="body withSidebar"><h1>The Ledger</h1><span class="authorText"><a href="/author/ana">Ana Roy</a></span></div>', ["Ana Roy"]),
    (json_ld(ARTICLE), "", ["Ana Roy", "Jan Okafor"]),
    (json_ld('{"@graph": [{"@type": "Article", "author": {"@id": "#a"}}, {"@type": "Person", "@id": "#a", "name": "Ana Roy"}]}'), "", ["Ana Roy"]),
    (json_ld('{"@type": "Article", "author": "Ana Roy and Jan Okafor"}'), "", ["Ana Roy", "Jan Okafor"]),
    (json_ld('{"@type": "Article", "author": {"name": "The Lantern"}, "publisher": {"name": "The Lantern"}}'), '<p class="byline">By Ana Roy</p>', ["Ana Roy"]),
    (json_ld('{"@type": "Article", "author": {"name": "The Lantern"}, "publisher": {"name": "The Lantern"}}'), "", ["The Lantern"]),
    ('<meta name="author" content="By ANA ROY">', "", ["ANA ROY"]),
    ('<meta name="author" content="a.roy@example.org"><meta property="article:author" content="https://example.org/roy">', "", []),
    ('<meta name="twitter:label1" content="Written by"><meta name="twitter:data1" content="Ana Roy">', "", ["Ana Roy"]),
    ("", '<span class="byline">Von Ana Roy, Lima | 12.7.2017</span>', ["Ana Roy"]),
    ("", '<div class="article-author">Ana Roy, senior correspondent</div>', ["Ana Roy"]),
    ("", '<a rel="author" href="/roy">Ana Roy</a><div class="comments"><span class="author">Bo2man</span></div>', ["Ana Roy"]),
    ("", "<p>By Ana Roy and Jan Okafor, July 12, 2017</p>", ["Ana Roy", "Jan Okafor"]),
    ("", "<p><strong>Ana Roy</strong></p>", ["Ana Roy"]),
    ("", '<span class="byline">بقلم: <a rel="author">أحمد علي</a></span>', ["أحمد علي"]),
    ('<meta name="author" content="' + "x " * 400 + '">', "", []),
    ("", "<p>Text of it.</p><p>By the sea.</p><p>Autor: Ana Roy</p>", ["Ana Roy"]),
    ("", '<div itemscope itemtype="https://schema.org/NewsArticle"><span itemprop="author"><b itemprop="name">Ana Roy</b>, The Lantern</span></div>', ["Ana Roy"]),
    ("", '<div class="related"><span class="byline">By Jan Okafor</span></div>', []),
]  # fmt: skip


@pytest.mark.parametrize(("head", "top", "authors"), AUTHORS)
def test_authors_are_people_one_value_each(head: str, top: str, authors: list[str]) -> None:
    """Authors are people before the site's own name, and never those of teasers and comments."""
    assert found(page(DATE + head, top)).get("authors", []) == authors


DATES = [
    (json_ld('{"@type": "Article", "datePublished": "2017-07-12T09:30:00+0200"}'), "2017-07-12T09:30:00+02:00"),
    ('<meta name="date" content="20170712">', "2017-07-12"),
    ('<meta name="date" content="July 12, 2017">', "2017-07-12"),
    ('<meta name="date" content="1499851800">', "2017-07-12T09:30:00+00:00"),
    ('<meta name="pubdate" content="Wed, 12 Jul 2017 09:30:00 +0200">', "2017-07-12T09:30:00+02:00"),
    ('<meta name="date" content="03/04/2017"><meta name="dc.date" content="2017-04-03">', "2017-04-03"),
    (json_ld('{"@type": "Article", "datePublished": "2019-06-17"}') + '<link rel="canonical" href="https://e.org/2017/7/12/ledger">', "2017-07-12"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "published"), DATES)
def test_dates_are_read_as_they_are_declared(head: str, published: str) -> None:
    """A page's day is the declared one, in any notation for machines, unless it is ambiguous."""
    assert found(page(head))["published"] == published


def test_a_day_is_the_sites_own() -> None:
    """A moment past midnight in UTC may still be yesterday by the site's clock."""
    head = '<meta property="article:published_time" content="2023-11-09T05:30:59+00:00">'
    assert (
        found(page(head, '<time datetime="2023-11-08 23:30:59">Nov 8</time>'))["published"][:10]
        == "2023-11-08"
    )


def test_a_page_without_a_date_is_refused_with_the_way_out() -> None:
    """A date is never guessed, and an admin learns what to add."""
    with pytest.raises(InvalidArticle, match="add a rule for its site"):
        read(page("<title>T</title>"), (), FormatOptions())


def test_the_body_keeps_its_form_and_loses_what_is_no_part_of_it() -> None:
    """Headings, lists, quotes and links stay; the title, teasers, credits and scripts do not."""
    body = (
        "<h1>The Ledger of Brannow</h1>"
        f"<p>{PROSE[0]} <a href='https://example.org/x'>A link</a> and <strong>bold</strong> words.</p><h2>The office</h2>"
        f"<blockquote><p>{PROSE[1]}</p></blockquote><ul><li>forty volumes</li><li>four of floods</li></ul>"
        f"<p>Read more: <a href='/y'>another story</a></p><p>Photo: A. Roy</p><p>{PROSE[2]}</p><script>no()</script>"
    )
    seen = found(page(DATE + "<title>The Ledger of Brannow</title>", body=body))
    assert seen["body"].startswith("The lock keeper")
    for part in (
        "[A link](https://example.org/x)",
        "**bold**",
        "## The office",
        "> What remains",
        "- forty volumes\n- four of floods",
    ):
        assert part in seen["body"]
    for part in ("Read more", "Photo:", "no()"):
        assert part not in plain_text(seen["body"])
    assert seen["image_credit"] == "Photo: A. Roy"


def test_other_metadata_of_a_page() -> None:
    """Deck, section, language, address and copyright are read; a deck that the body repeats is not."""
    head = (
        DATE
        + json_ld(ARTICLE)
        + '<meta name="description" content="Who counts the barges when nobody pays?">'
        '<link rel="canonical" href="https://example.org/ledger">'
    )
    seen = found(page(head, html='<html lang="en_GB">'))
    assert (seen["deck"], seen["themes"], seen["language"], seen["url"]) == (
        "Who counts the barges when nobody pays?",
        ["Rivers"],
        "en-GB",
        "https://example.org/ledger",
    )
    assert "deck" not in found(page(DATE + f'<meta name="description" content="{PROSE[0]}">'))
    saved = b"<!-- saved from url=(0026)https://example.org/ledger -->" + page()
    assert found(saved)["url"] == "https://example.org/ledger"


CODINGS = [
    ("utf-8", ""),
    ("windows-1252", "windows-1252"),
    ("iso-8859-1", "iso-8859-1"),
    ("koi8-r", "koi8-r"),
    ("utf-16", ""),
]


@pytest.mark.parametrize(("coding", "declared"), CODINGS)
def test_encodings(coding: str, declared: str) -> None:
    """Pages of twenty years are read in their real encoding, whatever a server declared."""
    title = "Мост" if coding == "koi8-r" else "Café – é"
    if coding == "iso-8859-1":
        title = "Café é"
    meta = f'<meta charset="{declared}">' if declared else ""
    raw = f"<html><head>{meta}{DATE}<title>{title}</title></head><body><p>{PROSE[0]}</p></body></html>".encode(
        coding
    )
    assert found(raw)["title"] == title


def test_scripts_that_are_nearly_json_are_read() -> None:
    """Common mistakes in JSON hide nothing on a page, and an invalid script hides nothing else."""
    nearly = '<!-- x -->{"@type": "Article", "headline": "Two\nlines", "author": [{"name": "Ana Roy"},],}'
    seen = found(page(DATE + json_ld("{no json") + json_ld(nearly)))
    assert (seen["title"], seen["authors"]) == ("Two lines", ["Ana Roy"])


RULES = """
[[site]]
hosts = ["example.org"]
title = [".none", "h2.head"]
authors = ".who span"
published = "time@datetime"
deck = "meta:lead"
themes = "json-ld:keywords"
source = "text:The Lantern"
body = "div.text"
remove = [".ad"]
"""


def test_a_rule_for_a_site_wins() -> None:
    """An admin's rule for a publisher's pages takes precedence over declared metadata."""
    head = (
        DATE
        + '<link rel="canonical" href="https://www.example.org/x"><meta name="lead" content="The deck">'
        + json_ld('{"@type": "Article", "headline": "Declared", "keywords": ["Locks", "Rivers"]}')
    )
    body = (
        '<h2 class="head">Ruled</h2><p class="who"><span>Ana Roy</span><span>Jan Okafor</span></p>'
        '<time datetime="2018-01-02">x</time><div class="text"><p>One.</p><p class="ad">Buy!</p><p>Two.</p></div><p>Else.</p>'
    )
    seen = extract_record(page(head, body=body), site_rules(RULES))
    record = seen.record
    assert (record["title"], record["authors"], record["published"], record["deck"], record["themes"], record["source"], record["body"]) == (
        "Ruled", ["Ana Roy", "Jan Okafor"], "2018-01-02", "The deck", ["Locks", "Rivers"], "The Lantern", "One.\n\nTwo.",
    )  # fmt: skip
    assert (seen.places["title"], seen.places["body"]) == ("h2.head", "div.text")


WRONG_RULES = [
    ("title = 3", "not site rules"),
    ("[[site]]\ntitle = 'h1'", "no hosts"),
    ("[[site]]\nhosts = ['e.org']\nheadline = 'h1'", "headline .* is not a key"),
    ("[[site]]\nhosts = ['e.org']\ntitle = 3", "a place or a list"),
    ("[[site]]\nhosts = ['e.org']\ntitle = 'h1['", "not a CSS selector"),
    ("[[site]]\nhosts = ['e.org']\nbody = 'meta:x'", "must be a CSS selector"),
    ("[[site", "not valid TOML"),
]


@pytest.mark.parametrize(("text", "message"), WRONG_RULES)
def test_wrong_rules_are_named(text: str, message: str) -> None:
    """A mistake in the rules stops the command before anything is read, and is located."""
    with pytest.raises(InvalidSettings, match=message):
        site_rules(text)


def test_the_bundled_rules_are_valid() -> None:
    """The bundled rules are valid, and apply to the host with www and below it."""
    rules = site_rules("")
    assert (
        rules.of("https://www.n-tv.de/x").places["title"]
        == rules.of("https://n-tv.de/").places["title"]
        == ("meta:og:title",)
    )
    assert rules.of("https://de.euronews.com/x").places
    assert not rules.of("https://example.net/").places
    assert not rules.of("").places


def test_an_empty_page_is_refused() -> None:
    """An empty page is not an article."""
    for raw in (b"", b"   ", b"\x00"):
        with pytest.raises(InvalidArticle, match="empty"):
            read(raw, (), FormatOptions())
