"""Workers share the cores without leaving any unused."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from search.cores import CORES, share_of, use_cores


@pytest.mark.parametrize(
    ("cores", "workers", "shares"),
    [
        ({0, 1}, 1, [{0, 1}]),
        ({4, 9}, 2, [{4}, {9}]),
        ({0, 1, 2, 3}, 2, [{0, 2}, {1, 3}]),
        ({0, 1, 2, 3}, 3, [{0, 3}, {1}, {2}]),
        ({0, 1}, 4, [{0}, {1}, {0}, {1}]),
        ({0, 1}, 3, [{0, 1}, {0, 1}, {0, 1}]),
        ({5}, 2, [{5}, {5}]),
    ],
)
def test_shares_are_equal_and_leave_no_core_out(
    cores: set[int], workers: int, shares: list[set[int]]
) -> None:
    """Three workers on two cores get no fixed ones: two of them would have half a core each."""
    assert [share_of(frozenset(cores), each, workers) for each in range(workers)] == shares


def test_a_thread_keeps_to_its_cores_and_others_do_not() -> None:
    """The server's threads are started by one that keeps to its cores."""
    kept = frozenset({min(CORES)})

    def cores_after(given: frozenset[int]) -> set[int]:
        use_cores(given)
        return os.sched_getaffinity(0)

    with ThreadPoolExecutor(1) as executor:
        assert executor.submit(cores_after, kept).result() == kept
    assert os.sched_getaffinity(0) == CORES


def test_a_core_that_is_gone_changes_nothing() -> None:
    """A container may get fewer cores while the server runs."""
    with ThreadPoolExecutor(1) as executor:
        executor.submit(use_cores, frozenset({4_095})).result()
        assert executor.submit(os.sched_getaffinity, 0).result() == CORES
