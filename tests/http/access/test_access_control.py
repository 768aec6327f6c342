"""Access control: API keys, rate limits, origins, proxies and the form of refusals."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from search.data_dir.api_keys import ApiKeyError, ApiKeys
from search.data_dir.key_file import KeysDamaged
from search.errors import InvalidSettings
from search.index.protocols import GenerationStore
from tests.conftest import AppOf, Cli, Server, article, build, serving
from tests.support.settings import settings_of
from web.limits.rate_limit import RateLimit, RateLimitExceeded

SEARCH = "/api/v1/search"
RECORD = b'{"id": "a", "title": "A tug", "published": "2020-01-01"}\n'


def test_an_archive_requires_valid_keys(cli: Cli) -> None:
    """A key works from when it is added until it is revoked; pages stay open."""
    cli("rebuild", "-", stdin=RECORD)
    (cli.folder / "dateline.toml").write_text('access = "keys"\n', "utf-8")
    with serving("serve", folder=cli.folder) as server:
        refused = server.get(SEARCH)
        assert (refused.status_code, refused.headers["content-type"]) == (
            401,
            "application/problem+json",
        )
        assert refused.headers["www-authenticate"] == "Bearer"
        text = cli("keys", "add", "monitor").stdout.split()[0]
        assert server.get(SEARCH, headers={"Authorization": f"Bearer {text}"}).json()["total"] == 1
        assert server.get(SEARCH, headers={"X-API-Key": text}).status_code == 200
        wrong = server.get(SEARCH, headers={"X-API-Key": text[:-1] + "!"})
        assert (wrong.status_code, "revoked" in wrong.json()["detail"]) == (401, True)
        assert server.get("/").status_code == server.get("/api/docs").status_code == 200
        assert server.get("/api/v1/openapi.json").status_code == 200
        assert "monitor" in cli("keys", "list").stdout
        cli("keys", "revoke", "monitor")
        assert server.get(SEARCH, headers={"X-API-Key": text}).status_code == 401
    key_file = (cli.folder / "data" / "keys.json").read_text("utf-8")
    assert text not in key_file


def test_key_names_are_unique_and_damaged_files_are_reported(tmp_path: Path) -> None:
    """No key is overwritten by accident, and a damaged file is not taken for an empty one."""
    keys = ApiKeys(tmp_path)
    key, text = keys.add("monitor")
    assert ApiKeys(tmp_path).authenticate(text) == key
    assert (
        keys.authenticate(f"dl_{key.id}_x")
        is keys.authenticate("")
        is keys.authenticate("\ud800")
        is None
    )
    for name in ("monitor", " ", "x" * 101, "a\x1b[2J"):
        with pytest.raises(ApiKeyError):
            keys.add(name)
    with pytest.raises(ApiKeyError, match="dateline keys list"):
        keys.revoke("nobody")
    (tmp_path / "keys.json").write_text("[{", "utf-8")
    with pytest.raises(KeysDamaged, match="is damaged"):
        keys.all()
    with pytest.raises(KeysDamaged, match="is damaged"):
        keys.add("other")


def test_exceeded_rate_limits_name_the_time_to_wait(cli: Cli) -> None:
    """The limit covers all workers; static files and health checks are exempt."""
    cli("rebuild", "-", stdin=RECORD)
    (cli.folder / "dateline.toml").write_text('rate_limit = "5/hour"\n', "utf-8")
    with serving("serve", folder=cli.folder, workers=2) as server:
        responses = [server.get(SEARCH) for _ in range(7)]
        assert [response.status_code for response in responses] == [200] * 5 + [429] * 2
        assert [response.headers["ratelimit-remaining"] for response in responses] == [
            "4",
            "3",
            "2",
            "1",
            "0",
            "0",
            "0",
        ]
        last = responses[-1]
        assert last.headers["content-type"] == "application/problem+json"
        assert last.headers["ratelimit-limit"] == "5"
        assert 0 < int(last.headers["retry-after"]) <= 3600
        page = server.get("/")
        assert (page.status_code, "Too many requests" in page.text) == (429, True)
        assert server.get("/healthz").status_code == server.get("/metrics").status_code == 200
        text = cli("keys", "add", "monitor").stdout.split()[0]
        keyed = server.get(SEARCH, headers={"X-API-Key": text})
        assert (keyed.status_code, keyed.headers["ratelimit-remaining"]) == (200, "4")
    stored = b"".join(file.read_bytes() for file in (cli.folder / "data").glob("limits.sqlite*"))
    assert b"127.0.0.1" not in stored


def test_a_rate_limit_resets_when_its_window_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody stays shut out, and one client's requests do not count for another."""
    now = 1_000.0
    monkeypatch.setattr("time.time", lambda: now)
    limit = RateLimit("2/minute", tmp_path)
    for _ in range(2):
        limit.hit("one")
    with pytest.raises(RateLimitExceeded) as refused:
        limit.hit("one")
    assert refused.value.headers["RateLimit-Reset"] == "60"
    assert limit.hit("other")["RateLimit-Remaining"] == "1"
    now += 61
    assert limit.hit("one")["RateLimit-Remaining"] == "1"


def test_threads_and_processes_count_together(tmp_path: Path) -> None:
    """The limit is the same for any number of threads and processes."""
    limits = [RateLimit("50/hour", tmp_path) for _ in range(2)]
    refused = 0

    def send(number: int) -> bool:
        try:
            limits[number % 2].hit("one")
        except RateLimitExceeded:
            return True
        return False

    with ThreadPoolExecutor(4) as pool:
        refused = sum(pool.map(send, range(80)))
    assert refused == 30


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"rate_limit": "many"}, "60/minute"),
        ({"rate_limit": "0/minute"}, "60/minute"),
        ({"proxies": 11}, "0 to 10"),
        ({"search_ms": 5}, "10 to"),
        ({"searches": 0}, "1 to 64"),
        ({"query_log": "yes"}, "on or off"),
    ],
)
def test_invalid_limits_are_refused(settings: dict[str, Any], message: str) -> None:
    """An admin learns of an invalid setting when the server starts."""
    with pytest.raises(InvalidSettings, match=message):
        settings_of(**settings)


def test_a_rate_limit_needs_a_writable_folder(tmp_path: Path) -> None:
    """A server whose rate limit would not work does not start."""
    (tmp_path / "data").write_text("", "utf-8")
    with pytest.raises(InvalidSettings, match="rate_limit counts in"):
        RateLimit("5/minute", tmp_path / "data")


def test_named_origins_may_read_the_api(store: GenerationStore, app_of: AppOf) -> None:
    """Pages of a named origin read the API in a browser; other origins may not."""
    build(store, [article(1)])
    origin = {"Origin": "https://news.example"}
    closed = app_of().test_client().get(SEARCH, headers=origin)
    assert "Access-Control-Allow-Origin" not in closed.headers
    client = app_of(cors="https://news.example https://two.example").test_client()
    response = client.get(SEARCH, headers=origin)
    assert response.headers["Access-Control-Allow-Origin"] == "https://news.example"
    preflight_headers = {
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization",
    }
    preflight = client.options(SEARCH, headers=origin | preflight_headers)
    assert (preflight.status_code, preflight.headers["Access-Control-Allow-Headers"]) == (
        200,
        "authorization",
    )
    assert "Content-Type" not in preflight.headers
    assert (
        "Access-Control-Allow-Origin"
        not in client.get(SEARCH, headers={"Origin": "https://evil.example"}).headers
    )
    assert "Access-Control-Allow-Origin" not in client.get("/", headers=origin).headers


@pytest.mark.parametrize(
    "path",
    [
        SEARCH,
        "/api/v1/facets/theme",
        "/api/v1/nothing",
        "/export.csv",
        "/export.jsonl",
        "/export.bib",
        "/export.ris",
        "/cite/ris/a1",
        "/feed.atom",
    ],
)
def test_a_named_origin_may_revalidate_and_name_its_requests(
    store: GenerationStore, app_of: AppOf, path: str
) -> None:
    """A chart on another site loads an export or the feed, and asks again with the entity tag."""
    build(store, [article(1)])
    client = app_of(cors="https://news.example").test_client()
    origin = {"Origin": "https://news.example"}
    asked = "authorization, if-none-match, x-api-key, x-request-id"
    preflight = client.options(
        path,
        headers=origin
        | {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": asked},
    )
    assert preflight.headers["Access-Control-Allow-Headers"] == asked
    assert preflight.headers["Access-Control-Allow-Origin"] == "https://news.example"
    response = client.get(path, headers=origin, buffered=True)
    exposed = response.headers["Access-Control-Expose-Headers"].split(", ")
    assert {"ETag", "X-Request-Id", "Content-Disposition", "Retry-After"} <= set(exposed)
    for other in ({}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
        refused = client.get(path, headers=other, buffered=True)
        assert not [name for name, _ in refused.headers if name.startswith("Access-Control")]
        assert "Origin" in refused.vary


@pytest.mark.parametrize("path", ["/", "/articles/a1", "/suggestions?q=t", "/metrics", "/list"])
def test_pages_are_not_for_other_origins(store: GenerationStore, app_of: AppOf, path: str) -> None:
    """Only what is meant for programs is shared."""
    build(store, [article(1)])
    client = app_of(cors="*").test_client()
    response = client.get(path, headers={"Origin": "https://news.example"})
    assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.parametrize(
    "cors", ["https://*.news.example", "*(", "news.example", "https://news.example/x", "null"]
)
def test_invalid_origins_are_refused(cors: str) -> None:
    """A pattern would allow similar names, and an unreadable one would end the server."""
    with pytest.raises(InvalidSettings, match="is not the origin of a site"):
        settings_of(cors=cors)


def test_origins_are_normalised(store: GenerationStore, app_of: AppOf) -> None:
    """Capitals, the default port, a trailing slash and IPv6 addresses are accepted."""
    build(store, [article(1)])
    client = app_of(cors="HTTPS://News.example:443/ http://[::1]:3000").test_client()
    for origin, let_in in (
        ("https://news.example", True),
        ("http://[::1]:3000", True),
        ("http://[::1]:30001", False),
        ("https://newsXexample", False),
    ):
        response = client.get(SEARCH, headers={"Origin": origin})
        assert ("Access-Control-Allow-Origin" in response.headers) == let_in


@pytest.mark.parametrize(
    "origin", [{}, {"Origin": "https://news.example"}, {"Origin": "https://evil.example"}]
)
@pytest.mark.parametrize(
    ("cors", "varies"),
    [
        ("https://news.example", True),
        ("https://news.example https://two.example", True),
        ("*", False),
    ],
)
def test_responses_vary_by_origin_where_they_differ(
    store: GenerationStore, cors: str, varies: bool, origin: dict[str, str], app_of: AppOf
) -> None:
    """A cache stores responses to different origins separately only where they differ."""
    generation = build(store, [article(1)])
    client = app_of(cors=cors).test_client()
    for headers in (origin, origin | {"If-None-Match": f'"{generation}"'}):
        response = client.get(SEARCH, headers=headers)
        assert ("Origin" in response.vary) == varies
        assert "Accept-Encoding" in response.vary
    if not varies:
        assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_forwarded_headers_count_from_trusted_proxies_only(
    store: GenerationStore, app_of: AppOf
) -> None:
    """Links have the public address behind a proxy, and nobody can forge it without one."""
    build(store, [article(1)])
    forwarded = {"X-Forwarded-Host": "archive.example", "X-Forwarded-Proto": "https"}
    trusted = app_of(proxies=1).test_client().get("/robots.txt", headers=forwarded)
    assert "Sitemap: https://archive.example/sitemap.xml" in trusted.text
    alone = app_of().test_client().get("/robots.txt", headers=forwarded)
    assert "archive.example" not in alone.text


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("POST", SEARCH, {}, 405),
        ("DELETE", "/api/v1/suggest", {}, 405),
        ("GET", f"{SEARCH}?q={'x' * 40_000}", {}, 414),
        ("GET", "/api/nothing", {}, 404),
        ("GET", "/api/v1/facets/nothing", {}, 404),
        ("GET", SEARCH, {"Accept": "text/html"}, 406),
        ("GET", f"{SEARCH}?sise=3", {}, 400),
    ],
)
def test_every_refusal_of_the_api_is_a_problem(
    sample_server: Server, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    """Programs never have to parse HTML to learn what was wrong with a request."""
    response = httpx.request(
        method, sample_server.url.rstrip("/") + path, headers=headers, timeout=20
    )
    assert (response.status_code, response.headers["content-type"]) == (
        status,
        "application/problem+json",
    )
    problem = response.json()
    assert (problem["status"], bool(problem["title"]), bool(problem["detail"])) == (
        status,
        True,
        True,
    )
    assert response.headers["x-request-id"]
    if status == 405:
        assert "GET" in response.headers["allow"]
    if status == 400:
        assert problem["errors"][0]["message"].endswith("did you mean size?")


def test_a_body_that_is_too_large_is_refused(sample_server: Server) -> None:
    """Nobody can fill the server's memory with a request."""
    response = httpx.request(
        "GET", f"{sample_server.url}api/v1/search", content=b"x" * 70_000, timeout=20
    )
    assert (response.status_code, response.headers["content-type"]) == (
        413,
        "application/problem+json",
    )


def test_the_position_where_a_text_is_too_long_is_reported(sample_server: Server) -> None:
    """The error contains the position of the first character too many."""
    (error,) = sample_server.get(f"{SEARCH}?q={'x' * 1005}").json()["errors"]
    assert (error["parameter"], error["position"]) == ("q", 1000)


def test_a_failing_rate_limit_shuts_nobody_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """With a full or broken disk requests are not limited, and a warning is logged."""
    limit = RateLimit("1/hour", tmp_path)
    with closing(sqlite3.connect(tmp_path / "limits.sqlite")) as database, database:
        database.execute("DROP TABLE window")
    assert [limit.hit("one") for _ in range(3)] == [{}, {}, {}]
    assert "limits.sqlite (no such table: window); requests are not limited" in caplog.text


def test_clients_learn_no_paths_of_the_server(
    store: GenerationStore, tmp_path: Path, app_of: AppOf
) -> None:
    """A damaged key file is for the log; the response contains no path."""
    build(store, [article(1)])
    (tmp_path / "keys.json").write_text("[{", "utf-8")
    client = app_of(open="pages suggestions metrics").test_client()
    response = client.get(SEARCH, headers={"X-API-Key": "dl_0_x"})
    assert response.status_code == 503
    assert str(tmp_path) not in response.text
