"""The timeline above the results, with and without scripts."""

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.conftest import Server

pytestmark = pytest.mark.browser

MAX_TAB_STOPS = 12
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 360, "height": 740}


def bars(page: Page) -> Locator:
    """Return the bars of the chart."""
    return page.locator(".chart a")


def count_in(text: str) -> int:
    """Return the number of articles that a name ends with."""
    found = re.search(r"(\d+) articles?$", text)
    assert found
    return int(found[1])


def test_the_first_mention_of_a_topic_is_two_clicks_away(page: Page) -> None:
    """A click on the first day and one on its article: no earlier article has the word."""
    page.goto("/?q=glacier")
    page.get_by_role("link", name=re.compile("^First: ")).click()
    expect(page).to_have_url(re.compile(r"/\?q=glacier&date=\d{4}-\d\d-\d\d$"))
    page.locator(".hit h2 a").first.click()
    expect(page.locator("h1 mark, .deck mark, .body mark").first).to_be_visible()
    title = page.locator("h1").inner_text()
    page.goto("/?q=glacier&sort=oldest")
    expect(page.locator(".hit h2").first).to_have_text(title)


def test_two_clicks_choose_a_range(page: Page) -> None:
    """The first bar chooses its period; any other one then leads to the days between both."""
    page.goto("/?q=river")
    names = bars(page).locator("title")
    first = names.first.text_content() or ""
    bars(page).first.click()
    expect(page.locator("h1")).to_have_text(re.compile(f"^{count_in(first)} article"))
    expect(page.locator(".chart .chosen")).to_have_count(1)
    expect(names.first).to_have_text(f"{first}, remove")
    last = names.last.text_content() or ""
    assert " to " in last
    bars(page).last.click()
    expect(page).to_have_url(re.compile(r"/\?q=river&from=\d{4}-01-01&to=\d{4}-12-31$"))
    expect(page.locator("h1")).to_have_text(f"{count_in(last)} articles for river")


def test_the_bar_of_the_chosen_period_removes_it(page: Page) -> None:
    """A third click is a way back to the whole search."""
    page.goto("/?q=river")
    year = (bars(page).first.locator("title").text_content() or "").split(",")[0]
    bars(page).first.click()
    expect(page).to_have_url(f"/?q=river&date={year}")
    bars(page).first.click()
    expect(page).to_have_url("/?q=river")


def test_the_facts_lead_to_their_articles(page: Page) -> None:
    """The number with the busiest period is the total behind it."""
    page.goto("/?q=river")
    fact = page.get_by_role("link", name=re.compile("^most: "))
    count = re.search(r"\((\d+)\)$", fact.inner_text())
    assert count
    fact.click()
    expect(page.locator("h1")).to_have_text(re.compile(f"^{count[1]} articles? for river$"))
    expect(page.get_by_role("link", name=re.compile("^highest share: .+%"))).to_be_visible()


def test_the_table_has_the_same_numbers_as_links(page: Page) -> None:
    """It is one Tab stop until it is opened; each period leads to its articles alone."""
    page.goto("/?q=river")
    drawn = bars(page).count()
    table = page.get_by_role("table")
    expect(table).to_be_hidden()
    summary = page.locator("#periods summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(table.get_by_role("link")).to_have_count(drawn)
    row = table.get_by_role("row").filter(has=page.get_by_role("link")).first
    count = row.get_by_role("cell").first.inner_text()
    row.get_by_role("link").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(re.compile(f"^{count} articles? for river$"))


def test_a_chart_is_few_tab_stops(scripted: Page) -> None:
    """The bars are not among the stops between the heading and the first result."""
    scripted.goto("/?q=river")
    stops: list[str] = []
    scripted.locator("#main").focus()
    while not stops or stops[-1] != "hit":
        scripted.keyboard.press("Tab")
        assert scripted.evaluate("document.activeElement.closest('.chart')") is None
        stops += scripted.evaluate(
            "['hit', 'timeline', 'summary'].filter(name => document.activeElement.closest('.' + name))"
        )
        assert len(stops) <= MAX_TAB_STOPS
    assert stops.count("timeline") == 7, "three facts, two scales, the table and other dates"


def test_a_focused_bar_shows_its_column_and_no_other_bar(scripted: Page) -> None:
    """The outline does not stretch with the chart, so it is no wider than its column."""
    scripted.goto("/?q=river")
    bar = bars(scripted).first
    scripted.keyboard.press("Tab")
    bar.focus()
    expect(bar.locator(".hold")).to_have_css("vector-effect", "non-scaling-stroke")
    expect(bar).to_have_css("outline-style", "none")
    expect(bar.locator(".hold")).to_have_css("stroke-width", "2px")


def test_ticking_another_year_keeps_the_list_open(scripted: Page) -> None:
    """An update in place leaves opened parts as they are, and the focus within them."""
    scripted.locator("#dates summary").click()
    years = scripted.locator("#dates a.value")
    years.first.focus()
    scripted.keyboard.press("Space")
    expect(scripted.locator(".chips li")).to_have_count(1)
    expect(years.first).to_be_focused()
    scripted.locator("#dates .year a.value").last.click()
    expect(scripted.locator(".chips")).to_contain_text(" or ")
    expect(years.first).to_be_visible()


def test_shares_in_place_of_numbers(page: Page) -> None:
    """A link switches the bars; the kind stays with the next click, and the focus on the link."""
    page.goto("/?q=river")
    first = bars(page).locator("title").first
    number = count_in(first.text_content() or "")
    page.get_by_role("link", name="Share of all", exact=True).click()
    expect(page).to_have_url("/?q=river&chart=share")
    expect(first).to_have_text(re.compile(rf"^\d+: [\d.]+% of all articles, {number} articles?$"))
    expect(page.locator(".legend")).to_have_text(re.compile("full height is"))
    bars(page).first.click()
    expect(page.locator("h1")).to_have_text(re.compile(f"^{number} article"))
    expect(page).to_have_url(re.compile(r"/\?q=river&date=\d{4}&chart=share$"))
    page.get_by_role("link", name="Number", exact=True).click()
    expect(page).to_have_url(re.compile(r"/\?q=river&date=\d{4}$"))


def test_a_chosen_year_opens_into_months(page: Page) -> None:
    """The link after the facts sets the days of the year, whose months the chart then has."""
    page.goto("/?q=river")
    bars(page).first.click()
    page.get_by_role("link", name=re.compile("^Months of ")).click()
    expect(page).to_have_url(re.compile(r"/\?q=river&from=(\d{4})-01-01&to=\1-12-31$"))


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_every_bar_is_seen_and_the_page_does_not_scroll_sideways(
    browser: Browser, sample_server: Server, size: dict[str, int]
) -> None:
    """A bar has at least two pixels, on a phone as well, and names beneath fit the width."""
    context = browser.new_context(base_url=sample_server.url)
    page = context.new_page()
    page.set_viewport_size({"width": size["width"], "height": size["height"]})
    for path in ("/", "/?q=river", "/?q=river&date=2012"):
        page.goto(path)
        heights = page.locator(".chart .bar").evaluate_all(
            "bars => bars.map(bar => bar.getBoundingClientRect().height)"
        )
        assert heights
        assert min(heights) >= 2
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    context.close()


def test_time_runs_in_the_direction_of_the_text(scripted: Page) -> None:
    """From right to left, the first period is at the right, and names stay readable."""
    scripted.goto("/?q=river")
    places = (
        "[...document.querySelectorAll('.chart .bar')].map(bar => bar.getBoundingClientRect().x)"
    )
    before = scripted.evaluate(places)
    assert before == sorted(before)
    scripted.evaluate("document.documentElement.dir = 'rtl'")
    after = scripted.evaluate(places)
    assert after == sorted(after, reverse=True)
    expect(scripted.locator(".axis text").first).to_have_css(
        "transform", "matrix(-1, 0, 0, 1, 0, 0)"
    )
