"""Operation of a running server: log, metrics, query log, reload and shutdown."""

import json
import re
import signal
import socket
import subprocess
import sys
from contextlib import closing
from functools import partial
from pathlib import Path
from wsgiref.validate import validator

import httpx
import pytest
from playwright.sync_api import Page, expect
from prometheus_client.parser import text_string_to_metric_families
from werkzeug.test import Client

from search.data_dir.query_stats import QueryStats
from search.index.protocols import GenerationStore
from search.model.query import SearchQuery
from tests.conftest import SAMPLE, AppOf, Cli, Server, article, build, clean_environment, serving
from tests.support.other_servers import OTHER_SERVERS, serving_under
from tests.support.wait_until import until
from web.monitoring.query_log import QueryLog

SEARCH = "/api/v1/search"
CACHED = ("hit", "miss")


def read_metrics(server: Server) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Read a server's metrics as Prometheus does."""
    text = server.get("/metrics").text
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_metrics_add_up_over_workers(cli: Cli) -> None:
    """Each request is counted once whichever worker answered it."""
    records = [
        {"id": f"a{n}", "title": f"Tug {n}", "published": "2020-01-01"} for n in range(3)
    ] + [{"title": "no date"}]
    cli("rebuild", "-", stdin="\n".join(map(json.dumps, records)).encode(), code=3)
    with serving("serve", folder=cli.folder, workers=2) as server:
        for n in range(10):
            assert server.get(f"{SEARCH}?q=tug{n}").status_code == 200
        server.get(f"{SEARCH}?size=0")
        metrics = read_metrics(server)
        route = ("route", SEARCH)
        assert metrics["dateline_requests_total", (route, ("status", "200"))] == 10
        assert metrics["dateline_requests_total", (route, ("status", "400"))] == 1
        assert metrics["dateline_request_seconds_count", (route,)] == 11
        assert metrics["dateline_search_seconds_count", (("kind", "search"),)] >= 10
        assert metrics["dateline_marking_seconds_count", ()] >= 10
        cache_lookups = [
            metrics["dateline_cache_lookups_total", (("cache", "texts"), ("outcome", outcome))]
            for outcome in CACHED
        ]
        assert sum(cache_lookups) >= 10 <= cache_lookups[1]
        assert metrics["dateline_articles", ()] == 3
        assert metrics["dateline_last_load_rejected", ()] == 1
        assert metrics["dateline_ready", ()] == 1
        generation = server.get("/readyz").text.strip()
        assert metrics["dateline_generation_info", (("name", generation),)] == 1


def test_cache_hits_are_counted_across_generations(store: GenerationStore, app_of: AppOf) -> None:
    """The counters of caches never decrease when a new generation is published."""
    client = app_of().test_client()

    def cache_lookups() -> list[float]:
        text = client.get("/metrics").text
        return [
            float(found[1])
            if (
                found := re.search(f'lookups_total{{cache="texts",outcome="{outcome}"}} (.*)', text)
            )
            else 0
            for outcome in CACHED
        ]

    for hits in (1, 2):
        build(store, [article(1)])
        for _ in range(2):
            assert client.get(f"{SEARCH}?q=x{hits}").status_code == 200
        found = cache_lookups()
        assert found[0] >= hits <= found[1]


def test_a_killed_worker_has_no_searches_under_way(cli: Cli) -> None:
    """Its gauges are removed; its counters stay."""
    cli("rebuild", "-", stdin=b'{"title": "A tug", "published": "2020-01-01"}')
    shared = {"PROMETHEUS_MULTIPROC_DIR": str(cli.folder)}
    killed_worker = """
import os
from web.monitoring.metrics import Metrics

metrics = Metrics()
metrics.change_searches_under_way(1)
metrics.count_refusal("time")
os._exit(9)
"""
    subprocess.run(
        [sys.executable, "-c", killed_worker], env=clean_environment() | shared, check=False
    )
    with serving("serve", folder=cli.folder, environment=shared) as server:
        metrics = read_metrics(server)
    assert metrics["dateline_searches_under_way", ()] == 0
    assert metrics["dateline_refused_total", (("guard", "time"),)] == 1


def test_full_garbage_collections_are_rare(cli: Cli) -> None:
    """They pause all requests: none runs in 1,500 searches, and code is frozen."""
    cli("rebuild", SAMPLE)
    script = """
import gc, json
from web.worker import create

client = create().test_client()
before = gc.get_stats()[2]["collections"]
for n in range(1500):
    client.get(f"/?q=harbour+{n}").get_data()
print(json.dumps([gc.get_freeze_count(), gc.get_stats()[2]["collections"] - before]))
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=cli.folder,
        env=clean_environment(),
        capture_output=True,
        check=True,
    )
    frozen, collections = json.loads(done.stdout)
    assert frozen > 50_000
    assert collections == 0


def test_threads_of_a_worker_share_memory(cli: Cli) -> None:
    """With glibc, twelve threads have two heaps rather than one each."""
    cli("rebuild", SAMPLE)
    script = """
import ctypes, threading
from pathlib import Path
from web.worker import create

create()
held = threading.Barrier(12)
threads = [threading.Thread(target=lambda: (bytearray(100_000), held.wait())) for _ in range(12)]
for each in threads:
    each.start()
for each in threads:
    each.join()
libc = ctypes.CDLL(None)
if hasattr(libc, "malloc_info"):
    libc.fopen.restype = ctypes.c_void_p
    file = ctypes.c_void_p(libc.fopen(b"heaps.xml", b"w"))
    libc.malloc_info(0, file)
    libc.fclose(file)
    print(Path("heaps.xml").read_text().count("<heap "))
# The thread that warms up must not be within the engine's library when the interpreter ends.
for each in threading.enumerate():
    if each is not threading.current_thread():
        each.join()
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=cli.folder,
        env=clean_environment(),
        capture_output=True,
        check=True,
    )
    assert int(done.stdout or 1) <= 2


def test_a_configured_metrics_folder_is_kept(cli: Cli) -> None:
    """Metrics of several servers can be collected in one folder that outlives them."""
    cli("rebuild", "-", stdin=b'{"title": "A tug", "published": "2020-01-01"}')
    folder = cli.folder / "counts"
    folder.mkdir()
    with serving(
        "serve", folder=cli.folder, environment={"PROMETHEUS_MULTIPROC_DIR": str(folder)}
    ) as server:
        server.get(SEARCH)
    assert list(folder.glob("counter_*.db"))


def test_the_access_log_contains_no_personal_data(cli: Cli) -> None:
    """Each request is one line with its id; no client address and no query."""
    cli("rebuild", "-", stdin=b'{"title": "A tug", "published": "2020-01-01"}')
    with serving("serve", "--log-format", "json", folder=cli.folder) as server:
        named = server.get(f"{SEARCH}?q=secretword", headers={"X-Request-Id": "my-own.id"})
        assert named.headers["x-request-id"] == "my-own.id"
        unnamed = server.get(
            "/?q=secretword", headers={"X-Request-Id": "not an id\u00e9".encode("latin-1")}
        )
        assert re.fullmatch("[0-9a-f]{16}", unnamed.headers["x-request-id"])
        odd = httpx.request("SECRETWORD", server.url)
        assert odd.status_code == 405
    log = (cli.folder / "server.log").read_text("utf-8")
    lines = {
        entry["request_id"]: entry
        for entry in map(json.loads, log.splitlines())
        if entry["logger"] == "dateline.access"
    }
    line = lines["my-own.id"]
    assert (line["method"], line["route"], line["status"]) == ("GET", SEARCH, 200)
    assert line["ms"] > 0 < line["bytes"]
    assert lines[unnamed.headers["x-request-id"]]["route"] == "/"
    assert lines[odd.headers["x-request-id"]]["method"] == "other"
    assert "secretword" not in log.lower()
    assert "127.0.0.1" not in "".join(map(json.dumps, lines.values()))


def test_the_access_log_can_be_off(cli: Cli) -> None:
    """A proxy's log may be enough."""
    cli("rebuild", "-", stdin=b'{"title": "A tug", "published": "2020-01-01"}')
    with serving(
        "serve", folder=cli.folder, environment={"DATELINE_SERVER_ACCESS_LOG": "off"}
    ) as server:
        assert server.get("/healthz").status_code == 200
    assert "route=" not in (cli.folder / "server.log").read_text("utf-8")


def test_the_query_log_lists_searches(cli: Cli) -> None:
    """Editors see what readers search for and do not find, without any address."""
    cli("rebuild", "-", stdin=b'{"title": "A tug", "published": "2020-01-01"}')
    with serving("serve", folder=cli.folder, workers=2) as server:
        for text in ("tug", "TUG ", "tug", "zeppelinx"):
            server.get(SEARCH, params={"q": text})
        server.get("/", params={"q": "a tug"})
        server.get("/", params={"q": "typ"}, headers={"HX-Request": "true", "X-Typing": "true"})
        server.get(SEARCH, params={"q": ""})
    top = json.loads(cli("queries", "--json").stdout)["queries"]
    assert [(query["text"], query["searches"], query["nothing"]) for query in top] == [
        ("tug", 3, 0), ("a tug", 1, 0), ("zeppelinx", 1, 1),
    ]  # fmt: skip
    assert all(query["slowest_ms"] >= query["mean_ms"] > 0 for query in top)
    nothing = json.loads(cli("queries", "--order", "nothing", "--json").stdout)["queries"]
    assert [query["text"] for query in nothing] == ["zeppelinx"]
    assert "zeppelinx" in cli("queries", "--order", "slow").stdout
    assert b"127.0.0.1" not in (cli.folder / "data" / "queries.sqlite").read_bytes()


def test_the_query_log_can_be_off(cli: Cli) -> None:
    """Then nothing is written."""
    cli("rebuild", "-", stdin=b'{"title": "A tug", "published": "2020-01-01"}')
    with serving(
        "serve", folder=cli.folder, environment={"DATELINE_SERVER_QUERY_LOG": "off"}
    ) as server:
        server.get(SEARCH, params={"q": "tug"})
    assert not (cli.folder / "data" / "queries.sqlite").exists()
    assert "No search was counted" in cli("queries").stdout


def test_a_broken_query_log_affects_no_request(
    store: GenerationStore, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Readers are answered, and a warning is logged."""
    build(store, [article(1)])
    (tmp_path / "queries.sqlite").write_text(
        "no database, but long enough to be taken for one", "utf-8"
    )
    log = QueryLog(QueryStats(tmp_path))
    log.note(store.current().search(SearchQuery(text="body")), 0.1)
    log.save()
    assert "queries.sqlite cannot be read or written" in caplog.text


def test_as_you_type_requests_are_marked(scripted: Page) -> None:
    """The script marks requests while typing; Enter sends an unmarked one."""
    sent: dict[str, str] = {}
    scripted.on(
        "request",
        lambda message: (
            sent.update({message.url: message.headers.get("x-typing", "")})
            if "/?q=" in message.url
            else None
        ),
    )
    scripted.locator("#q").press_sequentially("tug")
    expect(scripted.locator("h1")).to_contain_text("for tug")
    assert {value for url, value in sent.items() if "q=tug" in url} == {"letters"}
    sent.clear()
    with scripted.expect_response(lambda message: "/?q=tug" in message.url):
        scripted.keyboard.press("Enter")
    assert set(sent.values()) == {""}


def _large_records() -> bytes:
    """Return more than the system buffers for a client that reads nothing."""
    body = "Word " * 4_000
    return "\n".join(
        json.dumps({"id": f"a{n}", "title": f"T{n}", "published": "2020-01-01", "body": body})
        for n in range(400)
    ).encode()


def test_a_stopped_server_finishes_its_requests(cli: Cli) -> None:
    """A download completes, and the server exits within five seconds."""
    records = _large_records()
    cli("rebuild", "-", stdin=records)
    with serving("serve", folder=cli.folder) as server:
        with httpx.stream("GET", f"{server.url}export.jsonl", timeout=20) as response:
            chunks = response.iter_bytes()
            read = len(next(chunks))
            server.process.send_signal(signal.SIGTERM)
            read += sum(map(len, chunks))
        assert read > len(records)
        assert server.process.wait(timeout=5) == 0


@pytest.mark.parametrize("host", ["::1", "127.0.0.1"])
def test_the_printed_address_is_reachable(cli: Cli, host: str) -> None:
    """An IPv6 address is printed so that a browser opens it."""
    cli("rebuild", "-", stdin=b'{"title": "A tug", "published": "2020-01-01"}')
    with serving("serve", "--host", host, folder=cli.folder) as server:
        assert httpx.URL(server.url).host == host
        assert server.get("/healthz").status_code == 200


def test_two_servers_never_share_a_port(cli: Cli) -> None:
    """Of two servers started at once on one port, one reports that it is taken."""
    cli("rebuild", SAMPLE)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "indexer", "serve", "--port", str(port), "--workers", "1"],
            cwd=cli.folder,
            env=clean_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    until(lambda: any(process.poll() is not None for process in processes))
    serving_processes = [process for process in processes if process.poll() is None]
    assert len(serving_processes) == 1
    assert serving_processes[0].stdout
    assert f":{port}/" in serving_processes[0].stdout.readline()
    serving_processes[0].terminate()
    errors = [process.communicate(timeout=20)[1] for process in processes]
    assert [process.returncode for process in processes if process is not serving_processes[0]] == [
        1
    ]
    assert sum("cannot listen on" in process for process in errors) == 1


def test_a_reload_refuses_no_request(cli: Cli) -> None:
    """SIGHUP applies new settings without an outage."""
    cli("rebuild", "-", stdin=b'{"title": "A tug", "published": "2020-01-01"}')
    settings = cli.folder / "dateline.toml"
    settings.write_text('[site]\ntitle = "Before"\n', "utf-8")
    with serving("serve", folder=cli.folder) as server:
        assert "Before" in server.get("/").text
        settings.write_text('[site]\ntitle = "After"\n', "utf-8")
        server.process.send_signal(signal.SIGHUP)

        def is_applied() -> bool:
            response = server.get("/")
            assert response.status_code == 200
            return "After" in response.text

        until(is_applied)


def test_a_server_stops_in_the_middle_of_a_reload(cli: Cli) -> None:
    """Stopping takes no longer during a reload, even with a slow reader."""
    cli("rebuild", "-", stdin=_large_records())
    with serving("serve", folder=cli.folder, workers=4) as server:
        log = cli.folder / "server.log"
        until(lambda: log.read_text("utf-8").count("is served") == 4)
        with closing(server.connect()) as slow:
            slow.request("GET", "/export.jsonl")
            slow.getresponse().read(1)
            server.process.send_signal(signal.SIGHUP)
            until(lambda: log.read_text("utf-8").count("is served") == 5)
            server.process.send_signal(signal.SIGTERM)
            assert server.process.wait(timeout=5) == 0


def test_a_reload_with_broken_settings_changes_nothing(cli: Cli) -> None:
    """The error is logged, and the next reload applies the corrected settings."""
    cli("rebuild", "-", stdin=b'{"title": "A tug", "published": "2020-01-01"}')
    settings, log = cli.folder / "dateline.toml", cli.folder / "server.log"
    settings.write_text('[site]\ntitle = "Before"\n', "utf-8")
    with serving("serve", folder=cli.folder) as server:

        def is_refused(times: int) -> bool:
            return log.read_text("utf-8").count("not reloaded") == times

        slips = (
            'titel = "After"\n',
            'colours = {paper = "no colour"}\n',
            'rate_limit = "much"\n',
            "title =",
        )
        for times, broken in enumerate(slips, 1):
            settings.write_text(broken, "utf-8")
            server.process.send_signal(signal.SIGHUP)
            until(partial(is_refused, times))
            assert "Before" in server.get("/").text
        assert "did you mean [site] title?" in log.read_text("utf-8")
        settings.write_text('[site]\ntitle = "After"\n', "utf-8")
        server.process.send_signal(signal.SIGHUP)
        until(lambda: "After" in server.get("/").text)


def test_the_application_conforms_to_wsgi(store: GenerationStore, app_of: AppOf) -> None:
    """The standard library's checker for PEP 3333 finds no error."""
    build(store, [article(1)])
    app = validator(app_of().wsgi_app)
    paths = (
        "/",
        "/?q=body",
        "/articles/a1",
        "/export.csv",
        "/export.jsonl",
        "/feed.atom",
        SEARCH,
        f"{SEARCH}?size=0",
        "/none",
    )
    for path in paths:
        response = Client(app).get(path, headers={"Accept-Encoding": "gzip"})
        assert response.status_code == {"/none": 404, f"{SEARCH}?size=0": 400}.get(path, 200), path
        assert response.get_data()
        response.close()


@pytest.mark.parametrize("name", OTHER_SERVERS)
def test_other_wsgi_servers_can_run_it(cli: Cli, name: str) -> None:
    """Only the start and stop of `dateline serve` are missing."""
    cli("rebuild", SAMPLE)
    with serving_under(name, cli.folder) as server:
        response = server.get(f"{SEARCH}?q=harbour")
        assert response.json()["total"] > 0
        assert (
            server.get(SEARCH, headers={"If-None-Match": response.headers["etag"]}).status_code
            == 304
        )
        assert "harbour" in server.get("/?q=harbour").text
        assert (
            len(server.get("/export.jsonl").text.splitlines()) == server.get(SEARCH).json()["total"]
        )
        assert server.get(f"{SEARCH}?size=0").status_code == 400
        assert "dateline_articles" in server.get("/metrics").text


def test_readiness_follows_the_index(store: GenerationStore, app_of: AppOf) -> None:
    """A server without an index is healthy but not ready."""
    client = app_of().test_client()
    assert (client.get("/healthz").status_code, client.get("/readyz").status_code) == (200, 503)
    assert "dateline_ready 0.0" in client.get("/metrics").text
    build(store, [article(1)])
    assert client.get("/readyz").status_code == 200
