"""Takes the pictures of README and docs: `python -m tools.pictures [FOLDER]`.

They show the bundled sample and a made-up archive. `pngquant` makes them smaller if it is
installed.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from tests.support.chromium import find
from tests.support.cli import Cli
from tests.support.paths import ROOT, SAMPLE
from tests.support.servers import Server, serving
from tools.made_archive import records

__all__ = ["main"]

_DESKTOP: ViewportSize = {"width": 1280, "height": 860}
_PHONE: ViewportSize = {"width": 360, "height": 740}
_COLOURS = "64"
_TRENDS = [
    ("s", '"wind farm"'),
    ("s", "cod quota"),
    ("s", "lithium"),
    ("s", "flood"),
    ("as", "share"),
]
_PAGES = {
    "trends": f"/trends?{urlencode(_TRENDS)}",
    "overview": "/overview?q=lithium",
    "value": "/author/Ada%20Lindqvist",
    "coverage": "/coverage",
    "compare": "/compare?a=glacier&b=lithium",
    "mentions": "/mentions?q=ferry",
}
"""Pages of the made-up archive."""


def main() -> None:
    """Take the pictures."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs"
    with tempfile.TemporaryDirectory() as work, sync_playwright() as playwright:
        cli = Cli(Path(work))
        cli("rebuild", SAMPLE, "--data", Path(work) / "sample")
        made = b"\n".join(json.dumps(record).encode() for record in records())
        cli("rebuild", "-", "--data", Path(work) / "made", stdin=made)
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])
        with serving("serve", "--data", Path(work) / "sample", folder=Path(work)) as server:
            _take_sample(browser, server, folder)
        with serving("serve", "--data", Path(work) / "made", folder=Path(work)) as server:
            _take_made(browser, server, folder)
        browser.close()


def _take_sample(browser: Browser, server: Server, folder: Path) -> None:
    with _page(browser, server, _DESKTOP) as page:
        page.goto("/?q=river")
        _picture(page, folder / "search.png")
    with _page(browser, server, _PHONE, "dark", scale=2) as page:
        page.goto("/?q=permanent+tug")
        page.locator(".hit h2 a").first.click()
        page.locator(".matches a").last.click()
        _picture(page, folder / "phone.png")


def _take_made(browser: Browser, server: Server, folder: Path) -> None:
    with _page(browser, server, _DESKTOP) as page:
        for name, path in _PAGES.items():
            page.goto(path)
            _picture(page, folder / f"{name}.png")
        page.goto(f"/reprints?{urlencode(_reprint())}")
        _picture(page, folder / "reprints.png")


def _reprint() -> list[tuple[str, str]]:
    """Return the ids of an article and of its reprint."""
    again = next(record["id"] for record in records() if record["id"].endswith("-again"))
    return [("id", again), ("with", again.removesuffix("-again"))]


@contextmanager
def _page(
    browser: Browser,
    server: Server,
    viewport: ViewportSize,
    scheme: Literal["light", "dark"] = "light",
    scale: int = 1,
) -> Iterator[Page]:
    """Open a page; Playwright adds a style to it, which the page's policy would block."""
    context = browser.new_context(
        base_url=server.url,
        color_scheme=scheme,
        viewport=viewport,
        device_scale_factor=scale,
        bypass_csp=True,
    )
    yield context.new_page()
    context.close()


def _picture(page: Page, path: Path) -> None:
    page.screenshot(path=path)
    if pngquant := shutil.which("pngquant"):
        subprocess.run([pngquant, "--force", "--output", path, _COLOURS, path], check=True)
    sys.stdout.write(f"{path}: {path.stat().st_size // 1000} kB\n")


if __name__ == "__main__":
    main()
