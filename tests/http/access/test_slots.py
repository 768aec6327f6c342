"""Slots are limited in total and for each address."""

import subprocess
import sys
from pathlib import Path

from tests.conftest import clean_environment
from web.limits.slots import AddressSlots, Slots

TAKE = """
import sys
from pathlib import Path
from web.limits.slots import AddressSlots

AddressSlots(Path(sys.argv[1]), 2).take("one")
"""


def test_slots_are_limited_in_total_and_by_address() -> None:
    """One client cannot take all slots, and a released slot is free again."""
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


def test_processes_share_the_slots_of_an_address(tmp_path: Path) -> None:
    """The limit applies to all workers of a server together."""
    workers = [AddressSlots(tmp_path / "exports", 2) for _ in range(2)]
    leave = workers[0].take("one")
    assert leave
    assert workers[1].take("one")
    assert workers[0].take("one") is workers[1].take("one") is None
    assert workers[0].take("two")
    leave()
    assert workers[1].take("one")


def test_a_killed_process_frees_its_slots(tmp_path: Path) -> None:
    """Slots of a dead worker are free."""
    path = tmp_path / "exports"
    for _ in range(2):
        subprocess.run([sys.executable, "-c", TAKE, str(path)], env=clean_environment(), check=True)
    slots = AddressSlots(path, 2)
    assert slots.take("one")
    assert slots.take("one")
    assert slots.take("one") is None
