"""The same application under the server that is chosen and under others; over loopback alone."""

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
_AT_ONCE = 4
_CHOSEN = "granian (`dateline serve`)"
_QUIET = {"DATELINE_ACCESS_LOG": "off", "DATELINE_MEANING": "off"}


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
        found = _in_turn(servers, [f"/api/v1/search?q={quote(word)}" for word in WORDS])
        rates = {each: _rate(server) for each, server in servers.items()}
        rows = [
            [
                each,
                f"{alive[each]:.2f}",
                f"{found[each]:.2f}",
                f"{found[each] / found[_CHOSEN]:.2f}",
                f"{rates[each]:.0f}",
                f"{resident_bytes(server.process.pid) / 1e6:.0f}",
            ]
            for each, server in servers.items()
        ]
    head = [
        "one worker",
        "`/healthz`, ms",
        "a search, ms",
        "ratio",
        f"searches a second, {_AT_ONCE} clients",
        "MB",
    ]
    return (
        f"## Servers ({'Reuters' if source == REUTERS else 'the sample'}; kept-alive clients)\n\n"
        + table(head, rows)
    )


def _ask(connection: http.client.HTTPConnection, paths: "cycle[str]") -> None:
    connection.request("GET", next(paths), headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    answer.read()
    assert answer.status == http.client.OK


def _in_turn(servers: dict[str, Server], paths: list[str]) -> dict[str, float]:
    return medians(
        {each: partial(_ask, server.connect(), cycle(paths)) for each, server in servers.items()},
        _ROUNDS,
    )


def _rate(server: Server) -> float:
    """Return how many searches a second several clients are answered."""

    def client(number: int) -> None:
        connection = server.connect()
        paths = cycle(
            [f"/api/v1/search?q={quote(word)}" for word in (*WORDS[number:], *WORDS[:number])]
        )
        for _ in range(_ROUNDS):
            _ask(connection, paths)

    started = time.perf_counter()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(client, range(_AT_ONCE)))
    return _AT_ONCE * _ROUNDS / (time.perf_counter() - started)


if __name__ == "__main__":
    print(run())
