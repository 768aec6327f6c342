"""Every id has an address that browsers, proxies and HTTP clients leave as it is."""

import re
import urllib.request
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

import httpx
import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from playwright.sync_api import Browser
from werkzeug.routing import Map, Rule

from tests.conftest import Cli, serving
from web.article_ids import ArticleIdConverter, quoted_id

IDS = (
    ".",
    "..",
    "...",
    "./..",
    "a/../b",
    "../../x",
    "..\\x",
    "~",
    "~.",
    "~..",
    "~~..",
    "%2e%2e",
    "%2F",
    "%",
    "a/b",
    "//x",
    "tail/",
    "?",
    "#",
    "+",
    "a b",
    "..;/x",
    "https://x.example//a/./b?c=%2F&d#e",
    "\u2602 \U0001d11e \u202e",
    "related",
)
_LOCATION = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
_ROUTES = Map(
    [Rule("/articles/<article_id:article_id>", endpoint="article")],
    converters={"article_id": ArticleIdConverter},
    merge_slashes=False,
).bind("news.example")
_IDS = st.text(min_size=1, max_size=12) | st.from_regex(r"[.~/\\%a]{1,8}", fullmatch=True)


@given(_IDS)
@example("..")
@example("~/~../..")
def test_each_id_is_found_by_its_own_path(article_id: str) -> None:
    """The path leads to this id and no other, and has no segment that clients resolve."""
    if not article_id.isascii():
        article_id = article_id.encode("utf-8", "replace").decode()
    path = f"/articles/{quoted_id(article_id)}"
    assert re.fullmatch(r"/articles/[A-Za-z0-9%._~-]+", path)
    # Some proxies decode before they resolve, and some know the backslash as a separator.
    assert not {".", ".."} & set(re.split(r"[/\\]", unquote(path)))
    assert _ROUTES.match(unquote(path)) == ("article", {"article_id": article_id})


@given(st.sets(_IDS, min_size=2, max_size=2))
def test_two_ids_have_two_paths(ids: set[str]) -> None:
    """An escaped id is never the path of another."""
    ids = {each.encode("utf-8", "replace").decode() for each in ids}
    assert len({quoted_id(each) for each in ids}) == len(ids)


@pytest.mark.browser
def test_real_clients_reach_every_id_by_every_link(cli: Cli, browser: Browser) -> None:
    """Page, API, citation, sitemap and feed link to the same address, which answers."""
    lines = (
        orjson.dumps({"id": each, "title": f"Title {number}", "published": "2020-01-01"})
        for number, each in enumerate(IDS)
    )
    cli("rebuild", "-", stdin=b"\n".join(lines))
    with serving("serve", folder=cli.folder) as server, httpx.Client() as client:
        host = server.url.rstrip("/")
        page = browser.new_page(java_script_enabled=False)
        hits = client.get(f"{host}/api/v1/search?size=100").json()["hits"]
        assert len(hits) == len(IDS)
        sitemap = ET.fromstring(client.get(f"{host}/sitemap.xml").content)
        addresses = {host + hit["url"] for hit in hits}
        locations = {location.text or "" for location in sitemap.iter(_LOCATION)}
        assert {each for each in locations if "/articles/" in each} == addresses
        feed = client.get(f"{host}/feed.atom?size=100").text
        assert set(re.findall(r'href="([^"]*/articles/[^"]*)"', feed)) == addresses
        assert set(re.findall(r"UR  - (\S+)", client.get(f"{host}/export.ris").text)) == addresses
        for hit in hits:
            address = host + hit["url"]
            heading = f"{hit['title']}</h1>"
            assert heading in client.get(address).text
            with urllib.request.urlopen(address) as response:
                assert heading in response.read().decode()
            page.goto(address)
            assert page.locator("h1").inner_text() == hit["title"]
            assert page.locator("link[rel=canonical]").get_attribute("href") == address
            cite = page.locator("details.cite a").first.get_attribute("href") or ""
            assert client.get(host + cite).status_code == 200
            name = urlsplit(address).path.removeprefix("/articles/")
            api = client.get(f"{host}/api/v1/articles/{name}")
            assert api.json()["id"] == hit["id"]
            assert client.get(f"{host}/api/v1/articles/{name}/related").json()["id"] == hit["id"]
        page.close()
