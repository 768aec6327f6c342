"""Absolute links begin with the site's address, whatever a request calls it; requests name a host that is this site's."""

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
from search.settings.host_names import host_name, read_address, read_hosts
from tests.conftest import AppOf, StoreTuned, article, build, on_tantivy, serving
from tests.support.settings import settings_of
from tests.support.wait_until import until


@pytest.fixture
def store_tuned(tmp_path: Path) -> StoreTuned:
    """Give stores of one engine: which one answers makes no difference here."""
    return on_tantivy(tmp_path)


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
"""Everything that holds absolute links."""


@pytest.fixture
def client_of(store: GenerationStore, app_of: AppOf) -> Callable[..., FlaskClient]:
    """Give a way to clients of an archive of one article, by settings."""
    build(store, [article(1)])
    return lambda **settings: app_of(**settings).test_client()


@pytest.mark.parametrize(
    "written",
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
def test_what_is_not_a_host_is_refused_everywhere(
    client_of: Callable[..., FlaskClient], written: str
) -> None:
    """No link begins with something that nobody can go to, and health checks tell of a proxy that sends such a thing."""
    client = client_of()
    for path in ("/robots.txt", "/healthz", "/metrics", "/static/dateline.css", "/api/v1/search"):
        answer = client.get(path, headers={"Host": written})
        assert answer.status_code == 400
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("News.Example.:8443", "news.example"),
        ("[::1]:80", "[::1]"),
        ("a_b", "a_b"),
        ("127.0.0.1", "127.0.0.1"),
    ],
)
def test_hosts_are_read_without_case_port_and_last_dot(written: str, name: str) -> None:
    """One host is one host, however it is written."""
    assert host_name(written) == name


@pytest.mark.parametrize("path", LINKED)
def test_links_and_tags_go_by_the_host_of_the_request(
    client_of: Callable[..., FlaskClient], path: str
) -> None:
    """Without an address of its own a site links to where it was asked, and no cache hands that to another host."""
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
    assert again.status_code == 304 or path in ("/cite/ris/a1", "/cite/bib/a1")


@pytest.mark.parametrize("path", LINKED)
def test_a_site_with_an_address_links_to_that_alone(
    client_of: Callable[..., FlaskClient], path: str
) -> None:
    """Whatever a proxy passes on, links and tags are the same."""
    client = client_of(address=ADDRESS + "/", hosts="inner *.inner.example")
    tags = set()
    for base in ("http://inner:8000", "https://a.inner.example", ADDRESS):
        answer = client.get(path, base_url=base)
        tags.add(answer.headers["ETag"])
        assert ADDRESS in answer.text
        assert not re.search(r"https?://([a-z]\.)?inner|news\.example//", answer.text)
        # An address has two exports at once.
        answer.close()
    assert len(tags) == 1


@given(st.text(max_size=40) | st.from_regex(r"[a-z.\[\]:0-9@/*-]*", fullmatch=True))
def test_any_text_is_a_host_or_is_not(written: str) -> None:
    """Whatever a client sends is read without an error, and a name that was read once is read to itself."""
    name = host_name(written)
    assert name is None or host_name(name) == name


def test_a_search_of_the_api_holds_paths_alone(client_of: Callable[..., FlaskClient]) -> None:
    """Its entity tag is the generation, on every host."""
    client = client_of()
    answers = [
        client.get("/api/v1/search", base_url=base)
        for base in ("http://one.example", "https://two.example")
    ]
    assert {answer.headers["ETag"] for answer in answers} == {
        f'"{answers[0].get_json()["generation"]}"'
    }
    assert "://" not in answers[0].text


def test_another_host_is_refused(client_of: Callable[..., FlaskClient]) -> None:
    """A name that is not this site's is answered by what to do about it, and never with links; monitors may use any."""
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


def test_what_a_proxy_says_is_checked_too(client_of: Callable[..., FlaskClient]) -> None:
    """A forwarded host or scheme comes from whoever a proxy lets through."""
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
        "javascript:x",
    ],
)
def test_an_address_that_is_none_is_refused(setting: str) -> None:
    """The way out is a whole example."""
    with pytest.raises(InvalidSettings, match=r"https://news\.example"):
        settings_of(address=setting)


def test_an_address_has_no_path_yet() -> None:
    """Whoever wants one is told that it cannot be, not that something is wrong with it."""
    with pytest.raises(InvalidSettings, match="under a path yet"):
        settings_of(address="https://news.example/archive")
    assert read_address("HTTPS://News.Example:443/") == ADDRESS
    assert read_address("http://[::1]:8000") == "http://[::1]:8000"


@pytest.mark.parametrize("setting", ["a:80", "*", "a,b", "https://x", "*.[::1]", "ok.example a/b"])
def test_hosts_that_are_none_are_refused(setting: str) -> None:
    """Names are written with blanks between them."""
    with pytest.raises(InvalidSettings, match="blanks"):
        settings_of(hosts=setting)
    assert read_hosts(" a.example  *.B.example ") == {"a.example", "*.b.example"}


def _raw(url: str, request: str) -> bytes:
    """Send a request as it is written, and return the status line and the rest."""
    place = urlsplit(url)
    with socket.create_connection((place.hostname, place.port), 20) as connection:
        connection.sendall(request.encode())
        received = b""
        while piece := connection.recv(65_536):
            received += piece
    return received


def test_the_real_server_counts_hosts(sample_data: Path, tmp_path: Path) -> None:
    """RFC 9112, 3.2: one Host exactly, of which an older protocol knows nothing; bad settings leave the old in force."""
    with serving("serve", "--data", sample_data, folder=tmp_path) as server:
        end = "Connection: close\r\n\r\n"
        assert b" 400 " in _raw(server.url, f"GET /robots.txt HTTP/1.1\r\n{end}")[:20]
        assert (
            b" 400 "
            in _raw(server.url, f"GET /robots.txt HTTP/1.1\r\nHost: a\r\nHost: a\r\n{end}")[:20]
        )
        assert b" 400 " in _raw(server.url, f"GET /robots.txt HTTP/1.1\r\nHost:\r\n{end}")[:20]
        older = _raw(server.url, f"GET /robots.txt HTTP/1.0\r\n{end}")
        assert older.startswith(b"HTTP/1.0 200")
        assert f"{server.url}sitemap.xml".encode() in older
        (tmp_path / "dateline.toml").write_text(
            '[site]\naddress = "https://news.example/path"\n', "utf-8"
        )
        server.process.send_signal(signal.SIGHUP)
        until(lambda: "under a path yet" in (tmp_path / "server.log").read_text("utf-8"))
        assert httpx.get(f"{server.url}robots.txt").text.endswith(f"{server.url}sitemap.xml\n")
