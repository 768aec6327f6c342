"""What tests share: articles, indexes, a real server, a real browser."""

import http.client
import os
import re
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright

from search.engines import open_store
from search.index.document import PreparedDocument, index_document
from search.index.protocols import GenerationStore, SearchEngine
from search.model.article import Article
from search.ranking.tuning import Tuning
from search.settings.tables import ALL_SETTINGS, Settings
from tests.cluster.nodes import Cluster
from tests.support.chromium import find
from tests.support.settings import settings_of
from web.app import create_app

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
SAMPLE = ROOT / "indexer" / "sample"
START_SECONDS = 60
_REPOSITORY = "backups"
_PATIENT = {"DATELINE_LIMITS_SEARCH_MS": "60000"}
"""A machine full of tests, or a node that is frozen, takes longer for a search than readers are to wait for one."""


def article(number: int = 1, **given: Any) -> Article:
    """Make an article that lacks nothing it must have."""
    made: dict[str, Any] = {
        "id": f"a{number}",
        "title": f"Title {number}",
        "published": "2020-01-01",
        "body": "Body.",
    }
    return Article(**made | given)


def prepared(store: GenerationStore, each: Article) -> PreparedDocument:
    """Make an article ready for a writer of the store."""
    document = index_document(each)
    return PreparedDocument(each.id, document.fingerprint, 0, store.encode(document))


def build(store: GenerationStore, articles: Iterable[Article]) -> str:
    """Index articles and make them live."""
    name, writer = store.create()
    for each in articles:
        writer.add(prepared(store, each))
    writer.commit({})
    store.make_live(name)
    return name


@dataclass
class Cli:
    """The real command line, in a process of its own; `environment` holds settings of the engine that it is to use."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def __call__(
        self,
        *arguments: str | Path,
        code: int = 0,
        given: bytes = b"",
        seconds: float = 120,
        **environment: str,
    ) -> subprocess.CompletedProcess[str]:
        """Run a command and demand its exit code; its output is text."""
        done = subprocess.run(
            [sys.executable, "-m", "indexer", *map(str, arguments)],
            cwd=self.folder,
            env=clean_environment() | self.environment | environment,
            input=given,
            capture_output=True,
            check=False,
            timeout=seconds,
        )
        out, err = done.stdout.decode(), done.stderr.decode()
        assert done.returncode == code, f"exit code {done.returncode}\n{out}\n{err}"
        assert "Traceback" not in err
        return subprocess.CompletedProcess(done.args, done.returncode, out, err)


def clean_environment() -> dict[str, str]:
    """Return this process's environment without settings, able to find the project from any folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DATELINE_")}
    return kept | {"PYTHONPATH": str(ROOT), "COLUMNS": "100"}


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    """Give the command line in an empty folder."""
    return Cli(tmp_path)


@pytest.fixture(params=["tantivy", pytest.param("opensearch", marks=pytest.mark.cluster)])
def every_cli(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Cli]:
    """Give the command line in an empty folder, for each engine: what a user does is the same on all of them."""
    if request.param == "tantivy":
        yield Cli(tmp_path)
        return
    with archive_in(request.getfixturevalue("cluster")) as settings:
        yield Cli(tmp_path, environment_of(settings))


def environment_of(settings: Settings) -> dict[str, str]:
    """Return the environment in which a command uses an archive of `archive_in`."""
    keys = ("engine", "cluster.archive", "cluster.snapshots")
    return {ALL_SETTINGS[key].variable: settings.value_of(ALL_SETTINGS[key]) for key in keys}


@dataclass
class Server:
    """A running `dateline serve`."""

    url: str
    process: "subprocess.Popen[str]"

    def connect(self) -> http.client.HTTPConnection:
        """Give a connection that is kept alive, with less work for who asks than `get` has."""
        return http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=60)

    def get(self, path: str, **options: Any) -> httpx.Response:
        """Ask for a path."""
        return httpx.get(self.url.rstrip("/") + path, timeout=20, **options)


@contextmanager
def serving(
    *arguments: str | Path,
    folder: Path,
    workers: int = 1,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """Run a command that serves until the block ends; its address is what it prints."""
    extra = [] if arguments[0] == "demo" else ["--workers", str(workers)]
    # A pipe that nobody reads fills up, and the server waits for ever to log into it.
    with (folder / "server.log").open("a", encoding="utf-8") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "indexer", *map(str, arguments), "--port", "0", *extra],
            cwd=folder,
            env=clean_environment() | _PATIENT | dict(environment or {}),
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    try:
        line = _first_line(process)
        assert re.search(r"http://(127\.0\.0\.1|\[::1\]):", line), (
            f"{line!r}\n{(folder / 'server.log').read_text('utf-8')}"
        )
        yield Server(line.split()[3], process)
    finally:
        process.terminate()
        try:
            process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def _first_line(process: "subprocess.Popen[str]") -> str:
    lines: Queue[str] = Queue()
    assert process.stdout is not None
    threading.Thread(
        target=lambda: lines.put(process.stdout.readline() if process.stdout else ""), daemon=True
    ).start()
    try:
        return lines.get(timeout=START_SECONDS)
    except Empty:
        return ""


@pytest.fixture(scope="session")
def sample_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the data folder of an index of the sample, built by the command line."""
    folder = tmp_path_factory.mktemp("sample")
    Cli(folder)("rebuild", SAMPLE, "--data", folder / "data")
    return folder / "data"


@pytest.fixture(scope="session")
def sample_server(sample_data: Path) -> Iterator[Server]:
    """Give a server of the sample."""
    with serving("serve", "--data", sample_data, folder=sample_data.parent) as server:
        yield server


@pytest.fixture(scope="session")
def shared() -> Path:
    """Give the shared collections, which are no part of the project.

    A machine without them still ends `make test` green; what could not be tested is named at its end.
    """
    if not (SHARED / "corpora").is_dir():
        pytest.skip(
            "../shared/corpora is missing, which this test reads"
        )  # no part of the project, testable without
    return SHARED


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give a real Chromium."""
    program = find()
    assert program, "no Chromium; run python -m tests.support.chromium"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(params=["scripts", "no scripts"])
def page(request: pytest.FixtureRequest, browser: Browser, sample_server: Server) -> Iterator[Page]:
    """Open the search page; what the browser complains about fails the test."""
    context = browser.new_context(
        base_url=sample_server.url, java_script_enabled=request.param == "scripts"
    )
    yield from _opened(context.new_page())
    context.close()


@pytest.fixture
def scripted(browser: Browser, sample_server: Server) -> Iterator[Page]:
    """Open the search page with scripts."""
    context = browser.new_context(base_url=sample_server.url)
    yield from _opened(context.new_page())
    context.close()


def _opened(page: Page) -> Iterator[Page]:
    complaints: list[str] = []
    page.on(
        "console",
        lambda message: complaints.append(message.text) if message.type == "error" else None,
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto("/")
    yield page
    # A request that the next letter makes needless is given up, which htmx says as an error.
    assert [
        each for each in complaints if each not in ("htmx:afterRequest", "htmx:sendAbort")
    ] == []


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Give a real cluster of three nodes, which tests that lose one bring back."""
    with Cluster(tmp_path_factory.mktemp("cluster")) as cluster:
        yield cluster


@contextmanager
def archive_in(cluster: Cluster) -> Iterator[Settings]:
    """Give settings of an archive of its own in a cluster; what it left there is deleted."""
    settings = settings_of(
        engine=cluster.urls, archive=f"test-{uuid.uuid4().hex[:12]}", snapshots=_REPOSITORY
    )
    where = {"type": "fs", "settings": {"location": _REPOSITORY}}
    cluster.ask(f"/_snapshot/{_REPOSITORY}", method="PUT", body=where)
    try:
        yield settings
    finally:
        cluster.ask(f"/{settings.cluster.archive}*?expand_wildcards=all", method="DELETE")


StoreTuned = Callable[[Tuning], GenerationStore]
"""Opens one archive's store with a tuning."""


@pytest.fixture(params=["tantivy", pytest.param("opensearch", marks=pytest.mark.cluster)])
def store_tuned(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StoreTuned]:
    """Give an empty store of each engine, to be opened with any tuning: the contract of an engine is tested on all of them."""
    if request.param == "tantivy":
        yield lambda tuning: open_store(request.param, tmp_path / "data", tuning)
        return
    with archive_in(request.getfixturevalue("cluster")) as settings:
        # Waiting for copies takes a second of each test; those of the command line and of lost nodes have them.
        yield lambda tuning: open_store(
            settings.engine, tmp_path, tuning, settings.changed(cluster={"replicas": 0})
        )


def on_tantivy(folder: Path) -> StoreTuned:
    """Open stores of the engine without a cluster: for modules whose tests are of what stands before the engine."""
    return lambda tuning: open_store("tantivy", folder / "data", tuning)


@pytest.fixture
def store(store_tuned: StoreTuned) -> GenerationStore:
    """Give an empty store of each engine."""
    return store_tuned(Tuning())


@pytest.fixture
def engine_of(store: GenerationStore) -> Callable[[Iterable[Article]], SearchEngine]:
    """Give a way to an engine over articles."""

    def make(articles: Iterable[Article]) -> SearchEngine:
        build(store, articles)
        return store.current()

    return make


AppOf = Callable[..., Flask]
"""Makes the application over a test's store with settings by name, its own folder for what it writes among them."""


@pytest.fixture
def app_of(store: GenerationStore, tmp_path: Path) -> AppOf:
    """Give a way to the application; what is counted stays in the test's folder, never in the `data` of a checkout."""
    return lambda **given: create_app(store, settings_of(data=str(tmp_path), **given))
