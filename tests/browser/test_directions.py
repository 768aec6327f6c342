"""Pages from right to left, and texts of either direction in a page of the other one."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.conftest import Cli, Server, serving
from tests.support.mirrored import write_mirrored_catalogue

pytestmark = pytest.mark.browser

_PATHS = (
    "/",
    "/?q=river",
    "/?q=river&chart=share",
    "/?region=Europe&filters=open",
    "/?q=zzzz",
    "article",
    "/browse/theme",
    "/region/Europe?q=river",
    "/browse/date",
    "/coverage",
    "/compare?a=river&b=water",
    "/help",
    "/keys",
    "/trends",
    "/trends?s=river&s=harbour",
    "/overview?q=river",
    "/list",
    "/none",
    "/api/docs",
)
_OVERFLOW = "document.documentElement.scrollWidth - innerWidth"


def _context(browser: Browser, server: Server, width: int) -> BrowserContext:
    return browser.new_context(base_url=server.url, viewport={"width": width, "height": 740})


@pytest.fixture(scope="module")
def mirrored_server(
    tmp_path_factory: pytest.TempPathFactory, sample_data: Path
) -> Iterator[Server]:
    """Serve the sample with an interface that is written from right to left."""
    folder = tmp_path_factory.mktemp("mirrored")
    catalogue = write_mirrored_catalogue(folder / "mirrored.po")
    with serving(
        "serve",
        "--data",
        sample_data,
        folder=folder,
        environment={"DATELINE_SITE_INTERFACE": str(catalogue)},
    ) as server:
        yield server


@pytest.mark.parametrize("width", [360, 1280])
def test_mirrored_pages_fit(browser: Browser, mirrored_server: Server, width: int) -> None:
    """No page scrolls sideways from right to left, with an article in the list and opened parts."""
    context = _context(browser, mirrored_server, width)
    page = context.new_page()
    page.goto("/?q=river")
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.locator(".put-all button").first.click()
    hit = mirrored_server.get("/api/v1/search?q=river").json()["hits"][0]["url"]
    for path in _PATHS:
        page.goto(hit if path == "article" else path)
        assert page.locator("html").get_attribute("dir") == "rtl"
        for summary in page.locator("summary:visible").all():
            summary.click()
        assert page.evaluate(_OVERFLOW) <= 0, path
        assert page.evaluate("document.documentElement.scrollLeft") == 0, path
    context.close()


def test_mirrored_pages_have_their_sides_exchanged(
    browser: Browser, mirrored_server: Server
) -> None:
    """Filters are right of the results, counts left of names, and the sign back points right."""
    context = _context(browser, mirrored_server, 1280)
    page = context.new_page()
    page.goto("/?region=Europe")

    def edges(name: str, side: str) -> list[float]:
        found: list[float] = page.locator(name).evaluate_all(
            f"all => all.map(each => Math.round(each.getBoundingClientRect().{side}))"
        )
        return found

    counts, names = edges(".facets .count", "left"), edges(".facets .name", "left")
    assert len(set(counts)) == 1
    assert max(counts) < min(names)
    assert edges(".facets", "left") > edges("#main", "right")
    assert edges(".sorts", "left")[0] < edges("h1", "left")[0]
    page.goto("/help")
    sign = "a => getComputedStyle(a, '::before').content.slice(1, 2)"
    assert page.locator(".back a").evaluate(sign) == "→"
    context.close()


def test_texts_begin_at_the_side_of_their_own_direction(browser: Browser, tmp_path: Path) -> None:
    """An Arabic article in an English page is aligned to the right, title and text at one edge."""
    record = {
        "id": "a",
        "title": "الميناء يفتح",
        "body": "كان الميناء مغلقا.",
        "published": "2020-01-01",
    }
    Cli(tmp_path)("rebuild", "-", stdin=json.dumps(record).encode())
    with serving("serve", folder=tmp_path) as server:
        context = _context(browser, server, 1280)
        page = context.new_page()
        page.goto("/articles/a")
        ends = {
            name: page.locator(name).evaluate(
                """element => {
                  const range = document.createRange();
                  range.selectNodeContents(element);
                  const box = range.getBoundingClientRect();
                  return [getComputedStyle(element).direction, Math.round(box.right)];
                }"""
            )
            for name in ("h1", ".body p", ".attribution")
        }
        assert ends["h1"] == ends[".body p"]
        assert [direction for direction, _ in ends.values()] == ["rtl", "rtl", "ltr"]
        context.close()
