"""Clients that mean harm, all kinds at once, in short; `make torture` takes longer, and more of them."""

import pytest

from tests.conftest import Cli, serving
from tests.polling import until
from tests.torture.clients import KINDS
from tests.torture.network import PROXIES, attacked, proxied, warm_up, works, write_archive

EACH = 20
SECONDS = 6.0
MAX_GROWTH = 20_000_000


@pytest.mark.parametrize("way", ["direct", *PROXIES])
def test_readers_are_answered_while_others_mean_harm(cli: Cli, way: str) -> None:
    """Beside clients that are slow, greedy, silent or stalled every probe and every reader is answered, memory stays, and all is as before when they are gone."""
    write_archive(cli.folder, 400)
    with serving("serve", folder=cli.folder, workers=2) as server:
        warm_up(server)
        if way == "direct":
            seen = attacked(server.url, tuple(KINDS), EACH, SECONDS, server.process.pid)
        else:
            with proxied(way, server, cli.folder) as url:
                seen = attacked(url, tuple(KINDS), EACH, SECONDS, server.process.pid)
        until(lambda: works(server))
        assert seen.witness.failures == []
        assert seen.witness.answers > 3
        assert seen.grown < MAX_GROWTH
        for kind, statuses in {
            "large_bodies": {"413"},
            "chunked_bodies": {"411", "413", "closed"},
            "many_filters": {"400", "414", "503"},
        }.items():
            assert set(seen.answered[kind]) <= statuses, kind
            assert seen.answered[kind], kind
