"""A regression guard: `make bench-check`.

It indexes 20,000 articles of made-up words, measures the engine and bare tantivy-py in turn, and
compares the ratios of their processor times with `baseline.json`. Ratios of processor time hardly
depend on the machine or on its load, so a tolerance suffices and no absolute time is compared.
"""

import argparse
import gc
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.comparison.classes import CLASSES, searches
from benchmarks.comparison.corpus import Vocabulary, vocabulary
from benchmarks.peers.bare import BareTantivy
from benchmarks.peers.engine import search_query
from benchmarks.peers.processes import folder_bytes
from benchmarks.support.archives import made_up
from benchmarks.support.timing import table
from benchmarks.support.words import pseudo_words
from search.engines import open_store
from search.index.document import PreparedDocument, index_document
from search.model.article import Article

__all__ = ["check"]

BASELINE = Path(__file__).with_name("baseline.json")
_ARTICLES, _WORDS = 20_000, 20_000
_ROUNDS = 20
_WARM_UP = 4
_ATTEMPTS = 3
_TOLERANCE = 0.15
"""How far a ratio may rise. Runs on a busy machine differ by up to a tenth."""
_LOOSER = {"indexing": 2.0}
"""Multiples of the tolerance for ratios that are measured once."""
_BROWSE = "browse a facet of many values"
"""It is no search: pages of values are asked of another method."""
_INDEXING, _DISK = "indexing", "index on disk"


@dataclass(frozen=True, slots=True)
class _Indexes:
    data: Path
    bare: BareTantivy
    words: Vocabulary
    indexing: float
    disk: float


def check(arguments: Sequence[str]) -> int:
    """Compare with the baseline, or write it; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks check", description=__doc__)
    parser.add_argument("--update", action="store_true", help="write the baseline")
    parser.add_argument("--tolerance", type=float, default=_TOLERANCE, metavar="SHARE")
    options = parser.parse_args(arguments)
    baseline: dict[str, float] = {}
    if not options.update:
        baseline = json.loads(BASELINE.read_text("utf-8"))
    with _indexes() as indexes:
        found = {_INDEXING: indexes.indexing, _DISK: indexes.disk} | _ratios(indexes, 1)
        if options.update:
            # The baseline is the median of several runs, since it is compared with often.
            runs = [found, *(_ratios(indexes, seed) for seed in range(2, _ATTEMPTS + 1))]
            for name in CLASSES.keys() & found.keys():
                found[name] = median(run[name] for run in runs)
        else:
            # A class is slower only if it stays so in every attempt.
            for seed in range(2, _ATTEMPTS + 1):
                if not _worse(found, baseline, options.tolerance) - {_INDEXING, _DISK}:
                    break
                again = _ratios(indexes, seed)
                found |= {name: min(found[name], ratio) for name, ratio in again.items()}
    if options.update:
        rounded = {name: round(ratio, 2) for name, ratio in found.items()}
        BASELINE.write_text(json.dumps(rounded, indent=1) + "\n", "utf-8")
    worse = _worse(found, baseline, options.tolerance)
    rows = [
        [
            name,
            f"{baseline[name]:.2f}" if name in baseline else "–",
            f"{ratio:.2f}",
            "WORSE" if name in worse else "",
        ]
        for name, ratio in found.items()
    ]
    print(table(["processor time relative to bare tantivy-py", "baseline", "now", ""], rows))
    if worse:
        print(f"Slower than the baseline by more than {options.tolerance:.0%}: ", end="")
        print("; ".join(name for name in found if name in worse))
    return 1 if worse else 0


def _worse(found: dict[str, float], baseline: dict[str, float], tolerance: float) -> set[str]:
    return {
        name
        for name, ratio in found.items()
        if name in baseline and ratio > baseline[name] * (1 + tolerance * _LOOSER.get(name, 1.0))
    }


@contextmanager
def _indexes() -> Iterator[_Indexes]:
    """Index the same articles twice, in this process."""
    folder = Path(tempfile.mkdtemp())
    try:
        articles = list(made_up(_ARTICLES, words=pseudo_words(_WORDS)))
        source = folder / "articles.jsonl"
        source.write_bytes(b"".join(article.to_json() + b"\n" for article in articles))
        bare = BareTantivy(folder / "bare")
        bare_time = _processor_time(lambda: bare.load(source, _ARTICLES))
        bare.start()
        our_time = _processor_time(lambda: _index(articles, folder / "data"))
        yield _Indexes(
            folder / "data",
            bare,
            vocabulary(source, *bare.document_counts()),
            our_time / bare_time,
            folder_bytes(folder / "data" / "generations") / bare.disk(),
        )
    finally:
        shutil.rmtree(folder)


def _index(articles: list[Article], data: Path) -> None:
    store = open_store("tantivy", data)
    name, writer = store.create()
    for article in articles:
        document = index_document(article)
        writer.add(PreparedDocument(article.id, document.fingerprint, 0, store.encode(document)))
    writer.commit({})
    store.make_live(name)


def _ratios(indexes: _Indexes, seed: int) -> dict[str, float]:
    """Return the engine's processor time relative to the bare calls, by class."""
    # An engine whose caches are empty: attempts may search the same words.
    engine = open_store("tantivy", indexes.data).serving()
    ours: dict[str, list[float]] = {}
    bare: dict[str, list[float]] = {}
    rounds = searches(indexes.words, _ARTICLES, _ROUNDS, seed=seed, warm_up=_WARM_UP)
    gc.collect()
    gc.disable()
    try:
        for number, made in enumerate(rounds):
            for name, request in made.items():
                if name == _BROWSE:
                    continue
                limit = _processor_time(indexes.bare.prepare(request))
                took = _processor_time(partial(engine.search, search_query(request)))
                if number >= _WARM_UP:
                    ours.setdefault(name, []).append(took)
                    bare.setdefault(name, []).append(limit)
            gc.collect()
    finally:
        gc.enable()
    return {name: median(ours[name]) / median(bare[name]) for name in ours}


def _processor_time(task: Callable[[], object]) -> float:
    started = time.process_time()
    task()
    return time.process_time() - started
