"""Lost parts of the cluster make responses slower at worst, never wrong."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from search.engines import open_store
from search.errors import ClusterUnavailable, IndexLocked, InvalidSettings
from search.model.query import SearchQuery
from search.settings.all_tables import Settings
from tests.cli.load.test_update import load, record, write
from tests.cluster.nodes import Cluster
from tests.cluster.readers import Readers
from tests.conftest import (
    SAMPLE,
    Cli,
    Server,
    archive_in,
    article,
    build,
    clean_environment,
    environment_of,
    serving,
)
from tests.support.settings import settings_of
from tests.support.wait_until import until

KILLS = int(os.environ.get("KILLS", "2"))
"""Nodes that are killed under load; `make torture-cluster` kills more."""
FROZEN_SECONDS = 2.5
"""A response that took longer waited for the frozen node."""
_PATHS = [
    "/api/v1/search?q=the+harbour",
    "/api/v1/search?q=museum&region=Europe&facet_size=100",
    '/api/v1/search?q="first+light"+OR+river&sort=newest',
    "/api/v1/search?sort=oldest&size=40",
    "/api/v1/search?q=museum+harbour+letters&match=any",
    "/api/v1/suggest?q=har",
]

pytestmark = pytest.mark.cluster


class Archive:
    """A server of the sample in a cluster."""

    def __init__(self, cluster: Cluster, settings: Settings, cli: Cli, server: Server) -> None:
        self.cluster = cluster
        self.settings = settings
        self.cli = cli
        self.server = server

    def readers(self) -> Readers:
        """Return readers of it."""
        return Readers(self.server.url, _PATHS)


@pytest.fixture(scope="module")
def archive(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """Index the sample in the cluster and serve it with two processes."""
    folder = tmp_path_factory.mktemp("faults")
    with archive_in(cluster) as settings:
        cli = Cli(folder, environment_of(settings))
        cli("rebuild", SAMPLE)
        with serving("serve", folder=folder, workers=2, environment=cli.environment) as server:
            yield Archive(cluster, settings, cli, server)


@contextmanager
def lost(cluster: Cluster, name: str, how: signal.Signals = signal.SIGKILL) -> Iterator[None]:
    """Lose a node while the block runs; then restart it and wait for all replicas."""
    cluster.lose(name, how)
    try:
        yield
    finally:
        if how is signal.SIGSTOP:
            cluster.lose(name, signal.SIGCONT)
        elif name not in cluster.running:
            cluster.start(name)
        cluster.wait(nodes=3, status="green")


def member(cluster: Cluster) -> str:
    """Return the name of a node that is not the manager."""
    manager = cluster.manager()
    return next(name for name in cluster.running if name != manager)


@pytest.mark.parametrize("kill", range(KILLS))
def test_a_killed_node_is_unseen_by_readers(archive: Archive, kill: int) -> None:
    """A node killed under load, the manager every second time, causes no error."""
    cluster = archive.cluster
    with archive.readers() as readers:
        until(lambda: readers.seen["right"] > 30)
        with lost(cluster, cluster.manager() if kill % 2 else member(cluster)):
            before = readers.seen["right"]
            cluster.wait(nodes=2)
            until(lambda: readers.seen["right"] > before + 60)
    sys.stderr.write(f"\n{dict(readers.seen)}, slowest {readers.slowest:.1f} s\n")
    assert readers.failed == {}


def test_a_frozen_node_makes_answers_slow_and_never_wrong(archive: Archive) -> None:
    """Requests to a frozen node time out and are sent to another copy."""
    with archive.readers() as readers:
        until(lambda: readers.seen["right"] > 30)
        with lost(archive.cluster, member(archive.cluster), signal.SIGSTOP):
            before = readers.seen["right"]
            until(lambda: readers.slowest > FROZEN_SECONDS and readers.seen["right"] > before + 60)
    sys.stderr.write(f"\n{dict(readers.seen)}, slowest {readers.slowest:.1f} s\n")
    assert readers.failed == {}


def test_a_cluster_that_is_gone_is_said_and_comes_back_by_itself(archive: Archive) -> None:
    """Without a cluster pages show an error with Retry-After; the server recovers by itself."""
    cluster, server = archive.cluster, archive.server
    whole = server.get("/api/v1/search?q=museum").json()["total"]
    for name in list(cluster.running):
        cluster.lose(name)
    try:
        for path in ("/?q=museum", "/api/v1/search?q=museum", "/readyz", "/articles/x"):
            answer = server.get(path)
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10"), path
        # Building an index would not help here.
        assert "dateline rebuild" not in server.get("/?q=museum").text
        assert server.get("/healthz").status_code == 200
        refused = archive.cli("search", "museum", code=1).stderr
        assert "does not answer" in refused
        assert len(refused.splitlines()) == 1
    finally:
        cluster.start_all()
        cluster.wait(nodes=3, status="green")
    until(lambda: server.get("/readyz").status_code == 200)
    assert server.get("/api/v1/search?q=museum").json()["total"] == whole


def test_an_index_that_lacks_a_part_is_not_answered_from(cluster: Cluster, tmp_path: Path) -> None:
    """A search fails if a shard and all its copies are lost, rather than count the rest."""
    with archive_in(cluster) as settings:
        store = open_store(
            settings.engine, tmp_path, settings=settings.changed(cluster={"replicas": 0})
        )
        build(store, [article(number) for number in range(60)])
        engine = store.current()
        assert engine.search(SearchQuery(text="body")).total == 60
        with lost(cluster, member(cluster)):
            with pytest.raises(ClusterUnavailable):
                store.current().search(SearchQuery(text="title"))
            assert "no node" in engine.verify_thoroughly(lambda _: None)[0]
        assert engine.search(SearchQuery(text="body")).total == 60


def test_a_load_that_loses_a_node_changes_nothing(cluster: Cluster, tmp_path: Path) -> None:
    """The next load deletes the indexes of a failed one; readers keep their generation."""
    with archive_in(cluster) as settings:
        cli = Cli(tmp_path, environment_of(settings))
        load(cli, "rebuild", write(tmp_path / "in.jsonl", record(1)))
        lines = [record(number, body="word " * 400) for number in range(15_000)]
        source = write(tmp_path / "large.jsonl", *lines)
        command = [sys.executable, "-m", "indexer", "rebuild", str(source)]
        environment = clean_environment() | cli.environment
        process = subprocess.Popen(
            command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True
        )
        store = open_store(settings.engine, tmp_path, settings=settings)
        until(lambda: bool(_unfinished(cluster, settings)))
        with lost(cluster, member(cluster)):
            _, said = process.communicate(timeout=300)
        if process.returncode:
            assert "nothing changed" in said
            assert "Traceback" not in said
            assert json.loads(cli("search", "title", "--json").stdout)["total"] == 1
        load(cli, "rebuild", source)
        assert json.loads(cli("search", "title", "--json").stdout)["total"] == 15_000
        assert store.current().verify() == []
        assert _unfinished(cluster, settings) == []


def _unfinished(cluster: Cluster, settings: Settings) -> list[str]:
    found = cluster.ask(f"/{settings.cluster.archive}.2*/_mapping")
    return [
        index
        for index, each in found.items()
        if "_meta" not in each["mappings"] and not index.endswith(".words")
    ]


def test_a_second_writer_is_told_of_the_first(cluster: Cluster, tmp_path: Path) -> None:
    """Two machines never write at once; one that waits long enough continues."""
    with archive_in(cluster) as settings:
        cli = Cli(tmp_path, environment_of(settings))
        source = write(tmp_path / "in.jsonl", record(1))
        with open_store(settings.engine, tmp_path, settings=settings).exclusive("night's load", 0):
            refused = cli("rebuild", source, code=1).stderr
            assert f"process {os.getpid()} on " in refused
            assert "night's load" in refused
        load(cli, "rebuild", source)


def test_what_a_killed_writer_held_is_free_by_itself(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lock expires with its lease; a holder that returns later may not write."""
    monkeypatch.setattr("search.engines.opensearch.storage.lock.LEASE_SECONDS", 2)
    monkeypatch.setattr("search.engines.opensearch.storage.lock._RENEW_SECONDS", 1000.0)
    with archive_in(cluster) as settings:
        killed, other = (open_store(settings.engine, tmp_path, settings=settings) for _ in range(2))
        build(other, [article(1)])
        with killed.exclusive("first", 0):
            with pytest.raises(IndexLocked, match="first"), other.exclusive("second", 0):
                pass
            with other.exclusive("second", 60):
                # The cluster's clock ticks five times a second; ours must be earlier by more than that.
                monkeypatch.setattr("search.engines.opensearch.storage.lock._RENEW_SECONDS", 0.5)
                with pytest.raises(IndexLocked, match="another process may have begun"):
                    killed.make_live(other.live() or "")


def test_credentials_are_never_in_an_address(tmp_path: Path) -> None:
    """A password in an address is refused and not repeated: addresses appear in logs."""
    with pytest.raises(InvalidSettings, match="DATELINE_CLUSTER_PASSWORD") as refused:
        open_store("https://admin:secret@127.0.0.1:9200", tmp_path)
    assert "secret" not in str(refused.value)
    assert "secret" not in repr(settings_of(password="secret"))
