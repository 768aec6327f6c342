"""A reader's list in a real browser, with and without scripts."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import Server, serving
from tests.support.accessibility import violations
from tests.support.browsers import reader_page
from tests.support.cli import Cli

pytestmark = pytest.mark.browser
_ARTICLES = 60
_MAX_CLICKS = 45


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve sixty articles, of which forty mention a harbour."""
    folder = tmp_path_factory.mktemp("list")
    records = "".join(
        f'{{"id": "a{number}", "title": "Article {number}", "published": "2020-01-01", '
        f'"body": "{"The harbour." if number < 40 else "The river."}"}}\n'
        for number in range(_ARTICLES)
    )
    (folder / "all.jsonl").write_text(records, "utf-8")
    Cli(folder)("rebuild", folder / "all.jsonl", "--data", folder / "data")
    with serving("serve", "--data", folder / "data", folder=folder) as server:
        yield server


@pytest.fixture(params=["scripts", "no scripts"])
def reader(request: pytest.FixtureRequest, browser: Browser, archive: Server) -> Iterator[Page]:
    """Give a page without a list, once with scripts and once without."""
    yield from reader_page(browser, archive.url, scripts=request.param == "scripts")


def test_a_result_is_put_on_the_list_and_taken_off(reader: Page) -> None:
    """The button changes, the header counts, the page stays, and the focus is not lost."""
    reader.goto("/?q=harbour")
    button = reader.locator(".put button").nth(2)
    button.press("Enter")
    expect(button).to_contain_text("In list")
    expect(reader.locator("#list-count")).to_have_text("1")
    expect(reader.locator(".hit")).to_have_count(10)
    assert "/?q=harbour" in reader.url
    if "#put-" not in reader.url:
        expect(button).to_be_focused()
        expect(reader.locator("#list-status")).to_contain_text("1 article is in the list")
    button.click()
    expect(button).to_contain_text("List")
    expect(reader.locator("#list-count")).to_have_text("")


def test_forty_articles_with_citations_take_few_clicks(reader: Page) -> None:
    """Collecting forty results one by one and citing them takes a click for each and two more."""
    clicks = 0

    def click(selector: str, number: int = 0) -> None:
        nonlocal clicks
        reader.locator(selector).nth(number).click()
        clicks += 1

    reader.goto("/?q=harbour&size=50")
    for number in range(40):
        click(".put button", number)
        expect(reader.locator("#list-count")).to_have_text(str(number + 1))
    click(".my-list")
    with reader.expect_download() as download:
        click("a[href='/list.bib']")
    assert download.value.suggested_filename == "list-40.bib"
    assert download.value.path().read_text("utf-8").count("@article{") == 40
    reader.get_by_role("link", name="Chicago").click()
    expect(reader.locator(".citation")).to_have_count(40)
    assert clicks < _MAX_CLICKS


def test_all_results_are_added_at_once(reader: Page) -> None:
    """One click adds all matches of a search, another one only those of the page."""
    reader.goto("/?q=harbour")
    reader.get_by_role("button", name="Add these 10").click()
    expect(reader.locator("#list-count")).to_have_text("10")
    reader.get_by_role("button", name="Add all 40 to my list").click()
    expect(reader.locator("#list-count")).to_have_text("40")
    expect(reader.locator(".put .listed")).to_have_count(10)


def test_emptying_and_removing_are_undone(reader: Page) -> None:
    """The list's page offers the former list after each removal."""
    reader.goto("/?q=harbour")
    reader.get_by_role("button", name="Add these 10").click()
    reader.locator(".my-list").click()
    reader.locator(".off button").nth(3).click()
    expect(reader.locator(".listed li")).to_have_count(9)
    reader.get_by_role("button", name="Undo").click()
    expect(reader.locator(".listed li")).to_have_count(10)
    reader.get_by_role("button", name="Empty the list").click()
    expect(reader.locator("#list-count")).to_have_text("")
    reader.get_by_role("button", name="Undo").click()
    expect(reader.locator(".listed li")).to_have_count(10)


def test_a_citation_is_copied(browser: Browser, archive: Server) -> None:
    """Each citation has a button that copies it as text, and one copies all."""
    context = browser.new_context(
        base_url=archive.url, permissions=["clipboard-read", "clipboard-write"]
    )
    page = context.new_page()
    page.goto("/list?id=a1&id=a2&view=mla")
    page.locator(".citations li", has_text="Article 2").get_by_role("button").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"“Article 2.” Dateline, 1 Jan. 2020, {archive.url}articles/a2."
    page.get_by_role("button", name="Copy all").click()
    assert page.evaluate("navigator.clipboard.readText()").count("“Article") == 2
    context.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_pages_of_lists_are_accessible(browser: Browser, archive: Server, width: int) -> None:
    """No view of a list has an error that axe finds, or is wider than the window."""
    context = browser.new_context(base_url=archive.url, viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto("/?q=harbour")
    page.get_by_role("button", name="Add these 10").click()
    expect(page.locator("#list-count")).to_have_text("10")
    for path in ("/?q=harbour", "/list", "/list?view=apa", "/list?view=texts", "/list?id=a1&id=x"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert violations(page) == "", path
    context.close()


def test_a_printed_list_has_the_whole_texts(reader: Page) -> None:
    """Each article is on paper with its address, without the controls of the page."""
    reader.goto("/?q=harbour&size=25")
    reader.get_by_role("button", name="Add these 25").click()
    expect(reader.locator("#list-count")).to_have_text("25")
    reader.goto("/list?view=texts")
    texts = reader.locator(".list article .body")
    expect(texts.first).to_be_visible()
    reader.emulate_media(media="print")
    for number in range(texts.count()):
        expect(texts.nth(number)).to_be_visible()
    expect(reader.locator(".list article .address").first).to_be_visible()
    for name in (".list-tools", ".list-share", ".within"):
        expect(reader.locator(name)).to_be_hidden()
