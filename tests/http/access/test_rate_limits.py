"""Rate limits: which requests they count, and how they behave when counting fails."""

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from search.data_dir.api_keys import ApiKeys
from search.data_dir.key_terms import KeyTerms
from search.index.protocols import GenerationStore
from search.settings.areas import Scope
from tests.conftest import AppOf, Cli, Server, article, build, serving
from web.limits import rate_limit
from web.limits.rate_limit import RateLimit, RateLimitExceeded

SEARCH = "/api/v1/search"
RECORD = b'{"id": "a", "title": "A tug", "published": "2020-01-01"}\n'


def remaining(server: Server, **headers: str) -> str:
    """Send a request and return the remaining ones: "" without a limit, or "refused"."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    response = server.get(SEARCH, headers=named)
    return (
        "refused"
        if response.status_code == 429
        else response.headers.get("ratelimit-remaining", "")
    )


def test_a_key_has_a_rate_of_its_own_over_all_workers(cli: Cli) -> None:
    """A key's own rate applies with and without a default one."""
    cli("rebuild", "-", stdin=RECORD)
    slow = cli("keys", "add", "slow", "--rate", "2/hour").stdout.split()[0]
    fast = cli("keys", "add", "fast", "--rate", "600/hour").stdout.split()[0]
    usual = cli("keys", "add", "usual").stdout.split()[0]
    with serving("serve", folder=cli.folder, workers=2) as server:
        assert [remaining(server, X_API_Key=slow) for _ in range(4)] == [
            "1",
            "0",
            "refused",
            "refused",
        ]
        assert [
            remaining(server),
            remaining(server, X_API_Key=usual),
            remaining(server, X_API_Key=fast),
        ] == [
            "",
            "",
            "599",
        ]
    (cli.folder / "dateline.toml").write_text('[limits]\nrate_limit = "3/hour"\n', "utf-8")
    with serving("serve", folder=cli.folder, workers=2) as server:
        assert remaining(server, X_API_Key=slow) == "refused"
        assert [remaining(server, X_API_Key=usual) for _ in range(4)] == ["2", "1", "0", "refused"]
        assert [remaining(server) for _ in range(4)] == ["2", "1", "0", "refused"]
        assert remaining(server, X_API_Key=fast) == "598"
        assert remaining(server, X_API_Key="dl_0_wrong") == "refused"
    assert stat.S_IMODE((cli.folder / "data" / "limits.sqlite").stat().st_mode) == 0o640


def test_addresses_of_one_network_share_a_limit(cli: Cli) -> None:
    """Neither a port, another address of the /64 nor forged text makes a new client."""
    cli("rebuild", "-", stdin=RECORD)
    (cli.folder / "dateline.toml").write_text('rate_limit = "3/hour"\nproxies = 1\n', "utf-8")
    same = (
        ["2001:db8::1", "2001:db8::2", "[2001:db8::ffff]:443", "2001:db8::3%eth0"],
        [
            "203.0.113.9:40001",
            "203.0.113.9:40002",
            "::ffff:203.0.113.9",
            "198.51.100.1, 203.0.113.9",
        ],
        ["junk", "other junk", '"198.51.100.2, 203.0.113.9', "1.2.3"],
    )
    with serving("serve", folder=cli.folder) as server:
        for addresses in same:
            assert [remaining(server, X_Forwarded_For=address) for address in addresses] == [
                "2",
                "1",
                "0",
                "refused",
            ]
        assert remaining(server, X_Forwarded_For="2001:db8:0:1::1") == "2"


def test_a_clock_that_was_wrong_shuts_nobody_out(tmp_path: Path) -> None:
    """Counting goes on after a clock that was a year ahead is corrected."""
    limit = RateLimit("2/minute", tmp_path)
    limit.hit("somebody")
    with closing(sqlite3.connect(tmp_path / "limits.sqlite", isolation_level=None)) as file:
        file.execute("UPDATE window SET ends = ends + 31536000, hits = 9")
    headers = limit.hit("somebody")
    assert (headers["RateLimit-Remaining"], int(headers["RateLimit-Reset"]) <= 60) == ("1", True)
    limit.hit("somebody")
    with pytest.raises(RateLimitExceeded):
        limit.hit("somebody")


@pytest.mark.parametrize(
    "path", ["/healthz", "/readyz", "/metrics", "/static/dateline.css", "/favicon.ico"]
)
def test_health_checks_and_static_files_are_not_limited(
    store: GenerationStore, app_of: AppOf, path: str
) -> None:
    """A limit on health checks would get a healthy server replaced."""
    build(store, [article(1)])
    client = app_of(rate_limit="1/hour").test_client()
    assert {client.get(path).status_code for _ in range(3)} == {200}
    assert [client.get(SEARCH).status_code for _ in range(2)] == [200, 429]


def test_a_browsers_preflights_do_not_count(
    store: GenerationStore, app_of: AppOf, tmp_path: Path
) -> None:
    """They have no key, and one that is refused would hide the limit from the page that asked."""
    build(store, [article(1)])
    key = ApiKeys(tmp_path).add("chart", KeyTerms((Scope.SEARCH,), rate="3/hour"))[1]
    client = app_of(rate_limit="1/hour", cors="https://news.example").test_client()
    origin = {"Origin": "https://news.example"}
    asked = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "x-api-key"}
    statuses = []
    for _ in range(4):
        assert client.options(SEARCH, headers=origin | asked).status_code == 200
        statuses.append(client.get(SEARCH, headers=origin | {"X-API-Key": key}).status_code)
    assert statuses == [200, 200, 200, 429]
    others = ((SEARCH, origin), (SEARCH, asked), ("/nothing", origin | asked))
    for number, (path, headers) in enumerate(others):
        environ = {"REMOTE_ADDR": f"192.0.2.{number}"}
        client.options(path, headers=headers, environ_base=environ)
        second = client.options(path, headers=headers, environ_base=environ)
        assert second.status_code == 429, "other requests with this method count"


TYPED = {"HX-Request": "true", "X-Typing": "true"}


def test_a_reader_who_types_is_not_locked_out(store: GenerationStore, app_of: AppOf) -> None:
    """Requests that a page sends with each letter do not count as the reader's own."""
    build(store, [article(1, title="Glaciers and harbours")])
    client = app_of(rate_limit="3/hour").test_client()
    text = "glaciers and h"
    for end in range(1, len(text) + 1):
        for path in ("/suggestions", "/"):
            typed = client.get(path, query_string={"q": text[:end]}, headers=TYPED)
            assert typed.status_code == 200
    browse = client.get("/browse/theme?contains=a", headers=TYPED)
    assert browse.headers["RateLimit-Limit"] == "30"
    searches = [client.get("/?q=glaciers", headers={"HX-Request": "true"}) for _ in range(4)]
    assert [response.status_code for response in searches] == [200, 200, 200, 429]
    assert searches[0].headers["RateLimit-Limit"] == "3"


@pytest.mark.parametrize("path", ["/?q=a", "/suggestions?q=a", "/api/v1/suggest?format=opensearch"])
def test_requests_marked_as_typed_have_a_limit_too(
    store: GenerationStore, app_of: AppOf, path: str
) -> None:
    """A program that sends the marker gets a multiple of the limit, not all it wants."""
    build(store, [article(1)])
    client = app_of(rate_limit="2/hour").test_client()
    statuses = [client.get(path, headers=TYPED).status_code for _ in range(21)]
    assert statuses == [200] * 20 + [429]
    refused = client.get(path, headers=TYPED)
    assert int(refused.headers["Retry-After"]) > 0
    assert "the limit of 20/hour" in refused.text or "text/html" in refused.content_type


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (SEARCH, TYPED),
        ("/export.csv", TYPED),
        ("/articles/a1", TYPED),
        ("/api/v1/suggest?q=a", TYPED),
        ("/?q=a", {"X-Typing": "true"}),
        ("/?q=a", {"HX-Request": "true"}),
    ],
)
def test_the_marker_of_typing_counts_where_pages_send_it_only(
    store: GenerationStore, app_of: AppOf, path: str, headers: dict[str, str]
) -> None:
    """The API, exports and whole pages keep the limit, whatever the headers."""
    build(store, [article(1)])
    client = app_of(rate_limit="2/hour").test_client()
    assert [client.get(path, headers=headers).status_code for _ in range(3)] == [200, 200, 429]


def test_guessing_keys_is_not_typing(store: GenerationStore, app_of: AppOf) -> None:
    """The marker gives a client no more guesses."""
    build(store, [article(1)])
    client = app_of(rate_limit="2/hour").test_client()
    headers = TYPED | {"X-API-Key": "dl_0_wrong"}
    statuses = [client.get("/suggestions?q=a", headers=headers).status_code for _ in range(3)]
    assert statuses == [401, 401, 429]


def test_a_key_has_its_own_limit_for_typing(
    store: GenerationStore, app_of: AppOf, tmp_path: Path
) -> None:
    """It is the same multiple of the key's rate."""
    build(store, [article(1)])
    key = ApiKeys(tmp_path).add("reader", KeyTerms((Scope.SEARCH,), rate="1/hour"))[1]
    client = app_of().test_client()
    headers = TYPED | {"X-API-Key": key}
    assert [client.get("/?q=a", headers=headers).status_code for _ in range(11)][-2:] == [200, 429]
    assert client.get("/?q=a", headers={"X-API-Key": key}).status_code == 200


def test_a_key_without_the_scope_counts_too(
    store: GenerationStore, app_of: AppOf, tmp_path: Path
) -> None:
    """Requests outside a key's scopes count towards its rate."""
    build(store, [article(1)])
    key = {
        "X-API-Key": ApiKeys(tmp_path).add("export", KeyTerms((Scope.EXPORT,), rate="2/hour"))[1]
    }
    client = app_of(open="none").test_client()
    assert [client.get(SEARCH, headers=key).status_code for _ in range(3)] == [403, 403, 429]


def test_the_file_stays_small_in_a_flood_from_many_networks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is bounded, and the clients with most requests stay in it."""
    monkeypatch.setattr(rate_limit, "_MAX_WINDOWS", 200)
    monkeypatch.setattr(rate_limit, "_WINDOWS_AFTER_DROP", 100)
    monkeypatch.setattr(rate_limit, "_SWEEP_INTERVAL", 50)
    limit = RateLimit("3/day", tmp_path)
    for _ in range(3):
        limit.hit("greedy")
    for number in range(1_000):
        limit.hit(f"address {number}")
    with closing(sqlite3.connect(tmp_path / "limits.sqlite")) as database:
        (windows,) = database.execute("SELECT count(*) FROM window").fetchone()
    assert windows <= 250
    with pytest.raises(RateLimitExceeded):
        limit.hit("greedy")


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Yield a connection that locks the file until it rolls back."""
    RateLimit("1/hour", tmp_path)
    with closing(sqlite3.connect(tmp_path / "limits.sqlite", isolation_level=None)) as database:
        database.execute("BEGIN EXCLUSIVE")
        yield database


def test_a_locked_file_delays_nobody_and_is_logged_once(
    locked: sqlite3.Connection,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """While counting fails, requests go on without waiting."""
    caplog.set_level("INFO", "dateline.limits")
    monkeypatch.setattr(rate_limit, "_BUSY_SECONDS", 0.01)
    now = 1_000.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    limit = RateLimit("", tmp_path)
    for _ in range(3):
        assert [limit.hit("one", "1/hour") for _ in range(50)] == [{}] * 50
        now += 6
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "limits.sqlite (database is locked); requests are not limited" in caplog.text
    locked.execute("ROLLBACK")
    assert limit.hit("one", "1/hour")["RateLimit-Remaining"] == "0"
    assert caplog.records[-1].getMessage() == "the rate limit is in force again"


def test_a_read_only_folder_does_not_refuse_keys_with_rates(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A server over a read-only folder still answers keys with a rate."""
    (tmp_path / "data").write_text("", "utf-8")
    limit = RateLimit("", tmp_path / "data")
    assert [limit.hit("key", "1/hour") for _ in range(3)] == [{}] * 3
    assert caplog.text.count("the rate limit cannot count") == 1
