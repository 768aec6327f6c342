"""Dateline itself, as `dateline serve` over HTTP."""

import json
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson

from benchmarks.peers.peer import HttpPeer, HttpRequest
from benchmarks.peers.processes import folder_bytes, on_cores
from benchmarks.peers.request import Answer, Request
from tests.support.cli import clean_environment
from tests.support.servers import serving

__all__ = ["Dateline"]

_ENVIRONMENT = {"DATELINE_SERVER_ACCESS_LOG": "off", "DATELINE_RANKING_MEANING": "off"}
_BROWSED = 100


@dataclass
class Dateline(HttpPeer):
    """A data folder and the server on it; `cores` keeps the server on some processors.

    Without `workers` it starts as many as it does by itself.
    """

    name: str = "dateline"
    workers: int | None = None
    cores: frozenset[int] = frozenset()
    running: ExitStack = field(default_factory=ExitStack)

    @property
    def title(self) -> str:
        """The name."""
        return "Dateline"

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.folder / "data"

    def load(self, source: Path, articles: int) -> float:
        """Run `dateline rebuild`; return the seconds of its report."""
        self.folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "indexer", "rebuild", "--data", str(self.data), "--json"]
        done = subprocess.run(
            [*command, str(source)],
            capture_output=True,
            check=False,
            env=clean_environment() | _ENVIRONMENT,
        )
        report: dict[str, Any] = json.loads(done.stdout or "{}")
        if report.get("added") != articles:
            raise RuntimeError(f"dateline rebuild: {done.stderr.decode()}")
        return float(report["seconds"])

    def start(self) -> None:
        """Run the server; it prints its address once it answers."""
        with on_cores(self.cores):
            server = self.running.enter_context(
                serving(
                    "serve",
                    "--data",
                    self.data,
                    folder=self.folder,
                    workers=self.workers,
                    environment=_ENVIRONMENT,
                )
            )
        self.port = int(urlsplit(server.url).port or 0)
        self.pids = [server.process.pid]

    def stop(self) -> None:
        """Stop the server."""
        self.connection = None
        self.running.close()

    def request(self, request: Request) -> HttpRequest:
        """Write a search as an address of the API."""
        parameters: list[tuple[str, str]] = list(request.filters)
        text = " ".join(
            part for part in (request.text, request.prefix and f"{request.prefix}*") if part
        )
        if text:
            parameters.append(("q", text))
        if request.first_day:
            parameters.append(("from", request.first_day.isoformat()))
        if request.last_day:
            parameters.append(("to", request.last_day.isoformat()))
        if request.browse:
            parameters.append(("facet_size", str(_BROWSED)))
            return HttpRequest("GET", f"/api/v1/facets/{request.browse}?{urlencode(parameters)}")
        if request.newest:
            parameters.append(("sort", "newest"))
        if request.page > 1:
            parameters.append(("page", str(request.page)))
        return HttpRequest("GET", f"/api/v1/search?{urlencode(parameters)}")

    def read(self, raw: bytes, request: Request) -> Answer:
        """Read the JSON."""
        answer = orjson.loads(raw)
        if request.browse:
            return Answer(0, {request.browse: [value["count"] for value in answer["values"]]})
        facets = {
            "year" if name == "date" else name: [value["count"] for value in facet["values"]]
            for name, facet in answer["facets"].items()
        }
        return Answer(answer["total"], facets, len(answer["hits"]))

    def disk(self) -> int:
        """Return the size of the live generation."""
        return folder_bytes(self.data / "generations")
