"""Announcements and pages without results wait until typing rests."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Locator, Page, Request, expect

from tests.conftest import Server

pytestmark = pytest.mark.browser

NOTHING_LIKE_THIS = "zzzzqq"


def box(page: Page) -> Locator:
    return page.get_by_label("Search the archive")


def typed(kind: str) -> Callable[[Request], bool]:
    """Return a check for requests that were made while typing, for letters or when it rested."""
    return lambda request: request.headers.get("x-typing") == kind


def test_an_unfinished_word_keeps_the_results(scripted: Page) -> None:
    """Letters that find nothing are shown as such only once typing rests."""
    scripted.goto("/?q=river")
    scripted.clock.install()
    scripted.clock.pause_at("2030-01-01")
    with scripted.expect_response("**/?q=*") as answer:
        box(scripted).fill(NOTHING_LIKE_THIS)
        scripted.clock.run_for(50)
    assert answer.value.status == 204
    expect(scripted.locator("h1")).to_have_text("7 articles for river")
    scripted.clock.run_for(700)
    expect(scripted.locator("h1")).to_have_text(f"0 articles for {NOTHING_LIKE_THIS}")
    expect(scripted.locator("#status")).to_have_text(f"0 articles for {NOTHING_LIKE_THIS}")
    expect(box(scripted)).to_be_focused()


def test_enter_shows_that_nothing_was_found(scripted: Page) -> None:
    """A reader who presses Enter need not wait."""
    scripted.clock.install()
    scripted.goto("/")
    scripted.clock.pause_at("2030-01-01")
    box(scripted).fill(NOTHING_LIKE_THIS)
    scripted.keyboard.press("Enter")
    expect(scripted.locator("h1")).to_have_text(f"0 articles for {NOTHING_LIKE_THIS}")


SAID = """() => { window.said = [];
const status = document.getElementById("status");
new MutationObserver(() => said.push(status.textContent)).observe(status, {childList: true}); }"""


def test_totals_are_announced_when_typing_rests(scripted: Page) -> None:
    """Nine letters are one announcement, and Enter after it repeats nothing."""
    scripted.goto("/")
    scripted.evaluate(SAID)
    box(scripted).press_sequentially("permanent", delay=60)
    expect(scripted.locator("#status")).not_to_be_empty()
    total = scripted.locator("h1").inner_text()
    assert total.endswith("permanent")
    assert scripted.evaluate("said") == [total]
    scripted.keyboard.press("Enter")
    expect(scripted.locator("#hits")).to_be_focused()
    assert scripted.evaluate("said") == [total]


def test_enter_and_links_announce_at_once(scripted: Page) -> None:
    """Totals of links and of Enter are said without a pause, and once."""
    scripted.clock.install()
    scripted.goto("/")
    scripted.clock.pause_at("2030-01-01")
    scripted.evaluate(SAID)
    box(scripted).press_sequentially("river")
    scripted.keyboard.press("Enter")
    expect(scripted.locator("#status")).to_have_text("7 articles for river")
    europe = scripted.locator(".facets").get_by_role("checkbox", name="Europe").first
    europe.click()
    expect(europe).to_be_checked()
    said = scripted.evaluate("said")
    assert said == ["7 articles for river", scripted.locator("h1").inner_text()]


@pytest.mark.parametrize("status", [400, 429, 503, None])
def test_an_error_while_typing_leaves_the_page(
    browser: Browser, sample_server: Server, status: int | None
) -> None:
    """Neither an error nor a lost connection replaces the results; Enter shows what is wrong."""
    # A separate page, since the browser logs the expected errors.
    page = browser.new_page(base_url=sample_server.url)
    page.route(
        "**/?q=harbour",
        lambda route: (
            route.fulfill(status=status, body="<h1>Refused</h1>", content_type="text/html")
            if status
            else route.abort()
        ),
    )
    page.goto("/?q=river")
    page.evaluate("window.same = true")
    ending = "requestfinished" if status else "requestfailed"
    with page.expect_event(ending, typed("letters")):
        box(page).fill("harbour")
    with page.expect_event(ending, typed("rest")):
        expect(page.locator("h1")).to_have_text("7 articles for river")
    assert page.evaluate("window.same") is True
    expect(box(page)).to_have_value("harbour")
    expect(box(page)).to_be_focused()
    with page.expect_event(ending, Request.is_navigation_request):
        page.keyboard.press("Enter")
    page.close()
