"""Saved searches and opened lists in a real browser, with and without scripts."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.conftest import Server, serving
from tests.support.browsers import reader_page
from tests.support.cli import Cli
from web.middleware.request_bodies import FILES

pytestmark = pytest.mark.browser
_YEARS = (2019, 2020, 2021)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve sixty articles of three years, of which forty mention a harbour."""
    folder = tmp_path_factory.mktemp("saved")
    records = "".join(
        f'{{"id": "a{number}", "title": "Article {number}", "published": '
        f'"{_YEARS[number % 3]}-01-01", "body": "{"The harbour." if number < 40 else "The river."}"}}\n'
        for number in range(60)
    )
    (folder / "all.jsonl").write_text(records, "utf-8")
    Cli(folder)("rebuild", folder / "all.jsonl", "--data", folder / "data")
    with serving("serve", "--data", folder / "data", folder=folder) as server:
        yield server


@pytest.fixture(params=["scripts", "no scripts"])
def reader(request: pytest.FixtureRequest, browser: Browser, archive: Server) -> Iterator[Page]:
    """Give a page of a new reader, once with scripts and once without."""
    yield from reader_page(browser, archive.url, scripts=request.param == "scripts")


def _date_back(page: Page, day: dt.date) -> None:
    """Let the reader's last visit to all saved searches be on another day."""
    (cookie,) = [each for each in page.context.cookies() if each.get("name") == "searches"]
    value = str(cookie.get("value")).split("?", 1)[1]
    page.context.add_cookies(
        [
            {
                "name": "searches",
                "value": f"{day:%Y%m%d}?{value}",
                "domain": str(cookie.get("domain")),
                "path": "/",
            }
        ]
    )


def test_a_saved_search_tells_of_new_articles(reader: Page) -> None:
    """A reader saves a search, sees how many are new, opens them, and then there are none."""
    reader.goto("/?q=harbour")
    reader.get_by_role("button", name="Save search").press("Enter")
    button = reader.get_by_role("button", name="Search saved")
    expect(button).to_be_visible()
    assert "/?q=harbour" in reader.url
    if "#" not in reader.url:
        expect(button).to_be_focused()
        expect(reader.locator("#list-status")).to_contain_text("The search was saved.")
    _date_back(reader, dt.date(2020, 1, 2))
    reader.locator(".my-list").click()
    reader.get_by_role("button", name="13 published since 2 January 2020").click()
    expect(reader.locator("h1")).to_have_text("13 articles for harbour")
    reader.locator(".my-list").click()
    expect(reader.locator(".saved li")).to_contain_text("none published since")
    reader.get_by_role("button", name="Remove: harbour").click()
    expect(reader.locator(".saved")).to_have_count(0)
    reader.get_by_role("button", name="Undo").click()
    expect(reader.locator(".saved li")).to_have_count(1)


def test_all_results_are_added_in_place(browser: Browser, archive: Server) -> None:
    """With scripts the focus stays on the button, the buttons change, and it is announced once."""
    context = browser.new_context(base_url=archive.url)
    page = context.new_page()
    page.goto("/?q=harbour")
    page.evaluate("window.isSamePage = true")
    page.evaluate(
        "window.said = []; new MutationObserver(() => said.push(document.getElementById("
        "'list-status').textContent)).observe(document.getElementById('list-status'),"
        " { childList: true })"
    )
    button = page.get_by_role("button", name="Add all 40 to my list")
    button.press("Enter")
    expect(page.locator("#list-count")).to_have_text("40")
    expect(page.locator(".hit .put .listed")).to_have_count(10)
    expect(button).to_be_focused()
    assert page.evaluate("isSamePage")
    assert page.evaluate("said") == [
        "40 articles were added to the list. 40 articles are in the list."
    ]
    page.locator(".hit .put button").first.click()
    expect(page.locator("#list-count")).to_have_text("39")
    context.close()


def test_a_list_is_kept_as_a_file_and_opened(reader: Page, tmp_path: Path) -> None:
    """The download of the list's page brings the list back, and opening it can be undone."""
    reader.goto("/?q=harbour")
    reader.get_by_role("button", name="Add these 10").click()
    expect(reader.locator("#list-count")).to_have_text("10")
    reader.locator(".my-list").click()
    with reader.expect_download() as download:
        reader.get_by_role("link", name="JSON Lines").click()
    download.value.save_as(tmp_path / "list.jsonl")
    reader.locator(".off button").first.click()
    expect(reader.locator(".listed li")).to_have_count(9)
    reader.locator("#file").set_input_files(tmp_path / "list.jsonl")
    reader.get_by_role("button", name="Replace my list").click()
    expect(reader.locator("#opened")).to_contain_text("10 articles of the file")
    expect(reader.locator(".listed li")).to_have_count(10)
    reader.locator("#opened").get_by_role("button", name="Undo").click()
    expect(reader.locator(".listed li")).to_have_count(9)


def test_too_large_a_file_is_not_sent(browser: Browser, archive: Server, tmp_path: Path) -> None:
    """The page names the limit and stays, and takes another file."""
    context = browser.new_context(base_url=archive.url)
    page = context.new_page()
    page.goto("/list")
    (tmp_path / "large.jsonl").write_bytes(b" " * FILES.max_bytes)
    file = page.locator("#file")
    file.set_input_files(tmp_path / "large.jsonl")
    message = "input => input.validationMessage"
    assert file.evaluate(message) == "The file is larger than 4 MB."
    page.get_by_role("button", name="Open", exact=True).click()
    assert page.url.endswith("/list")
    (tmp_path / "list.jsonl").write_text('{"id": "a1"}')
    file.set_input_files(tmp_path / "list.jsonl")
    assert file.evaluate(message) == ""
    page.get_by_role("button", name="Open", exact=True).click()
    expect(page.locator("#opened")).to_contain_text("1 article of the file")
    context.close()


def test_a_bar_of_the_list_shows_its_articles(reader: Page) -> None:
    """The table of the chart leads to the articles of a time, and back to all."""
    reader.goto("/list?id=a1&id=a2&id=a3&id=a4")
    expect(reader.locator(".chart .bar")).to_have_count(3)
    reader.locator("#periods summary").click()
    reader.get_by_role("link", name="January 2020").last.click()
    expect(reader.locator(".listed li")).to_have_count(2)
    reader.get_by_role("link", name="Show all").click()
    expect(reader.locator(".listed li")).to_have_count(4)


def test_escape_closes_the_citations(browser: Browser, archive: Server) -> None:
    """The focus returns to what opened the panel, and the page stays."""
    context = browser.new_context(base_url=archive.url)
    page = context.new_page()
    page.goto("/articles/a1")
    panel = page.locator("details.cite")
    panel.locator("summary").press("Enter")
    page.locator("#address").focus()
    page.keyboard.press("Escape")
    expect(panel).not_to_have_attribute("open", "")
    expect(panel.locator("summary")).to_be_focused()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_saved_searches_are_accessible(
    browser: Browser, archive: Server, scheme: str, width: int
) -> None:
    """No page has an error that axe finds, or is wider than the window."""
    context = browser.new_context(
        base_url=archive.url,
        color_scheme="dark" if scheme == "dark" else "light",
        viewport={"width": width, "height": 800},
    )
    page = context.new_page()
    page.goto("/?q=harbour&from=2019-01-01")
    page.get_by_role("button", name="Save search").click()
    expect(page.locator("#save-search.listed")).to_be_visible()
    _date_back(page, dt.date(2020, 1, 1))
    page.get_by_role("button", name="Add these 10").click()
    expect(page.locator("#list-count")).to_have_text("10")
    for path in ("/?q=harbour&from=2019-01-01", "/list", "/list?from=2020-01-01&to=2020-01-01"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        violations = Axe().run(page).response["violations"]
        assert [each["id"] for each in violations] == [], (path, violations)
    context.close()
