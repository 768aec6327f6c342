"""Whatever stands in an article or a query shows as text: nothing of it runs, with the pages' policy and without."""

import json
from collections.abc import Iterator
from urllib.parse import quote, urlencode

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from search.model.facets import VALUE_FACETS
from tests.conftest import ROOT, Cli, Server, serving

pytestmark = pytest.mark.browser

PAYLOADS = (ROOT / "tests" / "support" / "payloads.txt").read_text("utf-8").splitlines()
"""Ways to get a script into a page, one a line: elements, attributes, addresses, Markdown, templates, encodings."""

WATCH = """
for (const name of ["alert", "confirm", "prompt", "msgbox"]) window[name] = () => { window.ran = true; };
"""
LOOK = """
() => {
  const found = [];
  if (window.ran) found.push("a script ran");
  const own = new Set([...document.querySelectorAll("head > script, head > link")]);
  for (const element of document.querySelectorAll("*")) {
    for (const {name, value} of element.attributes) {
      if (/^on|^(data-)?hx-on|^srcdoc$/i.test(name)) found.push(`${element.localName} has ${name}=${value}`);
      if (/^(href|src|action|formaction|data|poster|xlink:href|ping|background|poster|srcset)$/i.test(name) && URL.canParse(value, location.href)) {
        const url = new URL(value, location.href);
        if (!["http:", "https:"].includes(url.protocol)) found.push(`${element.localName} leads to ${value}`);
        if (/^(src|action|data)$/i.test(name) && url.origin !== location.origin) found.push(`${element.localName} loads ${value}`);
      }
    }
    if (/^(script|iframe|object|embed|base|frame|style|applet|template)$/.test(element.localName) && !own.has(element))
      found.push(`there is a ${element.localName}`);
  }
  if (document.querySelectorAll("head > script").length > 3 || document.querySelectorAll("head > base").length) found.push("the head has more");
  return found;
}
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve an archive whose every article has one payload in every field."""
    folder = tmp_path_factory.mktemp("hostile")
    records = []
    for payload in PAYLOADS:
        texts = dict.fromkeys(
            (
                "title",
                "deck",
                "byline",
                "body",
                "source",
                "source_url",
                "url",
                "author_note",
                "image_credit",
                "copyright",
                "id",
            ),
            payload,
        )
        lists = {name: [payload] for name in ("authors", "regions", "themes", "reports")}
        records.append(
            {**texts, **lists, "published": "2020-01-01", "source_published": "2019-01-01"}
        )
    Cli(folder)("rebuild", "-", stdin=b"\n".join(json.dumps(each).encode() for each in records))
    (folder / "dateline.toml").write_text(
        f"title = {json.dumps(PAYLOADS[0])}\nfooter = {json.dumps(PAYLOADS[0])}\n", "utf-8"
    )
    with serving("serve", folder=folder) as server:
        yield server


def _context(browser: Browser, server: Server, *, policy: bool) -> BrowserContext:
    context = browser.new_context(base_url=server.url, bypass_csp=not policy)
    context.add_init_script(WATCH)
    return context


def _searches(payload: str) -> Iterator[str]:
    """Name the pages that show a payload from the address: one read, one refused, one of values."""
    yield "/?" + urlencode(
        {"q": payload, "region": payload, "-theme": payload, "-synonym": payload}
    )
    yield "/?" + urlencode(
        {"q": payload, "sort": payload, "from": payload, "date": payload, "cursor": payload}
    )
    yield "/browse/author?" + urlencode({"q": payload, "contains": payload, "prefix": payload})


def test_there_are_many_ways_and_each_is_another() -> None:
    """The list is as long as it is said to be."""
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 150


def test_the_watch_sees_what_runs(browser: Browser, hostile: Server) -> None:
    """A page that does show a payload raw is found out, so that silence means something."""
    context = _context(browser, hostile, policy=False)
    page = context.new_page()
    missed = []
    for payload in (
        each
        for each in PAYLOADS
        if each.startswith(("<img src=x", "<svg><", "<iframe")) and each.endswith(">")
    ):
        page.goto("/healthz")
        page.evaluate("html => { document.body.innerHTML = html; }", payload)
        if not page.evaluate(LOOK):
            missed.append(payload)
    assert missed == []
    context.close()


@pytest.mark.parametrize("policy", [True, False], ids=["policy", "no policy"])
def test_an_archive_full_of_scripts_runs_none(
    browser: Browser, hostile: Server, policy: bool
) -> None:
    """Every article, in lists, among facets, on its own page and beside a query, shows its text."""
    context = _context(browser, hostile, policy=policy)
    page = context.new_page()
    paths = [
        "/?size=100&facet_size=1000",
        "/?size=100&page=2",
        "/?size=100&page=3",
        "/help",
        f"/{quote(PAYLOADS[0])}",
    ]
    paths += [f"/browse/{facet.name}" for facet in VALUE_FACETS]
    # What the policy adds to what is seen without it is the same for every payload.
    shown = PAYLOADS[::5] if policy else PAYLOADS
    paths += [f"/articles/{quote(each, safe='')}?q={quote(each, safe='')}" for each in shown]
    assert _ran(page, paths) == {}
    context.close()


def test_a_query_full_of_scripts_runs_none(browser: Browser, hostile: Server) -> None:
    """In every parameter of every page, where nothing but escaping stands between a payload and the page."""
    context = _context(browser, hostile, policy=False)
    page = context.new_page()
    paths = [
        path
        for number, payload in enumerate(PAYLOADS)
        for path in list(_searches(payload))[: 1 if number % 3 else 3]
    ]
    assert _ran(page, paths) == {}
    context.close()


def test_typing_scripts_runs_none(browser: Browser, hostile: Server) -> None:
    """Updates in place and suggestions are put into a page by a script, which must run nothing of theirs."""
    context = _context(browser, hostile, policy=False)
    page = context.new_page()
    page.goto("/")
    box = page.get_by_label("Search the archive")
    for payload in PAYLOADS[::12]:
        box.fill(payload)
        expect(page.locator("[data-q]")).to_have_attribute("data-q", payload.strip("\n"))
        assert page.evaluate(LOOK) == [], payload
    context.close()


def _ran(page: Page, paths: list[str]) -> dict[str, list[str]]:
    found = {}
    for path in paths:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status in (200, 400, 404), path
        seen = page.evaluate(LOOK)
        if seen:
            found[path] = seen
    return found
