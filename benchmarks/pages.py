"""Pages: what they cost beside the same answer as JSON, how much goes over the wire, and how soon typing shows results."""

import gzip
import http.client
import json
import re
import tempfile
from collections.abc import Callable
from itertools import cycle
from statistics import median
from typing import TypeVar
from urllib.parse import quote

from playwright.sync_api import Page, sync_playwright

from benchmarks.serving import SAMPLE, WORDS, rebuild, rebuild_made_up, start, stop
from benchmarks.support.archives import REUTERS, made_up
from benchmarks.support.timing import medians, table
from tests.support.chromium import find

__all__ = ["run"]

_Found = TypeVar("_Found")
_ROUNDS = 240
_ARTICLES = 100_000
_TYPED = 8
_REST_MS = 400
_WATCH = """
() => {
  window.taken = [];
  let pressed = 0;
  document.getElementById("q").addEventListener("keydown", () => { pressed = performance.now(); });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id !== "page") return;
    // After the next frame was made, what was swapped in is painted.
    requestAnimationFrame(() => setTimeout(() => window.taken.push(performance.now() - pressed)));
  });
}
"""


def run() -> str:
    """Measure and return the tables."""
    source = REUTERS if REUTERS.exists() else SAMPLE
    with tempfile.TemporaryDirectory() as folder:
        rebuild(source, folder)
        new, again, wire = _served(
            folder,
            lambda port: (
                _beside_json(port, _words(port)),
                _beside_json(port, [*WORDS, "share"]),
                _wire(port),
            ),
        )
    rows = []
    for label, taken in (("new searches", new), ("searches asked again and again", again)):
        rows.append([f"{label}: JSON answer, ms", f"{taken['json']:.2f}", "1"])
        rows.append(
            [
                f"{label}: whole page, ms",
                f"{taken['page']:.2f}",
                f"{taken['page'] / taken['json']:.2f}",
            ]
        )
        rows.append(
            [
                f"{label}: update in place, ms",
                f"{taken['part']:.2f}",
                f"{taken['part'] / taken['json']:.2f}",
            ]
        )
    name = "Reuters" if source == REUTERS else "the sample"
    return (
        f"## Pages ({name}; searches for a word, compressed)\n\n"
        + table(["", "", "ratio"], rows)
        + "\n"
        + table(
            ["over the wire, compressed", "kB"],
            [[label, f"{size / 1000:.1f}"] for label, size in wire.items()],
        )
        + "\n"
        + table(
            ["", ""],
            [
                [
                    f"from a key to results on the screen, {_ARTICLES:,} articles, ms",
                    f"{_keystrokes():.0f}",
                ]
            ],
        )
    )


def _served(folder: str, measure: Callable[[int], _Found]) -> _Found:
    process, port, _ = start(folder)
    try:
        return measure(port)
    finally:
        stop(process)


def _ask(connection: http.client.HTTPConnection, path: str, **headers: str) -> bytes:
    connection.request("GET", path, headers={"Accept-Encoding": "gzip"} | headers)
    return connection.getresponse().read()


def _beside_json(port: int, words: list[str]) -> dict[str, float]:
    """Ask for words in three forms, in turn; where there are enough words, no search is asked twice."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    waiting = cycle(words)

    def ask(path: str, **headers: str) -> None:
        _ask(connection, f"{path}?q={quote(next(waiting))}", **headers)

    tasks: dict[str, Callable[[], object]] = {
        "json": lambda: ask("/api/v1/search"),
        "page": lambda: ask("/"),
        "part": lambda: ask("/", **{"HX-Request": "true"}),
    }
    return medians(tasks, _ROUNDS)


def _words(port: int) -> list[str]:
    """Return words of the archive, each of which is searched once."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    found: dict[str, None] = {}
    for page in range(1, 11):
        hits = json.loads(
            _ask(
                connection,
                f"/api/v1/search?size=100&page={page}",
                **{"Accept-Encoding": "identity"},
            )
        )["hits"]
        text = " ".join(each["title"] for each in hits).lower()
        found |= dict.fromkeys(re.findall(r"[a-z]{4,}", text))
    return list(found)


def _wire(port: int) -> dict[str, int]:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    home = _ask(connection, "/")
    results = _ask(connection, "/?q=oil")
    page = gzip.decompress(results).decode()
    links = re.findall(r'(?:src|href)="(/static/[^"]+\.(?:css|js))"', page)
    static = sum(len(_ask(connection, each)) for each in links)
    hits = re.findall(r'<h2 dir="auto"><a href="([^"]+)"', page)
    article = _ask(connection, hits[0].replace("&amp;", "&"))
    return {
        "first visit: home, styles, scripts": len(home) + static,
        "and a page of results, and an article": len(home) + static + len(results) + len(article),
        "a page of results": len(results),
        "an update in place": len(_ask(connection, "/?q=oil", **{"HX-Request": "true"})),
    }


def _keystrokes() -> float:
    """Return the median time in ms from a key's press until results that follow it are painted, in a real Chromium."""
    with tempfile.TemporaryDirectory() as folder:
        return _served(rebuild_made_up(_ARTICLES, folder), _typed)


def _typed(port: int) -> float:
    words = [
        word
        for article in made_up(_TYPED, seed=5)
        for word in article.deck.split()
        if word.isascii()
    ][:_TYPED]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])
        page = browser.new_page(base_url=f"http://127.0.0.1:{port}")
        page.goto("/")
        _type(page, words[0])
        page.evaluate(_WATCH)
        for word in words:
            _type(page, word)
        taken: list[float] = page.evaluate("window.taken")
        browser.close()
    return median(taken)


def _type(page: Page, word: str) -> None:
    page.locator("#q").fill("")
    page.wait_for_timeout(_REST_MS)
    for letter in word:
        with page.expect_response(lambda answer: "/?q=" in answer.url):
            page.keyboard.press(letter)
        page.locator("#page:not(.htmx-request)").wait_for()


if __name__ == "__main__":
    print(run())
