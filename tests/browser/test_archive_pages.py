"""The pages about the archive and about two searches, by keyboard and without scripts."""

from playwright.sync_api import Browser, Page, expect

from tests.conftest import Server


def test_two_searches_are_compared_by_a_form(page: Page) -> None:
    """The form works without scripts, keeps both texts and can be sent with the Enter key."""
    page.goto("/compare")
    page.get_by_label("First search").fill("river")
    page.get_by_label("Second search").fill("water")
    page.keyboard.press("Enter")
    expect(page).to_have_url("/compare?a=river&b=water")
    expect(page.locator(".lead")).to_contain_text("articles for river")
    expect(page.get_by_label("Second search")).to_have_value("water")
    both = page.locator(".segments .both a")
    number = both.inner_text()
    both.click()
    expect(page.locator("h1")).to_contain_text(f"{number} article")


def test_a_wide_table_is_scrolled_by_keyboard(browser: Browser, sample_server: Server) -> None:
    """On a phone the table of coverage scrolls in a region of its own, which takes the focus."""
    context = browser.new_context(
        base_url=sample_server.url, viewport={"width": 360, "height": 740}
    )
    page = context.new_page()
    page.goto("/coverage")
    region = page.get_by_role("region", name="Articles by source and year")
    region.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('.wide').scrollLeft > 0")
    names = region.locator("tbody th").first
    assert names.evaluate("cell => cell.getBoundingClientRect().left") >= 0
    context.close()


def test_printed_coverage_has_its_address_and_no_downloads(page: Page) -> None:
    """Paper needs to know where the numbers are from, and cannot follow a link to a table."""
    page.goto("/coverage")
    expect(page.locator(".printed")).to_be_hidden()
    expect(page.get_by_text("The numbers by month:")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator(".printed")).to_contain_text("/coverage")
    expect(page.get_by_text("The numbers by month:")).to_be_hidden()


def test_the_foot_of_each_page_leads_to_coverage(page: Page) -> None:
    """The holdings of an archive are one click away, and a cell of the table leads to its articles."""
    page.locator(".foot").get_by_role("link", name="Coverage").click()
    expect(page.locator("h1")).to_have_text("Coverage")
    cell = page.locator(".holdings tbody.all td a").last
    number = cell.locator(".count").inner_text()
    cell.click()
    expect(page.locator("h1")).to_contain_text(f"{number} article")
