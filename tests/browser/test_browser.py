"""The pages, with and without scripts."""

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.conftest import Server
from tests.support.accessibility import violations

pytestmark = pytest.mark.browser


def value(page: Page, name: str) -> Locator:
    """Return the link of a facet's value."""
    return page.locator(".facets a.value", has=page.locator(f'.name:text-is("{name}")'))


def test_a_reader_narrows_and_widens(page: Page) -> None:
    """Search, tick two regions, untick one, remove a chip; with and without scripts."""
    page.get_by_label("Search the archive").fill("river")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("h1")).to_have_text("7 articles for river")
    count = value(page, "Europe").locator(".count").inner_text()
    value(page, "Europe").click()
    expect(page.locator("h1")).to_have_text(f"{count} articles for river")
    expect(page).to_have_url("/?q=river&region=Europe")
    value(page, "Asia").click()
    expect(page).to_have_url("/?q=river&region=Europe&region=Asia")
    expect(page.locator(".chips li")).to_have_count(1)
    expect(page.locator(".chips .several")).to_contain_text("Region: Europe ×, remove or Asia ×")
    expect(value(page, "Asia")).to_be_checked()
    value(page, "Europe").click()
    expect(page).to_have_url("/?q=river&region=Asia")
    expect(page.locator(".chips li")).to_have_count(1)
    page.locator(".chips").get_by_role("link", name="Region: Asia").click()
    expect(page).to_have_url("/?q=river")
    expect(page).to_have_title("river · Dateline")


def test_filters_survive_a_new_search(page: Page) -> None:
    """Typing another query keeps the filters, although the box is outside the updated part."""
    value(page, "Europe").click()
    expect(page).to_have_url("/?region=Europe")
    page.get_by_label("Search the archive").fill("bridge")
    page.keyboard.press("Enter")
    expect(page).to_have_url("/?q=bridge&region=Europe")
    expect(page.locator(".chips li")).to_have_count(1)


def test_an_article_and_the_way_back(page: Page) -> None:
    """An article shows highlights, both dates, source and copyright, and links to the results."""
    page.goto("/?q=permanent+tug&date=2017")
    page.get_by_role("link", name="A Permanent Tug Base").click()
    expect(page.locator("h1 mark").first).to_have_text("Permanent")
    expect(page.locator(".body mark").first).to_be_visible()
    attribution = page.locator(".attribution")
    expect(attribution).to_contain_text("12 July 2017")
    expect(attribution).to_contain_text("10 July 2017")
    expect(attribution.get_by_role("link", name="Meridian Wire")).to_have_attribute(
        "href", "https://example.org/meridian/tugs"
    )
    expect(page.locator(".copyright")).to_have_text(
        "Copyright © Yusuf al-Amin, Meridian Wire, 2017"
    )
    page.get_by_role("link", name="Back to the results").click()
    expect(page).to_have_url("/?q=permanent%20tug&date=2017")


def test_automatic_changes_of_a_query_can_be_undone(page: Page) -> None:
    """A correction, a synonym and a relaxation have links that undo them."""
    page.goto("/?q=flamigos")
    expect(page.locator(".corrected")).to_contain_text("Nothing matches flamigos.")
    page.get_by_role("link", name="Search it as typed").click()
    expect(page).to_have_url("/?q=flamigos&spelling=typed")
    expect(page.locator("h1")).to_have_text("0 articles for flamigos")
    page.locator(".corrections").get_by_role("link", name="flamingos").click()
    expect(page).to_have_url("/?q=flamingos")
    expect(page.get_by_label("Search the archive")).to_have_value("flamingos")
    page.goto("/?q=river+glacier+bridge")
    page.locator(".relaxed a").click()
    expect(page).to_have_url("/?q=river%20glacier%20bridge&match=all")
    expect(page.locator(".relaxed")).to_have_count(0)
    page.goto("/?q=river+glaceir")
    expect(page.locator(".corrections")).to_contain_text("you mean river glacier (")
    page.locator(".corrections").get_by_role("link", name="river glacier").click()
    expect(page).to_have_url("/?q=river%20glacier")
    page.goto("/?q=UK+OR+river")
    expect(page.locator(".synonym a")).to_have_count(2)
    page.locator(".synonym").get_by_role("link", name="Britain").click()
    expect(page).to_have_url("/?q=UK%20OR%20river&-synonym=Britain")
    expect(page.locator(".synonym a")).to_have_count(1)


def test_related_articles_are_linked(page: Page) -> None:
    """They follow the article."""
    page.goto("/?q=brine+flamingos")
    page.locator(".hit h2 a").first.click()
    title = page.locator(".related a").first.inner_text()
    page.locator(".related a").first.click()
    expect(page.locator("h1")).to_have_text(title)


def test_the_theme_is_a_readers_choice(page: Page) -> None:
    """A switch on every page overrides the device's preference, and the choice is kept."""
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    page.goto("/?q=river&region=Europe")
    page.get_by_role("button", name="Dark").click()
    expect(page).to_have_url("/?q=river&region=Europe")
    expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate(paper) != light
    page.goto("/browse/author")
    assert page.evaluate(paper) != light
    same = page.get_by_role("button", name="Automatic")
    same.click()
    expect(same).to_have_attribute("aria-pressed", "true")
    assert page.evaluate(paper) == light
    assert page.context.cookies() == []


def test_values_are_excluded_and_days_are_set(page: Page) -> None:
    """A link next to a value excludes it, two inputs set the days, and chips undo both."""
    total = int(page.locator("h1").inner_text().split()[0])
    count = int(value(page, "Europe").locator(".count").inner_text())
    page.get_by_role("link", name="Exclude Europe", exact=True).click()
    expect(page.locator("h1")).to_have_text(f"{total - count} articles")
    expect(page.locator(".chips")).to_contain_text("Region: not Europe")
    page.get_by_text("Other dates").click()
    page.get_by_label("From", exact=True).fill("2012-01-01")
    page.get_by_label("To", exact=True).fill("2014-12-31")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator(".chips")).to_contain_text("Date: from 1 January 2012 to 31 December 2014")
    expect(page.locator(".chips")).to_contain_text("Region: not Europe")
    expect(page.locator("#from")).to_have_value("2012-01-01")
    page.get_by_role("link", name="Clear all").click()
    expect(page.locator("h1")).to_have_text(f"{total} articles")


def test_a_hits_region_narrows_the_search(page: Page) -> None:
    """The tag of a hit leads to the page of its value, and from there into the same search."""
    page.goto("/?q=river")
    page.locator(".hit .tags a").get_by_text("Europe", exact=True).first.click()
    expect(page).to_have_url("/region/Europe?q=river")
    expect(page.locator("h1")).to_have_text("Europe")
    page.locator(".narrowed a").click()
    expect(page).to_have_url("/?q=river&region=Europe")
    expect(page.locator(".chips")).to_contain_text("Region: Europe")


def test_the_examples_of_the_help_page_have_results(page: Page) -> None:
    """Every page links to the help, and each example finds something in the sample."""
    page.locator(".foot").get_by_role("link", name="Help").click()
    examples = page.locator(".examples a:has(code)")
    for place in range(examples.count()):
        page.goto("/help")
        examples.nth(place).click()
        expect(page.locator("h1")).not_to_have_text("0 articles")
        assert int(page.locator("h1").inner_text().split()[0]) > 0


def test_a_slash_focuses_the_search_box(scripted: Page) -> None:
    """A slash that is typed into the box stays a slash."""
    scripted.keyboard.press("/")
    box = scripted.get_by_label("Search the archive")
    expect(box).to_be_focused()
    scripted.keyboard.type("9/11")
    expect(box).to_have_value("9/11")


def test_all_values_of_a_facet_are_found(page: Page) -> None:
    """Unlisted values are a click away, can be filtered, and link into the search."""
    page.goto("/?language=en")
    page.locator("#more-author").click()
    expect(page.locator("h1")).to_have_text("Author")
    expect(page).to_have_url("/browse/author?language=en")
    listed = page.locator(".values-list a")
    before = listed.count()
    page.get_by_label("Find an author").fill("an")
    page.keyboard.press("Enter")
    expect(page.locator(".found")).to_contain_text("with “an”")
    assert 0 < listed.count() < before
    name = listed.first.locator(".name").inner_text()
    count = listed.first.locator(".count").inner_text()
    listed.first.click()
    expect(page.locator(".chips")).to_contain_text(f"Author: {name}")
    expect(page.locator(".chips")).to_contain_text("Language: English")
    expect(page.locator("h1")).to_have_text(f"{count} {'article' if count == '1' else 'articles'}")
    page.goto("/browse/author")
    page.locator(".initials").get_by_role("link", name="A", exact=True).click()
    expect(page.locator(".initials a[aria-current]")).to_have_text("A")
    assert all(
        name.startswith("A") for name in page.locator(".values-list .name").all_inner_texts()
    )
    page.locator(".back a").click()
    expect(page).to_have_url("/")


def test_values_are_filtered_while_typing(scripted: Page) -> None:
    """With scripts the list and the URL follow the box, which keeps the focus."""
    scripted.goto("/browse/theme")
    box = scripted.get_by_label("Find a theme")
    box.press_sequentially("eng")
    expect(scripted.locator(".found")).to_contain_text("with “eng”")
    expect(scripted).to_have_url("/browse/theme?contains=eng")
    expect(box).to_be_focused()


def test_pages_turn(page: Page) -> None:
    """Next, previous and numbers reach every match."""
    first = page.locator(".hit h2").first.inner_text()
    page.get_by_role("link", name="Next").click()
    expect(page.locator("span.here")).to_have_text("Page 2")
    expect(page.locator(".hit h2").first).not_to_have_text(first)
    page.get_by_role("link", name="Previous").click()
    expect(page.locator(".hit h2").first).to_have_text(first)


def test_sorts_and_periods(page: Page) -> None:
    """The oldest article comes first on request; a year opens into its months."""
    page.get_by_role("link", name="Oldest").click()
    expect(page.locator(".hit h2").first).to_have_text(
        "Why We Start a Review in the Year That Newspapers Close"
    )
    dates = page.locator("#dates")
    for name, url in (("2009", "/?date=2009"), ("December 2009", "/?date=2009-12")):
        if dates.get_attribute("open") is None:
            dates.locator("summary").click()
        dates.get_by_role("checkbox", name=re.compile(f"^{name} ")).click()
        expect(page).to_have_url(f"{url}&sort=oldest")
    expect(dates.locator(".day")).to_have_count(2)


def test_updates_happen_in_place(scripted: Page) -> None:
    """Scripts keep the focus, announce the new total, and support back and forward."""
    scripted.evaluate("window.same = true")
    europe = value(scripted, "Europe")
    europe.focus()
    scripted.keyboard.press("Enter")
    expect(scripted.locator(".chips li")).to_have_count(1)
    assert scripted.evaluate("window.same") is True
    expect(europe).to_be_focused()
    expect(scripted.locator("#status")).to_have_text("14 articles")
    scripted.locator(".chips").get_by_role("link", name="Region: Europe").focus()
    scripted.keyboard.press("Enter")
    expect(scripted.locator(".chips li")).to_have_count(0)
    expect(scripted.locator("#main")).to_be_focused()
    scripted.go_back()
    expect(scripted.locator(".chips li")).to_have_count(1)
    expect(scripted).to_have_url("/?region=Europe")
    scripted.go_forward()
    expect(scripted.locator(".chips li")).to_have_count(0)
    expect(scripted).to_have_title("Dateline")


def test_space_ticks_a_value(scripted: Page) -> None:
    """A value is a checkbox: Space ticks and unticks it in place, and the focus stays."""
    scripted.evaluate("window.same = true")
    europe = scripted.locator(".facets").get_by_role("checkbox", name="Europe").first
    expect(europe).not_to_be_checked()
    europe.focus()
    scripted.keyboard.press("Space")
    expect(scripted).to_have_url("/?region=Europe")
    expect(europe).to_be_checked()
    expect(europe).to_be_focused()
    scripted.keyboard.press("Space")
    expect(scripted).to_have_url("/")
    expect(europe).not_to_be_checked()
    assert scripted.evaluate("window.same") is True
    assert scripted.evaluate("scrollY") == 0


def test_a_full_search_takes_no_further_value(scripted: Page) -> None:
    """A value that cannot be added does nothing when it is clicked."""
    scripted.goto("/?region=Europe&" + "&".join(f"region=R{number}" for number in range(49)))
    value = scripted.locator("a[role=checkbox][aria-disabled]").first
    searches: list[str] = []
    scripted.on(
        "request", lambda request: searches.append(request.url) if "R48" in request.url else None
    )
    expect(value).not_to_be_checked()
    value.click(force=True)
    # The search that follows is the first one.
    scripted.locator("#q").fill("river")
    scripted.locator("#q").press("Enter")
    expect(scripted).to_have_url(re.compile("q=river"))
    assert searches
    assert all("q=river" in url for url in searches)


def test_values_of_one_facet_are_one_chip(page: Page) -> None:
    """Each value is removed by itself within the chip, or all of them at once."""
    page.goto("/?region=Europe&region=Asia&-region=Africa&-region=Oceania&date=2012&date=2017-07")
    chips = page.locator(".chips")
    expect(chips).to_contain_text("Region: Europe ×, remove or Asia ×")
    expect(chips).to_contain_text("Region: not Africa ×, remove or Oceania ×")
    expect(chips).to_contain_text("Date: 2012 ×, remove or July 2017 ×")
    chips.get_by_role("link", name="Oceania , remove").click()
    expect(chips).not_to_contain_text("Oceania")
    expect(chips).to_contain_text("Region: not Africa")
    chips.get_by_role("link", name="Remove Region: Europe or Asia").click()
    expect(page).to_have_url("/?date=2012&date=2017-07&-region=Africa")
    chips.get_by_role("link", name="Remove Date: 2012 or July 2017").click()
    expect(page).to_have_url("/?-region=Africa")


def test_a_reader_asks_for_all_chosen_values(page: Page) -> None:
    """A switch appears with the second value; removing the values removes its effect as well."""
    page.goto("/?region=Europe")
    expect(page.locator(".needed")).to_have_count(0)
    value(page, "Asia").click()
    either = int(page.locator("h1").inner_text().split()[0])
    expect(page.locator(".needed [aria-current]")).to_have_text("Any of these")
    page.locator(".needed").get_by_role("link", name="All of these").click()
    expect(page).to_have_url("/?region=Europe&region=Asia&region_match=all")
    expect(page.locator(".needed [aria-current]")).to_have_text("All of these")
    expect(page.locator(".chips")).to_contain_text("Region: Europe ×, remove and Asia ×")
    assert int(page.locator("h1").inner_text().split()[0]) < either
    page.get_by_label("Search the archive").fill("river")
    page.keyboard.press("Enter")
    expect(page).to_have_url("/?q=river&region=Europe&region=Asia&region_match=all")
    page.locator(".chips").get_by_role("link", name="Remove Region: Europe and Asia").click()
    expect(page).to_have_url("/?q=river")


def test_the_keyboard_reaches_everything(page: Page) -> None:
    """The first Tab offers to skip to the results; the box and the values follow."""
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the results")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")


def _tab_to(page: Page, selector: str, text: str = "") -> None:
    """Press Tab until an element is focused, and check that the focus is visible."""
    focused = page.locator(f"{selector}:focus", has_text=text)
    for _ in range(80):
        page.keyboard.press("Tab")
        if focused.count():
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
            return
    raise AssertionError(f"no {selector} {text} is reached by Tab")


def test_the_keyboard_alone_finds_and_reads_an_article(page: Page) -> None:
    """Tab and Enter suffice to search, filter, read and return, with a visible focus."""
    _tab_to(page, "#q")
    page.keyboard.type("river")
    page.keyboard.press("Enter")
    expect(page).to_have_url("/?q=river")
    expect(page.locator("h1")).to_have_text("7 articles for river")
    _tab_to(page, ".value", "Asia")
    page.keyboard.press("Enter")
    expect(page).to_have_url("/?q=river&region=Asia")
    expect(page.locator(".chips li")).to_have_count(1)
    _tab_to(page, ".more a", "to select or exclude")
    page.keyboard.press("Enter")
    _tab_to(page, ".leave-out")
    page.keyboard.press("Enter")
    expect(page.locator(".chips li")).to_have_count(3)
    page.go_back()
    page.go_back()
    expect(page.locator(".chips li")).to_have_count(1)
    _tab_to(page, ".hit h2 a")
    page.keyboard.press("Enter")
    expect(page.locator("article h1")).to_be_visible()
    _tab_to(page, ".matches a", "›")
    page.keyboard.press("Enter")
    _tab_to(page, ".hops a", "›")
    page.keyboard.press("Enter")
    page.wait_for_url("**#hit-2")
    for _ in range(3):
        page.go_back()
    expect(page.locator(".chips li")).to_have_count(1)


PATHS = (
    "/", "/?q=river&region=Europe&region=Asia&date=2012",
    "/?region=Europe&region=Asia&region_match=all&-theme=Trade&-theme=Health&date=2012-05",
    "/?q=zzzz&region=Europe", "/?q=flamigos",
    "/?q=UK+OR+river+glaceir",
    "article", "/articles/none", "/browse/theme?q=river&region=Europe",
    "/browse/author?contains=an&order=name", "/browse/date", "/browse/date?q=river&date=2017-07", "/help", "/keys", "/?page=x",
    "/overview", "/overview?q=river&region=Europe", "/overview?q=zzzz",
    "/?q=permanent+tug&date=2017-07-12", "/none",
    "/coverage", "/compare", "/compare?a=river&b=water&region=Europe", "/compare?a=river&b=zzzz",
    "/trends", "/trends?s=river&s=harbour&s=glacier&as=share", "/trends?s=river&by=year&region=Europe",
    "/trends?s=zzzz&s=a&s=b&s=c&s=d&s=e&by=week&date=x",
    "/region/Europe", "/region/Europe?q=river", "/region/Europ",
    "/?q=river+glacier", "/help?q=river&region=Europe&theme=Water", "/mentions?q=river",
)  # fmt: skip


@pytest.mark.parametrize("width", [360, 1280])
def test_pages_are_accessible_and_fit(browser: Browser, sample_server: Server, width: int) -> None:
    """No page violates a rule of axe, light or dark, and none is wider than a phone."""
    context = browser.new_context(
        base_url=sample_server.url, viewport={"width": width, "height": 800}
    )
    page = context.new_page()
    hit = sample_server.get("/api/v1/search?q=permanent").json()["hits"][0]["url"]
    for path in PATHS:
        page.goto(f"{hit}?q=permanent" if path == "article" else path)
        if width == 360 and path.startswith("/?q=river"):
            page.locator(".filters-switch").click()
            expect(page.locator(".facets")).to_be_visible()
            # Elsewhere the bar floats over the values, and axe does not know that these scroll.
            page.locator(".facets").evaluate("panel => panel.scrollIntoView({block: 'end'})")
        assert violations(page) == "", path
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_a_phone_hides_the_filters_behind_a_switch(browser: Browser, sample_server: Server) -> None:
    """On a phone results come first; the switch works without scripts."""
    context = browser.new_context(
        base_url=sample_server.url,
        java_script_enabled=False,
        viewport={"width": 360, "height": 700},
    )
    page = context.new_page()
    page.goto("/?region=Europe")
    expect(page.locator(".facets")).to_be_hidden()
    page.get_by_role("link", name="Filters (1)").click()
    expect(page.locator(".facets")).to_be_visible()
    context.close()
