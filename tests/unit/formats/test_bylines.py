"""By-lines: names without the text around them."""

import pytest

from indexer.formats import FormatOptions
from indexer.formats.bylines.authors import authors_of
from indexer.formats.page.reader import read

NAMES = [
    # "By" in many languages.
    ("By Mira Okello", ["Mira Okello"]), ("BY MIRA OKELLO", ["MIRA OKELLO"]), ("by: Mira Okello", ["Mira Okello"]),
    ("Written by Mira Okello", ["Mira Okello"]), ("Posted by Mira Okello on March 5, 2019", ["Mira Okello"]),
    ("Von Mira Okello und Per Dahl", ["Mira Okello", "Per Dahl"]), ("Par Mira Okello", ["Mira Okello"]),
    ("Por Mira Okello y Per Dahl", ["Mira Okello", "Per Dahl"]), ("di Mira Okello", ["Mira Okello"]),
    ("Door Mira Okello", ["Mira Okello"]), ("Av Mira Okello", ["Mira Okello"]), ("Autor: Mira Okello", ["Mira Okello"]),
    ("Автор: Мира Окелло", ["Мира Окелло"]), ("作者：王小明", ["王小明"]), ("بقلم أحمد علي", ["أحمد علي"]),
    ("Von Trotta", ["Von Trotta"]), ("Da Silva", ["Da Silva"]), ("Byron Ames", ["Byron Ames"]), ("By", []),
    # Roles before and after.
    ("Mira Okello, Senior Correspondent", ["Mira Okello"]), ("Mira Okello Senior Reporter", ["Mira Okello"]),
    ("Political Editor Mira Okello", ["Mira Okello"]), ("By Staff Writer Mira Okello", ["Mira Okello"]),
    ("Mira Okello, editor of the Gazette", ["Mira Okello"]), ("Mira Okello, Harbour Affairs Editor", ["Mira Okello"]),
    ("Mira Okello, Political Editor, and Per Dahl, Berlin correspondent", ["Mira Okello", "Per Dahl"]),
    ("Mira Okello, Wirtschaftsredakteurin", ["Mira Okello"]), ("Mira Okello, who writes about rivers", ["Mira Okello"]),
    ("Prof. Mira Okello, Ph.D., columnist", ["Mira Okello"]), ("Dipl.-Ing. Mira Okello", ["Mira Okello"]),
    # Outlets and places.
    ("Mira Okello | Harbour Gazette", ["Mira Okello"]), ("Mira Okello - Harbour Gazette", ["Mira Okello"]),
    ("Mira Okello HARBOUR GAZETTE", ["Mira Okello"]), ("Mira Okello, Harbour Gazette", ["Mira Okello"]),
    ("Mira Okello, special to the Gazette", ["Mira Okello"]), ("Mira Okello for the Associated Press", ["Mira Okello"]),
    ("Mira Okello (Reuters)", ["Mira Okello"]), ("Mira Okello in New York and Per Dahl in Lima", ["Mira Okello", "Per Dahl"]),
    ("Mira Okello via Reuters", ["Mira Okello"]), ("Mira OKELLO", ["Mira OKELLO"]),
    # Times, counts, buttons.
    ("Mira Okello 5 min read", ["Mira Okello"]), ("Mira Okello · 5 Min Read · March 5, 2019", ["Mira Okello"]),
    ("Mira Okello Lesezeit: 3 Minuten", ["Mira Okello"]), ("Mira Okello 10/13/16 12:34PM", ["Mira Okello"]),
    ("Mira Okello, 5 hours ago", ["Mira Okello"]), ("Mira Okello Updated: Tuesday", ["Mira Okello"]),
    ("Mira Okello Follow @mira", ["Mira Okello"]), ("Mira Okello Share Tweet Email", ["Mira Okello"]),
    ("Print Mira Okello", ["Mira Okello"]), ("Mira Okello 3 Comments", ["Mira Okello"]), ("Mira Okello View all posts", ["Mira Okello"]),
    # Addresses.
    ("mira@lantern.example (Mira Okello)", ["Mira Okello"]), ("Mira Okello <mira@lantern.example>", ["Mira Okello"]),
    ("mira@lantern.example", []), ("//lantern.example/author/mira", []), ("https://social.example/mira", []), ("www.lantern.example", []),
    # Semicolons, inverted names.
    ("Okello, Mira; Dahl, Per", ["Mira Okello", "Per Dahl"]), ("Okello, Mira", ["Mira Okello"]), ("Mira Okello; Per Dahl", ["Mira Okello", "Per Dahl"]),
    ("van der Meer, Jo; Dahl, Per A.", ["Jo van der Meer", "Per A. Dahl"]), ("García Solís, Ana; Dahl, Per", ["García Solís, Ana", "Per Dahl"]),
    # Several names.
    ("Mira Okello och Per Dahl", ["Mira Okello", "Per Dahl"]), ("Мира Окелло и Пётр Даль", ["Мира Окелло", "Пётр Даль"]),
    ("Mira Okello/Per Dahl", ["Mira Okello", "Per Dahl"]), ("José Ortega y Gasset", ["José Ortega y Gasset"]),
    ("أحمد علي، منى حسن", ["أحمد علي", "منى حسن"]), ("王小明、李雷", ["王小明", "李雷"]), ("김민수, 이지은", ["김민수", "이지은"]),
    ("Mira Okello (with Per Dahl and Ana Solís)", ["Mira Okello", "Per Dahl", "Ana Solís"]), ("Mira Okello, Reuters", ["Mira Okello", "Reuters"]),
    ("Mira Okello, with additional reporting by Per Dahl", ["Mira Okello", "Per Dahl"]), ("Words by Mira Okello, photos by Per Dahl", ["Mira Okello"]),
    ("Mira\u00a0Okello\u2009and\u202fPer Dahl", ["Mira Okello", "Per Dahl"]), ("[Mira Okello](/m), Senior Reporter", ["Mira Okello"]),
    # Kinds of texts, in other languages.
    ("Ein Gastbeitrag von Mira Okello", ["Mira Okello"]), ("Kommentar von Mira Okello", ["Mira Okello"]), ("Interview: Mira Okello", ["Mira Okello"]),
    ("Guest post by Mira Okello", ["Mira Okello"]), ("A special report by Mira Okello", ["Mira Okello"]), ("A. Guest", ["A. Guest"]),
    ("Publié par Mira Okello le 5 mars 2019", ["Mira Okello"]), ("Article de Mira Okello", ["Mira Okello"]), ("a cura di Mira Okello", ["Mira Okello"]),
    ("dal nostro inviato Mira Okello", ["Mira Okello"]), ("Oprac. Mira Okello", ["Mira Okello"]), ("Door Piet de Vries", ["Piet de Vries"]),
    ("Door onze redacteur Piet de Vries", ["Piet de Vries"]), ("Γράφει η Μαρία Παππά", ["Μαρία Παππά"]), ("Του Γιώργου Παππά", ["Γιώργου Παππά"]),
    ("Της Μαρίας Παππά", ["Μαρίας Παππά"]), ("Фото: Мира Окелло", []), ("Mira Okello Read More", ["Mira Okello"]), ("Mira Okello, View All", ["Mira Okello"]),
    ("Mira Okello@mira", ["Mira Okello"]), ("By Mira Okello By Per Dahl", ["Mira Okello", "Per Dahl"]), ("Prof. Dr. med. Mira Okello", ["Mira Okello"]),
    ("Mira Okello/dpa", ["Mira Okello"]), ("dpa/Mira Okello", ["Mira Okello"]), ("Mira Okello / Lima", ["Mira Okello"]),
    ("Mira Okello for The Lantern", ["Mira Okello"]), ("Mira Okello Senior Fellow, Tide Institute", ["Mira Okello", "Tide Institute"]),
    ("Mira Okello and Centre for Research and Action", ["Mira Okello", "Centre for Research and Action"]),
    ("Noor al-Harthy and Sami el-Sayed", ["Noor al-Harthy", "Sami el-Sayed"]), ("Noor bin Sami al-Harthy and Inés María de la Cruz y Vega", ["Noor bin Sami al-Harthy", "Inés María de la Cruz y Vega"]),
    # Chinese, Japanese, Korean: words for reporters on both sides of a name.
    ("记者 王小明", ["王小明"]), ("本报记者 王小明 李雷", ["王小明", "李雷"]), ("记者：王 明 李小雷", ["王明", "李小雷"]), ("作者:王小明 编辑:李雷", ["王小明"]), ("责任编辑：李雷", []),
    ("来源：河口社", []), ("文/王小明", ["王小明"]), ("撰文 / 王小明", ["王小明"]), ("文森特", ["文森特"]), ("佐藤健一 著", ["佐藤健一"]), ("佐藤 健一", ["佐藤 健一"]), ("文＝佐藤健一 写真＝森田花", ["佐藤健一"]),
    ("佐藤健一記者", ["佐藤健一"]), ("取材・文／佐藤健一", ["佐藤健一"]), ("佐藤健一（編集委員）", ["佐藤健一"]), ("【佐藤健一、森田花】", ["佐藤健一", "森田花"]), ("ジャン・モレル", ["ジャン・モレル"]),
    ("김민수 기자", ["김민수"]), ("[김민수 기자]", ["김민수"]), ("김민수 기자 minsu@lantern.example", ["김민수"]), ("김민수·이지은 기자", ["김민수", "이지은"]), ("부산=김민수 특파원", ["김민수"]),
    # Organisations stay whole.
    ("Centre for Research and Action", ["Centre for Research and Action"]), ("Food and Drug Administration", ["Food and Drug Administration"]),
    ("Tide Watch International (TWI)", ["Tide Watch International (TWI)"]), ("Society of Professional Journalists", ["Society of Professional Journalists"]),
    ("Women in Media", ["Women in Media"]), ("Staff and wire reports", ["Staff and wire reports"]), ("Editorial Board", ["Editorial Board"]),
    ("Malcolm X", ["Malcolm X"]), ("Emily Post", ["Emily Post"]), ("The Harbour Gazette Staff", ["The Harbour Gazette Staff"]),
]  # fmt: skip


@pytest.mark.parametrize(("byline", "authors"), NAMES)
def test_only_names_are_authors(byline: str, authors: list[str]) -> None:
    """One person is one value of the facet, however a publisher prints the by-line."""
    assert list(authors_of(byline)) == authors


PROSE = "".join(f"<p>{text}</p>" for text in (
    "The lock keeper of Brannow has counted every barge since 1988, and this spring the count fell below a hundred for the first time.",
    "What remains are pleasure boats, which pay nothing and wave. The office in the city calls the lock a heritage site now.",
    "Nobody has told the keeper what happens to the ledger. It stands on a shelf next to the barometer, forty volumes.",
))  # fmt: skip
ON_PAGES = [
    ("", '<div class="byline">By <a rel="author" href="/a/mira">Mira Okello</a> <span class="outlet">MERIDIAN ISLES</span></div>', ["Mira Okello"]),
    ("", '<p class="byline"><button>Print</button> <span class="author">Mira Okello</span></p>', ["Mira Okello"]),
    ("", '<div class="byline"><span class="author">Mira Okello</span><span>5 Min Read</span><span>10/13/16 12:34PM</span></div>', ["Mira Okello"]),
    ("", '<div class="author"><a href="/author/mira">Mira Okello</a><span>Keeper of the Ledger</span></div>', ["Mira Okello"]),
    ("", '<div class="author-box"><h4>Mira Okello</h4><p>Mira writes about locks and the people who keep them.</p><a>Follow</a></div>', ["Mira Okello"]),
    ("", '<p class="byline">By <a href="/authors/mira">Mira Okello</a>, <a href="/authors/per">Per Dahl</a></p>', ["Mira Okello", "Per Dahl"]),
    ("", '<div class="byline">By Mira Okello <span class="role">Senior Lock Expert</span> <time datetime="2019-03-05">5 March</time></div>', ["Mira Okello"]),
    ('<meta property="article:author" content="//lantern.example/author/mira">', '<p class="byline">By <a rel="author" href="/m">Mira Okello</a></p>', ["Mira Okello"]),
    ('<meta name="author" content="m.okello@lantern.example"><meta property="twitter:misc:Written by" content="Mira Okello">', "", ["Mira Okello"]),
    ('<script type="application/ld+json">{"@type": "NewsArticle", "author": {"name": "Mira"}}</script>', '<div class="by"><p>By</p><p>Mira Okello</p></div>', ["Mira Okello"]),
    ('<script type="application/ld+json">{"@type": "NewsArticle", "author": {"name": ["Mira Okello", "Per Dahl"]}}</script>', "", ["Mira Okello", "Per Dahl"]),
    ('<link rel="canonical" href="https://www.bc.example/x"><meta name="author" content="Brannow Courier">', "<ul><li><strong>Autorin/Autor</strong> Mira Okello</li></ul>", ["Mira Okello"]),
    ('<meta property="og:site_name" content="The Lantern"><meta name="author" content="The Lantern">', "<p><em>A ledger and its keeper</em></p><p><strong>Mira Okello/Per Dahl</strong></p>", ["Mira Okello", "Per Dahl"]),
    ("", "<div><span>Mira Okello |</span> <span>5 March 2019 - updated: 6 March 2019</span></div>", ["Mira Okello"]),
    ("", "<div><span>Breaking News |</span> <span>5 March 2019</span></div>", []),
    ("", '<p class="author">By Tides, in <a href="/n">News</a>, <a href="/l">Locks</a></p>', ["Tides"]),
]  # fmt: skip


@pytest.mark.parametrize(("head", "top", "authors"), ON_PAGES)
def test_what_stands_next_to_a_name_on_a_page_is_no_part_of_it(
    head: str, top: str, authors: list[str]
) -> None:
    """Links, headings and classes mark the words of a by-line that are the name."""
    html = f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>The Ledger</title>
        <meta property="article:published_time" content="2019-03-05">{head}</head>
        <body><article><h1>The Ledger</h1>{top}{PROSE}</article></body></html>"""
    assert read(html.encode(), (), FormatOptions()).record.get("authors", []) == authors


def test_a_by_line_nested_beyond_reason_is_no_crash() -> None:
    """Mangled pages nest elements by the thousand; they are read without the by-line."""
    nested = "<span>" * 1500 + "By Mira Okello" + "</span>" * 1500
    html = f"<html><head><title>T</title><meta name='date' content='2019-03-05'></head><body><div class='byline'>{nested}</div>{PROSE}</body></html>"
    assert read(html.encode(), (), FormatOptions()).record["title"] == "T"
