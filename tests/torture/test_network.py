"""A short attack by all kinds of hostile clients; `make torture` runs a longer one."""

from contextlib import nullcontext

import pytest

from tests.conftest import Cli, serving
from tests.support.wait_until import until
from tests.torture.clients import KINDS
from tests.torture.network import PROXIES, attacked, proxied, warm_up, works, write_archive

EACH = 20
SECONDS = 6.0
MAX_GROWTH = 20_000_000
REFUSED = {"large_bodies": {"413"}, "chunked_bodies": {"411"}, "many_filters": {"400", "503"}}
"""Expected statuses; 503 if the queue for large responses is full."""


@pytest.mark.parametrize("way", ["direct", *PROXIES])
def test_readers_are_answered_under_attack(cli: Cli, way: str) -> None:
    """Health checks and readers are answered, and memory is stable."""
    write_archive(cli.folder, 400)
    with serving("serve", folder=cli.folder, workers=2) as server:
        warm_up(server)
        with proxied(way, server, cli.folder) if way in PROXIES else nullcontext(server.url) as url:
            attack = attacked(url, tuple(KINDS), EACH, SECONDS, server.process.pid)
        until(lambda: works(server))
        assert attack.witness.failures == []
        assert attack.witness.answers > 3
        assert attack.grown < MAX_GROWTH
        # A proxy reads the whole body before it passes the request on.
        refused = REFUSED if way == "direct" else {}
        assert all(
            attack.answered[kind] and set(attack.answered[kind]) <= expected
            for kind, expected in refused.items()
        )
