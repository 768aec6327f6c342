"""The day of a saved page: declared, printed at its head, or none."""

import pytest

from indexer.formats import FormatOptions
from indexer.formats.page.date import find_published
from indexer.formats.page.declared_metadata import Declared
from indexer.formats.page.reader import read
from indexer.formats.text.html_tree import parse_page
from search.errors import InvalidArticle

PROSE = (
    "<p>Four swans have moved into the dry dock behind the brewery, and the harbour master counts them every morning.</p>"
    "<p>The brewer says they like the warm water. The harbour master says they like the brewer, who feeds them.</p>"
    "<p>Nobody knows whether they will stay when the dock is filled again, which the port has announced three times.</p>"
)
TITLE = "Swans in the dock"
IMAGE = '<img src="/wp-content/uploads/2014/05/06/swan.jpg">'
CARD = '<div><h3><a href="/x">Another story</a></h3><span class="date">May 16, 2014</span></div>'
URL = '<link rel="canonical" href="https://e.example/2014/05/16/swans">'


def article(inside: str = "", after: str = "", *, head: str = "", before: str = "") -> str:
    return (
        f'<html lang="en"><head><title>{TITLE}</title>{head}</head><body>{before}<article><h1>{TITLE}</h1>{inside}{PROSE}</article>'
        f"{after}</body></html>"
    )


def json_ld(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


def published(text: str, latest: str = "") -> tuple[str, str]:
    tree = parse_page(text)
    assert tree is not None
    return find_published(tree, Declared(tree), latest)


NONE = [
    article(after="<footer>© 2014 The Lantern</footer>"),
    article("<p class='meta'>Copyright May 16, 2014 The Lantern</p>"),
    article(IMAGE),
    article(head='<meta property="og:image" content="https://e.example/2014/05/16/swan.jpg"><script src="/js/2014/05/16/a.js"></script>'),
    article(head='<link rel="canonical" href="https://e.example/2014/05/swans">'),
    article("<p>The dock was dug in 1911 and closed in 1974.</p>"),
    article("<p>The brewery burned down on May 16, 1914.</p>"),
    article("<p>Born: May 16, 1974</p>"),
    article("<p>Registered: May 16, 2014</p>"),
    # Sentences in scripts without capitals look like names.
    article("<p>2014年5月16日，船坞关闭。</p>"),
    article("<p>船坞于2014年5月16日关闭了大门</p>"),
    article("<p>港口发布公告，将于2014年5月16日关闭。</p>"),
    article("<p>船渠は2014年5月16日に閉まった</p>"),
    article("<p>선거는 2014년 5월 16일 문을 닫았다</p>"),
    article("<p>أغلق الحوض في 16 مايو 2014 نهائيا</p>"),
    article("<p class='date'>2014年5月16日更新</p>"),
    article("<ul><li>2014年5月16日（农历四月十八）</li></ul>"),
    article("<ol><li><a href='/x'>醸造所が白鳥の記録を公開 今年も四羽</a>（2014年5月16日）</li></ol>"),
    article("<figure><img src='x'><figcaption>Swans, May 16, 2014</figcaption></figure>"),
    article("<p class='date'>May 2014</p>"),
    article("<p class='date'>2014</p>"),
    article(head='<meta name="date" content="2014-05">'),
    article(head=json_ld(f'{{"@type": "Article", "headline": "{TITLE}", "dateModified": "2014-05-16"}}')),
    article("<time class='updated' datetime='2014-05-16'>May 16, 2014</time>"),
    article("<p>Last updated: May 16, 2014</p>"),
    article(after=CARD),
    article(after=f'<section class="related"><article>{CARD}<time datetime="2014-05-16">x</time></article></section>'),
    article(after='<ol class="commentlist"><li><cite>Bo</cite> <time datetime="2014-05-16">May 16, 2014</time></li></ol>'),
    article(after='<ul><li><a href="/2014/05/16/">May 16, 2014</a></li></ul>'),
    article(before='<header><span class="date">Friday, May 16, 2014</span></header>'),
    article(after='<div data-date="2014-05-16">x</div>'),
    article(head='<script>a = {"publishedAt": "2014-05-16"}; b = {"publishedAt": "2014-05-17"}</script>'),
    article("<p class='date'>May 16, 2914</p>"),
    article("<p>Ana Roy (May 16, 1914 – June 4, 1999)</p>"),
    article("<p class='photo-credit'>Swans, May 16, 2014</p>"),
    article(after='<div class="bottom">Printed May 16, 2014</div>'),
    article('<blockquote class="twitter-tweet"><p>Look!</p>— Bo <a href="https://t.example/1">May 16, 2014</a></blockquote>'),
    article(head=json_ld('{"@type": "Comment", "datePublished": "2014-05-16"}')),
    article().replace("<article>", '<div id="page"><div id="head">Friday, May 16, 2014</div><article>').replace("</article>", "</article></div>"),
    f"<html><body><div>Today is Friday, May 16, 2014</div>{PROSE}</body></html>",
]  # fmt: skip
READ = [
    (article("<p>森田花 2014年5月16日 8時15分</p>"), "2014-05-16T08:15:00"),
    (article("<p>2014年5月16日（金） 森田花</p>"), "2014-05-16"),
    (article("<p>发布时间：2014年5月16日 来源：河口社</p>"), "2014-05-16"),
    (article("<p>김민수 기자 2014. 5. 16.</p>"), "2014-05-16"),
    (article("<p>أحمد علي 16 مايو 2014</p>"), "2014-05-16"),
    (article("<p>May 16, 2014</p>"), "2014-05-16"),
    (article("<p>By Ana Roy<br>May 16, 2014</p>"), "2014-05-16"),
    (article("<div class='meta'><span>Ana Roy</span> · <span>May 16, 2014</span> · 3 min read</div>"), "2014-05-16"),
    (article("<p class='datum'>16. Mai 2014, 08:15 Uhr</p>"), "2014-05-16T08:15:00"),
    (article("<p>Publié le 16 mai 2014 à 8h15</p>"), "2014-05-16T08:15:00"),
    (article("<div>16 мая 2014 г.</div>"), "2014-05-16"),
    (article("<span>16.05.2014</span>"), "2014-05-16"),
    (article("<time>16 May 2014</time>"), "2014-05-16"),
    (article("<p>Published May 16, 2014 | Updated May 18, 2014</p>"), "2014-05-16"),
    (article("<dl><dt>Updated</dt><dd>2014-05-18</dd><dt>Published</dt><dd>2014-05-16</dd></dl>"), "2014-05-16"),
    (article(after="<p>Posted on May 16, 2014 by Ana Roy</p>"), "2014-05-16"),
    (article(before="", head=URL), "2014-05-16"),
    (article("<p class='date'>05/06/2014</p>", head=URL), "2014-05-16"),
    (article("<p class='date'>2014/05/16</p>"), "2014-05-16"),
    (article("<p>May 16, 2014</p>", head='<meta name="date" content="05/06/2014">'), "2014-05-16"),
    (article(head=json_ld('{"@graph": [{"@type": "WebPage", "datePublished": "2014-05-16"}, {"@type": "WebSite"}]}')), "2014-05-16"),
    (article('<span property="dc:date" content="2014-05-16T08:15:00+02:00">Friday</span>'), "2014-05-16T08:15:00+02:00"),
    (f"<html><head><title>{TITLE}</title></head><body><font>{TITLE}</font><br>Ana Roy, May 16, 2014<br>{PROSE}</body></html>", "2014-05-16"),
    (article("<p>LOCKHAVEN, May 16, 2014 – The swans are back.</p>"), "2014-05-16"),
    (article(head='<script>a = {"publishedAt": "2014-05-16T08:15:00Z"}</script>'), "2014-05-16T08:15:00+00:00"),
    (f"<html><head><title>{TITLE}</title></head><body><div class='post'><h2>16 May 2014</h2><h1>{TITLE}</h1>{PROSE}</div></body></html>", "2014-05-16"),
    (f"<html><head><title>{TITLE} - 16.05.2014 - The Lantern</title></head><body><h1>{TITLE}</h1>{PROSE}</body></html>", "2014-05-16"),
]  # fmt: skip


@pytest.mark.parametrize("text", NONE)
def test_a_page_without_a_day_of_publication_has_none(text: str) -> None:
    """Years, copyright, images, captions, changes, comments and teasers are never a date."""
    assert published(text)[0] == ""


@pytest.mark.parametrize(("text", "moment"), READ)
def test_a_date_at_the_articles_head_is_read(text: str, moment: str) -> None:
    """Without metadata, the line under the title or else the address has the date."""
    assert published(text)[0] == moment


def test_the_reject_names_the_date_that_was_there() -> None:
    """An admin who sees a date on the page learns why it was not used."""
    with pytest.raises(
        InvalidArticle,
        match="'Posted on 05/06/2014 by Ana Roy', can be read in two ways; add a rule",
    ):
        read(article("<p>Posted on 05/06/2014 by Ana Roy</p>").encode(), (), FormatOptions())
    with pytest.raises(InvalidArticle, match="is the day of a change"):
        read(article("<p>Last updated: May 16, 2014</p>").encode(), (), FormatOptions())


def test_no_page_is_younger_than_its_copy() -> None:
    """A day after the capture by an archive is of something else."""
    text = article("<p>May 16, 2014</p>")
    assert published(text, "2014-05-16T01:00:00Z")[0] == "2014-05-16"
    assert published(text, "2013-01-01")[0] == ""


CAPTURED = (
    '<html lang="en"><head><title>Ferry plans</title>{}</head><body><article><h1>Ferry plans</h1>'
    + "<p>The council of Harrow Point met on the pier and spoke for two hours about the new ferry.</p>"
    * 4
    + "</article></body></html>"
)


def test_the_address_of_a_capture_has_the_day() -> None:
    """Without an address of its own, an archived page has the day in its captured address."""
    context = (b"https://pier.example/2018/05/06/ferry", b"2019-01-01T00:00:00Z")
    assert (
        read(CAPTURED.format("").encode(), context, FormatOptions()).record["published"]
        == "2018-05-06"
    )


def test_a_date_after_the_capture_is_named() -> None:
    """The reject of a page that was captured before its declared day names that day."""
    head = '<meta property="article:published_time" content="2020-02-03">'
    with pytest.raises(InvalidArticle, match="'2020-02-03', is later than the page was captured"):
        read(
            CAPTURED.format(head).encode(),
            (b"https://pier.example/x", b"2019-01-01T00:00:00Z"),
            FormatOptions(),
        )
