"""Trends, overviews and comparisons, next to one search of the same words."""

import random
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from benchmarks.searching import by_frequency
from benchmarks.support.made_index import index_made_up, opened
from benchmarks.support.timing import medians, table
from search.index.protocols import SearchEngine
from search.model.query import SearchQuery

__all__ = ["run"]

_ARTICLES = 100_000
_ROUNDS = 25
_SERIES = 5


def run() -> str:
    """Index made-up articles, measure, and return the table."""
    folder = Path(tempfile.mkdtemp())
    try:
        return _measure(opened(index_made_up(folder, _ARTICLES)))
    finally:
        shutil.rmtree(folder)


def _measure(engine: SearchEngine) -> str:
    words = [word for word in by_frequency() if len(word) > 4]  # without stop words
    dice = random.Random(4)
    # Every set of words is new, so the caches of a generation do not help.
    sets = {
        "common words": _sets(dice, words[:400]),
        "rarer words": _sets(dice, words[2000:4000]),
    }
    rows = []
    for name, searches in sets.items():
        tasks: dict[str, Callable[[Sequence[SearchQuery]], object]] = {
            "search": lambda queries: engine.search(queries[0]),
            "trends": lambda queries: engine.trends(queries, None),
            "again": lambda queries: engine.trends(queries, None),
            "overview": lambda queries: engine.overview(queries[1]),
            "contrast": lambda queries: engine.contrast(queries[2], queries[3]),
        }
        timed: dict[str, Callable[[], object]] = {
            task: partial(_next_of, function, iter(searches)) for task, function in tasks.items()
        }
        took = medians(timed, len(searches) - 1)
        rows.append([name, *(f"{took[task]:.1f}" for task in tasks)])
    head = ["words", "a search", "trends of five", "the same again", "an overview", "a comparison"]
    return (
        f"## Over time and at a glance ({_ARTICLES:,} made-up articles, ms of the engine)\n\n"
        + table(head, rows)
    )


def _next_of(
    task: Callable[[Sequence[SearchQuery]], object], searches: Iterator[Sequence[SearchQuery]]
) -> None:
    task(next(searches))


def _sets(dice: random.Random, words: Sequence[str]) -> list[list[SearchQuery]]:
    """Return sets of searches for one word each."""
    return [
        [SearchQuery(text=word) for word in dice.sample(words, _SERIES)] for _ in range(_ROUNDS + 1)
    ]
