"""Takes screenshots of every page: `python -m tools.screenshots [FOLDER]`."""

import sys
import tempfile
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.chromium import find
from tests.support.cli import Cli
from tests.support.paths import SAMPLE
from tests.support.servers import Server, serving

__all__ = ["main"]

PATHS = {
    "home": "/",
    "results": "/?q=river&region=Europe&region=Asia",
    "understood": "/?q=UK+OR+river+glaceir",
    "corrected": "/?q=flamigos",
    "few": "/?q=permanent+tug&date=2017-07-12",
    "none": "/?q=zzzz&region=Europe&date=1999",
    "year": "/?date=2012",
    "browse": "/browse/author?q=river",
    "calendar": "/browse/date",
    "help": "/help",
    "keys": "/keys",
    "list": "/list",
    "missing": "/articles/old/harbour-tug.html",
    "refused": "/?page=x",
}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = (360, 1280)


def main() -> None:
    """Take the screenshots."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "screenshots")
    with tempfile.TemporaryDirectory() as work, sync_playwright() as playwright:
        Cli(Path(work))("rebuild", SAMPLE)
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])
        with serving("serve", folder=Path(work)) as server:
            for width in WIDTHS:
                for scheme in SCHEMES:
                    _take(browser, server, folder, width, scheme)
        browser.close()
    sys.stdout.write(f"{len(list(folder.glob('*.png')))} screenshots are in {folder}\n")


def _take(
    browser: Browser, server: Server, folder: Path, width: int, scheme: Literal["light", "dark"]
) -> None:
    # Playwright adds a style to the page, which its content security policy would block.
    context = browser.new_context(
        base_url=server.url,
        color_scheme=scheme,
        viewport={"width": width, "height": 900},
        bypass_csp=True,
    )
    page = context.new_page()

    def picture(name: str, *, whole: bool = True) -> None:
        page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=whole)

    for name, path in PATHS.items():
        page.goto(path)
        picture(name)
    page.goto("/?q=permanent+tug")
    page.locator(".hit h2 a").first.click()
    picture("article")
    page.locator(".matches a").last.click()
    picture("match", whole=False)
    page.emulate_media(media="print")
    picture("paper")
    page.emulate_media(media="screen")
    _type(page)
    picture("typing", whole=False)
    if width == min(WIDTHS):
        page.goto("/?q=river&region=Europe")
        page.locator(".filters-switch").click()
        picture("filters")
    context.close()


def _type(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Search the archive").press_sequentially("harb", delay=50)
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")


if __name__ == "__main__":
    main()
