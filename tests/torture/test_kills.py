"""A short run of kills; `make torture` is the long one."""

from pathlib import Path

from tests.torture.harness import Torture

KILLS = 12


def test_kill_9_at_random_moments(tmp_path: Path) -> None:
    """Readers see the old or the new index, and running the command again finishes it."""
    torture = Torture(tmp_path, seed=20, articles=300)
    with torture.reading() as readers:
        while torture.kills.total() < KILLS:
            torture.round()
    assert readers.failures == []
    assert readers.answers > KILLS
