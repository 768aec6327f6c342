"""Short runs of `make fuzz` and `make soak`."""

import os

from tests.conftest import SAMPLE, Cli, serving
from tools.fuzz import fuzz
from tools.soak import soak

REQUESTS = int(os.environ.get("FUZZED", "3000"))


def test_no_request_makes_the_server_fail(cli: Cli) -> None:
    """Random requests never cause a 5xx status or a traceback in the log."""
    cli("rebuild", SAMPLE)
    with serving("serve", folder=cli.folder) as server:
        outcome = fuzz(server, REQUESTS)
        assert server.get("/healthz").status_code == 200
    assert outcome.failures == []
    assert {200, 400, 404, 405, 413} <= outcome.statuses.keys()
    assert outcome.memory[-1] < 1.5 * outcome.memory[0]
    assert "Traceback" not in (cli.folder / "server.log").read_text("utf-8")


def test_updates_under_load_fail_no_request(cli: Cli) -> None:
    """Every request succeeds while the archive is updated again and again."""
    cli("rebuild", SAMPLE)
    with serving("serve", folder=cli.folder, workers=2) as server:
        soaked = soak(server, cli, 6.0, 1.0, parts=2)
        total = server.get("/api/v1/search?q=Soaked").json()["total"]
    assert soaked.errors == []
    assert soaked.updates > 0
    assert all(part.latencies and part.p99 for part in soaked.parts)
    assert total == 1
