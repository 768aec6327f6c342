"""Fixtures of all tests: stores of each engine, command line, server, browser, cluster."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from search.engines import open_store
from search.index.protocols import GenerationStore, SearchEngine
from search.model.article import Article
from search.ranking.tuning import Tuning
from tests.cluster.nodes import Cluster
from tests.support.articles import article, build, prepared
from tests.support.browsers import search_page
from tests.support.chromium import find
from tests.support.cli import Cli, clean_environment
from tests.support.paths import ROOT, SAMPLE, SHARED
from tests.support.servers import Server, serving
from tests.support.settings import settings_of
from tests.support.stores import AppOf, StoreTuned, archive_in, environment_of, on_tantivy
from web.app import create_app

__all__ = [
    "ROOT",
    "SAMPLE",
    "SHARED",
    "AppOf",
    "Cli",
    "Server",
    "StoreTuned",
    "archive_in",
    "article",
    "build",
    "clean_environment",
    "environment_of",
    "on_tantivy",
    "prepared",
    "serving",
]


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    """Give the command line in an empty folder."""
    return Cli(tmp_path)


@pytest.fixture(params=["tantivy", pytest.param("opensearch", marks=pytest.mark.cluster)])
def every_cli(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Cli]:
    """Give the command line in an empty folder, once per engine."""
    if request.param == "tantivy":
        yield Cli(tmp_path)
        return
    with archive_in(request.getfixturevalue("small_cluster")) as settings:
        yield Cli(tmp_path, environment_of(settings))


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
    """Give the shared collections, or skip the test if they are missing."""
    if not (SHARED / "corpora").is_dir():
        # They are not part of the project, so a fresh clone lacks them, and make test must pass.
        pytest.skip("../shared/corpora is missing, which this test reads")
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
    """Give the search page, once with scripts and once without."""
    yield from search_page(
        browser.new_context(
            base_url=sample_server.url, java_script_enabled=request.param == "scripts"
        )
    )


@pytest.fixture
def scripted(browser: Browser, sample_server: Server) -> Iterator[Page]:
    """Give the search page with scripts."""
    yield from search_page(browser.new_context(base_url=sample_server.url))


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Give a real cluster of three nodes; a test that stops a node starts it again."""
    with Cluster(tmp_path_factory.mktemp("cluster")) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def small_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Give a real cluster of one node, which takes half of the time for tests that lose none."""
    with Cluster(tmp_path_factory.mktemp("small-cluster"), nodes=1) as cluster:
        yield cluster


@pytest.fixture(params=["tantivy", pytest.param("opensearch", marks=pytest.mark.cluster)])
def store_tuned(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StoreTuned]:
    """Give an empty store of each engine, to be opened with any tuning."""
    if request.param == "tantivy":
        yield lambda tuning: open_store(request.param, tmp_path / "data", tuning)
        return
    with archive_in(request.getfixturevalue("small_cluster")) as settings:
        yield lambda tuning: open_store(settings.engine, tmp_path, tuning, settings)


@pytest.fixture
def store(store_tuned: StoreTuned) -> GenerationStore:
    """Give an empty store of each engine."""
    return store_tuned(Tuning())


@pytest.fixture
def engine_of(store: GenerationStore) -> Callable[[Iterable[Article]], SearchEngine]:
    """Give a function that indexes articles and returns their engine."""

    def make(articles: Iterable[Article]) -> SearchEngine:
        build(store, articles)
        return store.current()

    return make


@pytest.fixture
def app_of(store: GenerationStore, tmp_path: Path) -> AppOf:
    """Give a function that makes the application; it writes to the test's folder only."""
    return lambda **values: create_app(store, settings_of(data=str(tmp_path), **values))
