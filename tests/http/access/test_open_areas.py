"""Areas of the service are opened by settings and by keys."""

import ctypes
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import orjson
import pytest
from playwright.sync_api import Browser

from search.data_dir.api_keys import ApiKeys
from search.data_dir.key_terms import KeyTerms
from search.index.protocols import GenerationStore
from search.settings.areas import SCOPE_OF, Area, Scope
from tests.conftest import AppOf, Cli, article, build, serving
from tests.support.browsers import EXPECTED_ERRORS
from web.middleware.authorization import AREA_OF_ROUTE, PublicArea

SEARCH = "/api/v1/search"
PROBLEM, PAGE = "application/problem+json", "text/html; charset=utf-8"
RECORD = b'{"id": "a", "title": "A tug", "published": "2020-01-01"}\n'
PATHS: dict[Area | PublicArea, list[str]] = {
    Area.PAGES: [
        "/",
        "/help",
        "/articles/a1",
        "/browse/theme",
        "/sitemap.xml",
        "/coverage",
        "/compare",
        "/trends",
        "/overview",
        "/nothing-here",
    ],
    Area.API: [
        SEARCH,
        "/api/v1/suggest?q=a",
        "/api/v1/articles/a1",
        "/api/v1/facets/theme",
        "/api/v1/coverage",
        "/api/v1/overview?q=ti",
        "/api/v1/trends?s=a",
        "/api/v1/nothing",
    ],
    Area.EXPORTS: [
        "/export.csv",
        "/export.jsonl",
        "/export.bib",
        "/export.ris",
        "/coverage.csv",
        "/cite/bib/a1",
        "/cite/ris/a1",
        "/trends.csv?s=a",
    ],
    Area.FEED: ["/feed.atom"],
    Area.SUGGESTIONS: ["/suggestions?q=ti"],
    Area.METRICS: ["/metrics"],
    PublicArea.LIMITED: ["/robots.txt", "/opensearch.xml", "/api/docs", "/api/v1/openapi.json"],
    PublicArea.UNLIMITED: ["/healthz", "/readyz", "/favicon.ico", "/static/dateline.css"],
}
CLOSED = [(area, path) for area in Area for path in PATHS[area]]


def test_every_route_has_an_area(app_of: AppOf) -> None:
    """A new route is public only if somebody decided that it is."""
    assert {rule.endpoint for rule in app_of().url_map.iter_rules()} == set(AREA_OF_ROUTE)


def test_every_area_has_a_scope() -> None:
    """A key can open each area that can be closed, and each scope opens an area."""
    assert set(SCOPE_OF) == set(Area)
    assert set(SCOPE_OF.values()) == set(Scope)


@pytest.mark.parametrize("closed", Area)
def test_each_area_is_closed_by_itself(
    store: GenerationStore, app_of: AppOf, tmp_path: Path, closed: Area
) -> None:
    """Closing one area changes nothing else; a key with its scope opens it."""
    build(store, [article(1)])
    keys = ApiKeys(tmp_path)
    right, wrong = (
        {"Authorization": f"Bearer {keys.add(name, KeyTerms(scopes))[1]}"}
        for name, scopes in (
            ("right", (SCOPE_OF[closed],)),
            ("wrong", tuple(set(Scope) - {SCOPE_OF[closed]})),
        )
    )
    client = app_of(open=" ".join(set(Area) - {closed})).test_client()
    for area, paths in PATHS.items():
        for path in paths:
            status = 404 if "nothing" in path else 200
            statuses = [
                client.get(path, headers=headers, buffered=True).status_code
                for headers in ({}, right, wrong)
            ]
            assert statuses == ([401, status, 403] if area is closed else [status] * 3), path


@pytest.mark.parametrize(("area", "path"), CLOSED)
def test_an_invalid_key_is_refused_in_open_areas(
    store: GenerationStore, app_of: AppOf, area: Area, path: str
) -> None:
    """A client with a revoked or mistyped key is never answered as if it were valid."""
    build(store, [article(1)])
    for setting in ("none", " ".join(Area)):
        response = app_of(open=setting).test_client().get(path, headers={"X-API-Key": "dl_0_x"})
        assert (response.status_code, response.headers["Cache-Control"]) == (401, "no-store")
        assert response.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


def test_health_checks_files_and_descriptions_are_always_public(
    store: GenerationStore, app_of: AppOf
) -> None:
    """A closed archive can be monitored, and its API documentation read."""
    build(store, [article(1)])
    client = app_of(open="none").test_client()
    for free in PublicArea:
        for path in PATHS[free]:
            assert (
                client.get(path).status_code
                == client.get(path, headers={"X-API-Key": "x"}).status_code
                == 200
            )
    assert client.options(SEARCH).status_code == 200
    assert client.post("/preferences", data={"theme": "dark"}).status_code == 401


def test_open_pages_contain_nothing_of_closed_areas(store: GenerationStore, app_of: AppOf) -> None:
    """Suggestions on a 404 page and search templates are closed with the rest."""
    build(store, [article(1, title="Secret harbour")])
    client = app_of(open="exports").test_client()
    for path in (
        "/secret-harbour",
        "/cite/bib/secret-harbour",
        "/static/secret-harbour",
        "/api/docs",
        "/opensearch.xml",
    ):
        for method in ("GET", "OPTIONS"):
            response = client.open(path, method=method, headers={"Accept": "text/html"})
            assert "Secret harbour" not in response.text, (method, path)
    described = client.get("/opensearch.xml").text
    assert not [path for path in ("/feed.atom", SEARCH, 'text/html"') if path in described]
    assert "/browse/" not in client.get("/nothing").text


def test_pages_link_to_readable_areas_only(
    store: GenerationStore, app_of: AppOf, tmp_path: Path
) -> None:
    """No link leads to a refusal; a key adds the links that it opens."""
    build(store, [article(1)])
    links_by_page = {
        "/": ["/feed.atom", 'data-hx-get="/suggestions"'],
        "/help": ['"/feed.atom"', '"/export.csv"', '"/export.ris"'],
        "/articles/a1": ["/cite/bib/", "/cite/ris/"],
        "/api/docs": ['href="/export.csv"', 'href="/feed.atom"'],
        "/coverage": ['href="/coverage.csv"', 'href="/api/v1/coverage"'],
    }
    key = {"X-API-Key": ApiKeys(tmp_path).add("reader")[1]}
    everything, pages = (app_of(**settings).test_client() for settings in ({}, {"open": "pages"}))
    for path, links in links_by_page.items():
        closed = pages.get(path)
        opened = pages.get(path, headers=key)
        for link in links:
            assert link in everything.get(path).text, (path, link)
            assert link not in closed.text, (path, link)
            assert link in opened.text, (path, link)
        assert closed.headers["ETag"] not in (
            opened.headers["ETag"],
            everything.get(path).headers["ETag"],
        )
        assert (
            pages.get(path, headers={**key, "If-None-Match": closed.headers["ETag"]}).status_code
            == 200
        )


@pytest.mark.parametrize("header", ["X-API-Key", "Authorization"])
@pytest.mark.parametrize(
    "path", [SEARCH, "/", "/export.csv", "/feed.atom", "/suggestions?q=ti", "/api/docs"]
)
def test_responses_to_keys_are_private(
    store: GenerationStore, app_of: AppOf, tmp_path: Path, path: str, header: str
) -> None:
    """A shared cache that ignores no-cache serves nobody the response to a key."""
    build(store, [article(1)])
    key = ApiKeys(tmp_path).add("reader")[1]
    headers = {header: key if header == "X-API-Key" else f"bearer {key}"}
    client = app_of(cors="https://news.example").test_client()
    plain, first = (client.get(path, headers=sent, buffered=True) for sent in ({}, headers))
    again = client.get(path, headers={**headers, "If-None-Match": first.headers["ETag"]})
    assert (plain.status_code, first.status_code, again.status_code) == (200, 200, 304)
    for response in (first, again):
        assert response.headers["Cache-Control"] == "private, no-cache"
        assert set(response.vary) >= {"X-API-Key", "Authorization", *plain.vary}
    assert plain.headers["Cache-Control"] == "no-cache"
    assert "X-API-Key" not in plain.vary


def test_refusals_are_not_cached(store: GenerationStore, app_of: AppOf, tmp_path: Path) -> None:
    """A cached refusal would outlive its cause."""
    build(store, [article(1)])
    key = {
        "X-API-Key": ApiKeys(tmp_path).add("watch", KeyTerms((Scope.METRICS,), rate="1/hour"))[1]
    }
    client = app_of(open="none").test_client()
    responses = [
        client.get(SEARCH),
        client.get(SEARCH, headers=key),
        client.get(SEARCH, headers=key),
    ]
    assert [response.status_code for response in responses] == [401, 403, 429]
    assert {response.headers["Cache-Control"] for response in responses} == {"no-store"}


@pytest.mark.parametrize(
    ("path", "accept", "kind"),
    [
        (SEARCH, "*/*", PROBLEM),
        ("/export.csv", "*/*", PROBLEM),
        ("/cite/bib/a1", "*/*", PROBLEM),
        ("/feed.atom", "application/atom+xml", PROBLEM),
        ("/metrics", "application/openmetrics-text;version=1.0.0", PROBLEM),
        ("/export.csv", "text/html,*/*;q=0.8", PAGE),
        ("/metrics", "text/html,*/*;q=0.8", PAGE),
        ("/", "*/*", PAGE),
    ],
)
def test_refusals_are_problems_for_programs_and_pages_for_readers(
    app_of: AppOf, tmp_path: Path, path: str, accept: str, kind: str
) -> None:
    """Programs get a problem that names the scope, readers a page."""
    opens = next(
        SCOPE_OF[area] for area, paths in PATHS.items() if isinstance(area, Area) and path in paths
    )
    key = ApiKeys(tmp_path).add("other", KeyTerms(tuple(set(Scope) - {opens})))[1]
    client = app_of(open="none").test_client()
    missing = client.get(path, headers={"Accept": accept})
    lacking = client.get(path, headers={"Accept": accept, "X-API-Key": key})
    assert (missing.status_code, lacking.status_code) == (401, 403)
    assert missing.headers["Content-Type"] == lacking.headers["Content-Type"] == kind
    assert missing.headers["WWW-Authenticate"] == "Bearer"
    assert (
        lacking.headers["WWW-Authenticate"] == f'Bearer error="insufficient_scope", scope="{opens}"'
    )
    assert f"scope {opens}" in lacking.text


def test_an_archive_for_subscribers_with_a_real_server(cli: Cli) -> None:
    """The older setting access = "keys" closes exports too, and keys work as promised."""
    cli("rebuild", "-", stdin=RECORD)
    (cli.folder / "dateline.toml").write_text('access = "keys"\n', "utf-8")
    with serving("serve", folder=cli.folder, workers=2) as server:
        closed = (SEARCH, "/export.jsonl", "/export.bib", "/cite/bib/a", "/feed.atom")
        assert {server.get(path).status_code for path in closed} == {401}
        assert {server.get(path).status_code for path in ("/", "/suggestions?q=t", "/metrics")} == {
            200
        }
        search = {"X-API-Key": cli("keys", "add", "search", "--scope", "search").stdout.split()[0]}
        ending = cli(
            "keys", "add", "ending", "--scope", "export", "--until", "2099-12-31"
        ).stdout.split()[0]
        export = {"Authorization": f"Bearer {ending}"}
        assert server.get(SEARCH, headers=search).json()["total"] == 1
        refused = server.get("/export.jsonl", headers=search)
        assert (refused.status_code, refused.headers["content-type"]) == (
            403,
            "application/problem+json",
        )
        assert "scope export" in refused.json()["detail"]
        assert server.get("/export.jsonl", headers=export).json()["id"] == "a"
        assert server.get(SEARCH, headers=export).status_code == 403
        kept = cli.folder / "data" / "keys.json"
        kept.write_text(kept.read_text("utf-8").replace("2099-12-31", "2020-12-31"), "utf-8")
        ended = server.get("/export.jsonl", headers=export)
        assert (ended.status_code, "2020-12-31" in ended.json()["detail"]) == (401, True)
        assert server.get("/", headers=export).status_code == 401
    log = (cli.folder / "server.log").read_text("utf-8")
    assert "refused=key" in log
    assert "refused=scope" in log
    assert "dl_" not in log


def without_root_privileges(task: Callable[[], None]) -> None:
    """Run a task whose child processes respect file modes even as root."""
    drop, overriding, searching = 24, 1, 2  # PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH

    def run() -> None:
        if os.geteuid() == 0:
            libc = ctypes.CDLL(None, use_errno=True)
            for capability in (overriding, searching):
                assert libc.prctl(drop, capability, 0, 0, 0) == 0, os.strerror(ctypes.get_errno())
        task()

    # In a thread of its own: dropped capabilities cannot be regained.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(run).result()


def test_an_unreadable_key_file_affects_requests_with_keys_only(cli: Cli) -> None:
    """A key file of another user causes a 503 and a log message until it is fixed."""
    cli("rebuild", "-", stdin=RECORD)
    (cli.folder / "dateline.toml").write_text('open = "pages api"\n', "utf-8")
    key = {"X-API-Key": cli("keys", "add", "reader").stdout.split()[0]}
    file = cli.folder / "data" / "keys.json"
    content = file.read_bytes()

    def check() -> None:
        with serving("serve", folder=cli.folder) as server:
            assert server.get(SEARCH, headers=key).status_code == 200
            file.chmod(0)
            if os.geteuid() == 0:
                os.chown(file, 65534, 65534)
            # The server detects a change by the modification time.
            os.utime(file, (1, 1))
            for path, headers in ((SEARCH, key), ("/", key), ("/export.csv", {})):
                response = server.get(path, headers=headers)
                assert (response.status_code, response.headers["retry-after"]) == (503, "10")
                assert str(cli.folder) not in response.text
            assert server.get(SEARCH).status_code == server.get("/").status_code == 200
            if os.geteuid() == 0:
                os.chown(file, 0, 0)
            file.chmod(0o640)
            assert server.get(SEARCH, headers=key).status_code == 200
            file.write_bytes(content[:-5])
            torn = server.get(SEARCH, headers=key)
            assert (torn.status_code, torn.headers["retry-after"]) == (503, "10")
            file.write_bytes(content)
            assert server.get(SEARCH, headers=key).status_code == 200

    without_root_privileges(check)
    log = (cli.folder / "server.log").read_text("utf-8")
    assert (
        "belongs to another user" if os.geteuid() == 0 else "is not readable by its owner"
    ) in log
    assert "chmod 0640 data/keys.json" in log
    assert "keys.json is damaged" in log


def test_the_openapi_document_names_the_scopes(store: GenerationStore, app_of: AppOf) -> None:
    """A generated client sends a key where one is needed."""
    build(store, [article(1)])
    for settings, is_open in (({}, True), ({"open": "none"}, False)):
        document = orjson.loads(app_of(**settings).test_client().get("/api/v1/openapi.json").data)
        schemes = document["components"]["securitySchemes"]
        assert {scheme["type"] for scheme in schemes.values()} == {"http", "apiKey"}
        for path, methods in document["paths"].items():
            operation = methods["get"]
            scope = (
                "export"
                if path.startswith(("/export", "/trends.csv", "/coverage.csv"))
                else "search"
            )
            needed = [{name: [scope]} for name in schemes]
            assert operation["security"] == ([{}] if is_open else []) + needed
            assert {"401", "403"} <= set(operation["responses"])


@contextmanager
def other_site() -> Iterator[str]:
    """Serve an empty page from another origin and yield its URL."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.browser
def test_other_origins_read_the_api_only(cli: Cli, browser: Browser) -> None:
    """A named origin reads the API, others nothing, and none embeds our files."""
    cli("rebuild", "-", stdin=RECORD)
    key = cli("keys", "add", "news").stdout.split()[0]
    read = """([url, key]) => fetch(url, {headers: {"X-API-Key": key}}).then(
        (answer) => answer.json()).then((found) => found.total, (error) => String(error))"""
    load = """(url) => new Promise((end) => {
        const image = new Image();
        image.onload = () => end("loaded");
        image.onerror = () => end("blocked");
        image.src = url;
    })"""
    with other_site() as named, other_site() as stranger:
        (cli.folder / "dateline.toml").write_text(
            f'[security]\ncors = "{named}"\nopen = "pages"\n', "utf-8"
        )
        with serving("serve", folder=cli.folder) as server:
            page = browser.new_page()
            api, icon = f"{server.url}api/v1/search", f"{server.url}favicon.ico"
            page.goto(named)
            assert page.evaluate(read, [api, key]) == 1
            assert page.evaluate(load, icon) == "blocked"
            page.goto(stranger)
            assert "TypeError" in page.evaluate(read, [api, key])
            page.goto(server.url)
            assert page.evaluate(load, icon) == "loaded"
            page.close()


@pytest.mark.browser
def test_typing_works_without_suggestions(cli: Cli, browser: Browser) -> None:
    """The browser requests no closed suggestions and logs no error."""
    cli("rebuild", "-", stdin=RECORD)
    (cli.folder / "dateline.toml").write_text('open = "pages"\n', "utf-8")
    requested: list[str] = []
    errors: list[str] = []
    with serving("serve", folder=cli.folder) as server:
        page = browser.new_page()
        page.on("request", lambda request: requested.append(request.url))
        page.on(
            "console",
            lambda message: errors.append(message.text) if message.type == "error" else None,
        )
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(server.url)
        page.type("#q", "zzz")
        page.get_by_text("No article matches").first.wait_for()
        page.close()
    assert [error for error in errors if error not in EXPECTED_ERRORS] == []
    assert not [url for url in requested if "/suggestions" in url]


@pytest.mark.parametrize(
    "path", ["/", "/help", "/articles/a1", "/export.csv", SEARCH, "/static/dateline.css", "/none"]
)
def test_responses_are_isolated_from_other_origins(
    store: GenerationStore, app_of: AppOf, path: str
) -> None:
    """Other origins can neither embed responses nor keep a handle on windows."""
    build(store, [article(1)])
    headers = app_of().test_client().get(path).headers
    assert (
        headers["Cross-Origin-Resource-Policy"]
        == headers["Cross-Origin-Opener-Policy"]
        == "same-origin"
    )
