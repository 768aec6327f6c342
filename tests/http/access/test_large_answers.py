"""Requests for much at once stand in a line of their own."""

import threading
from pathlib import Path

import pytest

from search.index.protocols import GenerationStore
from tests.conftest import AppOf, StoreTuned, article, build, on_tantivy
from web.limits.concurrency import TooManySearches
from web.limits.large_answers import LargeAnswerLimiter


@pytest.fixture
def store_tuned(tmp_path: Path) -> StoreTuned:
    """Give stores of one engine: which one answers makes no difference here."""
    return on_tantivy(tmp_path)


SEARCH = "/api/v1/search"


def test_a_line_lets_so_many_go_on_and_so_many_wait() -> None:
    """Who asks for much waits for a turn, and hears at once where too many wait already."""
    limiter = LargeAnswerLimiter(1, 1, 20)
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


def test_a_turn_that_does_not_come_is_given_up() -> None:
    """Nobody waits without end, and who gave up takes no place from others."""
    limiter = LargeAnswerLimiter(1, 1, 0.02)
    limiter.acquire("one")
    for _ in range(3):
        with pytest.raises(TooManySearches):
            limiter.acquire("one")
    limiter.release()
    limiter.acquire("one")


@pytest.mark.parametrize(
    "asked",
    [
        "size=26",
        "facet_size=101",
        "size=000000100",
        "size=100&facet_size=1000",
        "size=99999",
        "size=x",
    ],
)
def test_large_answers_leave_the_line(store: GenerationStore, app_of: AppOf, asked: str) -> None:
    """However a request for much ends, well or not, the next one has its turn."""
    build(store, [article(1)])
    client = app_of(searches=1).test_client()
    statuses = {client.get(f"{SEARCH}?{asked}").status_code for _ in range(40)}
    assert statuses == {400 if asked in ("size=99999", "size=x") else 200}
