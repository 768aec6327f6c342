"""The pages of mentions and reprints in a browser."""

import pytest
from playwright.sync_api import Browser, expect

from tests.conftest import Server
from tests.support.accessibility import violations

MENTIONS = "/mentions?q=river"


def _first_id(server: Server, text: str) -> str:
    """Return the id of the first article for a text."""
    hits = server.get(f"/api/v1/search?q={text}").json()["hits"]
    return str(hits[0]["id"])


@pytest.mark.parametrize("width", [360, 1280, 1920])
def test_pages_are_accessible_and_fit(browser: Browser, sample_server: Server, width: int) -> None:
    """Neither page violates a rule of axe, light or dark, and none is wider than the window."""
    page = browser.new_page(base_url=sample_server.url, viewport={"width": width, "height": 800})
    one, other = _first_id(sample_server, "river"), _first_id(sample_server, "permanent")
    for path in (MENTIONS, "/mentions?q=-river", f"/reprints?id={one}&with={other}"):
        page.goto(path)
        assert violations(page) == "", path
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_words_are_aligned_in_the_middle(browser: Browser, sample_server: Server) -> None:
    """On a wide window all words have one axis; on a phone the lines flow."""
    page = browser.new_page(base_url=sample_server.url, viewport={"width": 1280, "height": 800})
    page.goto(MENTIONS)
    middles = page.locator(".lines mark").evaluate_all(
        "marks => marks.map(mark => mark.getBoundingClientRect())"
        ".map(box => Math.round(box.left + box.width / 2))"
    )
    assert len(middles) > 3
    assert max(middles) - min(middles) <= 1
    page.set_viewport_size({"width": 360, "height": 800})
    lefts = page.locator(".lines .left").evaluate_all(
        "texts => texts.map(text => getComputedStyle(text).display)"
    )
    assert set(lefts) == {"inline"}
    page.close()


def test_a_word_leads_to_its_mark_by_keyboard(browser: Browser, sample_server: Server) -> None:
    """Enter on a word opens the article at this place, without scripts."""
    context = browser.new_context(base_url=sample_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(MENTIONS)
    link = page.locator('.lines a[href*="#hit-"]').first
    word = link.inner_text()
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator("mark:target")).to_have_text(word)
    context.close()
