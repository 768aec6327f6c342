"""Starts, kills and stops the nodes of a real OpenSearch cluster on 127.0.0.1, one JVM each.

Needs Maven and a JDK of 21 or newer. `OPENSEARCH_JAVA_HOME` names a JDK that is not found,
`OPENSEARCH_BUILD` a folder for the jars instead of `target/` here. As a program it runs a cluster
until it is interrupted:

    python -m tests.cluster.nodes FOLDER
"""

import fcntl
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any, NamedTuple, Self

__all__ = ["Cluster", "ClusterFailed", "build"]

_HERE = Path(__file__).resolve().parent
_OLDEST_JAVA = 21
_PATIENCE = 180.0
_POLL = 0.05
_JVM = (
    # Compiling little: nodes live for minutes, and the better compiler takes a third of their time.
    "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xss1m",
    "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
    "-Djava.awt.headless=true", "-Dfile.encoding=UTF-8", "-Djna.nosys=true", "-Dlog4j2.disable.jmx=true",
    "-Dio.netty.noKeySetOptimization=true", "-Dio.netty.recycler.maxCapacityPerThread=0",
)  # fmt: skip
_SETTINGS = {
    "network.host": "127.0.0.1",
    # A machine whose disk is nearly full must not make indexes read-only.
    "cluster.routing.allocation.disk.threshold_enabled": "false",
    # Searches whose coordinator died release a shard's lock soon, so that a lost copy can be
    # recovered.
    "search.default_keep_alive": "30s",
    "search.keep_alive_interval": "5s",
}


class ClusterFailed(RuntimeError):
    """The cluster cannot be built, does not start or does not answer."""


class _Node(NamedTuple):
    name: str
    http: int
    transport: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http}"


class Cluster:
    """Nodes with data and logs in a folder; `settings` apply to every node."""

    def __init__(
        self,
        folder: Path,
        *,
        heap: str = "512m",
        settings: Mapping[str, str] | None = None,
        nodes: int = 3,
    ) -> None:
        self._folder = folder.resolve()
        self._heap = heap
        self._settings = settings or {}
        names = ("one", "two", "three")[:nodes]
        ports = _free_ports(2 * len(names))
        self._nodes = {name: _Node(name, ports.pop(), ports.pop()) for name in names}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self.snapshots = self._folder / "snapshots"

    @property
    def urls(self) -> str:
        """The nodes' addresses, in the form of `--engine`."""
        return ",".join(node.url for node in self._nodes.values())

    @property
    def running(self) -> dict[str, int]:
        """The ids of the running nodes' processes, by name."""
        return {
            name: process.pid for name, process in self._processes.items() if process.poll() is None
        }

    def __enter__(self) -> Self:
        jars = build()
        self.snapshots.mkdir(parents=True, exist_ok=True)
        try:
            for name in self._nodes:
                self._launch(name, jars)
            self.wait(nodes=len(self._nodes))
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start_all(self) -> None:
        """Restart all lost nodes on their data."""
        for name in self._nodes.keys() - self.running.keys():
            self._launch(name, build())
        self.wait(nodes=len(self._nodes))

    def start(self, name: str) -> None:
        """Restart a lost node on its data, and wait until it is a member again."""
        before = len(self.running)
        self._launch(name, build())
        self.wait(nodes=before + 1)

    def lose(self, name: str, how: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal to a node; wait for its end, unless the signal only stops or continues it."""
        process = self._processes[name]
        process.send_signal(how)
        if how not in (signal.SIGSTOP, signal.SIGCONT):
            process.wait(_PATIENCE)
            assert process.stdin is not None
            process.stdin.close()

    def manager(self) -> str:
        """Return the name of the elected manager."""
        return str(self.ask("/_cat/cluster_manager?format=json")[0]["node"])

    def wait(self, *, nodes: int, status: str = "yellow") -> None:
        """Wait until this number of nodes form a cluster with at least this status.

        Raises:
            ClusterFailed: it took too long, or a node ended.

        """
        deadline = time.monotonic() + _PATIENCE
        question = f"/_cluster/health?wait_for_nodes={nodes}&wait_for_status={status}&timeout=1s"
        while time.monotonic() < deadline:
            for name, process in self._processes.items():
                if process.poll() is not None and len(self.running) < nodes:
                    raise ClusterFailed(
                        f"node {name} ended with {process.returncode}:\n{self._log(name)}"
                    )
            try:
                if not self.ask(question)["timed_out"]:
                    return
            except OSError:
                pass
            time.sleep(_POLL)
        raise ClusterFailed(
            f"there are no {nodes} nodes with status {status}:\n{self._log(next(iter(self._nodes)))}"
        )

    def ask(self, path: str, *, method: str = "GET", body: Any = None, timeout: float = 10) -> Any:
        """Send a request to the first node that answers.

        Raises:
            OSError: none does, or it refuses.

        """
        last: OSError | None = None
        for name in self.running:
            data = None if body is None else json.dumps(body).encode()
            request = urllib.request.Request(self._nodes[name].url + path, data, method=method)
            request.add_header("Content-Type", "application/json")
            try:
                with urllib.request.urlopen(request, timeout=timeout) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as error:
                if error.code == 408:
                    return json.load(error)
                last = error
            except OSError as error:
                last = error
        raise last or OSError("no node runs")

    def stop(self) -> None:
        """End all nodes, by their ids."""
        for process in self._processes.values():
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.terminate()
        for process in self._processes.values():
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdin:
                process.stdin.close()

    def _launch(self, name: str, jars: Path, *options: str) -> None:
        node = self._nodes[name]
        home = self._folder / name
        home.mkdir(parents=True, exist_ok=True)
        settings = _SETTINGS | {
            "cluster.name": "dateline-tests",
            "node.name": name,
            "http.port": str(node.http),
            "transport.port": str(node.transport),
            "discovery.seed_hosts": ",".join(
                f"127.0.0.1:{each.transport}" for each in self._nodes.values()
            ),
            "cluster.initial_cluster_manager_nodes": ",".join(self._nodes),
            "path.home": str(home),
            "path.data": str(home / "data"),
            "path.logs": str(home / "logs"),
            "path.repo": str(self.snapshots),
            **self._settings,
        }
        java = [
            str(_java() / "bin" / "java"),
            f"-Xms{self._heap}",
            f"-Xmx{self._heap}",
            *_JVM,
            *options,
        ]
        if not options:
            java.append(f"-XX:SharedArchiveFile={jars / 'classes.jsa'}")
        path = os.pathsep.join(sorted(map(str, (jars / "jars").glob("*.jar"))))
        command = [
            *java,
            "-cp",
            path,
            "TestNode",
            *(f"{key}={value}" for key, value in settings.items()),
        ]
        with (self._folder / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=log, stderr=log
            )

    def _log(self, name: str) -> str:
        return "\n".join(
            (self._folder / f"{name}.log").read_text("utf-8", "replace").splitlines()[-30:]
        )

    def archive_classes(self, target: Path) -> None:
        """Run one node once to archive its classes; later nodes start three times as fast."""
        name = next(iter(self._nodes))
        self._nodes = {name: self._nodes[name]}
        self.snapshots.mkdir(parents=True, exist_ok=True)
        try:
            self._launch(name, target, f"-XX:ArchiveClassesAtExit={target / 'classes.jsa'}")
            self.wait(nodes=1)
        finally:
            self.stop()


def build() -> Path:
    """Fetch and compile the node, unless that is done, and return the folder.

    Of several processes with tests one does it, and the others wait.

    Raises:
        ClusterFailed: Maven or a JDK is missing, or cannot do it.

    """
    target = Path(os.environ.get("OPENSEARCH_BUILD") or _HERE / "target").resolve()
    target.mkdir(parents=True, exist_ok=True)
    with (target / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _build(target)
    return target


def _build(target: Path) -> None:
    sources = [_HERE / "pom.xml", *(_HERE / "src").rglob("*.*")]
    stamp = target / "built"
    if stamp.exists() and all(source.stat().st_mtime < stamp.stat().st_mtime for source in sources):
        return
    maven = shutil.which("mvn")
    if maven is None:
        raise ClusterFailed(
            "Maven (mvn) is not installed; the cluster's tests fetch OpenSearch with it"
        )
    command = [
        maven,
        "--batch-mode",
        "--quiet",
        "--file",
        str(_HERE / "pom.xml"),
        f"-Dtarget={target}",
        "process-classes",
    ]
    environment = os.environ | {"JAVA_HOME": str(_java())}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ClusterFailed(f"Maven failed:\n{done.stdout}{done.stderr}")
    with tempfile.TemporaryDirectory() as scratch:
        Cluster(Path(scratch)).archive_classes(target)
    stamp.touch()


def _java() -> Path:
    """Find the newest JDK."""
    homes = [Path(named)] if (named := os.environ.get("OPENSEARCH_JAVA_HOME")) else []
    if not homes:
        homes += [Path(home) for home in [os.environ.get("JAVA_HOME")] if home]
        homes += [Path(found).resolve().parent.parent for found in [shutil.which("javac")] if found]
        homes += [each.parent for each in Path("/usr/lib/jvm").glob("*/release")]
    versions = {home: _version(home) for home in homes}
    newest = max(versions, key=versions.__getitem__, default=None)
    if newest is None or versions[newest] < _OLDEST_JAVA:
        raise ClusterFailed(
            f"there is no JDK of version {_OLDEST_JAVA} or newer; set OPENSEARCH_JAVA_HOME"
        )
    return newest


def _version(home: Path) -> int:
    release = home / "release"
    if not release.is_file() or not (home / "bin" / "javac").exists():
        return 0
    found = re.search(r'^JAVA_VERSION="(\d+)', release.read_text("utf-8"), re.MULTILINE)
    return int(found[1]) if found else 0


def _free_ports(number: int) -> list[int]:
    with ExitStack() as held:
        sockets = [
            held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(number)
        ]
        return [int(each.getsockname()[1]) for each in sockets]


def _main(folder: str) -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt), Cluster(Path(folder)) as cluster:
        lines = [
            cluster.urls,
            *(f"{name} is process {number}" for name, number in cluster.running.items()),
        ]
        sys.stdout.write("\n".join([*lines, f"the manager is {cluster.manager()}", ""]))
        sys.stdout.flush()
        signal.pause()


if __name__ == "__main__":
    _main(sys.argv[1])
