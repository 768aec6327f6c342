"""The fair queue serves clients in turns, however many tasks each has waiting."""

import threading
from functools import partial

from tests.support.wait_until import until
from web.limits.fair_queue import FairQueue


def test_clients_are_served_in_rotation() -> None:
    """A client with many tasks waits for itself; others get the next turns."""
    queue = FairQueue(1)
    assert queue.acquire("greedy", 20)
    served: list[str] = []

    def run(client: str, number: int) -> None:
        assert queue.acquire(client, 20)
        served.append(f"{client} {number}")
        queue.release()

    def waits(client: str, number: int) -> bool:
        return queue.waiting_count(client) == number

    threads = []
    for client, number in (
        ("greedy", 1),
        ("greedy", 2),
        ("greedy", 3),
        ("other", 1),
        ("third", 1),
        ("other", 2),
    ):
        before = queue.waiting_count(client)
        threads.append(threading.Thread(target=run, args=(client, number)))
        threads[-1].start()
        until(partial(waits, client, before + 1))
    assert (
        queue.turns_ahead("greedy"),
        queue.turns_ahead("other"),
        queue.turns_ahead("fourth"),
    ) == (6, 6, 3)
    queue.release()
    for thread in threads:
        thread.join(20)
    assert served == ["greedy 1", "other 1", "third 1", "greedy 2", "other 2", "greedy 3"]


def test_a_timed_out_task_takes_no_turn() -> None:
    """The turn goes to the next waiting client."""
    queue = FairQueue(1)
    assert queue.acquire("one", 20)
    assert not queue.acquire("two", 0.01)
    assert queue.waiting_count("two") == 0
    queue.release()
    assert queue.acquire("three", 0.01)
