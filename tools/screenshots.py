"""Takes screenshots of every page: `python -m tools.screenshots [FOLDER [NAME…]]`.

Each page is taken in English at three widths, light and dark; in German and mirrored, from right to
left, at two widths; and as it is printed. With names only these sets are taken: `english`,
`german`, `mirrored`, `plain` (an archive without facets) and `paper`.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, PdfMargins, sync_playwright

from tests.support.chromium import find
from tests.support.cli import Cli
from tests.support.mirrored import write_mirrored_catalogue
from tests.support.paths import SAMPLE
from tests.support.servers import Server, serving

__all__ = ["main"]

PATHS = {
    "home": "/",
    "results": "/?q=river&region=Europe&region=Asia",
    "shares": "/?q=river&chart=share&date=2012",
    "understood": "/?q=UK+OR+river+glaceir",
    "corrected": "/?q=flamigos",
    "few": "/?q=permanent+tug&date=2017-07-12",
    "none": "/?q=zzzz&region=Europe&date=1999",
    "year": "/?date=2012",
    "last": "/?page=3",
    "browse": "/browse/author?q=river",
    "calendar": "/browse/date",
    "help": "/help",
    "keys": "/keys",
    "trends": "/trends?s=river&s=harbour&s=glacier&as=share",
    "texts": "/trends",
    "list": "/list",
    "missing": "/articles/old/harbour-tug.html",
    "refused": "/?page=x",
    "api": "/api/docs",
    "trends-empty": "/trends",
    "overview": "/overview?q=river",
    "value": "/region/Europe",
    "value-missing": "/region/europ",
    "coverage": "/coverage",
    "mentions": "/mentions?q=river",
    "compare": "/compare?a=river&b=harbour",
}
PLAIN_PATHS = {
    "home": "/",
    "results": "/?q=harbour",
    "hebrew": "/?q=%D7%A0%D7%9E%D7%9C",
    "none": "/?q=zzzz",
    "article": "/articles/plain-1?q=harbour",
    "arabic": "/articles/plain-2",
    "browse": "/browse/author",
    "calendar": "/browse/date",
    "help": "/help",
}
PRINTED = {"results": "/?q=river&region=Europe", "article": "", "list": "/list?view=texts"}
MARGINS: PdfMargins = {"top": "2cm", "right": "2cm", "bottom": "2cm", "left": "2cm"}
PLAIN = [
    ("The harbour opens again", "The harbour was closed for a week.\n\nShips wait outside."),
    ("Ships wait for the harbour", "Eleven ships wait. The harbour has room for four of them."),
    ("الميناء يفتح من جديد", "كان الميناء مغلقا لمدة أسبوع (harbour). تنتظر السفن في الخارج."),
    ("הנמל נפתח מחדש", "הנמל היה סגור שבוע. 11 אוניות ממתינות (The harbour, 2017)."),
    ("A" * 90, "A title of one very long word about a harbour."),
]
"""Articles that have nothing but what every article must have."""
WIDTHS = (360, 1280, 1920)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@dataclass(frozen=True, slots=True)
class _Look:
    """A window, and the word that the files of its set begin with."""

    name: str
    width: int
    scheme: Literal["light", "dark"] = "light"

    def file(self, folder: Path, page: str) -> Path:
        return folder / f"{self.name}-{page}-{self.width}-{self.scheme}.png"


LOOKS = {
    "english": [_Look("english", width, scheme) for width in WIDTHS for scheme in SCHEMES],
    "german": [_Look("german", width) for width in WIDTHS[:2]],
    "mirrored": [
        _Look("mirrored", 360),
        _Look("mirrored", 1280, "dark"),
        _Look("mirrored", 1920),
    ],
    "plain": [_Look("plain", 360, "dark"), _Look("plain", 1280)],
}


def main() -> None:
    """Take the screenshots."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "screenshots")
    names = sys.argv[2:] or [*LOOKS, "paper"]
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work, sync_playwright() as playwright:
        archives = Path(work)
        interface = {
            "german": "de",
            "mirrored": str(write_mirrored_catalogue(archives / "mirrored.po")),
        }
        Cli(archives)("rebuild", SAMPLE, "--data", archives / "sample")
        Cli(archives)("rebuild", "-", "--data", archives / "plain", stdin=_plain())
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])
        for name in names:
            data = archives / ("plain" if name == "plain" else "sample")
            environment = {"DATELINE_SITE_INTERFACE": interface.get(name, "en")}
            with serving(
                "serve", "--data", data, folder=archives, environment=environment
            ) as server:
                for look in LOOKS.get(name, []):
                    _take(browser, server, folder, look)
                if name == "paper":
                    _print(browser, server, folder)
        browser.close()
    sys.stdout.write(f"{len(list(folder.iterdir()))} pictures are in {folder}\n")


def _plain() -> bytes:
    records = [
        {"id": f"plain-{number}", "title": title, "published": "2020-01-01", "body": body}
        for number, (title, body) in enumerate(PLAIN)
    ]
    return b"\n".join(json.dumps(record).encode() for record in records)


@contextmanager
def _page(browser: Browser, server: Server, look: _Look) -> Iterator[Page]:
    """Open a page; Playwright adds a style to it, which the page's policy would block."""
    context = browser.new_context(
        base_url=server.url,
        color_scheme=look.scheme,
        viewport={"width": look.width, "height": 900},
        bypass_csp=True,
    )
    yield context.new_page()
    context.close()


def _take(browser: Browser, server: Server, folder: Path, look: _Look) -> None:
    with _page(browser, server, look) as page:
        is_plain = look.name == "plain"
        for name, path in (PLAIN_PATHS if is_plain else PATHS).items():
            page.goto(path)
            page.screenshot(path=look.file(folder, name), full_page=True)
        if not is_plain:
            _take_states(page, folder, look)


def _take_states(page: Page, folder: Path, look: _Look) -> None:
    """Take what a reader has to do something for: open, type, choose, add to the list."""

    def picture(name: str, *, whole: bool = True) -> None:
        page.screenshot(path=look.file(folder, name), full_page=whole)

    page.goto("/?q=permanent+tug")
    page.locator(".hit h2 a").first.click()
    page.locator(".article").wait_for()
    picture("article")
    page.locator(".matches a").last.click()
    picture("match", whole=False)
    page.locator(".tools summary").first.click()
    picture("cite", whole=False)
    page.goto("/")
    page.locator("#q").press_sequentially("harb", delay=50)
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")
    picture("typing", whole=False)
    page.goto("/?q=river")
    for summary in page.locator(".more-time summary").all():
        summary.click()
    picture("table")
    page.goto("/?q=river&region=Europe&filters=open")
    if look.width == min(WIDTHS):
        picture("filters")
    _fill_list(page)
    for view in ("titles", "chicago", "texts"):
        page.goto(f"/list?view={view}")
        picture(f"list-{view}")


def _fill_list(page: Page) -> None:
    """Add a page of results to the reader's list."""
    page.goto("/?q=river")
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.locator(".put-all button").first.click()


def _print(browser: Browser, server: Server, folder: Path) -> None:
    with _page(browser, server, _Look("paper", 1280)) as page:
        _fill_list(page)
        for name, path in PRINTED.items():
            if path:
                page.goto(path)
            else:
                page.goto("/?q=permanent+tug")
                page.locator(".hit h2 a").first.click()
                page.locator(".article").wait_for()
            page.pdf(path=folder / f"paper-{name}.pdf", format="A4", margin=MARGINS)


if __name__ == "__main__":
    main()
