"""No content of an article or a query runs as a script, with and without the pages' policy."""

import json
from collections.abc import Iterator
from urllib.parse import quote, urlencode

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from search.model.facets import VALUE_FACETS
from tests.conftest import ROOT, Cli, Server, serving

pytestmark = pytest.mark.browser

PAYLOADS = (ROOT / "tests" / "support" / "payloads.txt").read_text("utf-8").splitlines()
"""Script injections, one per line: elements, attributes, URLs, Markdown, templates, encodings."""

WATCH = """
for (const name of ["alert", "confirm", "prompt", "msgbox"]) {
  window[name] = () => { window.ran = true; };
}
"""
LOOK = """
page => {
  const problems = [];
  const addresses = new Set(["href", "src", "action", "formaction", "data", "poster", "xlink:href",
    "ping", "background", "srcset"]);
  const loaded = new Set(["src", "action", "data"]);
  const forbidden = new Set(["script", "iframe", "object", "embed", "base", "frame", "style",
    "applet", "template"]);
  if (window.ran) problems.push("a script ran");
  const own = new Set([...page.querySelectorAll("head > script, head > link")]);
  for (const element of page.querySelectorAll("*")) {
    const tag = element.localName;
    for (const {name, value} of element.attributes) {
      const attribute = name.toLowerCase();
      if (/^on|^(data-)?hx-on|^srcdoc$/.test(attribute)) {
        problems.push(`${tag} has ${name}=${value}`);
      }
      if (addresses.has(attribute) && URL.canParse(value, location.href)) {
        const url = new URL(value, location.href);
        if (!["http:", "https:"].includes(url.protocol)) problems.push(`${tag} links to ${value}`);
        if (loaded.has(attribute) && url.origin !== location.origin) {
          problems.push(`${tag} loads ${value}`);
        }
      }
    }
    if (forbidden.has(tag) && !own.has(element)) problems.push(`there is a ${tag}`);
  }
  const count = selector => page.querySelectorAll(selector).length;
  if (count("head > script") > 3 || count("head > base")) problems.push("the head has more");
  return problems;
}
"""
LOOK_HERE = f"() => ({LOOK})(document)"
LOOK_AT_MARKUP = f"html => ({LOOK})(new DOMParser().parseFromString(html, 'text/html'))"
READ = f"""
async paths => {{
  const problems = {{}};
  for (const path of paths) {{
    const answer = await fetch(path);
    const found = ({LOOK_AT_MARKUP})(await answer.text());
    if (![200, 400, 404].includes(answer.status)) found.push(`status ${{answer.status}}`);
    if (found.length) problems[path] = found;
  }}
  return problems;
}}
"""
"""Parses pages without showing them, which takes a fifth of the time."""


_SHOWN_EVERY = 3


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve an archive with one payload in every field of each article."""
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
    Cli(folder)("rebuild", "-", stdin=b"\n".join(json.dumps(record).encode() for record in records))
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
    """Return URLs that show a payload: a valid search, an invalid one, and values."""
    yield "/?" + urlencode(
        {"q": payload, "region": payload, "-theme": payload, "-synonym": payload}
    )
    yield "/?" + urlencode(
        {"q": payload, "sort": payload, "from": payload, "date": payload, "cursor": payload}
    )
    yield f"/theme/{quote(payload, safe='')}?" + urlencode({"q": payload})
    yield "/browse/author?" + urlencode({"q": payload, "contains": payload, "prefix": payload})


def test_the_payloads_are_many_and_distinct() -> None:
    """The list has no duplicates."""
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 150


def test_the_watch_detects_a_script(browser: Browser, hostile: Server) -> None:
    """A page that shows a payload raw is detected, so a quiet test is meaningful."""
    context = _context(browser, hostile, policy=False)
    page = context.new_page()
    missed = []
    for payload in (
        payload
        for payload in PAYLOADS
        if payload.startswith(("<img src=x", "<svg><", "<iframe")) and payload.endswith(">")
    ):
        page.goto("/healthz")
        page.evaluate("html => { document.body.innerHTML = html; }", payload)
        if not (page.evaluate(LOOK_HERE) and page.evaluate(LOOK_AT_MARKUP, f"<body>{payload}")):
            missed.append(payload)
    assert missed == []
    context.close()


@pytest.mark.parametrize("policy", [True, False], ids=["policy", "no policy"])
def test_scripts_in_articles_do_not_run(browser: Browser, hostile: Server, policy: bool) -> None:
    """Lists, facets and article pages show them as text."""
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
    # The effect of the policy is the same for every payload.
    shown = PAYLOADS[::5] if policy else PAYLOADS
    articles = [
        f"/articles/{quote(payload, safe='')}?q={quote(payload, safe='')}" for payload in shown
    ]
    look = _shown if policy else _ran
    assert _shown(page, paths) | look(page, articles) == {}
    context.close()


def test_scripts_in_parameters_do_not_run(browser: Browser, hostile: Server) -> None:
    """In every parameter of every page only escaping protects the reader."""
    context = _context(browser, hostile, policy=False)
    page = context.new_page()
    paths = [
        path
        for number, payload in enumerate(PAYLOADS)
        for path in list(_searches(payload))[: 1 if number % 3 else 3]
    ]
    assert _ran(page, paths) == {}
    context.close()


def test_typed_scripts_do_not_run(browser: Browser, hostile: Server) -> None:
    """Updates in place and suggestions insert them as text."""
    context = _context(browser, hostile, policy=False)
    page = context.new_page()
    page.goto("/")
    box = page.get_by_label("Search the archive")
    for payload in PAYLOADS[::12]:
        box.fill(payload)
        expect(page.locator("[data-q]")).to_have_attribute("data-q", payload.strip("\n"))
        assert page.evaluate(LOOK_HERE) == [], payload
    context.close()


def _ran(page: Page, paths: list[str]) -> dict[str, list[str]]:
    """Return the problems of pages, of which one in three is shown and the others are parsed.

    Neighbours in the list of payloads are of one kind, so that some of each kind are shown.
    """
    problems = _shown(page, paths[::_SHOWN_EVERY])
    others = [path for place, path in enumerate(paths) if place % _SHOWN_EVERY]
    problems |= page.evaluate(READ, others)
    return problems


def _shown(page: Page, paths: list[str]) -> dict[str, list[str]]:
    problems = {}
    for path in paths:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status in (200, 400, 404), path
        page_problems = page.evaluate(LOOK_HERE)
        if page_problems:
            problems[path] = page_problems
    return problems
