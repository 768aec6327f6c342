"""A rate limit, as a reader meets it who types."""

import orjson
import pytest
from playwright.sync_api import Browser, expect

from tests.conftest import Cli, serving

pytestmark = pytest.mark.browser


def test_typing_goes_on_beyond_the_limit_and_enter_searches(cli: Cli, browser: Browser) -> None:
    """A refused request for a letter leaves the page as it is; the search by Enter is answered."""
    record = orjson.dumps({"id": "a", "title": "Glaciers retreat", "published": "2020-01-01"})
    cli("rebuild", "-", stdin=record)
    (cli.folder / "dateline.toml").write_text('[limits]\nrate_limit = "2/hour"\n', "utf-8")
    with serving("serve", folder=cli.folder) as server:
        page = browser.new_page(base_url=server.url)
        statuses: list[int] = []
        page.on("response", lambda response: statuses.append(response.status))
        page.goto("/")
        page.evaluate("window.same = true")
        box = page.get_by_label("Search the archive")
        box.press_sequentially("glaciers retreat glaciers ret", delay=160)
        assert 429 in statuses
        assert page.evaluate("window.same") is True
        expect(box).to_be_focused()
        expect(box).to_have_value("glaciers retreat glaciers ret")
        box.fill("glaciers")
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{server.url}?q=glaciers")
        expect(page.locator("h1")).to_have_text("1 article for glaciers")
        page.close()
