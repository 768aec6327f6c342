"""Single keys for results and articles."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import Server

pytestmark = pytest.mark.browser


def test_results_are_walked_and_opened(scripted: Page) -> None:
    """J and k move the focus from result to result, and o opens the one that has it."""
    scripted.goto("/?q=a*&sort=oldest")
    titles = scripted.locator(".hit h2 a")
    scripted.keyboard.press("k")
    expect(scripted.locator(":focus")).to_have_count(0)
    for number, key in ((0, "j"), (1, "j"), (2, "j"), (1, "k")):
        scripted.keyboard.press(key)
        expect(titles.nth(number)).to_be_focused()
    second = titles.nth(1).inner_text()
    scripted.keyboard.press("o")
    expect(scripted.locator("h1")).to_have_text(second)
    scripted.keyboard.press("n")
    expect(scripted.get_by_role("navigation", name="Results")).to_contain_text("3 of")
    scripted.keyboard.press("p")
    expect(scripted.locator("h1")).to_have_text(second)
    scripted.keyboard.press("?")
    expect(scripted).to_have_url("/keys")


def test_a_key_puts_an_article_on_the_list(scripted: Page) -> None:
    """X presses the list's button of the focused result, or of the article; the focus stays."""
    scripted.goto("/?q=a*&sort=oldest")
    scripted.keyboard.press("x")
    expect(scripted.locator(".hit .listed")).to_have_count(0)
    scripted.keyboard.press("j")
    scripted.keyboard.press("x")
    expect(scripted.locator(".hit").first.locator(".listed")).to_be_visible()
    expect(scripted.locator(".hit .listed")).to_have_count(1)
    expect(scripted.locator(".hit h2 a").first).to_be_focused()
    scripted.keyboard.press("o")
    expect(scripted.locator(".tools .listed")).to_be_visible()
    scripted.keyboard.press("x")
    expect(scripted.locator(".tools .put")).to_be_visible()
    expect(scripted.locator(".tools .listed")).to_have_count(0)


def test_no_key_works_in_a_field_or_with_a_modifier(scripted: Page) -> None:
    """Letters that are typed stay text, and shortcuts of the browser stay its own."""
    scripted.goto("/?q=a*&sort=oldest")
    box = scripted.get_by_label("Search the archive")
    box.fill("")
    box.press_sequentially("jo?n/")
    expect(box).to_have_value("jo?n/")
    expect(box).to_be_focused()
    scripted.goto("/?q=a*&sort=oldest")
    for modifier in ("Control", "Alt", "Meta"):
        scripted.keyboard.press(f"{modifier}+j")
    expect(scripted.locator(".hit :focus")).to_have_count(0)


def test_the_keys_can_be_switched_off(scripted: Page) -> None:
    """Speech input can press single keys by accident, so a reader can turn them off for good."""
    scripted.goto("/keys")
    switch = scripted.get_by_label("Use these keys in this browser")
    expect(switch).to_be_checked()
    switch.uncheck()
    scripted.goto("/?q=a*&sort=oldest")
    for key in ("j", "/", "?"):
        scripted.keyboard.press(key)
    expect(scripted.locator(":focus")).to_have_count(0)
    expect(scripted).to_have_url("/?q=a*&sort=oldest")
    scripted.goto("/keys")
    expect(switch).not_to_be_checked()
    switch.check()
    scripted.goto("/?q=a*&sort=oldest")
    scripted.keyboard.press("j")
    expect(scripted.locator(".hit h2 a").first).to_be_focused()


def test_the_keys_are_off_without_storage(browser: Browser, sample_server: Server) -> None:
    """A browser that cannot keep the choice to turn them off never has them on."""
    context = browser.new_context(base_url=sample_server.url)
    context.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('blocked'); } });"
    )
    page = context.new_page()
    page.goto("/keys")
    switch = page.get_by_label("Use these keys in this browser")
    expect(switch).not_to_be_checked()
    switch.click()
    expect(switch).not_to_be_checked()
    page.goto("/?q=a*")
    page.keyboard.press("j")
    expect(page.locator(":focus")).to_have_count(0)
    context.close()


def test_the_page_of_keys_is_found_from_help(page: Page) -> None:
    """The keys are listed without scripts, too; the switch is there only with them."""
    scripted = page.evaluate("typeof htmx !== 'undefined'")
    page.goto("/help")
    page.get_by_role("link", name="Keyboard shortcuts").click()
    single = page.locator(".keys").first.locator("kbd")
    expect(single).to_have_text(["/", "j", "k", "o", "x", "n", "p", "?"])
    expect(page.get_by_label("Use these keys in this browser")).to_be_visible(visible=scripted)
    expect(page.locator("html")).to_have_attribute("lang", re.compile("en"))
