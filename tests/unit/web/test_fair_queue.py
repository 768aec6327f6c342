"""Clients take turns, however many tasks each of them has waiting."""

import threading
from functools import partial

from tests.support.wait_until import until
from web.limits.fair_queue import FairQueue


def test_clients_are_served_in_rotation() -> None:
    """One that asks a hundred times at once waits for itself; another has the next turn but one."""
    turns = FairQueue(1)
    assert turns.take("greedy", 20)
    served: list[str] = []

    def ask(client: str, number: int) -> None:
        assert turns.take(client, 20)
        served.append(f"{client} {number}")
        turns.give_back()

    def waits(client: str, number: int) -> bool:
        return turns.waiting(client) == number

    threads = []
    for client, number in (
        ("greedy", 1),
        ("greedy", 2),
        ("greedy", 3),
        ("other", 1),
        ("third", 1),
        ("other", 2),
    ):
        before = turns.waiting(client)
        threads.append(threading.Thread(target=ask, args=(client, number)))
        threads[-1].start()
        until(partial(waits, client, before + 1))
    assert (turns.before("greedy"), turns.before("other"), turns.before("fourth")) == (6, 6, 3)
    turns.give_back()
    for thread in threads:
        thread.join(20)
    assert served == ["greedy 1", "other 1", "third 1", "greedy 2", "other 2", "greedy 3"]


def test_a_turn_that_was_not_waited_for_goes_to_others() -> None:
    """Who gave up waiting takes nobody's turn."""
    turns = FairQueue(1)
    assert turns.take("one", 20)
    assert not turns.take("two", 0.01)
    assert turns.waiting("two") == 0
    turns.give_back()
    assert turns.take("three", 0.01)
