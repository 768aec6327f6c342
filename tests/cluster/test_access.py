"""A cluster behind https and a password, and a busy one, by a proxy in front of real nodes."""

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
    """A proxy to a node that checks a password, and rejects every `busy`th request with 429."""

    def __init__(self, node: str, authority: trustme.CA, busy: int = 0) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.node = urlsplit(node).netloc
        self.busy = busy
        self.requests = 0
        self.sent_away = 0
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(context)
        self.socket = context.wrap_socket(self.socket, server_side=True)

    @property
    def url(self) -> str:
        """The address of the proxy."""
        return f"https://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Gate

    def log_message(self, *_: object) -> None:
        """Log nothing."""

    def answer(self) -> None:
        """Answer any request."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.requests += 1
        if self.headers.get("Authorization") != _ALLOWED:
            self._send(HTTPStatus.UNAUTHORIZED, b"{}")
        elif self.server.busy and self.server.requests % self.server.busy == 0:
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
            # Before responding to the client, which may have timed out.
            node.close()
            self._send(status, body)

    def _send(self, status: HTTPStatus, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


for method in ("GET", "POST", "PUT", "DELETE"):
    # The method names that the library expects.
    setattr(_Handler, f"do_{method}", _Handler.answer)


@pytest.fixture
def gate(cluster: Cluster, tmp_path: Path) -> Iterator[Gate]:
    """Start a proxy; its CA certificate is in the folder of the test."""
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
    """Credentials are never shown; a wrong password or an unknown CA gives one clear line."""
    with archive_in(cluster) as settings:
        access = {
            "DATELINE_CLUSTER_USER": "reader",
            "DATELINE_CLUSTER_PASSWORD": "secret",
            "DATELINE_CLUSTER_CA": str(tmp_path / "ca.pem"),
        }
        cli = Cli(tmp_path, environment_of(settings) | {"DATELINE_ENGINE": gate.url} | access)
        load(cli, "rebuild", write(tmp_path / "in.jsonl", record(1)))
        assert "Title 1" in cli("search", "title").stdout
        wrong = cli("stats", code=1, DATELINE_CLUSTER_PASSWORD="guessed").stderr
        assert "denies access (401); set DATELINE_CLUSTER_USER" in wrong
        assert "guessed" not in wrong
        foreign = cli("stats", code=1, DATELINE_CLUSTER_CA="").stderr
        assert "certificate verify failed" in foreign
        assert (
            "DATELINE_CLUSTER_CA" in cli("stats", code=2, DATELINE_CLUSTER_CA="missing.pem").stderr
        )


def test_a_busy_cluster_is_asked_again(gate: Gate, cluster: Cluster, tmp_path: Path) -> None:
    """A load continues while the cluster rejects requests; nothing is lost or repeated."""
    gate.busy = 3
    with archive_in(cluster) as settings:
        access = {
            "DATELINE_CLUSTER_USER": "reader",
            "DATELINE_CLUSTER_PASSWORD": "secret",
            "DATELINE_CLUSTER_CA": str(tmp_path / "ca.pem"),
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
