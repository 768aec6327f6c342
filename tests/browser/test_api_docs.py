"""The examples of docs/api.md and /api/docs, each run as it is printed."""

import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page

from tests.conftest import ROOT, Server
from tests.support.accessibility import violations

_BLOCKS = re.findall(
    r"```(sh|python|js)\n(.*?)```", (ROOT / "docs" / "api.md").read_text("utf-8"), re.DOTALL
)
_HOST = "http://127.0.0.1:8000"


def blocks(kind: str, server: Server) -> list[str]:
    """Return the examples of a language, with the address of the test's server."""
    return [
        text.replace(_HOST, server.url.rstrip("/"))
        for language, text in _BLOCKS
        if language == kind
    ]


def titles(server: Server) -> set[str]:
    """Return the titles that the walks of the examples should find."""
    return {hit["title"] for hit in server.get("/api/v1/search?q=harbour&size=100").json()["hits"]}


def run(command: list[str], folder: Path) -> str:
    """Run a program that must succeed."""
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_shell_examples_work(sample_server: Server, tmp_path: Path) -> None:
    """Copied commands print the documented output."""
    if not (shutil.which("curl") and shutil.which("jq")):
        # A new machine may have only Python and make, and make test must pass there.
        pytest.skip("curl or jq, which docs/api.md uses, is missing")
    one, uncounted, of_ids, walk, facet, over_time, again = (
        run(["bash", "-euc", text], tmp_path) for text in blocks("sh", sample_server)
    )
    assert '"understood":"harbour"' in one
    assert '"facets":{}' in uncounted
    assert '"total":0' in of_ids, "the example's ids are not in the sample"
    assert set(walk.splitlines()) == titles(sample_server)
    assert '"values":[{"value":"A' in facet
    assert '"by":"year"' in over_time
    assert '"period":"2020"' in over_time
    assert again == "304\n"


def test_the_python_examples_work(sample_server: Server, tmp_path: Path) -> None:
    """They walk all matches, and their counts per month and region equal a brute-force count."""
    walk, counted, split = (
        run([sys.executable, "-c", text], tmp_path) for text in blocks("python", sample_server)
    )
    assert set(walk.splitlines()) == titles(sample_server)
    hits = sample_server.get("/api/v1/search?q=river&size=100").json()["hits"]
    assert {
        line.rpartition(" ")[0].rstrip(): int(line.rpartition(" ")[2])
        for line in split.splitlines()[1:]
    } == Counter(region for hit in hits for region in hit["regions"])
    regions = ("Africa", "Asia", "Europe")
    counts = {
        month: [
            sum(hit["published"][:7] == month and region in hit["regions"] for hit in hits)
            for region in regions
        ]
        for month in {hit["published"][:7] for hit in hits}
    }
    shown = {
        line.split()[0]: [int(count) for count in line.split()[1:]]
        for line in counted.splitlines()
        if re.match(r"\d{4}-\d\d ", line)
    }
    assert {month: row for month, row in shown.items() if any(row)} == {
        month: row for month, row in counts.items() if any(row)
    }
    assert len(shown) == 191, "every month from the first article to the last"
    assert len(counts) > 5


def test_the_browser_example_works(scripted: Page, sample_server: Server) -> None:
    """A page of the same host walks all matches by fetch."""
    (text,) = blocks("js", sample_server)
    printed: list[str] = []
    scripted.on("console", lambda message: printed.append(message.text))
    scripted.evaluate(f"async () => {{ {text} }}")
    assert set(printed) == titles(sample_server)


def test_the_script_on_the_page_walks_all_matches(sample_server: Server, tmp_path: Path) -> None:
    """The example of /api/docs, copied from the rendered page, visits each match once."""
    page = sample_server.get("/api/docs").text
    (code,) = re.findall(r'aria-label="Paging in Python"><code>(.*?)</code>', page, re.DOTALL)
    script = code.replace("&amp;", "&").replace("&#34;", '"').replace("&#39;", "'")
    assert sample_server.url.rstrip("/") in script
    lines = run([sys.executable, "-c", script], tmp_path).splitlines()
    assert (
        len(lines)
        == len(set(lines))
        == sample_server.get("/api/v1/search?q=harbour").json()["total"]
    )


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 360])
def test_the_page_is_accessible(browser: Browser, sample_server: Server, width: int) -> None:
    """The page violates no rule of axe, fits a phone, and loads nothing from other hosts."""
    context = browser.new_context(
        base_url=sample_server.url,
        viewport={"width": width, "height": 900},
        bypass_csp=True,
    )
    page = context.new_page()
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(httpx.URL(request.url).host))
    page.goto("/api/docs")
    assert hosts == {"127.0.0.1"}
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page) == ""
    context.close()


def test_every_key_and_parameter_is_on_the_page(sample_server: Server) -> None:
    """The page has everything that the OpenAPI document has."""
    page = sample_server.get("/api/docs").text
    described = sample_server.get("/api/v1/openapi.json").json()
    for path, methods in described["paths"].items():
        assert path in page
        for parameter in methods["get"]["parameters"]:
            assert f"<code>{parameter['name']}</code>" in page, (path, parameter["name"])
    for name, schema in described["components"]["schemas"].items():
        for key in schema["properties"]:
            assert re.search(rf"<code>[^<]*\b{key}\b[^<]*</code>", page), (name, key)
