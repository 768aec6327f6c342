"""A cluster behind https and a password, and one that is too busy: a gate before the real nodes, which have neither."""

import base64
import http.client
import ssl
import threading
from collections.abc import Iterator
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import trustme

from tests.cli.load.test_update import load, record, write
from tests.cluster.nodes import Cluster
from tests.conftest import Cli, archive_in, environment_of

pytestmark = pytest.mark.cluster

_ALLOWED = "Basic " + base64.b64encode(b"reader:secret").decode()


class Gate(ThreadingHTTPServer):
    """Lets through to a node whoever knows the password; every `busy`th request it sends away with 429."""

    def __init__(self, node: str, authority: trustme.CA, busy: int = 0) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.node = urlsplit(node).netloc
        self.busy = busy
        self.asked = 0
        self.sent_away = 0
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(context)
        self.socket = context.wrap_socket(self.socket, server_side=True)

    @property
    def url(self) -> str:
        """Where it stands."""
        return f"https://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Gate

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def answer(self) -> None:
        """Answer any request."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked += 1
        if self.headers.get("Authorization") != _ALLOWED:
            self._send(HTTPStatus.UNAUTHORIZED, b"{}")
        elif self.server.busy and self.server.asked % self.server.busy == 0:
            self.server.sent_away += 1
            self._send(HTTPStatus.TOO_MANY_REQUESTS, b"{}")
        else:
            node = http.client.HTTPConnection(self.server.node, timeout=60)
            kept = {
                name: value
                for name, value in self.headers.items()
                if name.lower() == "content-type"
            }
            node.request(self.command, self.path, body, kept)
            answer = node.getresponse()
            status, body = HTTPStatus(answer.status), answer.read()
            # Before the client is answered, which may have given up waiting.
            node.close()
            self._send(status, body)

    def _send(self, status: HTTPStatus, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


for method in ("GET", "POST", "PUT", "DELETE"):
    # The names that the library looks for.
    setattr(_Handler, f"do_{method}", _Handler.answer)


@pytest.fixture
def gate(cluster: Cluster, tmp_path: Path) -> Iterator[Gate]:
    """Give a gate whose authority's certificate lies in the folder of the test."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    gate = Gate(cluster.urls.split(",")[0], authority)
    thread = threading.Thread(target=gate.serve_forever)
    thread.start()
    yield gate
    gate.shutdown()
    thread.join()
    gate.server_close()


def test_a_user_a_password_and_an_authority_let_one_in(
    gate: Gate, cluster: Cluster, tmp_path: Path
) -> None:
    """Credentials from the environment are used and never shown; a wrong one, or an unknown authority, is one clear line."""
    with archive_in(cluster) as settings:
        access = {
            "DATELINE_USER": "reader",
            "DATELINE_PASSWORD": "secret",
            "DATELINE_CA": str(tmp_path / "ca.pem"),
        }
        cli = Cli(tmp_path, environment_of(settings) | {"DATELINE_ENGINE": gate.url} | access)
        load(cli, "rebuild", write(tmp_path / "in.jsonl", record(1)))
        assert "Title 1" in cli("search", "title").stdout
        wrong = cli("stats", code=1, DATELINE_PASSWORD="guessed").stderr
        assert "denies access (401); set DATELINE_USER and DATELINE_PASSWORD" in wrong
        assert "guessed" not in wrong
        foreign = cli("stats", code=1, DATELINE_CA="").stderr
        assert "certificate verify failed" in foreign
        assert "DATELINE_CA" in cli("stats", code=2, DATELINE_CA="missing.pem").stderr


def test_a_busy_cluster_is_asked_again(gate: Gate, cluster: Cluster, tmp_path: Path) -> None:
    """A load goes on, slower, while the cluster refuses what is too much for it; nothing is lost and nothing doubled."""
    gate.busy = 3
    with archive_in(cluster) as settings:
        access = {
            "DATELINE_USER": "reader",
            "DATELINE_PASSWORD": "secret",
            "DATELINE_CA": str(tmp_path / "ca.pem"),
        }
        cli = Cli(tmp_path, environment_of(settings) | access)
        records = [record(number, body="word " * 300) for number in range(1_500)]
        source = write(tmp_path / "in.jsonl", *records)
        load(cli, "rebuild", write(tmp_path / "one.jsonl", record(1)))
        report = load(
            Cli(tmp_path, cli.environment | {"DATELINE_ENGINE": gate.url}), "update", source
        )
        assert (report["added"], gate.sent_away > 5) == (1_499, True)
        assert load(cli, "update", source)["unchanged"] == 1_500
