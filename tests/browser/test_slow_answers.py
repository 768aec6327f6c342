"""Letters, clicks and Enter are not lost while the answer to something else is under way."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.slow_answers import HeldAnswers, delay_answers

pytestmark = pytest.mark.browser

LATENCY_MS = 400
GONE = "Travel & Transport"
"""A theme of the sample that no article about Asia has."""


def box(page: Page) -> Locator:
    return page.get_by_label("Search the archive")


def value(page: Page, name: str) -> Locator:
    """Return the link of a facet's value."""
    return page.locator(".facets").get_by_role("checkbox", name=name).first


def test_a_click_during_a_typed_search_keeps_the_words(scripted: Page) -> None:
    """The filter of the click and the newest words are both searched, at a slow server."""
    delay_answers(scripted, LATENCY_MS)
    box(scripted).press_sequentially("river")
    value(scripted, "Europe").click()
    expect(scripted).to_have_url("/?q=river&region=Europe")
    expect(box(scripted)).to_have_value("river")
    expect(value(scripted, "Europe")).to_be_checked()


def test_letters_during_a_click_are_searched_afterwards(scripted: Page) -> None:
    """They stay in the box, which keeps the focus, and do not interrupt the click."""
    delay_answers(scripted, LATENCY_MS)
    value(scripted, "Europe").click()
    box(scripted).press_sequentially("river", delay=30)
    expect(scripted).to_have_url("/?q=river&region=Europe")
    expect(box(scripted)).to_have_value("river")
    expect(box(scripted)).to_be_focused()
    expect(value(scripted, "Europe")).to_be_checked()


def test_enter_during_a_click_is_searched_afterwards(scripted: Page) -> None:
    """The focus is on the results in the end, as after every Enter."""
    delay_answers(scripted, LATENCY_MS)
    value(scripted, "Europe").click()
    box(scripted).fill("river")
    box(scripted).press("Enter")
    expect(scripted).to_have_url("/?q=river&region=Europe")
    expect(scripted.locator("#hits")).to_be_focused()


def test_clicks_wait_for_each_other(scripted: Page) -> None:
    """Each is followed as the link is after the answer to the one before, so all have an effect."""
    scripted.goto("/?-theme=Labour")
    expect(scripted.locator(".chips")).to_contain_text("not Labour")
    held = HeldAnswers(scripted, "**/?region=Europe*")
    with scripted.expect_request("**/?region=Europe*"):
        value(scripted, "Europe").click()
    value(scripted, "Asia").click()
    scripted.locator(".chips").get_by_role("link", name="Labour").click()
    box(scripted).fill("river")
    box(scripted).press("Enter")
    held.release()
    expect(scripted).to_have_url("/?q=river&region=Europe&region=Asia")
    expect(value(scripted, "Europe")).to_be_checked()
    expect(value(scripted, "Asia")).to_be_checked()
    expect(scripted.locator("#hits")).to_be_focused()


def test_a_double_click_ticks_once(scripted: Page) -> None:
    """While the answer is under way, the second half of a double click does nothing."""
    held = HeldAnswers(scripted, "**/?region=Europe")
    with scripted.expect_request("**/?region=Europe"):
        value(scripted, "Europe").dblclick()
    held.release()
    expect(value(scripted, "Europe")).to_be_checked()
    expect(scripted).to_have_url("/?region=Europe")


def test_a_correction_replaces_only_words_typed_before_it(scripted: Page) -> None:
    """A link with words of its own changes the box, but not letters typed after the click."""
    scripted.goto("/?q=river+glaceir")
    correction = scripted.locator(".corrections").get_by_role("link", name="river glacier")
    held = HeldAnswers(scripted, "**/?q=river%20glacier")
    with scripted.expect_request("**/?q=river%20glacier"):
        correction.click()
    box(scripted).fill("ferry")
    held.release()
    expect(scripted).to_have_url("/?q=ferry")
    expect(box(scripted)).to_have_value("ferry")


@pytest.mark.parametrize(
    ("selector", "url"), [("a.value", "/?q=river&region="), (".hit h2 a", "/articles/")]
)
def test_a_click_is_not_lost_if_results_change_under_it(
    scripted: Page, selector: str, url: str
) -> None:
    """An answer may come after the button of the mouse was pressed and before it is released."""
    held = HeldAnswers(scripted, "**/?q=river")
    with scripted.expect_request("**/?q=river"):
        box(scripted).press_sequentially("river")
    place = scripted.locator(selector).first.bounding_box()
    assert place is not None
    scripted.mouse.move(place["x"] + 30, place["y"] + 8)
    scripted.mouse.down()
    held.release()
    expect(scripted.locator("h1")).to_have_text("7 articles for river")
    scripted.mouse.up()
    scripted.wait_for_url(lambda address: url in address)


def test_a_click_on_a_value_that_is_gone_keeps_the_words(scripted: Page) -> None:
    """If the new results do not list the value, its link is followed and the words afterwards."""
    scripted.goto("/?q=harbour")
    gone = scripted.locator(".facets a.value").first
    place = gone.bounding_box()
    assert place is not None
    held = HeldAnswers(scripted, "**/?q=river")
    with scripted.expect_request("**/?q=river"):
        box(scripted).fill("river")
    gone.evaluate("link => { link.id = 'gone'; }")
    scripted.mouse.move(place["x"] + 30, place["y"] + 8)
    scripted.mouse.down()
    held.release()
    expect(scripted.locator("h1")).to_have_text("7 articles for river")
    scripted.mouse.up()
    expect(scripted).to_have_url(re.compile(r"/\?q=river&\w+="))
    expect(box(scripted)).to_have_value("river")


def test_days_wait_for_a_click_before_them(scripted: Page) -> None:
    """Both have an effect; an empty field is not in the address."""
    scripted.goto("/?q=harbour")
    held = HeldAnswers(scripted, "**/?q=harbour&region=Europe*")
    scripted.get_by_text("Other dates").click()
    with scripted.expect_request("**/?q=harbour&region=Europe*"):
        value(scripted, "Europe").click()
    scripted.get_by_label("From").fill("2001-01-01")
    scripted.get_by_role("button", name="Apply").click()
    held.release()
    expect(scripted).to_have_url("/?region=Europe&q=harbour&from=2001-01-01")
    expect(value(scripted, "Europe")).to_be_checked()
    expect(scripted.get_by_label("From")).to_have_value("2001-01-01")


def test_days_are_set_although_their_form_is_gone(scripted: Page) -> None:
    """An answer without a timeline has no form; the days of the former one are searched."""
    scripted.goto("/?q=harbour")
    held = HeldAnswers(scripted, "**/?q=harbour&region=Europe*")
    scripted.get_by_text("Other dates").click()
    with scripted.expect_request("**/?q=harbour&region=Europe*"):
        value(scripted, "Europe").click()
    scripted.get_by_label("From").fill("2001-01-01")
    scripted.get_by_role("button", name="Apply").click()
    scripted.evaluate(
        """document.addEventListener(
            "htmx:beforeSwap",
            ({ detail }) => {
                detail.serverResponse = detail.serverResponse.replace('class="days"', "");
            },
            { once: true },
        )"""
    )
    held.release()
    expect(scripted).to_have_url("/?q=harbour&from=2001-01-01")


def test_a_click_on_a_link_that_an_answer_took_away_is_followed(scripted: Page) -> None:
    """It waited for another click, whose results have no such link; its own address is there."""
    scripted.goto("/")
    held = HeldAnswers(scripted, "**/?region=Asia*")
    gone = scripted.locator("#facet-theme + ul a.value", has_text=GONE).first
    with scripted.expect_request("**/?region=Asia*"):
        value(scripted, "Asia").click()
    gone.click()
    held.release()
    expect(scripted).to_have_url(f"/?theme={quote(GONE)}")
    expect(value(scripted, GONE)).to_be_checked()


def test_articles_are_put_on_the_list_one_after_another(scripted: Page) -> None:
    """A second click on a button of the list waits for the first, as does the list's cookie."""
    delay_answers(scripted, LATENCY_MS)
    buttons = scripted.locator(".hit form.put button")
    buttons.nth(0).click()
    buttons.nth(1).click()
    expect(scripted.locator(".hit .put .listed")).to_have_count(2)
    box(scripted).press_sequentially("river")
    expect(scripted).to_have_url("/?q=river")


def test_a_page_is_left_after_changes_of_the_list(scripted: Page) -> None:
    """A link that is clicked at once after buttons of the list does not abort what they do."""
    delay_answers(scripted, LATENCY_MS)
    buttons = scripted.locator(".hit form.put button")
    buttons.nth(0).click()
    buttons.nth(1).click()
    scripted.locator(".my-list").click()
    expect(scripted.locator(".listed li")).to_have_count(2)


def test_a_change_of_the_list_leads_nowhere_by_itself(scripted: Page) -> None:
    """A link within the page works at once, and is not followed again after another change."""
    scripted.goto("/?q=river")
    scripted.locator(".hit h2 a").first.click()
    delay_answers(scripted, LATENCY_MS)
    put = scripted.locator("form.put button").first
    put.click()
    scripted.evaluate("document.querySelector('a.skip').click()")
    expect(scripted).to_have_url(re.compile("#main$"))
    expect(put).to_have_class("listed")
    scripted.evaluate("location.hash = 'elsewhere'")
    put.click()
    expect(put).not_to_have_class("listed")
    expect(scripted).to_have_url(re.compile("#elsewhere$"))


def test_a_result_opens_while_a_search_is_under_way(scripted: Page) -> None:
    """The late answer does not replace the article."""
    delay_answers(scripted, LATENCY_MS)
    title = scripted.locator(".hit h2 a").first
    text = title.inner_text()
    box(scripted).press_sequentially("river")
    title.click()
    expect(scripted.locator("article h1")).to_have_text(text)
