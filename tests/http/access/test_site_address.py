"""Absolute links begin with the site's address, and requests may name its hosts only."""

import re
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from search.errors import InvalidSettings
from search.index.protocols import GenerationStore
from search.settings.host_names import SiteAddress, host_name, read_address, read_hosts
from tests.conftest import AppOf, article, build, serving
from tests.support.settings import settings_of
from tests.support.wait_until import until

ADDRESS = "https://news.example"
LINKED = (
    "/robots.txt",
    "/sitemap.xml",
    "/opensearch.xml",
    "/feed.atom",
    "/articles/a1",
    "/api/docs",
    "/export.ris",
    "/export.bib",
    "/cite/ris/a1",
    "/cite/bib/a1",
)
"""All routes whose responses contain absolute links."""


@pytest.fixture
def client_of(store: GenerationStore, app_of: AppOf) -> Callable[..., FlaskClient]:
    """Return a function that creates clients of an archive of one article."""
    build(store, [article(1)])
    return lambda **settings: app_of(**settings).test_client()


@pytest.mark.parametrize(
    "host",
    [
        "a b",
        "",
        "a,b",
        "a@b",
        "a/b",
        "a:0",
        "a:99999",
        "a:b",
        "a..b",
        "-a",
        "[::g]",
        "z\xfcrich",
        "x" * 300,
    ],
)
def test_malformed_hosts_are_refused_everywhere(
    client_of: Callable[..., FlaskClient], host: str
) -> None:
    """No link begins with one, and health checks reveal a proxy that sends one."""
    client = client_of()
    for path in ("/robots.txt", "/healthz", "/metrics", "/static/dateline.css", "/api/v1/search"):
        response = client.get(path, headers={"Host": host})
        assert response.status_code == 400
        assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("News.Example.:8443", "news.example"),
        ("[::1]:80", "[::1]"),
        ("a_b", "a_b"),
        ("127.0.0.1", "127.0.0.1"),
    ],
)
def test_hosts_are_normalised(host: str, name: str) -> None:
    """Case, port and trailing dot make no difference."""
    assert host_name(host) == name


@pytest.mark.parametrize("path", LINKED)
def test_links_and_tags_depend_on_the_host_of_the_request(
    client_of: Callable[..., FlaskClient], path: str
) -> None:
    """Without an address in the settings, caches must not mix responses of hosts."""
    client = client_of()
    first = client.get(path, base_url="http://one.example")
    second = client.get(
        path, base_url="https://two.example", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert "http://one.example" in first.text
    assert second.status_code == 200
    assert "https://two.example" in second.text
    assert "one.example" not in second.text
    again = client.get(
        path, base_url="http://one.example", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert again.status_code == 304


@pytest.mark.parametrize("path", LINKED)
def test_a_site_with_an_address_links_to_it_only(
    client_of: Callable[..., FlaskClient], path: str
) -> None:
    """Links and tags are the same whatever a proxy forwards."""
    client = client_of(address=ADDRESS + "/", hosts="inner *.inner.example")
    tags = set()
    for base in ("http://inner:8000", "https://a.inner.example", ADDRESS):
        response = client.get(path, base_url=base)
        tags.add(response.headers["ETag"])
        assert ADDRESS in response.text
        assert not re.search(r"https?://([a-z]\.)?inner|news\.example//", response.text)
        # Each address has two export slots.
        response.close()
    assert len(tags) == 1


@given(st.text(max_size=40) | st.from_regex(r"[a-z.\[\]:0-9@/*-]*", fullmatch=True))
def test_any_text_is_parsed_without_an_error(host: str) -> None:
    """A name that was parsed is parsed to itself."""
    name = host_name(host)
    assert name is None or host_name(name) == name


def test_the_api_contains_relative_links_only(client_of: Callable[..., FlaskClient]) -> None:
    """Its entity tag is the generation, on every host."""
    client = client_of()
    answers = [
        client.get("/api/v1/search", base_url=base)
        for base in ("http://one.example", "https://two.example")
    ]
    assert {response.headers["ETag"] for response in answers} == {
        f'"{answers[0].get_json()["generation"]}"'
    }
    assert "://" not in answers[0].text


def test_foreign_hosts_are_refused(client_of: Callable[..., FlaskClient]) -> None:
    """The response says what to do and has no links; monitoring may use any host."""
    client = client_of(hosts="news.example *.news.example 10.0.0.7")
    for host in (
        "news.example",
        "a.b.news.example:81",
        "10.0.0.7",
        "localhost",
        "127.0.0.1:8000",
        "[::1]:80",
    ):
        assert client.get("/robots.txt", headers={"Host": host}).status_code == 200
    for host in (
        "evil.example",
        "newsxexample",
        "news.example.evil.example",
        "xnews.example",
        "10.0.0.8",
    ):
        refused = client.get("/api/v1/search", headers={"Host": host})
        assert refused.status_code == 400
        assert "setting hosts" in refused.get_json()["detail"]
        assert f"//{host}" not in client.get("/articles/a1", headers={"Host": host}).text
        assert [
            client.get(path, headers={"Host": host}).status_code
            for path in ("/healthz", "/readyz", "/metrics")
        ] == [200] * 3
    assert "<b>" not in client.get("/", headers={"Host": "<b>"}).text


def test_forwarded_hosts_and_schemes_are_checked(client_of: Callable[..., FlaskClient]) -> None:
    """They may come from any client that the proxy serves."""
    client = client_of(hosts="news.example", proxies=1)
    assert (
        client.get("/", headers={"Host": "inner", "X-Forwarded-Host": "news.example"}).status_code
        == 200
    )
    for forwarded in (
        {"X-Forwarded-Host": "evil.example"},
        {"X-Forwarded-Host": "news.example, evil.example"},
        {"X-Forwarded-Host": "a b"},
        {"X-Forwarded-Proto": "javascript"},
    ):
        assert client.get("/", headers={"Host": "news.example"} | forwarded).status_code == 400
    secure = client.get(
        "/robots.txt", headers={"Host": "news.example", "X-Forwarded-Proto": "HTTPS"}
    )
    assert "https://news.example/sitemap.xml" in secure.text
    assert (
        "news.example"
        in client_of()
        .get("/robots.txt", headers={"Host": "news.example", "X-Forwarded-Host": "x"})
        .text
    )


@pytest.mark.parametrize(
    "setting",
    [
        "news.example",
        "ftp://news.example",
        "https://",
        "https://a b",
        "https://u@x",
        "https://x?q",
        "https://x/a b",
        "https://x//a",
        "https://x/a/../b",
        "javascript:x",
    ],
)
def test_an_invalid_address_is_refused(setting: str) -> None:
    """The message contains a complete example."""
    with pytest.raises(InvalidSettings, match=r"https://news\.example"):
        settings_of(address=setting)


@pytest.mark.parametrize(
    ("setting", "address"),
    [
        ("HTTPS://News.Example:443/", SiteAddress(ADDRESS, "")),
        ("http://[::1]:8000", SiteAddress("http://[::1]:8000", "")),
        ("https://news.example/archive/", SiteAddress(ADDRESS, "/archive")),
        ("https://news.example/Old/caf%c3%a9", SiteAddress(ADDRESS, "/Old/caf%C3%A9")),
    ],
)
def test_an_address_is_read_as_origin_and_path(setting: str, address: SiteAddress) -> None:
    """Each address has one spelling, since links and entity tags contain it."""
    assert read_address(setting) == address


@pytest.mark.parametrize("setting", ["a:80", "*", "a,b", "https://x", "*.[::1]", "ok.example a/b"])
def test_invalid_hosts_are_refused(setting: str) -> None:
    """Names are separated by spaces."""
    with pytest.raises(InvalidSettings, match="blanks"):
        settings_of(hosts=setting)
    assert read_hosts(" a.example  *.B.example ") == {"a.example", "*.b.example"}


def _send_raw(url: str, request: str) -> bytes:
    """Send a raw request and return the status line and the rest."""
    place = urlsplit(url)
    with socket.create_connection((place.hostname, place.port), 20) as connection:
        connection.sendall(request.encode())
        received = b""
        while piece := connection.recv(65_536):
            received += piece
    return received


def test_the_real_server_requires_one_host(sample_data: Path, tmp_path: Path) -> None:
    """RFC 9112, 3.2: exactly one Host, optional in HTTP/1.0."""
    with serving("serve", "--data", sample_data, folder=tmp_path) as server:
        end = "Connection: close\r\n\r\n"
        assert b" 400 " in _send_raw(server.url, f"GET /robots.txt HTTP/1.1\r\n{end}")[:20]
        assert (
            b" 400 "
            in _send_raw(server.url, f"GET /robots.txt HTTP/1.1\r\nHost: a\r\nHost: a\r\n{end}")[
                :20
            ]
        )
        assert b" 400 " in _send_raw(server.url, f"GET /robots.txt HTTP/1.1\r\nHost:\r\n{end}")[:20]
        older = _send_raw(server.url, f"GET /robots.txt HTTP/1.0\r\n{end}")
        assert older.startswith(b"HTTP/1.0 200")
        assert f"{server.url}sitemap.xml".encode() in older
        (tmp_path / "dateline.toml").write_text(
            '[site]\naddress = "https://news.example/a b"\n', "utf-8"
        )
        server.process.send_signal(signal.SIGHUP)
        until(lambda: "is not a path of letters" in (tmp_path / "server.log").read_text("utf-8"))
        assert httpx.get(f"{server.url}robots.txt").text.endswith(f"{server.url}sitemap.xml\n")
