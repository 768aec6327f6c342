"""A short run of the torture; `make torture` is the long one."""

from pathlib import Path

from tests.torture.harness import Torture

KILLS = 12


def test_kill_9_at_random_moments(tmp_path: Path) -> None:
    """Whatever moment a command dies at, readers see the old index or the new one, whole, and running it again finishes."""
    torture = Torture(tmp_path, seed=20, articles=300)
    with torture.reading() as readers:
        while torture.kills.total() < KILLS:
            torture.round()
    assert readers.failures == []
    assert readers.answers > KILLS
