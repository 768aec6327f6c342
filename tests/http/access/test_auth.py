"""Guards, each seen working with a real server or the application over a real store."""

import json
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from search.data_dir.api_keys import AccessKeys, ApiKeyError
from search.data_dir.key_file import KeysDamaged
from search.errors import InvalidSettings
from search.index.protocols import GenerationStore, SearchEngine
from search.model.query import SearchQuery
from search.model.results import SearchPage
from search.settings.tables import Settings
from tests.conftest import AppOf, Cli, Server, article, build, serving
from tests.support.wait_until import until
from web.limits.concurrency import SearchLimiter, SearchTimeout, TooManySearches
from web.limits.rate_limit import RateLimit, RateLimitExceeded

SEARCH = "/api/v1/search"
RECORD = b'{"id": "a", "title": "A tug", "published": "2020-01-01"}\n'


def test_a_key_is_asked_for_and_told_from_others(cli: Cli) -> None:
    """An archive for subscribers answers who has a key, from the moment it is added until it is revoked; pages stay open."""
    cli("rebuild", "-", given=RECORD)
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
    kept = (cli.folder / "data" / "keys.json").read_text("utf-8")
    assert text not in kept


def test_keys_are_made_once_a_name_and_bad_files_are_named(tmp_path: Path) -> None:
    """Nobody overwrites another's key by accident, and a torn file is said, not taken for an empty one."""
    keys = AccessKeys(tmp_path)
    key, text = keys.add("monitor")
    assert AccessKeys(tmp_path).authenticate(text) == key
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


def test_who_asks_too_much_is_told_when_to_go_on(cli: Cli) -> None:
    """One client's flood is cut off over all workers, said in the headers that clients read; files and probes stay free."""
    cli("rebuild", "-", given=RECORD)
    (cli.folder / "dateline.toml").write_text('rate_limit = "5/hour"\n', "utf-8")
    with serving("serve", folder=cli.folder, workers=2) as server:
        answers = [server.get(SEARCH) for _ in range(7)]
        assert [each.status_code for each in answers] == [200] * 5 + [429] * 2
        assert [each.headers["ratelimit-remaining"] for each in answers] == [
            "4",
            "3",
            "2",
            "1",
            "0",
            "0",
            "0",
        ]
        last = answers[-1]
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


def test_a_limit_begins_anew_when_its_time_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody stays shut out, and one who asks much takes nothing from another."""
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
    """However many workers there are, the limit is the limit."""
    limits = [RateLimit("50/hour", tmp_path) for _ in range(2)]
    refused = 0

    def ask(number: int) -> bool:
        try:
            limits[number % 2].hit("one")
        except RateLimitExceeded:
            return True
        return False

    with ThreadPoolExecutor(4) as pool:
        refused = sum(pool.map(ask, range(80)))
    assert refused == 30


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"rate_limit": "many"}, "60/minute"),
        ({"rate_limit": "0/minute"}, "60/minute"),
        ({"access": "none"}, "open or keys"),
        ({"proxies": 11}, "0 to 10"),
        ({"search_ms": 5}, "10 to"),
        ({"searches": 0}, "1 to 64"),
        ({"query_log": "yes"}, "on or off"),
    ],
)
def test_a_guard_that_cannot_be_is_named(given: dict[str, Any], told: str) -> None:
    """An admin learns of a slip when the server starts, not when it does not guard."""
    with pytest.raises(InvalidSettings, match=told):
        Settings(**given)


def test_a_limit_that_cannot_be_counted_is_said(tmp_path: Path) -> None:
    """A guard that would not guard does not start."""
    (tmp_path / "data").write_text("", "utf-8")
    with pytest.raises(InvalidSettings, match="rate_limit counts in"):
        RateLimit("5/minute", tmp_path / "data")


def test_other_sites_pages_may_ask_when_they_are_named(
    store: GenerationStore, app_of: AppOf
) -> None:
    """A newsroom's own page reads the API in a browser; pages of others may not."""
    build(store, [article(1)])
    origin = {"Origin": "https://news.example"}
    closed = app_of().test_client().get(SEARCH, headers=origin)
    assert "Access-Control-Allow-Origin" not in closed.headers
    client = app_of(cors="https://news.example https://two.example").test_client()
    answer = client.get(SEARCH, headers=origin)
    assert answer.headers["Access-Control-Allow-Origin"] == "https://news.example"
    asked = {
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization",
    }
    before = client.options(SEARCH, headers=origin | asked)
    assert (before.status_code, before.headers["Access-Control-Allow-Headers"]) == (
        200,
        "authorization",
    )
    assert "Content-Type" not in before.headers
    assert (
        "Access-Control-Allow-Origin"
        not in client.get(SEARCH, headers={"Origin": "https://evil.example"}).headers
    )
    assert "Access-Control-Allow-Origin" not in client.get("/", headers=origin).headers


@pytest.mark.parametrize(
    "cors", ["https://*.news.example", "*(", "news.example", "https://news.example/x", "null"]
)
def test_what_is_no_origin_is_refused(cors: str) -> None:
    """A pattern would let in sites that only look alike, and one that cannot be read would end the server."""
    with pytest.raises(InvalidSettings, match="is not the origin of a site"):
        Settings(cors=cors)


def test_an_origin_is_as_browsers_send_it(store: GenerationStore, app_of: AppOf) -> None:
    """Capitals, the usual port, a slash at the end and an address in numbers are no obstacle."""
    build(store, [article(1)])
    client = app_of(cors="HTTPS://News.example:443/ http://[::1]:3000").test_client()
    for origin, let_in in (
        ("https://news.example", True),
        ("http://[::1]:3000", True),
        ("http://[::1]:30001", False),
        ("https://newsXexample", False),
    ):
        answer = client.get(SEARCH, headers={"Origin": origin})
        assert ("Access-Control-Allow-Origin" in answer.headers) == let_in


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
def test_caches_know_whether_an_answer_is_for_one_site(
    store: GenerationStore, cors: str, varies: bool, origin: dict[str, str], app_of: AppOf
) -> None:
    """A cache keeps answers to different sites apart where they differ, the first one that it sees among them, and no others."""
    generation = build(store, [article(1)])
    client = app_of(cors=cors).test_client()
    for headers in (origin, origin | {"If-None-Match": f'"{generation}"'}):
        answer = client.get(SEARCH, headers=headers)
        assert ("Origin" in answer.vary) == varies
        assert "Accept-Encoding" in answer.vary
    if not varies:
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_a_proxys_word_is_taken_when_it_is_trusted(store: GenerationStore, app_of: AppOf) -> None:
    """Behind a proxy addresses are the ones that readers use; without one, nobody can make them up."""
    build(store, [article(1)])
    said = {"X-Forwarded-Host": "archive.example", "X-Forwarded-Proto": "https"}
    trusted = app_of(proxies=1).test_client().get("/robots.txt", headers=said)
    assert "Sitemap: https://archive.example/sitemap.xml" in trusted.text
    alone = app_of().test_client().get("/robots.txt", headers=said)
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
    """A service never has to read a page of HTML to learn what was wrong with its request."""
    answer = httpx.request(
        method, sample_server.url.rstrip("/") + path, headers=headers, timeout=20
    )
    assert (answer.status_code, answer.headers["content-type"]) == (
        status,
        "application/problem+json",
    )
    problem = answer.json()
    assert (problem["status"], bool(problem["title"]), bool(problem["detail"])) == (
        status,
        True,
        True,
    )
    assert answer.headers["x-request-id"]
    if status == 405:
        assert "GET" in answer.headers["allow"]
    if status == 400:
        assert problem["errors"][0]["message"].endswith("did you mean size?")


def test_a_body_that_is_too_large_is_refused(sample_server: Server) -> None:
    """Nobody fills the server's memory with a request."""
    answer = httpx.request(
        "GET", f"{sample_server.url}api/v1/search", content=b"x" * 70_000, timeout=20
    )
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")


def test_a_text_too_long_says_where(sample_server: Server) -> None:
    """The place from which on it is too long is told."""
    (error,) = sample_server.get(f"{SEARCH}?q={'x' * 1005}").json()["errors"]
    assert (error["parameter"], error["position"]) == ("q", 1000)


class Held:
    """Searches of an engine that wait until they are let go."""

    def __init__(self, engine: SearchEngine, monkeypatch: pytest.MonkeyPatch) -> None:
        self.go = threading.Event()
        self.begun = threading.Semaphore(0)
        search: Callable[[Any, SearchQuery], SearchPage] = type(engine).search

        def wait(engine: Any, query: SearchQuery) -> SearchPage:
            self.begun.release()
            assert self.go.wait(20)
            return search(engine, query)

        monkeypatch.setattr(type(engine), "search", wait)


def test_a_search_that_takes_too_long_is_given_up(
    store: GenerationStore, monkeypatch: pytest.MonkeyPatch, app_of: AppOf
) -> None:
    """A reader hears after a known time that it will not be, and the server stays able to answer."""
    build(store, [article(1)])
    held = Held(store.current(), monkeypatch)
    client = app_of(search_ms=50).test_client()
    answer = client.get(f"{SEARCH}?q=x")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert "took longer than 0.05 s" in answer.get_json()["detail"]
    page = client.get("/?q=x")
    assert (page.status_code, "Too many requests" in page.text) == (503, True)
    held.go.set()


def test_more_searches_than_may_wait_are_refused(
    store: GenerationStore, monkeypatch: pytest.MonkeyPatch, app_of: AppOf
) -> None:
    """Under a rush who comes last is told at once, and who was there is answered."""
    build(store, [article(1)])
    held = Held(store.current(), monkeypatch)
    app = app_of(searches=1, waiting=1, search_ms=20_000)
    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(app.test_client().get, f"{SEARCH}?q=x{n}") for n in range(2)]
        assert held.begun.acquire(timeout=20)
        while "dateline_searches_under_way 2.0" not in app.test_client().get("/metrics").text:
            assert not any(each.done() for each in waiting)
        refused = app.test_client().get(f"{SEARCH}?q=y")
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
        assert "as many searches as it can" in refused.get_json()["detail"]
        held.go.set()
        assert [each.result().status_code for each in waiting] == [200, 200]
    metrics = app.test_client().get("/metrics").text
    assert 'dateline_refused_total{guard="searches"} 1.0' in metrics
    assert "dateline_searches_under_way 0.0" in metrics


def test_a_place_is_free_as_soon_as_its_search_is_answered() -> None:
    """One client that asks again at once is never told that there are too many."""
    changes: list[int] = []
    gate = SearchLimiter(1, 0, 5_000, changes.append)
    assert [gate.run(partial(abs, number)) for number in range(2_000)] == list(range(2_000))
    assert (sum(changes), len(changes)) == (0, 4_000)


def test_a_search_that_never_began_leaves_its_place() -> None:
    """Who gave up waiting takes no place from those who come after."""
    gate = SearchLimiter(1, 1, 30)
    held = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(gate.run, lambda: held.wait(20))
        with pytest.raises(SearchTimeout):
            running.result()
        for _ in range(2):
            with pytest.raises(TooManySearches):
                gate.run(lambda: None)
        held.set()


def test_who_could_not_begin_in_time_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where searches take long, nobody waits in vain; who comes when nothing is under way is let in."""
    clock = count(0.0, 10.0)
    monkeypatch.setattr("web.limits.concurrency.time.perf_counter", lambda: next(clock))
    gate = SearchLimiter(1, 100, 1_000)
    assert [gate.run(partial(abs, number)) for number in range(50)] == list(range(50))
    begun, held = threading.Event(), threading.Event()

    def hold() -> None:
        begun.set()
        assert held.wait(20)

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(gate.run, hold)
        assert begun.wait(20)
        with pytest.raises(TooManySearches):
            gate.run(lambda: None)
        held.set()
        assert isinstance(running.exception(), SearchTimeout | None)


def test_one_with_many_searches_does_not_shut_others_out() -> None:
    """When one client's searches fill all places, another one's still has a place, and the next turn."""
    changes: list[int] = []
    gate = SearchLimiter(1, 2, 20_000, changes.append)
    begun, held = threading.Event(), threading.Event()

    def hold() -> None:
        begun.set()
        assert held.wait(20)

    with ThreadPoolExecutor(20) as pool:
        running = pool.submit(gate.run, hold, "greedy")
        assert begun.wait(20)
        waiting = [pool.submit(gate.run, lambda: None, "greedy") for _ in range(12)]
        until(lambda: sum(each.done() for each in waiting) == 10)
        other = pool.submit(gate.run, lambda: "found", "other")
        until(lambda: changes.count(1) == 4)
        held.set()
        assert other.result() == "found"
        assert sum(each.exception() is None for each in waiting) == 2
        assert running.result() is None


def test_a_burst_of_readers_is_answered(cli: Cli) -> None:
    """Sixty-four clients that ask at once wait their turn, and none is sent away."""
    cli("rebuild", "-", given=RECORD)
    with serving("serve", folder=cli.folder) as server, ThreadPoolExecutor(64) as pool:
        answers = pool.map(
            lambda number: server.get(f"{SEARCH}?q=tug{number}").status_code, range(256)
        )
        assert set(answers) == {200}


def test_a_limit_that_cannot_count_shuts_nobody_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """On a full or broken disk readers are let through, and the admin is told."""
    limit = RateLimit("1/hour", tmp_path)
    with closing(sqlite3.connect(tmp_path / "limits.sqlite")) as database, database:
        database.execute("DROP TABLE window")
    assert [limit.hit("one") for _ in range(3)] == [{}, {}, {}]
    assert "limits.sqlite (no such table: window); requests are let through" in caplog.text


def test_what_is_wrong_with_the_servers_files_is_not_told_to_clients(
    store: GenerationStore, tmp_path: Path, app_of: AppOf
) -> None:
    """A torn file of keys is an admin's business: the answer has no path of the server."""
    build(store, [article(1)])
    (tmp_path / "keys.json").write_text("[{", "utf-8")
    client = app_of(access="keys").test_client()
    answer = client.get(SEARCH, headers={"X-API-Key": "dl_0_x"})
    assert answer.status_code == 503
    assert str(tmp_path) not in answer.text


def test_a_task_that_fails_fails_as_it_would_without_a_gate() -> None:
    """What goes wrong in the engine is said as what it is, a time-out of its own among it."""
    gate = SearchLimiter(1, 1, 5_000)

    def fail(error: Exception) -> Callable[[], None]:
        def task() -> None:
            raise error

        return task

    for error in (KeyError("x"), TimeoutError("the node")):
        with pytest.raises(type(error)):
            gate.run(fail(error))
    held = threading.Event()
    slow = SearchLimiter(1, 0, 20)
    with pytest.raises(SearchTimeout):
        slow.run(lambda: held.wait(20))
    held.set()


def test_an_address_has_two_exports_at_once(store: GenerationStore, app_of: AppOf) -> None:
    """One client cannot hold all exports; others have their places, and it has its own again when one ended."""
    build(store, [article(number) for number in range(3)])
    app = app_of()
    held = [app.test_client().get("/export.jsonl") for _ in range(2)]
    refused = app.test_client().get("/export.csv")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
    assert "2 exports of yours are under way" in json.loads(refused.text)["detail"]
    other = {"REMOTE_ADDR": "203.0.113.7"}
    assert app.test_client().get("/export.csv", environ_base=other).status_code == 200
    held[0].close()
    assert app.test_client().get("/export.csv").status_code == 200
    held[1].close()


def test_an_export_that_nobody_reads_loses_its_place(cli: Cli) -> None:
    """A client that asks for everything and takes nothing keeps others waiting for some seconds, not without end."""
    body = "Word " * 4_000
    records = (
        json.dumps({"title": f"T{number}", "published": "2020-01-01", "body": body})
        for number in range(2_000)
    )
    cli("rebuild", "-", given="\n".join(records).encode())
    with (
        serving("serve", folder=cli.folder, environment={"DATELINE_DOWNLOADS": "1"}) as server,
        httpx.stream("GET", f"{server.url}export.jsonl", timeout=20) as stalled,
    ):
        assert stalled.status_code == 200
        assert server.get("/export.csv").status_code == 503
        until(lambda: server.get("/export.csv?q=nothing").status_code == 200)
        with pytest.raises(httpx.HTTPError):
            stalled.read()


@pytest.mark.parametrize("ask", ["get", "head"])
def test_exports_leave_room_for_searches(store: GenerationStore, ask: str, app_of: AppOf) -> None:
    """Readers of exports, who may be slow, hold so many threads and no more; one that ended makes room for the next."""
    build(store, [article(number) for number in range(3)])
    app = app_of(downloads=1)
    held = getattr(app.test_client(), ask)("/export.jsonl")
    refused = app.test_client().get("/export.csv")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
    assert "As many exports are under way" in json.loads(refused.text)["detail"]
    assert app.test_client().get(f"{SEARCH}?q=x").status_code == 200
    assert 'dateline_refused_total{guard="exports"} 1.0' in app.test_client().get("/metrics").text
    held.close()
    for path in ("/export.csv?sort=nonsense", "/export.csv", "/export.csv"):
        with app.test_client().get(path) as answer:
            assert answer.status_code == (400 if "?" in path else 200)


def test_a_reader_who_leaves_an_export_makes_room(cli: Cli) -> None:
    """A download that is broken off holds its place no longer than the server needs to see it."""
    body = "Word " * 4_000
    records = (
        json.dumps({"title": f"T{number}", "published": "2020-01-01", "body": body})
        for number in range(2_000)
    )
    cli("rebuild", "-", given="\n".join(records).encode())
    with serving("serve", folder=cli.folder, environment={"DATELINE_DOWNLOADS": "1"}) as server:
        with httpx.stream("GET", f"{server.url}export.jsonl", timeout=20) as left:
            pieces = left.iter_bytes()
            assert next(pieces)
            assert server.get("/export.csv").status_code == 503
        until(lambda: server.get("/export.csv?q=nothing").status_code == 200)
        assert "Traceback" not in (cli.folder / "server.log").read_text("utf-8")


def test_a_search_that_ends_as_its_time_does_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the end of the time and the look at what came of it a search may end: then it is answered."""
    ended: list[Callable[[], object]] = []

    class Late(Future[object]):
        def result(self, timeout: float | None = None) -> object:
            if timeout is None:
                return super().result()
            while ended:
                self.set_result(ended.pop()())
            raise TimeoutError

    def submit(_: object, run: Callable[..., object], task: Callable[[], object]) -> Late:
        late = Late()
        assert late.set_running_or_notify_cancel()
        ended.append(partial(run, task))
        return late

    monkeypatch.setattr(ThreadPoolExecutor, "submit", submit)
    changes: list[int] = []
    assert SearchLimiter(1, 0, 1_000, changes.append).run(lambda: 7) == 7
    assert changes == [1, -1]
