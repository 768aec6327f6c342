"""Results and suggestions while a reader types."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.conftest import Server

pytestmark = pytest.mark.browser


def box(page: Page) -> Locator:
    return page.get_by_label("Search the archive")


def options(page: Page) -> Locator:
    return page.get_by_role("option")


def test_results_follow_typing(scripted: Page) -> None:
    """Results, title, URL and announced total follow; the focus stays and nothing reloads."""
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


def test_a_partial_word_has_results(scripted: Page) -> None:
    """Until the word is complete there is no page without results."""
    box(scripted).press_sequentially("harb", delay=40)
    expect(scripted.locator(".corrected")).to_contain_text("harb*")
    expect(scripted.locator("h1")).to_have_text("6 articles for harb*")


def test_typing_is_one_step_of_history(scripted: Page) -> None:
    """Back leads to the page before all letters, and the box shows the current text."""
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
    """Filters narrow the typed text, and a link that changes the text changes the box."""
    scripted.goto("/?region=Europe")
    box(scripted).press_sequentially("bridge", delay=40)
    expect(scripted).to_have_url("/?q=bridge&region=Europe")
    scripted.goto("/?q=river+glaceir")
    scripted.locator(".corrections").get_by_role("link", name="river glacier").click()
    expect(box(scripted)).to_have_value("river glacier")


def test_suggestions_are_within_the_filters(scripted: Page) -> None:
    """The request names the filters in force, and the chosen suggestion keeps them."""
    scripted.goto("/?region=Europe")
    with scripted.expect_response(lambda answer: "/suggestions?" in answer.url) as suggested:
        box(scripted).press_sequentially("riv")
    assert "region=Europe" in suggested.value.url
    options(scripted).get_by_text("river", exact=True).click()
    expect(scripted).to_have_url("/?q=river&region=Europe")


def test_arrow_keys_select_suggestions(scripted: Page) -> None:
    """Arrow keys wrap around, Escape closes the list, Enter opens the suggestion."""
    expect(box(scripted)).to_have_role("combobox")
    with scripted.expect_response("**/suggestions?q=lope"):
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


def test_the_mouse_selects_suggestions(
    scripted: Page,
) -> None:
    """The list closes when the box loses the focus, on any page."""
    scripted.goto("/help")
    box(scripted).press_sequentially("a permanent", delay=20)
    expect(options(scripted).first).to_be_visible()
    scripted.keyboard.press("Tab")
    expect(options(scripted).first).to_be_hidden()
    box(scripted).press("x")
    box(scripted).press("Backspace")
    options(scripted).get_by_text("A Permanent Tug Base").first.click()
    expect(scripted.locator("h1")).to_contain_text("A Permanent Tug Base")


def test_the_box_works_without_scripts(page: Page) -> None:
    """Enter searches, and nothing is offered that needs scripts."""
    scripted = page.evaluate("typeof htmx !== 'undefined'")
    expect(box(page)).to_have_role("combobox" if scripted else "searchbox")
    expect(options(page)).to_have_count(0)
    box(page).fill("river")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("7 articles for river")


def test_only_slow_updates_show_progress(scripted: Page) -> None:
    """Results fade after a moment, and not at all if the update is quick."""
    fade = scripted.evaluate(
        """() => { const page = document.getElementById("page"); page.classList.add("htmx-request");
        const style = getComputedStyle(page);
        return [style.transitionProperty, style.transitionDelay]; }"""
    )
    assert fade == ["opacity", "0.15s"]


def test_a_lost_connection_is_shown(browser: Browser, sample_server: Server) -> None:
    """A failed update in place is followed as a link, so the browser shows its error."""
    # A separate page, since the browser logs the expected error.
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
