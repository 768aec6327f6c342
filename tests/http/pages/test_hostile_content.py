"""Articles with odd ids and hostile content, and pages that parse."""

import json
import re
from collections.abc import Iterator
from urllib.parse import quote

import html5lib
import pytest

from tests.conftest import Cli, Server, serving

API = "/api/v1/search"


ODD_IDS = [
    "a/b",
    "a//b",
    "/a",
    "https://example.org/x?y=1&z=%20#f",
    "100% sure?",
    "sp ace",
    "ü“”",
    "x/related",
    "a+b",
    "a\\b",
]


@pytest.mark.parametrize("article_id", ODD_IDS)
def test_any_id_has_a_url(odd_server: Server, article_id: str) -> None:
    """An id may contain any character; its page and JSON are served without a redirect."""
    path = f"/articles/{quote(article_id, safe='')}"
    page = odd_server.get(path)
    assert (
        page.status_code,
        f"Title of {article_id}".split("&")[0].split("“")[0] in page.text,
    ) == (200, True)
    assert odd_server.get("/api/v1" + path).json()["id"] == article_id
    hits = odd_server.get(API, params={"size": 100}).json()["hits"]
    assert path in [hit["url"] for hit in hits]


@pytest.fixture(scope="module")
def odd_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve articles with odd ids and hostile content."""
    folder = tmp_path_factory.mktemp("odd")
    records: list[dict[str, object]] = [
        {"id": odd_id, "title": f"Title of {odd_id}", "published": "2020-01-01"}
        for odd_id in ODD_IDS
    ]
    records.append(
        {
            "id": "evil", "title": "<script>alert(1)</script>", "published": "2020-01-01",
            "source": "<b>S</b>",
            "source_url": "javascript:alert(1)", "url": "data:text/html,x",
            "regions": ['"><img src=x>'],
            "body": "[x](javascript:alert(1)) <img src=x onerror=alert(1)> ![alt words](http://x.org/i.png)",
            "copyright": "<i>c</i>",
        }
    )  # fmt: skip
    (folder / "in.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    Cli(folder)("rebuild", "in.jsonl")
    with serving("serve", folder=folder) as server:
        yield server


def test_hostile_content_is_text(odd_server: Server) -> None:
    """No article can add a script, an image or a link other than http and https to a page."""
    for path in ("/", "/articles/evil", "/?q=alert+words"):
        page = odd_server.get(path)
        tree = html5lib.parse(page.text, namespaceHTMLElements=False)
        data = [
            element
            for element in tree.iter("script")
            if element.get("type") == "application/ld+json"
        ]
        assert all(json.loads(element.text or "")["@type"] == "NewsArticle" for element in data)
        scripts = [element.get("src") for element in tree.iter("script") if element not in data]
        assert all(src and src.startswith("/static/") for src in scripts)
        assert not list(tree.iter("img"))
        assert not [
            a for a in tree.iter("a") if not (a.get("href") or "").startswith(("/", "#", "http"))
        ]
        assert "alert(1)" in page.text or path == "/?q=alert+words"


def test_pages_are_valid_and_strict(sample_server: Server) -> None:
    """Every page parses without an error and has the security headers."""
    hit = sample_server.get(API, params={"q": "harbour"}).json()["hits"][0]["url"]
    for path in (
        "/",
        "/?q=harbour&region=Europe",
        f"{hit}?q=harbour",
        "/articles/none",
        "/?size=0",
        "/?q=zzzz",
    ):
        page = sample_server.get(path)
        html5lib.HTMLParser(strict=True).parse(page.text)
        policy = page.headers["content-security-policy"]
        assert "unsafe-inline" not in policy
        assert "base-uri" in policy
        assert "frame-ancestors" in policy
        assert page.headers["x-content-type-options"] == "nosniff"
        assert "referrer-policy" in page.headers
        assert " style=" not in page.text
        own = sample_server.url.rstrip("/")
        assert "://" not in re.sub(
            rf"https://example\.org|http://www\.w3\.org|https://schema\.org|{re.escape(own)}",
            "",
            page.text,
        )


def test_htmx_gets_the_fragment_and_the_title(sample_server: Server) -> None:
    """An update in place equals the whole page, and caches keep the two apart."""
    whole = sample_server.get("/?q=harbour")
    part = sample_server.get("/?q=harbour", headers={"HX-Request": "true"})
    restored = sample_server.get(
        "/?q=harbour", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"}
    )
    assert "<html" in whole.text
    assert "<html" in restored.text
    assert "<html" not in part.text
    assert "<title>harbour · Dateline</title>" in part.text
    assert 'id="status" data-hx-swap-oob' in part.text
    assert part.text.count('class="hit"') == whole.text.count('class="hit"') > 0
    for answer in (whole, part, restored):
        assert {"HX-Request", "HX-History-Restore-Request"} <= set(
            answer.headers["vary"].split(", ")
        )
    assert whole.headers["etag"] != part.headers["etag"]
