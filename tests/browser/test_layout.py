"""The grid that all pages share, and what a phone, a pointer and a printer get of it."""

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.conftest import Server

pytestmark = pytest.mark.browser

_PATHS = (
    "/",
    "/?q=river",
    "/overview?q=river",
    "article",
    "/help",
    "/browse/theme",
    "/none",
    "/api/docs",
    "/trends",
)
_START = """
() => {
  const first = document.querySelector("main h1").getBoundingClientRect();
  const box = document.querySelector("#q").getBoundingClientRect();
  return [Math.round(box.left), Math.round(first.left)];
}
"""
_PLACES = """
[...document.querySelectorAll("main, main > *, .foot")].map(each => {
  const {left, top, width} = each.getBoundingClientRect();
  return `${each.localName}.${each.className} ${[left, top, width].map(Math.round)}`;
})
"""
_OVERFLOW = "document.documentElement.scrollWidth - innerWidth"


def _context(
    browser: Browser, server: Server, width: int, *, scripts: bool = True
) -> BrowserContext:
    return browser.new_context(
        base_url=server.url, viewport={"width": width, "height": 740}, java_script_enabled=scripts
    )


@pytest.fixture
def phone(browser: Browser, sample_server: Server) -> Iterator[Page]:
    """Give a page as wide as a small phone, without scripts."""
    context = _context(browser, sample_server, 360, scripts=False)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("width", [1024, 1280, 1920])
def test_all_pages_begin_at_the_same_edge(
    browser: Browser, sample_server: Server, width: int
) -> None:
    """The search box and the text under it do not jump from page to page."""
    context = _context(browser, sample_server, width)
    page = context.new_page()
    hit = sample_server.get("/api/v1/search?q=river").json()["hits"][0]["url"]
    edges = set()
    for path in _PATHS:
        page.goto(hit if path == "article" else path)
        edges |= set(page.evaluate(_START))
        assert page.locator(".masthead").evaluate("header => header.offsetHeight") <= 64
        assert page.evaluate(_OVERFLOW) <= 0
    assert len(edges) == 1
    context.close()


@pytest.mark.parametrize("width", [360, 800])
def test_narrow_pages_fit(browser: Browser, sample_server: Server, width: int) -> None:
    """Nothing is wider than the screen, a word of sixty letters included."""
    context = _context(browser, sample_server, width)
    page = context.new_page()
    for path in (*_PATHS, f"/?q={'x' * 60}", f"/?region={'R' * 60}"):
        page.goto(
            sample_server.get("/api/v1/search?q=river").json()["hits"][0]["url"]
            if path == "article"
            else path
        )
        assert page.evaluate(_OVERFLOW) <= 0, path
    context.close()


def test_each_day_is_next_to_its_name(phone: Page) -> None:
    """On a phone, "To" does not stand at the end of the line of the first day."""
    phone.goto("/?q=river")
    phone.get_by_text("Other dates").click()
    edges = set()
    for name in ("from", "to"):
        label = phone.locator(f"label[for={name}]").bounding_box()
        box = phone.locator(f"#{name}").bounding_box()
        assert label
        assert box
        assert box["y"] < label["y"] + label["height"] / 2 < box["y"] + box["height"]
        edges.add(label["x"])
    form = phone.locator(".days").bounding_box()
    assert form
    assert edges == {form["x"]}


@pytest.mark.parametrize("width", [360, 1280])
def test_scripts_move_nothing(browser: Browser, sample_server: Server, width: int) -> None:
    """Their additions have a place before they run, so that no line jumps while a page loads."""
    hit = sample_server.get("/api/v1/search?q=river").json()["hits"][0]["url"]
    paths = (*_PATHS, "/keys", "/trends?s=river", "/browse/date", f"/list?id={hit.rsplit('/')[-1]}")
    places: list[dict[str, list[str]]] = []
    for scripts in (True, False):
        context = _context(browser, sample_server, width, scripts=scripts)
        page = context.new_page()
        places.append({})
        for path in paths:
            page.goto(f"{hit}?q=river" if path == "article" else path)
            places[-1][path] = page.evaluate(_PLACES)
        context.close()
    assert places[0] == places[1]


def test_every_page_leads_to_the_others(page: Page) -> None:
    """The header names the pages of the site, and which of them this is."""
    for path in ("/", "/help", "/none"):
        # The browser logs the missing page, which is expected here.
        other = page.context.new_page()
        other.goto(path)
        header = other.get_by_role("navigation", name="Pages of this site")
        assert header.get_by_role("link").all_inner_texts() == [
            "Browse",
            "Trends",
            "My list",
            "Help",
            "API",
        ]
        expect(header.locator("[aria-current=page]")).to_have_count(int(path == "/help"))
        other.close()


def test_a_phone_keeps_the_filters_open_while_they_are_ticked(phone: Page) -> None:
    """Each tick is a page of its own without scripts; a bar leads to the articles it leaves."""
    phone.goto("/?q=river")
    expect(phone.locator(".facets")).to_be_hidden()
    phone.locator("a.filters-switch").click()
    phone.get_by_role("checkbox", name="Europe").first.click()
    expect(phone.locator(".facets")).to_be_visible()
    phone.get_by_role("checkbox", name="Asia").first.click()
    total = phone.locator("h1").inner_text().split()[0]
    bar = phone.get_by_role("link", name=f"Show {total} article")
    expect(bar).to_be_in_viewport()
    bar.click()
    expect(phone.locator("h1")).to_be_in_viewport()
    phone.locator("a.filters-switch").click()
    expect(phone.locator(".facets")).to_be_hidden()
    expect(phone.locator(".chips")).to_contain_text("Europe")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_phone_filters_and_reads_in_few_taps(
    browser: Browser, sample_server: Server, scripts: bool
) -> None:
    """Two values and an article are five taps from the results; nothing has to be shut again."""
    context = browser.new_context(
        base_url=sample_server.url,
        viewport={"width": 360, "height": 740},
        has_touch=True,
        java_script_enabled=scripts,
    )
    page = context.new_page()
    page.goto("/?q=river")
    page.locator(".filters-switch").filter(visible=True).tap()
    for name in ("Europe", "Asia"):
        value = page.locator(".facets").get_by_role("checkbox", name=name).first
        value.tap()
        expect(value).to_be_checked()
    page.locator(".show-results a").tap()
    first = page.locator(".hit h2 a").first
    expect(first).to_be_in_viewport()
    title = first.inner_text()
    first.tap()
    expect(page.locator("article h1")).to_have_text(title)
    context.close()


def test_a_phone_has_its_switches_on_one_row(phone: Page) -> None:
    """Filters and order share a row, and the order is chosen without scripts."""
    phone.goto("/?q=river")
    boxes = [phone.locator(name).bounding_box() for name in ("a.filters-switch", ".order")]
    first, second = (box for box in boxes if box)
    assert first["y"] == second["y"]
    assert abs(first["width"] - second["width"]) <= 1
    phone.get_by_text("Order", exact=True).click()
    phone.locator(".order").get_by_role("link", name="Oldest").click()
    expect(phone).to_have_url("/?q=river&sort=oldest")


def test_a_phone_does_not_zoom_into_inputs(browser: Browser, sample_server: Server) -> None:
    """The text of an input has 16 pixels: into a smaller one iOS zooms."""
    context = _context(browser, sample_server, 360)
    page = context.new_page()
    for path in ("/?filters=open", "/browse/author"):
        page.goto(path)
        sizes = page.locator("input:not([type=hidden]):not([type=checkbox])").evaluate_all(
            "all => all.map(each => parseFloat(getComputedStyle(each).fontSize))"
        )
        assert sizes
        assert min(sizes) >= 16
    context.close()


def test_counts_are_in_one_column(browser: Browser, sample_server: Server) -> None:
    """They end at one edge, with a sign that excludes the value next to them or without one."""
    context = _context(browser, sample_server, 1280)
    page = context.new_page()
    page.goto("/?region=Europe")
    ends = page.locator(".facets .count").evaluate_all(
        "all => all.map(each => Math.round(each.getBoundingClientRect().right))"
    )
    assert len(ends) > 10
    assert len(set(ends)) == 1
    sign = page.locator(".leave-out").first
    assert sign.evaluate("a => getComputedStyle(a).opacity") == "0"
    sign.hover()
    assert sign.evaluate("a => getComputedStyle(a).opacity") == "1"
    expect(sign).to_have_attribute("title", "Exclude")
    page.mouse.move(0, 0)
    sign.focus()
    assert sign.evaluate("a => getComputedStyle(a).opacity") == "1"
    context.close()


def test_a_printed_list_says_what_was_searched(page: Page) -> None:
    """The sheet has the address, the filters as text, and titles in the colour of ink."""
    page.goto("/?q=river&region=Europe&region=Asia")
    page.emulate_media(media="print")
    expect(page.locator(".printed")).to_contain_text("/?q=river&region=Europe&region=Asia")
    expect(page.locator(".printed")).to_contain_text("Archive as of ")
    assert " ".join(page.locator(".chips").inner_text().split()) == "Region: Europe or Asia"
    expect(page.locator(".facets")).to_be_hidden()
    ink = "a => getComputedStyle(a).color"
    assert page.locator(".hit h2 a").first.evaluate(ink) == "rgb(0, 0, 0)"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_browsers_own_controls_match_the_page(
    browser: Browser, sample_server: Server, theme: Literal["light", "dark"]
) -> None:
    """The colour of the device's theme, or of the one that the reader chose, is declared."""
    context = browser.new_context(base_url=sample_server.url, color_scheme=theme)
    page = context.new_page()
    page.goto("/")
    paper = {"light": "#fdfcfa", "dark": "#16181b"}
    meta = page.locator("meta[name=theme-color]")
    assert {each.get_attribute("media"): each.get_attribute("content") for each in meta.all()} == {
        f"(prefers-color-scheme: {name})": colour for name, colour in paper.items()
    }
    other = "Dark" if theme == "light" else "Light"
    page.get_by_role("button", name=other).click()
    expect(meta).to_have_count(1)
    expect(meta).to_have_attribute("content", paper[other.lower()])
    context.close()
