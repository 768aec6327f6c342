"""Enter in the search box: the way on for readers with a keyboard."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.slow_answers import HeldAnswers

pytestmark = pytest.mark.browser

SUGGESTION_DELAY_MS = 120
MAX_TABS_FROM_THE_BOX = 3
MAX_TABS = 64


def box(page: Page) -> Locator:
    return page.get_by_label("Search the archive")


@pytest.mark.parametrize("milliseconds", [0, 60, 150, 300])
def test_suggestions_stay_shut_after_enter(scripted: Page, milliseconds: int) -> None:
    """The list never covers the answer, however soon after the last letter Enter follows."""
    scripted.clock.install()
    scripted.goto("/")
    scripted.clock.pause_at("2030-01-01")
    box(scripted).press_sequentially("river")
    scripted.clock.run_for(milliseconds)
    if milliseconds > SUGGESTION_DELAY_MS:
        expect(scripted.get_by_role("option").first).to_be_visible()
    scripted.keyboard.press("Enter")
    expect(scripted.locator("h1")).to_have_text("7 articles for river")
    expect(scripted.locator("#hits")).to_be_focused()
    with scripted.expect_event("requestfinished", lambda request: "harbour" in request.url):
        scripted.clock.run_for(1_000)
        scripted.evaluate("fetch('/?q=harbour')")
    expect(scripted.locator("#suggestions")).to_be_hidden()


def test_suggestions_that_come_late_are_not_shown(scripted: Page) -> None:
    """Enter aborts the request for suggestions that is under way."""
    held = HeldAnswers(scripted, "**/suggestions*")
    with scripted.expect_request("**/suggestions*"):
        box(scripted).press_sequentially("river")
    with scripted.expect_event("requestfailed", lambda request: "suggestions" in request.url):
        scripted.keyboard.press("Enter")
    held.release()
    expect(scripted.locator("h1")).to_have_text("7 articles for river")
    expect(scripted.locator("#suggestions")).to_be_hidden()


def test_the_first_result_is_three_keys_away(scripted: Page) -> None:
    """Enter searches and moves the focus to the results, Tab to the first one; Enter opens it."""
    box(scripted).fill("river")
    scripted.keyboard.press("Enter")
    expect(scripted.locator("#hits")).to_be_focused()
    expect(scripted.locator("h1")).to_be_in_viewport()
    title = scripted.locator(".hit h2").first.inner_text()
    scripted.keyboard.press("Tab")
    scripted.keyboard.press("Enter")
    expect(scripted.locator("article h1")).to_have_text(title)


def test_a_search_without_results_has_the_focus_too(scripted: Page) -> None:
    """Tab goes on to the offers on the page without results."""
    box(scripted).fill("zzzzqq")
    scripted.keyboard.press("Enter")
    expect(scripted.locator(".nothing")).to_be_visible()
    expect(scripted.locator("#main")).to_be_focused()


def test_letters_typed_after_enter_keep_the_focus(scripted: Page) -> None:
    """A reader who types on before the answer goes on in the box."""
    held = HeldAnswers(scripted, "**/?q=river", is_holding=False)
    box(scripted).fill("river")
    expect(scripted.locator("h1")).to_have_text("7 articles for river")
    held.hold()
    with scripted.expect_request("**/?q=river"):
        scripted.keyboard.press("Enter")
    scripted.keyboard.type(" glacier")
    held.release()
    expect(scripted).to_have_url("/?q=river%20glacier")
    expect(box(scripted)).to_have_value("river glacier")
    expect(box(scripted)).to_be_focused()


def test_the_first_result_is_near_the_box(page: Page) -> None:
    """A link behind the box skips the filters, with and without scripts."""
    page.goto("/?q=river")
    box(page).focus()
    first = page.locator(".hit h2 a").first
    for _ in range(MAX_TABS_FROM_THE_BOX):
        page.keyboard.press("Tab")
        if page.locator(".skip:focus").count():
            page.keyboard.press("Enter")
        if first.evaluate("link => link === document.activeElement"):
            break
    expect(first).to_be_focused()


@pytest.mark.parametrize("path", ["/", "/?q=river", "/?q=river&region=Europe&region=Asia"])
def test_filters_take_few_tabs(page: Page, path: str) -> None:
    """From the top of the page through all filters to the first result is a bounded way."""
    page.goto(path)
    first = page.locator(".hit h2 a").first
    reached = set()
    for _ in range(MAX_TABS):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.getAttribute('class')"))
        if first.evaluate("link => link === document.activeElement"):
            break
    expect(first).to_be_focused()
    assert "value" in reached
    assert "leave-out" not in reached


def test_a_key_excludes_the_value_that_has_the_focus(scripted: Page) -> None:
    """The links next to values are not on the way of Tab; two keys do the same."""
    for key in ("Delete", "-"):
        scripted.goto("/?q=river")
        scripted.locator(".facets").get_by_role("checkbox", name="Europe").first.focus()
        scripted.keyboard.press(key)
        expect(scripted).to_have_url("/?q=river&-region=Europe")
        expect(scripted.locator(".chips")).to_contain_text("Region: not Europe")


def test_values_are_excluded_without_scripts(page: Page) -> None:
    """The page of all values has links that Tab reaches, and the filters lead there."""
    page.goto("/?q=river")
    page.get_by_role("link", name="All values, to select or exclude").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Region")
    exclusion = page.get_by_role("link", name="Exclude Europe", exact=True)
    page.locator(".values-list a", has_text="Europe").first.focus()
    page.keyboard.press("Tab")
    expect(exclusion).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url("/?q=river&-region=Europe")
