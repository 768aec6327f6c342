"""The same application under Granian, our server, and under others, over loopback only."""

import http.client
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from itertools import cycle
from pathlib import Path
from urllib.parse import quote

from benchmarks.serving import SAMPLE, WORDS, rebuild
from benchmarks.support.archives import REUTERS
from benchmarks.support.timing import medians, table
from tests.support.memory import resident_bytes
from tests.support.other_servers import OTHER_SERVERS, serving_under
from tests.support.servers import Server, serving

__all__ = ["run"]

_ROUNDS = 300
_CLIENTS = 4
_CHOSEN = "granian (`dateline serve`)"
_QUIET = {"DATELINE_SERVER_ACCESS_LOG": "off", "DATELINE_RANKING_MEANING": "off"}


def run() -> str:
    """Measure and return the table."""
    source = REUTERS if REUTERS.exists() else SAMPLE
    with tempfile.TemporaryDirectory() as name, ExitStack() as running:
        folder = Path(name)
        rebuild(source, f"{folder}/data")
        servers = {
            _CHOSEN: running.enter_context(serving("serve", folder=folder, environment=_QUIET))
        }
        for other in OTHER_SERVERS:
            servers[other] = running.enter_context(serving_under(other, folder, _QUIET))
        alive = _in_turn(servers, ["/healthz"])
        searches = _in_turn(servers, [f"/api/v1/search?q={quote(word)}" for word in WORDS])
        rates = {server_name: _rate(server) for server_name, server in servers.items()}
        rows = [
            [
                server_name,
                f"{alive[server_name]:.2f}",
                f"{searches[server_name]:.2f}",
                f"{searches[server_name] / searches[_CHOSEN]:.2f}",
                f"{rates[server_name]:.0f}",
                f"{resident_bytes(server.process.pid) / 1e6:.0f}",
            ]
            for server_name, server in servers.items()
        ]
    head = [
        "one worker",
        "`/healthz`, ms",
        "a search, ms",
        "ratio",
        f"searches per second, {_CLIENTS} clients",
        "MB",
    ]
    return (
        f"## Servers ({'Reuters' if source == REUTERS else 'the sample'}; kept-alive clients)\n\n"
        + table(head, rows)
    )


def _get_next(connection: http.client.HTTPConnection, paths: "cycle[str]") -> None:
    connection.request("GET", next(paths), headers={"Accept-Encoding": "gzip"})
    response = connection.getresponse()
    response.read()
    assert response.status == http.client.OK


def _in_turn(servers: dict[str, Server], paths: list[str]) -> dict[str, float]:
    return medians(
        {
            name: partial(_get_next, server.connect(), cycle(paths))
            for name, server in servers.items()
        },
        _ROUNDS,
    )


def _rate(server: Server) -> float:
    """Return the number of searches per second with several clients."""

    def client(number: int) -> None:
        connection = server.connect()
        paths = cycle(
            [f"/api/v1/search?q={quote(word)}" for word in (*WORDS[number:], *WORDS[:number])]
        )
        for _ in range(_ROUNDS):
            _get_next(connection, paths)

    started = time.perf_counter()
    with ThreadPoolExecutor(_CLIENTS) as pool:
        list(pool.map(client, range(_CLIENTS)))
    return _CLIENTS * _ROUNDS / (time.perf_counter() - started)


if __name__ == "__main__":
    print(run())
