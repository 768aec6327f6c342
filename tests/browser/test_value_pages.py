"""Readers on the page of a value, with and without scripts."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def test_a_reader_searches_in_the_articles_of_a_value(page: Page) -> None:
    """From the list of all values to the page of one, and from there into its articles."""
    page.goto("/browse/region")
    page.locator(".values-list a", has_text="Europe").first.click()
    expect(page).to_have_url("/region/Europe")
    expect(page.locator("h1")).to_have_text("Europe")
    total = page.locator(".scope a").first.inner_text()
    page.get_by_label("Search in these articles").fill("river")
    page.keyboard.press("Enter")
    expect(page).to_have_url("/?region=Europe&q=river")
    expect(page.get_by_role("list", name="Active filters")).to_contain_text("Region: Europe")
    page.go_back()
    page.locator(".all a").click()
    expect(page.locator("h1")).to_have_text(total)
    page.get_by_role("link", name="About Europe").click()
    expect(page).to_have_url("/region/Europe")


def test_a_column_leads_to_its_articles(page: Page) -> None:
    """The chart and its table lead into the search, whose total is the number of the column."""
    page.goto("/region/Europe")
    page.locator("#periods summary").click()
    row = page.locator("#periods tbody tr").first
    count = row.locator("td").first.inner_text()
    row.get_by_role("link").click()
    expect(page.locator("h1")).to_contain_text(f"{count} article")
    expect(page.get_by_role("list", name="Active filters")).to_contain_text("Region: Europe")
