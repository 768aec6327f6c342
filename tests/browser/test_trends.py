"""Searches over time in a browser: from a search to its highest share, drawing, form and keys."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import Server

pytestmark = pytest.mark.browser

DRAWN = "/trends?s=river&s=harbour&s=glacier"
_CURVES = "[...document.querySelectorAll('.plot .line')].map(line => getComputedStyle(line))"
_SCHEMES = ("light", "dark")
_MIN_CONTRAST = 3
_CONTRAST = """
line => {
  const context = document.createElement("canvas").getContext("2d");
  const light = colour => {
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    const [red, green, blue] = [...context.getImageData(0, 0, 1, 1).data].map(part => {
      const value = part / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [low, high] = [getComputedStyle(line).stroke, getComputedStyle(document.body).backgroundColor]
    .map(light).sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}
"""


def test_the_year_of_the_highest_share_is_two_clicks_after_a_search(page: Page) -> None:
    """One click shows it, another one leads to its articles, as many as the table says."""
    page.goto("/?q=river")
    page.get_by_role("link", name="Compare …").click()
    fact = page.locator(".highest").first
    expect(fact).to_have_text(re.compile(r"^Highest share: .+ \([\d.]+%\)$"))
    period = fact.get_by_role("link").inner_text()
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=period, exact=True))
    count = row.get_by_role("cell").nth(1).inner_text()
    fact.get_by_role("link").click()
    expect(page.locator("h1")).to_have_text(re.compile(f"^{count} articles? for river$"))


def test_a_point_leads_to_its_articles(page: Page) -> None:
    """Its name has the period, the series and all numbers."""
    page.goto(DRAWN)
    point = page.locator(".plot a").first
    name = point.locator("title").text_content() or ""
    found = re.fullmatch(r"(.+), river: (\d+) of \d+ articles? \([\d.]+%\)", name)
    assert found
    point.click()
    expect(page.locator("h1")).to_have_text(re.compile(f"^{found[2]} articles? for river$"))


def test_the_form_draws_without_scripts(page: Page) -> None:
    """Texts, scale, periods and days are in the address; a cross removes a text."""
    page.goto("/trends")
    page.get_by_label("Search 1", exact=True).fill("river")
    page.get_by_label("Search 3", exact=True).fill("harbour")
    page.get_by_label("Share of all").check()
    page.get_by_label("Year").check()
    page.get_by_label("From", exact=True).fill("2012-01-01")
    page.get_by_role("button", name="Draw").click()
    expect(page.locator(".plot .end")).to_have_count(2)
    expect(page.locator("figcaption")).to_contain_text("Share of all articles of each year")
    expect(page.locator(".chips")).to_contain_text("Date: from 1 January 2012")
    page.get_by_role("link", name="Remove search 1").click()
    expect(page.locator(".plot .end")).to_have_count(1)
    expect(page).to_have_url("/trends?s=harbour&from=2012-01-01&by=year&as=share")
    page.get_by_label("Search 1", exact=True).fill("")
    page.get_by_role("button", name="Draw").click()
    expect(page.locator("figcaption h2")).to_have_text("All articles")


@pytest.mark.parametrize("width", [360, 1280, 1920])
def test_labels_never_cover_each_other(browser: Browser, sample_server: Server, width: int) -> None:
    """Five curves that end at the same place have five names that can be read."""
    page = browser.new_page(base_url=sample_server.url, viewport={"width": width, "height": 800})
    for path in ("/trends?s=zzza&s=zzzb&s=zzzc&s=zzzd&s=zzze", f"{DRAWN}&s=tug&s=bread&as=index"):
        page.goto(path)
        boxes = [label.bounding_box() for label in page.locator(".plot .end text").all()]
        places = sorted((box["y"], box["height"]) for box in boxes if box)
        assert len(places) == 5
        for (above, height), (below, _) in pairwise(places):
            assert below - above >= height - 3
        assert all(box["x"] + box["width"] <= width for box in boxes if box)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


@pytest.mark.parametrize("scheme", _SCHEMES)
def test_curves_differ_by_more_than_colour(
    browser: Browser, sample_server: Server, scheme: str
) -> None:
    """Each has a dash of its own, and enough contrast in both colour schemes."""
    page = browser.new_page(
        base_url=sample_server.url, color_scheme="dark" if scheme == "dark" else "light"
    )
    page.goto(f"{DRAWN}&s=tug&s=bread")
    dashes = page.evaluate(f"{_CURVES}.map(style => style.strokeDasharray)")
    assert len(set(dashes)) == 5
    for line in page.locator(".plot .line").all():
        assert line.evaluate(_CONTRAST) >= _MIN_CONTRAST
    page.close()


@pytest.mark.parametrize("width", [360, 1920])
def test_texts_of_the_drawing_keep_their_size(
    browser: Browser, sample_server: Server, width: int
) -> None:
    """A drawing that is as wide as the page stretches its curves, not its texts."""
    page = browser.new_page(base_url=sample_server.url, viewport={"width": width, "height": 800})
    page.goto(DRAWN)
    for text in page.locator(".plot text:visible").all():
        assert float(text.evaluate("text => parseFloat(getComputedStyle(text).fontSize)")) >= 11
        box = text.bounding_box()
        assert box
        assert 11 <= box["height"] <= 24
    names = [text.bounding_box() for text in page.locator(".plot .time:visible").all()]
    edges = sorted((box["x"], box["x"] + box["width"]) for box in names if box)
    assert len(edges) >= 2
    assert all(end < start for (_, end), (start, _) in pairwise(edges))
    page.close()


def test_many_points_are_no_tab_stops(scripted: Page) -> None:
    """With three searches the table has the links; its region can be focused and scrolled."""
    scripted.goto(DRAWN)
    region = scripted.get_by_role("region", name="Table")
    scripted.get_by_role("button", name="Draw").focus()
    for _ in range(40):
        scripted.keyboard.press("Tab")
        assert scripted.evaluate("document.activeElement.closest('.plot')") is None
        if region.evaluate("region => region === document.activeElement"):
            break
    expect(region).to_be_focused()
    scripted.keyboard.press("Tab")
    expect(region.get_by_role("link").first).to_be_focused()


def test_the_citation_can_be_copied(scripted: Page) -> None:
    """It names the searches, the archive, the generation, the day and the address."""
    scripted.goto("/trends?s=river&by=year")
    citation = scripted.locator(".citation")
    expect(citation).to_have_text(
        re.compile(
            r"river: Articles per year, .+ Dateline, index \S+, accessed .+ "
            r"http://\S+/trends\?s=river&by=year$"
        )
    )
    expect(scripted.get_by_role("button", name="Copy")).to_be_visible()
