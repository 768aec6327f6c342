"""A server attacked by hostile clients: `python -m tests.torture.network --seconds 60`.

Under attack by each kind of client, and by all kinds together, health checks and a reader must be
answered. The slowest response and the growth of the server's memory are printed.
"""

import argparse
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from tests.conftest import Cli, Server, clean_environment, serving
from tests.support.memory import resident_bytes
from tests.support.wait_until import until
from tests.torture.clients import KINDS, LARGE_ANSWER

__all__ = ["PROXIES", "Witness", "attacked", "proxied", "warm_up", "works", "write_archive"]

_LIMIT_SECONDS = 1.0
_MAX_GROWTH = 20_000_000
_PAUSE_SECONDS = 0.05
_TIMEOUT_SECONDS = 30.0
_SETTLING_SECONDS = 20.0
_ASKED = ("/healthz", "/?q=harbour", "/api/v1/search?q=grain+harbour&size=5")
_BUSY = 150
"""Simultaneous clients of the warm-up: more than two workers have threads."""
_WORDS = (
    "harbour grain canal treaty ferry glacier copper saffron census ballot quarry lantern".split()
)
PROXIES = tuple(name for name in ("nginx", "caddy") if shutil.which(name))
"""The proxies that are installed."""


@dataclass
class Witness:
    """Sends requests all the time, as monitoring and a reader do, and records failures."""

    url: str
    slowest: dict[str, float] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    answers: int = 0

    def ask(self, path: str) -> None:
        """Send a request on a new connection."""
        started = time.monotonic()
        try:
            status = _status(self.url, path)
        except (HTTPException, OSError) as error:
            self.failures.append(f"{path}: {error!r}")
        else:
            if status != HTTPStatus.OK:
                self.failures.append(f"{path}: {status}")
        self.slowest[path] = max(self.slowest.get(path, 0.0), time.monotonic() - started)
        self.answers += 1

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Send requests until the block ends."""
        ended = threading.Event()

        def watch(path: str) -> None:
            while not ended.wait(_PAUSE_SECONDS):
                self.ask(path)

        threads = [threading.Thread(target=watch, args=(path,), daemon=True) for path in _ASKED]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            ended.set()
            for thread in threads:
                thread.join(_TIMEOUT_SECONDS)


def _status(url: str, path: str) -> int:
    with closing(HTTPConnection(urlsplit(url).netloc, timeout=_TIMEOUT_SECONDS)) as connection:
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        return response.status


@dataclass
class Attack:
    """The results of an attack; `answered` counts the statuses by kind of client."""

    witness: Witness
    grown: int = 0
    answered: dict[str, dict[str, int]] = field(default_factory=dict)

    def __str__(self) -> str:
        slowest = ", ".join(
            f"{path} {seconds:.2f} s" for path, seconds in self.witness.slowest.items()
        )
        answered = "; ".join(f"{kind} {counted}" for kind, counted in self.answered.items())
        return (
            f"{self.witness.answers} other responses, slowest {slowest}; "
            f"memory {self.grown / 1e6:+.1f} MB; {answered}"
        )


def attacked(
    url: str, kinds: tuple[str, ...], connections: int, seconds: float, server_pid: int
) -> Attack:
    """Attack a server with some kinds of clients for a time and return the results."""
    attack = Attack(Witness(url))
    before = resident_bytes(server_pid)
    clients = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.torture.clients",
            url,
            "--kinds",
            ",".join(kinds),
            "--each",
            str(connections),
        ],
        env=clean_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert clients.stdout
        assert clients.stdout.readline() == "connected\n"
        with attack.witness.watching():
            deadline = time.monotonic() + seconds
            while time.monotonic() < deadline:
                threading.Event().wait(_PAUSE_SECONDS * 10)
                attack.grown = max(attack.grown, resident_bytes(server_pid) - before)
    finally:
        out, _ = clients.communicate()
    attack.answered = json.loads(out)
    return attack


def write_archive(folder: Path, articles: int) -> Cli:
    """Index articles in a folder, each with an author of its own."""
    cli = Cli(folder)
    with (folder / "in.jsonl").open("w", encoding="utf-8") as file:
        for number in range(articles):
            words = [_WORDS[(number + step * step) % len(_WORDS)] for step in range(200)]
            record = {
                "id": f"n{number}",
                "title": f"On the {words[0]}, {number}",
                "published": f"20{number % 25:02}-0{number % 9 + 1}-11",
                "body": " ".join(words),
                "authors": [f"Writer {number}"],
                "regions": [f"Place {number % 40}"],
            }
            file.write(json.dumps(record) + "\n")
    cli("rebuild", "in.jsonl")
    return cli


def warm_up(server: Server) -> None:
    """Put the server under full load, so that it has its working memory before an attack."""
    witness = Witness(server.url)
    with ThreadPoolExecutor(_BUSY) as pool:
        for path in (*_ASKED, LARGE_ANSWER, "/healthz"):
            list(pool.map(witness.ask, [path] * _BUSY * 3))
    for _ in range(4):
        witness.ask("/export.jsonl")


def works(server: Server) -> bool:
    """Return whether a form, a search and an export work as before an attack."""
    base = server.url.rstrip("/")
    form = httpx.post(f"{base}/preferences", data={"theme": "dark"}, timeout=_TIMEOUT_SECONDS)
    export = httpx.get(f"{base}/export.csv", timeout=_TIMEOUT_SECONDS)
    search = httpx.get(f"{base}/api/v1/search?q=grain", timeout=_TIMEOUT_SECONDS)
    return (form.status_code, export.status_code, search.status_code) == (303, 200, 200)


# Without a limit nginx would write 200 bodies of 200 MB to disk, which takes seconds;
# docs/proxies.md sets the same limit.
_NGINX = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 8192; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:{port};
    client_max_body_size 64k;
    location / {{
      proxy_pass {url};
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
    }}
  }}
}}
"""
_CADDY = (
    "{{\n admin off\n auto_https off\n}}\nhttp://127.0.0.1:{port} {{\n reverse_proxy {host}\n}}\n"
)


@contextmanager
def proxied(name: str, server: Server, folder: Path) -> Iterator[str]:
    """Start one of PROXIES in front of a server and yield its address."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    url = server.url.rstrip("/")
    config = folder / f"{name}.conf"
    template = _NGINX if name == "nginx" else _CADDY
    config.write_text(
        template.format(folder=folder, port=port, url=url, host=url.removeprefix("http://")),
        "utf-8",
    )
    command = (
        ["nginx", "-p", str(folder), "-c", str(config)]
        if name == "nginx"
        else ["caddy", "run", "--config", str(config), "--adapter", "caddyfile"]
    )
    with (folder / f"{name}.out").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            command, stdout=log, stderr=log, env=clean_environment() | {"HOME": str(folder)}
        )
    try:
        front = f"http://127.0.0.1:{port}/"
        until(lambda: process.poll() is not None or _answers(front))
        assert process.poll() is None, (folder / f"{name}.out").read_text("utf-8")
        yield front
    finally:
        process.terminate()
        process.wait(timeout=20)


def _answers(url: str) -> bool:
    try:
        return _status(url, "/healthz") == HTTPStatus.OK
    except (HTTPException, OSError):
        return False


def main() -> None:
    """Attack by each kind and by all, directly and through proxies; exit 1 on a failure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=30, help="duration of each attack")
    parser.add_argument("--each", type=int, default=200, help="connections of each kind")
    parser.add_argument("--articles", type=int, default=5_000)
    parser.add_argument("--kinds", default=",".join(KINDS), help="and all of these at once")
    parser.add_argument("--through", default=",".join(("direct", *PROXIES)))
    options = parser.parse_args()
    kinds = tuple(options.kinds.split(","))
    failed = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_archive(folder, options.articles)
        with serving(
            "serve", folder=folder, workers=2, environment={"DATELINE_LIMITS_SEARCH_MS": "2000"}
        ) as server:
            warm_up(server)
            for way in options.through.split(","):
                with proxied(way, server, folder) if way != "direct" else _direct(server) as url:
                    for attackers in (*((kind,) for kind in kinds), kinds):
                        attack = attacked(
                            url, attackers, options.each, options.seconds, server.process.pid
                        )
                        until(lambda: works(server), _SETTLING_SECONDS)
                        is_slow = max(attack.witness.slowest.values()) > _LIMIT_SECONDS
                        has_failed = (
                            bool(attack.witness.failures) or is_slow or attack.grown > _MAX_GROWTH
                        )
                        failed += has_failed
                        sys.stdout.write(
                            f"{'FAILED ' if has_failed else ''}{way}, "
                            f"{' + '.join(attackers)}: {attack}\n"
                            + "".join(f"    {failure}\n" for failure in attack.witness.failures[:3])
                        )
                        sys.stdout.flush()
    sys.exit(bool(failed))


@contextmanager
def _direct(server: Server) -> Iterator[str]:
    yield server.url


if __name__ == "__main__":
    main()
