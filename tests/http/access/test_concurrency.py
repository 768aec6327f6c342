"""Concurrency limits for searches and exports: queue, timeout and fairness."""

import json
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from itertools import count
from typing import Any

import httpx
import pytest

from search.index.protocols import GenerationStore, SearchEngine
from search.model.query import SearchQuery
from search.model.results import SearchPage
from tests.conftest import AppOf, Cli, article, build, serving
from tests.support.wait_until import until
from web.limits.concurrency import SearchLimiter, SearchTimeout, TooManySearches

SEARCH = "/api/v1/search"
RECORD = b'{"id": "a", "title": "A tug", "published": "2020-01-01"}\n'


class HeldSearches:
    """Makes the searches of an engine wait until they are released."""

    def __init__(self, engine: SearchEngine, monkeypatch: pytest.MonkeyPatch) -> None:
        self.released = threading.Event()
        self.begun = threading.Semaphore(0)
        search: Callable[..., SearchPage] = type(engine).search

        def wait(engine: Any, query: SearchQuery, **options: bool) -> SearchPage:
            self.begun.release()
            assert self.released.wait(20)
            return search(engine, query, **options)

        monkeypatch.setattr(type(engine), "search", wait)


def test_a_slow_search_times_out(
    store: GenerationStore, monkeypatch: pytest.MonkeyPatch, app_of: AppOf
) -> None:
    """Readers get an error after a known time, and the server stays responsive."""
    build(store, [article(1)])
    searches = HeldSearches(store.current(), monkeypatch)
    client = app_of(search_ms=50).test_client()
    response = client.get(f"{SEARCH}?q=x")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "1")
    assert "took longer than 0.05 s" in response.get_json()["detail"]
    page = client.get("/?q=x")
    assert (page.status_code, "Too many requests" in page.text) == (503, True)
    searches.released.set()


def test_more_searches_than_may_wait_are_refused(
    store: GenerationStore, monkeypatch: pytest.MonkeyPatch, app_of: AppOf
) -> None:
    """Under overload the newest search is refused at once, and the others are answered."""
    build(store, [article(1)])
    searches = HeldSearches(store.current(), monkeypatch)
    app = app_of(searches=1, waiting=1, search_ms=20_000)
    with ThreadPoolExecutor(2) as pool:
        waiting = [pool.submit(app.test_client().get, f"{SEARCH}?q=x{n}") for n in range(2)]
        assert searches.begun.acquire(timeout=20)
        while "dateline_searches_under_way 2.0" not in app.test_client().get("/metrics").text:
            assert not any(future.done() for future in waiting)
        refused = app.test_client().get(f"{SEARCH}?q=y")
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
        assert "as many searches as it can" in refused.get_json()["detail"]
        searches.released.set()
        assert [future.result().status_code for future in waiting] == [200, 200]
    metrics = app.test_client().get("/metrics").text
    assert 'dateline_refused_total{guard="searches"} 1.0' in metrics
    assert "dateline_searches_under_way 0.0" in metrics


def test_a_slot_is_free_before_its_search_returns() -> None:
    """A client that searches again at once is never refused."""
    changes: list[int] = []
    limiter = SearchLimiter(1, 0, 5_000, changes.append)
    assert [limiter.run(partial(abs, number)) for number in range(2_000)] == list(range(2_000))
    assert (sum(changes), len(changes)) == (0, 4_000)


def test_a_search_that_never_started_frees_its_place() -> None:
    """A search that timed out in the queue occupies no place."""
    limiter = SearchLimiter(1, 1, 30)
    released = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(limiter.run, lambda: released.wait(20))
        with pytest.raises(SearchTimeout):
            running.result()
        for _ in range(2):
            with pytest.raises(TooManySearches):
                limiter.run(lambda: None)
        released.set()


def test_searches_with_a_long_expected_wait_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """If searches take long, none waits in vain; an idle server accepts the next one."""
    clock = count(0.0, 10.0)
    monkeypatch.setattr("web.limits.concurrency.time.perf_counter", lambda: next(clock))
    limiter = SearchLimiter(1, 100, 1_000)
    assert [limiter.run(partial(abs, number)) for number in range(50)] == list(range(50))
    begun, released = threading.Event(), threading.Event()

    def hold() -> None:
        begun.set()
        assert released.wait(20)

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(limiter.run, hold)
        assert begun.wait(20)
        with pytest.raises(TooManySearches):
            limiter.run(lambda: None)
        released.set()
        assert isinstance(running.exception(), SearchTimeout | None)


def test_a_client_with_many_searches_does_not_shut_out_others() -> None:
    """Another client still has a place in the queue, and the next turn."""
    changes: list[int] = []
    limiter = SearchLimiter(1, 2, 20_000, changes.append)
    begun, released = threading.Event(), threading.Event()

    def hold() -> None:
        begun.set()
        assert released.wait(20)

    with ThreadPoolExecutor(20) as pool:
        running = pool.submit(limiter.run, hold, "greedy")
        assert begun.wait(20)
        waiting = [pool.submit(limiter.run, lambda: None, "greedy") for _ in range(12)]
        until(lambda: sum(future.done() for future in waiting) == 10)
        other = pool.submit(limiter.run, lambda: "found", "other")
        until(lambda: changes.count(1) == 4)
        released.set()
        assert other.result() == "found"
        assert sum(future.exception() is None for future in waiting) == 2
        assert running.result() is None


def test_a_burst_of_readers_is_answered(cli: Cli) -> None:
    """Sixty-four simultaneous clients wait for their turn, and none is refused."""
    cli("rebuild", "-", stdin=RECORD)
    with serving("serve", folder=cli.folder) as server, ThreadPoolExecutor(64) as pool:
        statuses = pool.map(
            lambda number: server.get(f"{SEARCH}?q=tug{number}").status_code, range(256)
        )
        assert set(statuses) == {200}


def test_errors_of_a_task_pass_through_the_limiter() -> None:
    """Errors of the engine are raised unchanged, including a TimeoutError of its own."""
    limiter = SearchLimiter(1, 1, 5_000)

    def fail(error: Exception) -> Callable[[], None]:
        def task() -> None:
            raise error

        return task

    for error in (KeyError("x"), TimeoutError("the node")):
        with pytest.raises(type(error)):
            limiter.run(fail(error))
    released = threading.Event()
    slow = SearchLimiter(1, 0, 20)
    with pytest.raises(SearchTimeout):
        slow.run(lambda: released.wait(20))
    released.set()


def test_exports_of_one_address_are_limited(store: GenerationStore, app_of: AppOf) -> None:
    """One client cannot use all export slots, and a finished export frees one."""
    build(store, [article(number) for number in range(3)])
    app = app_of()
    exports = [app.test_client().get("/export.jsonl") for _ in range(2)]
    refused = app.test_client().get("/export.csv")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
    assert "2 exports of yours are running" in json.loads(refused.text)["detail"]
    other = {"REMOTE_ADDR": "203.0.113.7"}
    assert app.test_client().get("/export.csv", environ_base=other).status_code == 200
    exports[0].close()
    assert app.test_client().get("/export.csv").status_code == 200
    exports[1].close()


def test_a_stalled_export_is_disconnected(cli: Cli) -> None:
    """A client that reads nothing blocks other exports for some seconds only."""
    body = "Word " * 4_000
    records = (
        json.dumps({"title": f"T{number}", "published": "2020-01-01", "body": body})
        for number in range(2_000)
    )
    cli("rebuild", "-", stdin="\n".join(records).encode())
    with (
        serving(
            "serve", folder=cli.folder, environment={"DATELINE_LIMITS_DOWNLOADS": "1"}
        ) as server,
        httpx.stream("GET", f"{server.url}export.jsonl", timeout=20) as stalled,
    ):
        assert stalled.status_code == 200
        assert server.get("/export.csv").status_code == 503
        until(lambda: server.get("/export.csv?q=nothing").status_code == 200)
        with pytest.raises(httpx.HTTPError):
            stalled.read()


@pytest.mark.parametrize("method", ["get", "head"])
def test_exports_have_threads_of_their_own(
    store: GenerationStore, method: str, app_of: AppOf
) -> None:
    """Slow readers of exports occupy a limited number of threads."""
    build(store, [article(number) for number in range(3)])
    app = app_of(downloads=1)
    export = getattr(app.test_client(), method)("/export.jsonl")
    refused = app.test_client().get("/export.csv")
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
    assert "limit of concurrent exports" in json.loads(refused.text)["detail"]
    assert app.test_client().get(f"{SEARCH}?q=x").status_code == 200
    assert 'dateline_refused_total{guard="exports"} 1.0' in app.test_client().get("/metrics").text
    export.close()
    for path in ("/export.csv?sort=nonsense", "/export.csv", "/export.csv"):
        with app.test_client().get(path) as response:
            assert response.status_code == (400 if "?" in path else 200)


def test_an_aborted_export_frees_its_slot(cli: Cli) -> None:
    """The slot of an aborted download is free once the server notices."""
    body = "Word " * 4_000
    records = (
        json.dumps({"title": f"T{number}", "published": "2020-01-01", "body": body})
        for number in range(2_000)
    )
    cli("rebuild", "-", stdin="\n".join(records).encode())
    with serving(
        "serve", folder=cli.folder, environment={"DATELINE_LIMITS_DOWNLOADS": "1"}
    ) as server:
        with httpx.stream("GET", f"{server.url}export.jsonl", timeout=20) as aborted:
            chunks = aborted.iter_bytes()
            assert next(chunks)
            assert server.get("/export.csv").status_code == 503
        until(lambda: server.get("/export.csv?q=nothing").status_code == 200)
        assert "Traceback" not in (cli.folder / "server.log").read_text("utf-8")


def test_a_search_that_ends_right_at_the_timeout_is_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A search may end between the timeout and the check of its result."""
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
