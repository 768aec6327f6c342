"""Mounted under a path, the service writes no address without that path."""

import html
import re
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import feedparser
import orjson
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client, TestResponse
from werkzeug.wrappers import Request, Response

from search.index.protocols import GenerationStore
from search.settings.mount_paths import mount_path_of
from tests.conftest import AppOf, article, build
from web.mount_path import Mounting, mount_path

HOST = "https://news.example"
ROOT = "/archive"
AS_TYPED = {"HX-Request": "true", "X-Typing": "true"}
FORMS = ("/preferences", "/list/searches", "/list/file")
STARTS = (
    "/",
    "/?q=tug+harbour&region=Asia&-theme=Labour&from=1999-01-01",
    "/?q=harbuor",
    "/?q=nothing+like+this&region=Asia",
    "/coverage",
    "/compare?a=tug&b=harbour&region=Asia",
    "/coverage.csv",
    "/help",
    "/nothing/here",
    "/theme/nothing",
    "/browse/nothing",
    "/overview",
    "/overview?q=tug&region=Asia",
    "/api/v1/overview?q=tug",
    "/browse/region?contains=a",
    "/export.bib",
    "/export.ris",
    "/export.csv",
    "/export.jsonl",
    "/cite/bib/a1",
    "/feed.atom?q=tug",
    "/robots.txt",
    "/sitemap.xml",
    "/opensearch.xml",
    "/api/docs",
    "/api/v1/openapi.json",
    "/api/v1/search?q=tug&region=Asia&size=1&explain=1",
    "/api/v1/search?q=harbuor",
    "/api/v1/articles/a1/related",
    "/api/v1/articles/none",
    "/api/v1/facets/theme?facet_size=1&q=tug",
    "/api/v1/coverage",
    "/api/v1/suggest?q=ha",
    "/api/v1/suggest?q=ha&format=opensearch",
    "/api/v1/trends",
    "/api/v1/trends?s=tug&s=harbour&region=Asia",
    "/trends.csv",
    "/trends.csv?s=tug",
    "/suggestions?q=ha",
)
ATTRIBUTE = re.compile(r'(?:href|src|action|formaction|data-hx-get|data-url)="([^"#]*)"')
JSON_ADDRESS = re.compile(r'"(?:\w*url|self|html|atom|csv|next|prev)": ?"(/[^"]*)"')
LOCATION = re.compile(r"<loc>([^<]*)</loc>|Sitemap: (\S+)")
MAX_PAGES = 150

Ask = Callable[..., TestResponse]


def _articles() -> Iterator[Any]:
    values = {"regions": ("Asia", "R & D"), "themes": ("Labour", "Ports"), "reports": ("Tides",)}
    for number, odd_id in enumerate(("a1", "..", "a/../b", "https://x.example/?a=1&b=%2F#c")):
        yield article(
            number,
            id=odd_id,
            title=f"A tug for harbour {number}",
            published=f"20{10 + number}-03-04",
            body="The tug waits in the harbour. See [the port](https://port.example/a).",
            authors=("Ida Moss",),
            source="Sea News",
            **values,
        )


def _by_forwarded_prefix(app: Callable[..., Flask]) -> Ask:
    client = app(proxies=1).test_client()
    trusted = {"X-Forwarded-Prefix": ROOT, "X-Forwarded-Host": "news.example"}

    def ask(path: str, headers: dict[str, str] | None = None, **more: Any) -> TestResponse:
        forwarded = trusted | {"X-Forwarded-Proto": "https"} | (headers or {})
        return client.open(path.removeprefix(ROOT), headers=forwarded, **more)

    return ask


def _by_address(app: Callable[..., Flask]) -> Ask:
    client = app(address=HOST + ROOT).test_client()
    return lambda path, **more: client.open(path, base_url=HOST, **more)


def _by_wsgi_mount(app: Callable[..., Flask]) -> Ask:
    client = Client(DispatcherMiddleware(Response("other", 404), {ROOT: app()}))
    return lambda path, **more: client.open(path, base_url=HOST, **more)


WAYS = (_by_forwarded_prefix, _by_address, _by_wsgi_mount)


@pytest.fixture(params=WAYS, ids=lambda way: way.__name__.strip("_"))
def ask(request: pytest.FixtureRequest, store: GenerationStore, app_of: AppOf) -> Ask:
    """Give a function that requests a path below /archive, once for each way to mount there."""
    build(store, _articles())
    way: Callable[..., Ask] = request.param
    return way(app_of)


def _addresses(response: TestResponse) -> list[str]:
    """Return all addresses of this site in a response."""
    text = response.text
    found = [html.unescape(address) for address in ATTRIBUTE.findall(text)]
    found += JSON_ADDRESS.findall(text)
    found += ["".join(groups) for groups in LOCATION.findall(text)]
    return [address.removeprefix(HOST) for address in found if address.startswith(("/", HOST))]


def test_every_address_of_every_page_carries_the_path(ask: Ask, app_of: AppOf) -> None:
    """A crawler that begins at any page never leaves the path, and finds no broken link."""
    names = {rule.rule.split("/")[1] for rule in app_of().url_map.iter_rules()} - {""}
    unmounted = re.compile(rf"(?<![<\w.~%-])/(?:{'|'.join(map(re.escape, names))})\b")
    waiting = deque(ROOT + start for start in STARTS)
    seen: set[Any] = set()
    kinds: set[str] = set()
    while waiting and len(seen) < MAX_PAGES:
        address = waiting.popleft()
        parts = urlsplit(address)
        shape = (parts.path, *sorted({name for name, _ in parse_qsl(parts.query)}))
        if shape in seen:
            continue
        seen.add(shape)
        is_form = parts.path.removeprefix(ROOT) in FORMS
        response = ask(address, method="POST" if is_form else "GET")
        kinds.add(parts.path.split("/")[2])
        is_start = address.removeprefix(ROOT) in STARTS
        assert response.status_code == (303 if is_form else 200) or is_start, address
        assert response.headers.get("Location", ROOT).startswith(ROOT)
        if "/static/" in address:
            continue
        text = response.text
        if not parts.path.endswith("/openapi.json"):
            assert not unmounted.search(text.replace("<code>/api/v1</code>", "")), address
        if parts.path != f"{ROOT}/api/docs":
            assert not re.search(rf"{HOST}(?!{ROOT}/)", text), address
        response.close()
        for found in _addresses(response):
            assert f"{found}/".startswith(f"{ROOT}/"), (address, found)
            # The examples in the API's description are of another archive.
            if "{" not in found and not parts.path.endswith("/openapi.json"):
                waiting.append(found)
    assert kinds >= {"articles", "browse", "static", "cite", "feed.atom", "api", "preferences"}


@pytest.mark.parametrize(
    "prefix",
    [
        "//evil.example",
        "/a b",
        "javascript:alert(1)",
        "https://evil.example",
        "evil.example",
        "/..",
        "/a/../b",
        "/%2e%2e",
        "/a%2Fb",
        "/%5Cevil.example",
        "/\\evil.example",
        "/a\x01",
        "/a%0Ab",
        "/a//b",
        '/"><script>',
        "/a?b",
        "/a#b",
        "/%ff",
        "/" + 300 * "a",
    ],
)
def test_a_hostile_prefix_is_refused(store: GenerationStore, app_of: AppOf, prefix: str) -> None:
    """A proxy may pass on what a client sent, and no link may begin with that."""
    build(store, [article(1)])
    client = app_of(proxies=1).test_client()
    for path in ("/", "/api/v1/search", "/healthz"):
        response = client.get(path, headers={"X-Forwarded-Prefix": prefix})
        assert response.status_code == 400
        assert "X-Forwarded-Prefix" in response.text
        assert not re.search(r'(?:href|src|action)="(?!#|/(?!/))', response.text)


def test_a_client_cannot_choose_the_path_without_a_trusted_proxy(
    store: GenerationStore, app_of: AppOf
) -> None:
    """The header of a client that is not behind a proxy is ignored, and so is a malformed one."""
    build(store, [article(1)])
    client = app_of().test_client()
    for prefix in ("/elsewhere", "//evil.example"):
        page = client.get("/", headers={"X-Forwarded-Prefix": prefix})
        assert page.status_code == 200
        assert 'action="/"' in page.text
        assert "elsewhere" not in page.text


def test_a_path_in_the_address_overrides_what_is_forwarded(
    store: GenerationStore, app_of: AppOf
) -> None:
    """As with the host, the admin's own setting cannot be changed by a request."""
    build(store, [article(1)])
    client = app_of(address=HOST + ROOT, proxies=1).test_client()
    for prefix in ("/elsewhere", "//evil.example", ""):
        page = client.get("/", headers={"Host": "news.example", "X-Forwarded-Prefix": prefix})
        assert f'action="{ROOT}/"' in page.text


@pytest.mark.parametrize(
    ("proxies", "sent", "path"),
    [
        (1, "/archive/", "/archive"),
        (1, "/", ""),
        (1, "", ""),
        (1, "/client, /archive", "/archive"),
        (2, "/archive", "/archive"),
        (2, "/client, /archive, /inner", "/archive"),
        (1, "/a/b-c/caf%c3%a9", "/a/b-c/caf%C3%A9"),
    ],
)
def test_the_prefix_is_the_one_of_the_outermost_trusted_proxy(
    store: GenerationStore, app_of: AppOf, proxies: int, sent: str, path: str
) -> None:
    """Values from further away belong to the client."""
    build(store, [article(1)])
    client = app_of(proxies=proxies).test_client()
    response = client.get("/api/v1/articles/a1/related", headers={"X-Forwarded-Prefix": sent})
    assert response.status_code == 200
    answer = client.get("/api/v1/search", headers={"X-Forwarded-Prefix": sent})
    assert orjson.loads(answer.data)["links"]["self"] == f"{path}/api/v1/search"


def test_the_path_is_found_whether_the_proxy_removed_it_or_not(
    store: GenerationStore, app_of: AppOf
) -> None:
    """Proxies do either; monitoring reaches the health checks without it."""
    build(store, [article(1, id="a/b")])
    client = app_of(address=f"{HOST}/caf%C3%A9").test_client()
    for path in ("", "/caf%C3%A9"):
        for name in ("/", "/articles/a%2Fb", "/healthz", "/readyz", "/metrics", "/static/icon.svg"):
            assert client.get(path + name, base_url=HOST).status_code == 200
    assert client.get("/caf%C3%A9", base_url=HOST).status_code == 200
    assert client.get("/caf%C3%A9s/", base_url=HOST).status_code == 404


def test_a_path_like_one_of_the_service_is_not_removed_twice(
    store: GenerationStore, app_of: AppOf
) -> None:
    """A proxy that removes such a path works."""
    build(store, [article(1)])
    client = app_of(proxies=1).test_client()
    headers = {"X-Forwarded-Prefix": "/api"}
    assert client.get("/api/v1/search", headers=headers).status_code == 200


def test_responses_of_one_process_keep_their_paths_apart(
    store: GenerationStore, app_of: AppOf
) -> None:
    """Neither cached links nor streams nor entity tags mix up the paths of several requests."""
    build(store, _articles())
    client = app_of(proxies=1).test_client()
    streams = {
        root: client.get("/export.ris", headers={"X-Forwarded-Prefix": root}, buffered=False)
        for root in ("/one", "")
    }
    tags = set()
    for path in ("/?q=tug", "/api/v1/search?q=tug", "/suggestions?q=ha", "/api/v1/openapi.json"):
        for root in ("", "/one", "/two", ""):
            response = client.get(path, headers={"X-Forwarded-Prefix": root})
            tags.add((path, response.headers["ETag"]))
            assert set(re.findall("/one|/two", response.text)) == ({root} if root else set())
    assert len(tags) == 4 * 3
    assert "http://localhost/one/articles/a1" in streams["/one"].text
    assert "http://localhost/articles/a1" in streams[""].text


def test_the_theme_belongs_to_the_path(ask: Ask) -> None:
    """The cookie is not sent to other services of the host, and the reader stays below the path."""
    for referer, page in (
        (f"{HOST}{ROOT}/?q=tug", f"{ROOT}/?q=tug"),
        (f"{HOST}/blog/", f"{ROOT}/"),
        (f"{HOST}//evil.example/archive/", f"{ROOT}/"),
        ("https://evil.example/archive/", f"{ROOT}/"),
    ):
        response = ask(
            f"{ROOT}/preferences?theme=dark", method="POST", headers={"Referer": referer}
        )
        assert response.headers["Location"] == page
        assert "Path=/archive" in response.headers["Set-Cookie"]


def test_the_theme_returns_to_the_page_whatever_host_the_proxy_sends(app_of: AppOf) -> None:
    """A proxy may connect by the machine's own name, while the browser knows the public one."""
    client = app_of(address=HOST + ROOT).test_client()
    for referer, page in (
        (f"{HOST}{ROOT}/?q=tug", f"{ROOT}/?q=tug"),
        (f"http://localhost{ROOT}/?q=tug", f"{ROOT}/?q=tug"),
        (f"https://evil.example{ROOT}/?q=tug", f"{ROOT}/"),
    ):
        response = client.post(
            f"{ROOT}/preferences?theme=dark",
            base_url="http://localhost",
            headers={"Referer": referer},
        )
        assert response.headers["Location"] == page


def test_a_feed_keeps_its_ids_under_every_path(ask: Ask, app_of: AppOf) -> None:
    """A feed reader shows no entry again because the site moved below a path."""
    moved = feedparser.parse(ask(f"{ROOT}/feed.atom?q=tug").data)
    before = feedparser.parse(app_of().test_client().get("/feed.atom?q=tug").data)
    assert moved.feed.id == before.feed.id
    assert [entry.id for entry in moved.entries] == [entry.id for entry in before.entries]
    assert [entry.link for entry in moved.entries] != [entry.link for entry in before.entries]


def test_robots_and_openapi_name_the_path(ask: Ask) -> None:
    """Crawlers read the rules at the root of the host, and clients begin with the server's URL."""
    robots = ask(f"{ROOT}/robots.txt").text
    assert f"Disallow: {ROOT}/*?\n" in robots
    assert f"Sitemap: {HOST}{ROOT}/sitemap.xml\n" in robots
    document = orjson.loads(ask(f"{ROOT}/api/v1/openapi.json").data)
    assert document["servers"] == [{"url": ROOT}]


@given(st.text(max_size=30) | st.from_regex(r"[/a%.~0-9A-F]{1,12}", fullmatch=True))
def test_a_path_is_safe_in_a_link_and_has_one_spelling(text: str) -> None:
    """Whatever is sent, the result is "", None, or a path of this host without dot segments."""
    path = mount_path_of(text)
    if path:
        assert re.fullmatch(r"(?:/[A-Za-z0-9._~%-]+)+", path)
        assert not {".", ".."} & set(unquote(path).split("/"))
        assert mount_path_of(path) == path


def test_the_path_ends_with_the_request() -> None:
    """Code that runs later in the same thread writes addresses of no request."""

    @Request.application
    def application(_: Request) -> Response:
        return Response(mount_path() for _ in range(2))

    client = Client(Mounting(application, ROOT, 0, frozenset))
    response = client.get("/", buffered=False)
    assert mount_path() == ""
    assert response.text == 2 * ROOT
    response.close()
    assert mount_path() == ""


@pytest.mark.parametrize(
    "path", ["//evil.example/a", "/articles/a%2F~..%2Fb", "/browse/region?q=a"]
)
def test_a_page_that_says_to_try_again_links_to_its_own_address(
    store: GenerationStore, app_of: AppOf, path: str
) -> None:
    """The link is the request's address on this host, with the path that the site is mounted under."""
    build(store, _articles())
    client = app_of(rate_limit="1/hour", proxies=1).test_client()
    parts = urlsplit(f"http://x{path}")
    for root in ("", ROOT):
        request = {
            "environ_overrides": {"PATH_INFO": unquote(parts.path)},
            "query_string": parts.query,
            "headers": {"X-Forwarded-Prefix": root},
        }
        client.get("/", **request)
        refused = client.get("/", **request)
        assert refused.status_code == 429
        again = re.search(r'<p><a href="([^"]*)">Try again', refused.text)
        assert again
        assert html.unescape(again[1]) == root + (
            f"/{unquote(parts.path).lstrip('/')}" + (f"?{parts.query}" if parts.query else "")
        )
