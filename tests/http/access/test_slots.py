"""Slots that few may hold at once."""

import subprocess
import sys
from pathlib import Path

from tests.conftest import clean_environment
from web.limits.slots import AddressSlots, Slots

TAKE = "import sys; from pathlib import Path; from web.limits.slots import AddressSlots; AddressSlots(Path(sys.argv[1]), 2).take('one')"


def test_places_are_few_in_all_and_of_an_address() -> None:
    """One client cannot take what many are to share, and who leaves makes room."""
    slots = Slots(3, 2)
    first, second = slots.take("one"), slots.take("one")
    assert first
    assert second
    assert slots.take("one") is None
    third = slots.take("two")
    assert third
    assert slots.take("three") is None
    first()
    assert slots.take("one")


def test_processes_share_the_places_of_an_address(tmp_path: Path) -> None:
    """A client has as many slots as it may over all workers of a server, not in each."""
    workers = [AddressSlots(tmp_path / "exports", 2) for _ in range(2)]
    leave = workers[0].take("one")
    assert leave
    assert workers[1].take("one")
    assert workers[0].take("one") is workers[1].take("one") is None
    assert workers[0].take("two")
    leave()
    assert workers[1].take("one")


def test_a_killed_process_leaves_its_places(tmp_path: Path) -> None:
    """What a worker held when it died is free for others."""
    path = tmp_path / "exports"
    for _ in range(2):
        subprocess.run([sys.executable, "-c", TAKE, str(path)], env=clean_environment(), check=True)
    slots = AddressSlots(path, 2)
    assert slots.take("one")
    assert slots.take("one")
    assert slots.take("one") is None
