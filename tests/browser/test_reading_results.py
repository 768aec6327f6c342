"""From results into articles and on, with and without scripts."""

import re
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import Server

pytestmark = pytest.mark.browser


def test_highlights_link_to_one_another(page: Page) -> None:
    """A link leads to the first, and the current one has links to its neighbours."""
    page.goto("/?q=river")
    page.locator(".hit h2 a").first.click()
    said = page.locator(".matches")
    total = int(said.inner_text().split()[0])
    assert total == page.locator(".body mark[id]").count() > 1
    expect(page.locator(".hops:visible")).to_have_count(0)
    said.get_by_role("link", name="First match").click()
    expect(page.locator("#hit-1")).to_be_in_viewport()
    page.get_by_role("link", name="Next match").click()
    expect(page).to_have_url(page.url.partition("#")[0] + "#hit-2")
    expect(page.locator(".hops:visible")).to_have_text(f"‹2/{total}›")
    page.get_by_role("link", name="Previous match").click()
    page.get_by_role("link", name="Previous match").click()
    expect(page.locator(f"#hit-{total} + .hops")).to_be_visible()


def test_results_are_read_one_after_another(page: Page) -> None:
    """An article links to the previous and next result, across pages of results."""
    page.goto("/?q=a*&size=2&page=2&sort=oldest")
    titles = page.locator(".hit h2 a").all_inner_texts()
    page.locator(".hit h2 a").first.click()
    around = page.get_by_role("navigation", name="Results")
    expect(around).to_contain_text("3 of")
    around.get_by_role("link", name="Next").click()
    expect(page.locator("h1")).to_have_text(titles[1])
    expect(around).to_contain_text("4 of")
    around.get_by_role("link", name="Next").click()
    expect(around).to_contain_text("5 of")
    around.get_by_role("link", name="Previous").click()
    expect(page.locator("h1")).to_have_text(titles[1])
    page.get_by_role("link", name="Back to the results").click()
    expect(page.locator(".hit h2 a")).to_have_text(titles)
    page.goto("/?q=a*&size=2&sort=oldest")
    page.locator(".hit h2 a").first.click()
    expect(around).to_contain_text("1 of")
    expect(around.get_by_role("link")).to_have_count(1)
    page.goto("/")
    page.locator(".hit h2 a").first.click()
    expect(around).to_have_count(0)


def test_the_values_of_a_hit_are_links(page: Page) -> None:
    """Author and source lead to their pages, and these into the same search; two dates are shown."""
    page.goto("/?q=permanent+tug")
    hit = page.locator(".hit", has_text="A Permanent Tug Base")
    expect(hit.locator(".meta")).to_contain_text("12 July 2017")
    expect(hit.locator(".source")).to_contain_text("Meridian Wire 10 July 2017")
    hit.locator(".byline a").click()
    page.locator(".narrowed a").click()
    chosen = page.get_by_role("list", name="Active filters")
    expect(chosen).to_contain_text("Author: Yusuf al-Amin")
    page.locator(".hit .source a").first.click()
    page.locator(".narrowed a").click()
    expect(chosen).to_contain_text("Source: Meridian Wire")
    expect(chosen).to_contain_text("Author: Yusuf al-Amin")


def test_the_home_page_introduces_the_archive(page: Page) -> None:
    """It has an introduction, the sizes of all facets and the newest articles."""
    expect(page.locator(".welcome")).to_contain_text("articles by their words")
    glance = page.get_by_role("list", name="All values")
    count = int(glance.locator("li", has_text="Author").locator(".count").inner_text())
    glance.get_by_role("link", name="Author").click()
    expect(page.locator(".found")).to_have_text(f"{count} authors")
    page.goto("/?q=river")
    expect(page.locator(".welcome")).to_have_count(0)


def test_a_reader_chooses_how_many_hits_a_page_has(page: Page) -> None:
    """The choice is part of the address, and stays while the search goes on."""
    page.get_by_role("list", name="Per page").get_by_role("link", name="25").click()
    expect(page).to_have_url("/?size=25")
    expect(page.locator(".hit")).to_have_count(25)
    page.locator(".facets").get_by_role("checkbox", name="Europe").first.click()
    expect(page).to_have_url("/?region=Europe&size=25")


def test_few_results_come_with_relaxations(page: Page) -> None:
    """Each dropped filter is offered with the number of articles that it brings."""
    page.goto("/?q=permanent+tug&date=2017-07-12")
    ways = page.locator(".ways li")
    count = ways.first.locator(".count").inner_text()
    expect(ways.first).to_contain_text("Without Date: 12 July 2017")
    ways.first.get_by_role("link").click()
    expect(page.locator(".chips")).not_to_contain_text("12 July 2017")
    with_every_word, with_some = re.findall(r"\d+", page.locator("h1").inner_text())
    assert int(with_every_word) + int(with_some) == int(count.split()[0])


def test_a_missing_page_offers_similar_articles(page: Page) -> None:
    """Words of the URL are searched, or the newest articles shown, and all facets linked."""
    for path, heading in (
        ("/articles/old/permanent-tug.html", "Perhaps one of these"),
        ("/x7", "Newest articles"),
    ):
        # The browser logs the missing page, which is expected here.
        context = page.context.browser
        assert context is not None
        other = context.new_page(base_url=page.url)
        other.goto(path)
        expect(other.locator("h1")).to_have_text("Page not found")
        expect(other.locator("main h2")).to_have_text(heading)
        other.locator(".newest a").first.click()
        expect(other.locator("article h1")).to_be_visible()
        other.close()


def test_buttons_that_need_scripts_are_hidden_without(page: Page) -> None:
    """Printing and copying have buttons only with scripts; the address is shown without."""
    scripted = page.evaluate("typeof htmx !== 'undefined'")
    page.goto("/?q=permanent+tug")
    page.locator(".hit h2 a").first.click()
    page.get_by_text("Cite or share", exact=True).click()
    expect(page.get_by_label("Link", exact=True)).to_have_value(page.url.partition("?")[0])
    expect(page.get_by_role("button", name="Print")).to_have_count(int(scripted))
    expect(page.get_by_role("button", name="Copy")).to_have_count(int(scripted))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_only_the_article_is_printed(
    browser: Browser, sample_server: Server, scheme: Literal["light", "dark"]
) -> None:
    """In print it is dark on light, with its address and without controls and navigation."""
    page = browser.new_page(base_url=sample_server.url, color_scheme=scheme)
    page.goto("/?q=permanent+tug")
    page.locator(".hit h2 a").first.click()
    page.emulate_media(media="print")
    for name in (".masthead", ".foot", ".related", ".around", ".tools", ".turn"):
        expect(page.locator(name)).to_be_hidden()
    expect(page.locator("article .body")).to_be_visible()
    expect(page.locator(".printed")).to_have_text(page.url.partition("?")[0])
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    page.close()


def test_an_article_is_shared_by_the_device(browser: Browser, sample_server: Server) -> None:
    """The button passes title and address to the device; without support there is none."""
    path = sample_server.get("/api/v1/search?q=permanent").json()["hits"][0]["url"]
    context = browser.new_context(base_url=sample_server.url)
    page = context.new_page()
    page.goto(path)
    page.get_by_text("Cite or share", exact=True).click()
    expect(page.get_by_role("button", name="Share")).to_have_count(0)
    # Chromium on this machine has no sharing dialog.
    page.add_init_script(
        "navigator.share = (what) => { window.shared = what; return Promise.resolve(); };"
    )
    page.reload()
    page.get_by_text("Cite or share", exact=True).click()
    page.get_by_role("button", name="Share").click()
    shared = page.evaluate("window.shared")
    assert shared == {"title": page.title(), "url": page.locator("#address").input_value()}
    assert shared["url"] == sample_server.url.rstrip("/") + path
    context.close()


@pytest.mark.parametrize(("motion", "seconds"), [("no-preference", "0.1s"), ("reduce", "0s")])
def test_reduced_motion_is_respected(
    browser: Browser,
    sample_server: Server,
    motion: Literal["no-preference", "reduce"],
    seconds: str,
) -> None:
    """Loading fades nothing if the device prefers less motion."""
    context = browser.new_context(base_url=sample_server.url, reduced_motion=motion)
    page = context.new_page()
    page.goto("/?q=river")
    fading = (
        "page => { page.classList.add('htmx-request'); "
        "return getComputedStyle(page).transitionDuration; }"
    )
    assert page.locator("#page").evaluate(fading) == seconds
    context.close()
