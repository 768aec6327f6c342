"""Runs the comparison: loads each peer once per corpus, measures in turn, keeps what was seen.

What was loaded and measured stays in a folder, so that parts can be run alone and again. The report
is written from all measurements there.
"""

import argparse
import json
import os
import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

from benchmarks.comparison.classes import searches
from benchmarks.comparison.corpus import Corpus, Vocabulary, corpus, vocabulary
from benchmarks.comparison.latency import measure
from benchmarks.comparison.report import CHART, chart, report
from benchmarks.comparison.throughput import loads, mixed, scaling
from benchmarks.peers.bare import BareTantivy
from benchmarks.peers.dateline import Dateline
from benchmarks.peers.engine import Engine
from benchmarks.peers.opensearch import OpenSearch
from benchmarks.peers.peer import HttpPeer, Peer, PeerMissing
from benchmarks.peers.processes import machine, memory
from benchmarks.peers.request import Request
from benchmarks.peers.sqlite import Sqlite
from benchmarks.peers.typesense import Typesense

__all__ = ["PEERS", "compare", "run"]

PEERS: dict[str, Callable[[Path], Peer]] = {
    "dateline": Dateline,
    "typesense": Typesense,
    "opensearch": OpenSearch,
    "opensearch-3": lambda folder: OpenSearch(folder, name="opensearch-3", nodes=3),
    "engine": Engine,
    "sqlite": Sqlite,
    "tantivy": BareTantivy,
}
_LIMIT = "tantivy"
_DEFAULT_PEERS = ("dateline", "typesense", "opensearch", "engine", "sqlite", _LIMIT)
"""Three nodes on one machine only take each other's processors, so they run by name alone."""
_DEFAULT = ("10000", "100000", "1000000", "senate")
_LARGEST_OF_SQLITE = 200_000
"""Past this SQLite takes seconds per search, which says enough."""
_WARM_UP = 12
"""Rounds before the first that counts: about two hundred searches, as JVMs need."""
_SECONDS = 6.0
_PARTS = ("load", "start", "latency", "throughput")


def run() -> str:
    """Compare on the corpora of the variable ARTICLES; return the part of the results."""
    sizes = os.environ.get("ARTICLES", "").split() or list(_DEFAULT)
    return compare(["--articles", *sizes])


def compare(arguments: Sequence[str]) -> str:
    """Run with the options of the command line; return the part of the results."""
    options = _options(arguments)
    results: Path = options.folder / "results"
    results.mkdir(parents=True, exist_ok=True)
    if not options.report:
        for name in options.articles:
            _Comparison(corpus(name, options.folder), options).run(results)
    seen = [json.loads(path.read_text("utf-8")) for path in sorted(results.glob("*.json"))]
    CHART.write_text(chart(seen), "utf-8")
    return report(seen)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks peers", description=__doc__)
    parser.add_argument("--articles", nargs="+", default=_DEFAULT, metavar="NUMBER|NAME")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--warm-up", type=int, default=_WARM_UP, metavar="ROUNDS")
    parser.add_argument("--peers", default=",".join(_DEFAULT_PEERS), help="names, comma-separated")
    parser.add_argument("--parts", default=",".join(_PARTS), help="names, comma-separated")
    parser.add_argument("--seconds", type=float, default=_SECONDS, help="per number of clients")
    # Servers run in folders of their own, so the path must not be relative.
    parser.add_argument("--folder", type=_whole_path, default=_whole_path("build/bench"))
    parser.add_argument("--reload", default="", help="peers to load again, comma-separated")
    parser.add_argument("--report", action="store_true", help="only write the report")
    return parser.parse_args(arguments)


def _whole_path(text: str) -> Path:
    return Path(text).resolve()


class _Comparison:
    """The comparison on one corpus."""

    def __init__(self, loaded: Corpus, options: argparse.Namespace) -> None:
        self.corpus = loaded
        self.options = options
        self.parts = options.parts.split(",")
        self.folder: Path = options.folder / "peers" / loaded.name
        names = [name for name in PEERS if name in options.peers.split(",")]
        if loaded.articles > _LARGEST_OF_SQLITE:
            names = [name for name in names if name != "sqlite"]
        # The limit's index also holds the words to search for.
        self.peers = {
            name: PEERS[name](self.folder / name) for name in dict.fromkeys([*names, _LIMIT])
        }
        self.seen: dict[str, Any] = {
            "corpus": loaded.name,
            "articles": loaded.articles,
            "bytes": loaded.source.stat().st_size,
            "cores": len(os.sched_getaffinity(0)),
            "machine": machine(),
            "missing": {},
            "peers": {},
        }

    def run(self, results: Path) -> None:
        """Measure, and write what was seen next to what other runs have seen."""
        path = results / f"{self.corpus.name}.json"
        if path.exists():
            self.seen |= json.loads(path.read_text("utf-8"))
        with ExitStack() as running:
            for name, peer in list(self.peers.items()):
                try:
                    self._load(name, peer)
                    self._start(name, peer)
                except PeerMissing as reason:
                    self.seen["missing"][name] = str(reason)
                    del self.peers[name]
                else:
                    self.seen["missing"].pop(name, None)
                    running.callback(peer.stop)
            limit = self.peers[_LIMIT]
            assert isinstance(limit, BareTantivy)
            words = vocabulary(self.corpus.source, *limit.document_counts())
            if "latency" in self.parts:
                self._latency(words, path)
            if "throughput" in self.parts:
                self._throughput(words)
        path.write_text(json.dumps(self.seen, indent=1), "utf-8")

    def _about(self, name: str) -> dict[str, Any]:
        about: dict[str, Any] = self.seen["peers"].setdefault(name, {})
        return about

    def _load(self, name: str, peer: Peer) -> None:
        mark = self.folder / f"{name}.loaded"
        if name in self.options.reload.split(",") or not mark.exists():
            mark.unlink(missing_ok=True)
            shutil.rmtree(self.folder / name, ignore_errors=True)
            print(f"{self.corpus.name}: loading {name}", flush=True)
            before = _processor_seconds()
            seconds = peer.load(self.corpus.source, self.corpus.articles)
            loaded = {"seconds": seconds, "processor": _processor_seconds() - before}
            mark.write_text(json.dumps(loaded), "ascii")
        self._about(name)["title"] = peer.title
        if "load" in self.parts:
            self._about(name)["load"] = json.loads(mark.read_text("ascii"))

    def _start(self, name: str, peer: Peer) -> None:
        started = time.perf_counter()
        peer.start()
        peer.prepare(Request())()
        about = self._about(name)
        if "start" in self.parts:
            about["start"] = time.perf_counter() - started
            about["disk"] = peer.disk()

    def _latency(self, words: Vocabulary, path: Path) -> None:
        warm_up, rounds = self.options.warm_up, self.options.rounds
        made = searches(words, self.corpus.articles, rounds, warm_up=warm_up)
        peers = list(self.peers.values())
        for number, samples in enumerate(measure(peers, made, warm_up=warm_up)):
            print(f"{self.corpus.name}: round {number + 1} of {rounds}", flush=True)
            self.seen["latency"] = samples.as_dict()
            path.write_text(json.dumps(self.seen, indent=1), "utf-8")
        for name, peer in self.peers.items():
            if pids := peer.processes():
                total, anonymous = memory(pids)
                self._about(name).update(memory=total, anonymous=anonymous)

    def _throughput(self, words: Vocabulary) -> None:
        for name, peer in self.peers.items():
            if not isinstance(peer, HttpPeer):
                continue
            print(f"{self.corpus.name}: throughput of {name}", flush=True)
            seconds = self.options.seconds
            # Every service gets the same searches, each of them once.
            requests = mixed(words, self.corpus.articles, 99)
            if isinstance(peer, Dateline):
                scaled = mixed(words, self.corpus.articles, 98)
                peer.stop()
                self.seen["scaling"] = scaling(peer, scaled, seconds)
                peer.start()
            for _ in range(2):  # the first warms up
                found = loads(peer, requests, seconds)
            self._about(name)["loads"] = [load.as_dict() for load in found]
            with suppress(OSError):
                self._about(name)["memory_loaded"] = memory(peer.processes())[0]


def _processor_seconds() -> float:
    """Return the processor time of the whole machine (proc_stat(5)).

    A rebuild's reading processes are not waited for by this one, so nobody counts theirs.
    """
    user, nice, system, _, _, irq, softirq = Path("/proc/stat").read_text("ascii").split()[1:8]
    return sum(map(int, (user, nice, system, irq, softirq))) / os.sysconf("SC_CLK_TCK")
