"""Saved pages that are not articles, and notices that are not part of one."""

import pytest

from indexer.formats import FormatOptions, NoArticle
from indexer.formats.page.reader import extract_record, read
from indexer.formats.page.site_rules import SiteRules
from search.errors import InvalidArticle

PROSE = (
    "The lock keeper of Brannow has counted every barge since 1988, and this spring the count fell below a hundred for the first time.",
    "What remains are pleasure boats, which pay nothing and wave. The office in the city calls the lock a heritage site now, and sends a painter.",
    "Nobody has told the keeper what happens to the ledger. It stands on a shelf next to the barometer, forty volumes, one for each year.",
)
DATE = '<meta property="article:published_time" content="2017-07-12">'
TEASERS = "".join(
    f'<article><h2><a href="/{number}">Story {number} of the lock</a></h2><p>{PROSE[0]}</p></article>'
    for number in range(5)
)


def page(head: str, body: str, body_class: str = "") -> bytes:
    return f'<!doctype html><html lang="en"><head><meta charset="utf-8">{head}</head><body class="{body_class}">{body}</body></html>'.encode()


def article(title: str, *paragraphs: str, head: str = DATE) -> bytes:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs or PROSE)
    return page(f"<title>{title}</title>{head}", f"<article><h1>{title}</h1>{text}</article>")


def kind_of(raw: bytes) -> str:
    """Return the kind by which a page is skipped; "" for one that is read."""
    try:
        read(raw, (), FormatOptions())
    except NoArticle as kind:
        return str(kind)
    return ""


ERRORS = [
    "404", "404 Not Found", "Error 404", "404 - Page not found", "Page not found | The Lantern", "The Lantern – Page Not Found",
    "Oops! That page can’t be found.", "410 Gone", "500 Internal Server Error", "503 Service Temporarily Unavailable",
    "403 Forbidden", "Seite nicht gefunden", "Fehler 404 – Seite nicht gefunden", "Page introuvable", "Erreur 404",
    "Página no encontrada", "Página não encontrada", "Pagina non trovata", "Pagina niet gevonden", "Sidan kunde inte hittas",
    "Siden blev ikke fundet", "Strona nie została znaleziona", "Страница не найдена", "Sayfa bulunamadı",
    "ページが見つかりません", "页面不存在", "페이지를 찾을 수 없습니다", "الصفحة غير موجودة", "Just a moment...", "Access Denied",
]  # fmt: skip


@pytest.mark.parametrize("title", ERRORS)
def test_error_pages_are_recognised(title: str) -> None:
    """Mirrors keep what servers answered for pages that had gone, in any language."""
    assert (
        kind_of(article(title, "The page may have been moved. Go to our home page."))
        == "page: error"
    )
    assert (
        kind_of(article(title, "The page may have been moved. Go to our home page.", head=""))
        == "page: error"
    )


def test_the_class_of_an_error_page_decides() -> None:
    """The class of the page's body decides, whatever the words."""
    assert (
        kind_of(
            page(
                "<title>Nothing to see</title>" + DATE,
                f"<h1>Hm</h1><p>{PROSE[0]}</p>",
                "error404 wp",
            )
        )
        == "page: error"
    )


ABOUT_ERRORS = [
    article("404: how the web loses its pages"), article("Page not found: a museum of lost websites"), article("Page not found"),
    article("Not Found", *PROSE, *PROSE, *PROSE, *PROSE), article("The 500", *PROSE), article("Lost", *PROSE), article("Error", *PROSE),
    article("Why Access Denied became a headline", *PROSE),
    article("Gone", "He left on Monday, and nobody saw him go.", head=DATE + '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Gone"}</script>'),
]  # fmt: skip


@pytest.mark.parametrize("raw", ABOUT_ERRORS)
def test_an_article_about_errors_is_an_article(raw: bytes) -> None:
    """A headline may speak of missing things; an error page has no text below it."""
    assert kind_of(raw) == ""


LISTINGS = [
    page('<title>Ana Roy</title><meta property="og:type" content="profile">', f"<h1>Ana Roy</h1>{TEASERS}"),
    page('<title>Locks</title><script type="application/ld+json">{"@graph": [{"@type": "CollectionPage", "name": "Locks"}]}</script>', TEASERS),
    page('<title>x</title><meta property="og:type" content="article"><script type="application/ld+json">{"@type": ["WebPage", "CollectionPage"]}</script>', TEASERS),
    page('<title>x</title><script type="application/ld+json">{"@type": "SearchResultsPage"}</script>', TEASERS),
    page('<title>x</title><script type="application/ld+json">{"@type": "ProfilePage", "mainEntity": {"@type": "Person", "name": "Ana Roy"}}</script>', TEASERS),
    page('<title>Locks | The Lantern</title><meta property="og:type" content="website"><link rel="canonical" href="https://lantern.example/tag/locks/">', f"<h1>Locks</h1>{TEASERS}"),
    page('<title>The Lantern</title><meta property="og:type" content="website"><link rel="canonical" href="https://lantern.example/">', TEASERS),
    page("<title>Search results for: locks</title>", f"<h1>Search results for: locks</h1>{TEASERS}"),
    page("<title>Tag: locks – The Lantern</title>", f"<h1>Tag: locks</h1>{TEASERS}"),
    page("<title>Locks – The Lantern</title>", f"<h1>Locks</h1>{TEASERS}", "archive category category-locks"),
    page("<title>x</title>", TEASERS, "search search-results"),
]  # fmt: skip


@pytest.mark.parametrize("raw", LISTINGS)
def test_a_page_that_lists_articles_is_a_listing(raw: bytes) -> None:
    """Tags, authors, categories, searches and front pages are not articles."""
    assert kind_of(raw) == "page: listing"


NO_LISTINGS = [
    article("The Ledger", head=DATE + '<meta property="og:type" content="website">'),
    article("The Ledger", head=DATE + '<meta property="og:type" content="profile">'),
    article("Ana Roy", head='<meta property="og:type" content="website"><script type="application/ld+json">{"@type": "NewsArticle", "headline": "Ana Roy", "datePublished": "2017-07-12"}</script>'),
    page(DATE + "<title>Author: unknown</title>", f"<article><h1>Author: unknown</h1><p>{PROSE[0]}</p><p>{PROSE[1]}</p></article>"),
    page(DATE + "<title>The National Archives</title>", f"<article><h1>The National Archives</h1><p>{PROSE[0]}</p><p>{PROSE[1]}</p></article><aside>{TEASERS}</aside>"),
    page('<title>The Ledger</title><script type="application/ld+json">{"@graph": [{"@type": "NewsArticle", "headline": "The Ledger", "datePublished": "2017-07-12"}, {"@type": "ItemList", "itemListElement": []}]}</script>', f"<h1>The Ledger</h1><p>{PROSE[0]}</p><p>{PROSE[1]}</p>"),
    page("<title>The Ledger</title>" + DATE, f"<h1>The Ledger</h1><p>{PROSE[0]}</p>{TEASERS}", "single single-post archive-2017"),
]  # fmt: skip


@pytest.mark.parametrize("raw", NO_LISTINGS)
def test_what_declares_an_article_or_a_date_of_its_own_is_no_listing(raw: bytes) -> None:
    """Many sites declare their articles as a website; metadata of the article takes precedence."""
    assert kind_of(raw) == ""


CONSENT = (
    "<h2>We value your privacy</h2><p>We and our 812 partners store cookies on your device to measure what you read.</p>"
    "<p>You may accept all of these cookies or choose which of them we may set.</p><button>Accept all</button>"
)
BRIEF = "<article><h1>Heron seen</h1><p>A heron stood on the lower gate at seven.</p><p>It caught nothing.</p></article>"
DIALOGS = [
    f'<div id="cookie-consent" role="dialog">{CONSENT}</div>', f'<div id="onetrust-banner-sdk">{CONSENT}</div>',
    f'<section class="gdpr-banner">{CONSENT}</section>', f'<div class="cookie-banner"><h1>Your privacy</h1>{CONSENT}</div>', f'<div aria-modal="true">{CONSENT}</div>', f'<div class="box">{CONSENT}</div>',
    '<div class="cc-window cc-banner"><span>Diese Website verwendet Cookies. Mit der Nutzung stimmen Sie zu.</span><a>OK</a></div>',
    "<div><p>Ce site utilise des cookies pour améliorer votre expérience.</p></div>",
    "<div><p>Utilizamos cookies propias y de terceros para mejorar su experiencia.</p></div>",
    "<p>By continuing to use this site you agree to our use of cookies and our privacy policy.</p>",
    "<noscript>You need to enable JavaScript to run this app.</noscript>", "<p>Please enable JavaScript in your browser.</p>",
    "<noscript><p>Bitte aktivieren Sie JavaScript, um diese Seite zu sehen.</p></noscript>",
]  # fmt: skip


@pytest.mark.parametrize("dialog", DIALOGS)
def test_notices_are_not_part_of_a_short_article(dialog: str) -> None:
    """A brief of two sentences is shorter than the notices around it, and still the only text."""
    for body in (dialog + BRIEF, BRIEF + dialog):
        found = read(page(f"<title>Heron seen</title>{DATE}", body), (), FormatOptions()).record[
            "body"
        ]
        assert "A heron stood" in found
        for word in ("ookies", "partners", "Accept", "JavaScript"):
            assert word not in found


def test_a_page_of_only_consent_is_a_wall() -> None:
    """Without its dialog such a page has no text, and its title is not a brief."""
    assert (
        kind_of(
            page(f"<title>Heron seen</title>{DATE}", f'<div class="consent-wall">{CONSENT}</div>')
        )
        == "page: cookie wall"
    )
    assert (
        kind_of(page(f"<title>Heron seen</title>{DATE}", f"<div>{CONSENT}</div>"))
        == "page: cookie wall"
    )


SCRIPTED = [
    '<noscript>You need to enable JavaScript to run this app.</noscript><div id="root"></div>',
    '<div id="app"></div><script src="/app.js"></script>',
    "<p>JavaScript is disabled in your browser. Please enable JavaScript to proceed.</p>",
    "<noscript>Veuillez activer JavaScript pour continuer.</noscript><div></div>",
]


@pytest.mark.parametrize("body", SCRIPTED)
def test_a_page_that_scripts_would_have_filled_is_skipped(body: str) -> None:
    """A page's metadata is not an article if its text is missing."""
    assert kind_of(page(f"<title>Heron seen</title>{DATE}", body)) == "page: scripts only"


ON_NOTICES = [
    (
        "How cookies follow you",
        "We use cookies on this site to show how they work, and you may accept all of them.",
    ),
    (
        "Browsers without JavaScript",
        "Please enable JavaScript to see the second half of this text.",
    ),
    ("A baker’s day", "We use cookies every morning, says the baker, and we sell them by noon."),
]


@pytest.mark.parametrize(("title", "sentence"), ON_NOTICES)
def test_an_article_about_cookies_keeps_its_sentences(title: str, sentence: str) -> None:
    """A notice elsewhere is the text of an article about its subject."""
    assert sentence in read(article(title, sentence, *PROSE), (), FormatOptions()).record["body"]


def test_elements_that_hold_an_article_are_never_taken_for_a_dialog() -> None:
    """A theme may name its whole page after cookies or consent."""
    body = f'<div class="cookie-consent-given"><div id="consent">{BRIEF}</div><p>Our privacy policy.</p></div>'
    assert (
        "A heron stood"
        in read(page(f"<title>Heron seen</title>{DATE}", body), (), FormatOptions()).record["body"]
    )


def test_a_capture_gives_an_address_and_the_latest_day() -> None:
    """An archived page has the address of its capture, and no day after it."""
    context = (b"https://lantern.example/ledger", b"2019-03-05T12:00:00Z")
    assert (
        extract_record(article("The Ledger"), SiteRules({}), context).record["url"]
        == "https://lantern.example/ledger"
    )
    assert read(article("The Ledger"), context, FormatOptions()).record["published"] == "2017-07-12"
    later = article("The Ledger", head='<meta name="date" content="2021-01-01">')
    with pytest.raises(InvalidArticle):
        read(later, context, FormatOptions())
    canonical = article(
        "The Ledger", head=DATE + '<link rel="canonical" href="https://lantern.example/own">'
    )
    assert (
        extract_record(canonical, SiteRules({}), context).record["url"]
        == "https://lantern.example/own"
    )
    front = article(
        "The Ledger", head=DATE + '<link rel="canonical" href="https://lantern.example/">'
    )
    assert (
        extract_record(front, SiteRules({}), context).record["url"]
        == "https://lantern.example/ledger"
    )


ARCHIVED = [
    '<link rel="canonical" href="https://web.archive.org/web/20190306000000/https://lantern.example/ledger">',
    '<meta property="og:url" content="/web/20190306000000/https://lantern.example/ledger">',
]


@pytest.mark.parametrize("link", ARCHIVED)
def test_a_page_of_a_web_archive_has_its_own_address_and_no_toolbar(link: str) -> None:
    """The archive's address and toolbar are not the page's."""
    bar = f'<div id="wm-ipp-base"><p>12 captures</p><p>{PROSE[2]}</p></div>'
    raw = page(f"<title>Heron seen</title>{DATE}{link}", bar + BRIEF)
    found = read(raw, (), FormatOptions()).record
    assert found["url"] == "https://lantern.example/ledger"
    assert "barometer" not in found["body"]
    assert "captures" not in found["body"]
