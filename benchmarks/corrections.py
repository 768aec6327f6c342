"""The cost of corrections over 200,000 distinct words, next to a comparison with every word."""

import random
import time
from collections.abc import Callable, Iterator
from statistics import median, quantiles

from rapidfuzz import process
from rapidfuzz.distance import OSA

from benchmarks.support.timing import table
from search.query.spelling import Speller
from search.query.vocabulary.packing import pack
from search.query.vocabulary.vocabulary import Vocabulary
from search.query.vocabulary.word_list import WordList
from tests.support.typos import garbled

__all__ = ["run"]

_WORDS = 200_000
_TYPOS = 100
_LENGTHS = (4, 5, 6, 8, 10, 14, 20)
_ONSETS = "b br c ch cl d dr f fl g gr h j k l m n p pr qu r s sh st t th tr v w".split()
_VOWELS = "a a e e i o u ea ou".split()
_CODAS = ["", "", "", "n", "r", "s", "t", "l", "nd", "ck", "ng"]
_LETTERS = "aeioustrn"


def run() -> str:
    """Measure processor time, so that other processes disturb less; return the table."""
    dice = random.Random(27)
    words = dict.fromkeys(_words(dice), 0)
    frequencies = {word: int(dice.paretovariate(0.9)) + 1 for word in words}
    chosen = WordList.of(frequencies, _WORDS)
    started = time.process_time()
    packed = pack(chosen)
    seconds = time.process_time() - started
    speller = Speller(Vocabulary(memoryview(packed)), _WORDS)
    keys = list(chosen.frequencies)
    rows = []
    for length in _LENGTHS:
        typos = [
            garbled(dice, word, slips, _LETTERS)
            for slips in (1, 2)
            for word in dice.sample([word for word in words if len(word) == length], _TYPOS)
        ]
        rows.append(
            [
                f"{length} letters",
                *_times(lambda typed: speller.corrections(typed, 0), typos),
                *_times(
                    lambda typed: process.extract(
                        typed, keys, scorer=OSA.distance, score_cutoff=2, limit=None
                    ),
                    typos[::10],
                ),
            ]
        )
    head = ["a word of", "median, ms", "95th percentile", "every word compared", "95th percentile"]
    return (
        f"## Corrections ({_WORDS:,} made-up words; processor time; one and two slips)\n\n"
        + table(head, rows)
        + f"\nThe file has {len(packed) / 1e6:.1f} MB and is made in {seconds:.1f} s.\n"
    )


def _words(dice: random.Random) -> set[str]:
    words: set[str] = set()
    while len(words) < _WORDS:
        word = "".join(
            dice.choice(_ONSETS) + dice.choice(_VOWELS) + dice.choice(_CODAS)
            for _ in range(dice.choice((2, 2, 3, 3, 3, 4, 5, 6)))
        )
        words.add(word[: dice.randint(4, 20)])
    return words


def _times(task: Callable[[str], object], texts: list[str]) -> Iterator[str]:
    times = []
    for text in texts:
        started = time.thread_time()
        task(text)
        times.append((time.thread_time() - started) * 1000)
    yield f"{median(times):.2f}"
    yield f"{quantiles(times, n=20)[-1]:.2f}"
