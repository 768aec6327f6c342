"""Pages: their cost compared with JSON, their size, and the delay from a key to results."""

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

_Result = TypeVar("_Result")
_ROUNDS = 240
_ARTICLES = 100_000
_WORDS_TYPED = 8
_PAUSE_MS = 400
_MEASURE_SWAPS = """
() => {
  window.delays = [];
  let pressed = 0;
  document.getElementById("q").addEventListener("keydown", () => { pressed = performance.now(); });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id !== "page") return;
    // The new content is painted after the next frame.
    requestAnimationFrame(() => setTimeout(() => window.delays.push(performance.now() - pressed)));
  });
}
"""


def run() -> str:
    """Measure and return the tables."""
    source = REUTERS if REUTERS.exists() else SAMPLE
    with tempfile.TemporaryDirectory() as folder:
        rebuild(source, folder)
        new, repeated, sizes = _served(
            folder,
            lambda port: (
                _compared_with_json(port, _words(port)),
                _compared_with_json(port, [*WORDS, "share"]),
                _sizes(port),
            ),
        )
    rows = []
    for label, times in (("new searches", new), ("repeated searches", repeated)):
        rows.append([f"{label}: JSON response, ms", f"{times['json']:.2f}", "1"])
        rows.append(
            [
                f"{label}: whole page, ms",
                f"{times['page']:.2f}",
                f"{times['page'] / times['json']:.2f}",
            ]
        )
        rows.append(
            [
                f"{label}: update in place, ms",
                f"{times['part']:.2f}",
                f"{times['part'] / times['json']:.2f}",
            ]
        )
    name = "Reuters" if source == REUTERS else "the sample"
    return (
        f"## Pages ({name}; searches for a word, compressed)\n\n"
        + table(["", "", "ratio"], rows)
        + "\n"
        + table(
            ["transferred, compressed", "kB"],
            [[label, f"{size / 1000:.1f}"] for label, size in sizes.items()],
        )
        + "\n"
        + table(
            ["", ""],
            [
                [
                    f"from a key to painted results, {_ARTICLES:,} articles, ms",
                    f"{_typing_delay():.0f}",
                ]
            ],
        )
    )


def _served(folder: str, measure: Callable[[int], _Result]) -> _Result:
    process, port, _ = start(folder)
    try:
        return measure(port)
    finally:
        stop(process)


def _get(connection: http.client.HTTPConnection, path: str, **headers: str) -> bytes:
    connection.request("GET", path, headers={"Accept-Encoding": "gzip"} | headers)
    return connection.getresponse().read()


def _compared_with_json(port: int, words: list[str]) -> dict[str, float]:
    """Search for words in three forms, in turn; with enough words no search is repeated."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    next_words = cycle(words)

    def search(path: str, **headers: str) -> None:
        _get(connection, f"{path}?q={quote(next(next_words))}", **headers)

    tasks: dict[str, Callable[[], object]] = {
        "json": lambda: search("/api/v1/search"),
        "page": lambda: search("/"),
        "part": lambda: search("/", **{"HX-Request": "true"}),
    }
    return medians(tasks, _ROUNDS)


def _words(port: int) -> list[str]:
    """Return words of the archive, each to be searched once."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    words: dict[str, None] = {}
    for page in range(1, 11):
        hits = json.loads(
            _get(
                connection,
                f"/api/v1/search?size=100&page={page}",
                **{"Accept-Encoding": "identity"},
            )
        )["hits"]
        text = " ".join(hit["title"] for hit in hits).lower()
        words |= dict.fromkeys(re.findall(r"[a-z]{4,}", text))
    return list(words)


def _sizes(port: int) -> dict[str, int]:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    home = _get(connection, "/")
    results = _get(connection, "/?q=oil")
    page = gzip.decompress(results).decode()
    links = re.findall(r'(?:src|href)="(/static/[^"]+\.(?:css|js))"', page)
    static = sum(len(_get(connection, link)) for link in links)
    hits = re.findall(r'<h2 dir="auto"><a href="([^"]+)"', page)
    article = _get(connection, hits[0].replace("&amp;", "&"))
    return {
        "first visit: home, styles, scripts": len(home) + static,
        "the same, plus a page of results and an article": len(home)
        + static
        + len(results)
        + len(article),
        "a page of results": len(results),
        "an update in place": len(_get(connection, "/?q=oil", **{"HX-Request": "true"})),
    }


def _typing_delay() -> float:
    """Return the median of ms from a key press to painted results, in a real Chromium."""
    with tempfile.TemporaryDirectory() as folder:
        return _served(rebuild_made_up(_ARTICLES, folder), _median_delay)


def _median_delay(port: int) -> float:
    words = [
        word
        for article in made_up(_WORDS_TYPED, seed=5)
        for word in article.deck.split()
        if word.isascii()
    ][:_WORDS_TYPED]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])
        page = browser.new_page(base_url=f"http://127.0.0.1:{port}")
        page.goto("/")
        _type(page, words[0])
        page.evaluate(_MEASURE_SWAPS)
        for word in words:
            _type(page, word)
        delays: list[float] = page.evaluate("window.delays")
        browser.close()
    return median(delays)


def _type(page: Page, word: str) -> None:
    page.locator("#q").fill("")
    page.wait_for_timeout(_PAUSE_MS)
    for letter in word:
        with page.expect_response(lambda response: "/?q=" in response.url):
            page.keyboard.press(letter)
        page.locator("#page:not(.htmx-request)").wait_for()


if __name__ == "__main__":
    print(run())
