"""The separate queue for requests for large responses."""

import threading

import pytest

from search.index.protocols import GenerationStore
from tests.conftest import AppOf, article, build
from web.limits.concurrency import TooManySearches
from web.limits.large_responses import LargeResponseLimiter

SEARCH = "/api/v1/search"


def test_large_responses_have_a_bounded_queue() -> None:
    """A request waits for its turn, and is refused at once if the queue is full."""
    limiter = LargeResponseLimiter(1, 1, 20)
    limiter.acquire("one")
    entered = threading.Event()

    def wait() -> None:
        limiter.acquire("one")
        entered.set()

    waiting = threading.Thread(target=wait)
    waiting.start()
    while limiter.has_room:
        assert waiting.is_alive()
    with pytest.raises(TooManySearches, match="ask for less with size and facet_size"):
        limiter.acquire("one")
    limiter.release()
    assert entered.wait(20)
    limiter.release()
    limiter.acquire("one")


def test_waiting_for_a_turn_times_out() -> None:
    """Nobody waits forever, and a request that timed out occupies no place."""
    limiter = LargeResponseLimiter(1, 1, 0.02)
    limiter.acquire("one")
    for _ in range(3):
        with pytest.raises(TooManySearches):
            limiter.acquire("one")
    limiter.release()
    limiter.acquire("one")


@pytest.mark.parametrize(
    "parameters",
    [
        "size=26",
        "facet_size=101",
        "size=000000100",
        "size=100&facet_size=1000",
        "size=99999",
        "size=x",
    ],
)
def test_large_responses_free_their_place(
    store: GenerationStore, app_of: AppOf, parameters: str
) -> None:
    """The next request has its turn however a request ends."""
    build(store, [article(1)])
    client = app_of(searches=1).test_client()
    statuses = {client.get(f"{SEARCH}?{parameters}").status_code for _ in range(40)}
    assert statuses == {400 if parameters in ("size=99999", "size=x") else 200}
