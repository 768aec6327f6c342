"""What happens while a reader types: results and suggestions, in a real Chromium."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.conftest import Server

pytestmark = pytest.mark.browser


def box(page: Page) -> Locator:
    return page.get_by_label("Search the archive")


def options(page: Page) -> Locator:
    return page.get_by_role("option")


def test_results_follow_the_letters(scripted: Page) -> None:
    """Results, title, address and the announced total follow what is typed; the focus stays, nothing is loaded anew."""
    scripted.evaluate("window.same = true")
    box(scripted).press_sequentially("river", delay=40)
    expect(scripted.locator("h1")).to_have_text("7 articles for river")
    expect(scripted).to_have_url("/?q=river")
    expect(scripted).to_have_title("river · Dateline")
    expect(scripted.locator("#status")).to_have_text("7 articles for river")
    expect(box(scripted)).to_be_focused()
    box(scripted).press_sequentially(" glacier", delay=40)
    expect(scripted).to_have_url("/?q=river%20glacier")
    assert scripted.evaluate("window.same") is True


def test_a_word_half_typed_has_results(scripted: Page) -> None:
    """Between the first letters and the whole word there is no page that says nothing matches."""
    box(scripted).press_sequentially("harb", delay=40)
    expect(scripted.locator(".corrected")).to_contain_text("harb*")
    expect(scripted.locator("h1")).to_have_text("6 articles for harb")


def test_what_is_typed_is_one_step_back(scripted: Page) -> None:
    """However many letters, one step back leads to what was there before; the box says what is shown, there and on."""
    scripted.goto("/?q=bridge")
    box(scripted).fill("")
    box(scripted).press_sequentially("river", delay=150)
    expect(scripted).to_have_url("/?q=river")
    scripted.keyboard.press("Enter")
    expect(scripted.locator("#page:not(.htmx-request)")).to_be_visible()
    scripted.go_back()
    expect(scripted).to_have_url("/?q=bridge")
    expect(box(scripted)).to_have_value("bridge")
    scripted.go_forward()
    expect(scripted).to_have_url("/?q=river")
    expect(box(scripted)).to_have_value("river")
    expect(scripted.locator("h1")).to_have_text("7 articles for river")
    box(scripted).fill("ferry")
    expect(scripted).to_have_url("/?q=ferry")
    expect(options(scripted).first).to_be_visible()


def test_filters_stay_while_typing(scripted: Page) -> None:
    """What was ticked keeps narrowing what is typed, and a link that changes the words changes the box."""
    scripted.goto("/?region=Europe")
    box(scripted).press_sequentially("bridge", delay=40)
    expect(scripted).to_have_url("/?q=bridge&region=Europe")
    scripted.goto("/?q=river+glaceir")
    scripted.locator(".corrections").get_by_role("link", name="river glacier").click()
    expect(box(scripted)).to_have_value("river glacier")


def test_suggestions_are_walked_by_the_arrow_keys(scripted: Page) -> None:
    """The list opens under the box, the keys walk it round, Escape closes it, Enter goes where the suggestion leads."""
    expect(box(scripted)).to_have_role("combobox")
    box(scripted).press_sequentially("lope", delay=40)
    expect(options(scripted)).to_have_text(
        ["lopez 6", "Ana López Author 4", "María López Author 2"]
    )
    expect(box(scripted)).to_have_attribute("aria-expanded", "true")
    scripted.keyboard.press("ArrowDown")
    expect(options(scripted).first).to_have_attribute("aria-selected", "true")
    expect(box(scripted)).to_have_attribute("aria-activedescendant", "suggestion-1")
    scripted.keyboard.press("ArrowUp")
    expect(scripted.locator("[role=option][aria-selected=true]")).to_have_count(0)
    scripted.keyboard.press("Escape")
    expect(options(scripted).first).to_be_hidden()
    expect(box(scripted)).to_be_focused()
    scripted.keyboard.press("ArrowDown")
    expect(options(scripted).first).to_have_attribute("aria-selected", "true")
    scripted.keyboard.press("ArrowDown")
    scripted.keyboard.press("Enter")
    expect(scripted).to_have_url("/?author=Ana%20L%C3%B3pez")


def test_a_suggestion_is_chosen_by_the_mouse_and_the_list_leaves_with_the_focus(
    scripted: Page,
) -> None:
    """On any page, an article's too."""
    scripted.goto("/help")
    box(scripted).press_sequentially("a permanent", delay=20)
    expect(options(scripted).first).to_be_visible()
    scripted.keyboard.press("Tab")
    expect(options(scripted).first).to_be_hidden()
    box(scripted).press("x")
    box(scripted).press("Backspace")
    options(scripted).get_by_text("A Permanent Tug Base").first.click()
    expect(scripted.locator("h1")).to_contain_text("A Permanent Tug Base")


def test_without_scripts_the_box_is_a_search_box(page: Page) -> None:
    """Nothing promises what only a script can do; Enter searches either way."""
    scripted = page.evaluate("typeof htmx !== 'undefined'")
    expect(box(page)).to_have_role("combobox" if scripted else "searchbox")
    expect(options(page)).to_have_count(0)
    box(page).fill("river")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("7 articles for river")


def test_only_what_takes_long_is_said_to_be_under_way(scripted: Page) -> None:
    """Results fade a moment after an update began, and not at all when it comes at once."""
    fade = scripted.evaluate(
        """() => { const page = document.getElementById("page"); page.classList.add("htmx-request");
        const style = getComputedStyle(page); return [style.transitionProperty, style.transitionDelay]; }"""
    )
    assert fade == ["opacity", "0.15s"]


def test_a_lost_connection_is_said(browser: Browser, sample_server: Server) -> None:
    """A link that cannot be followed in place is followed as any link, so that the browser says what is wrong."""
    # A page of its own: the browser complains, as it should.
    page = browser.new_page(base_url=sample_server.url)
    page.goto("/")
    page.evaluate("window.same = true")
    page.route(
        "**/?region=Europe",
        lambda route: (
            route.abort() if route.request.headers.get("hx-request") else route.continue_()
        ),
    )
    page.locator(".facets a.value", has_text="Europe").first.click()
    expect(page.locator(".chips")).to_contain_text("Region: Europe")
    assert page.evaluate("window.same") is None
    page.close()
