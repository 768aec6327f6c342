"""The classes of searches that are compared, each with other words in every round."""

import datetime as dt
import random
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise

from benchmarks.comparison.corpus import Vocabulary
from benchmarks.peers.request import Request

__all__ = ["CLASSES", "HEAVY", "LIGHT", "searches"]

HEAVY = ("all, another last day each", "very common word", "common word", "prefix", "deep page")
"""Classes of ten thousand hits and more at 100,000 articles."""
LIGHT = ("word", "rare word", "newest first")
"""Classes of few hits, and those by date."""

_ONE_WORD = ("very common word", "common word", "word", "rare word", "newest first", "deep page")
"""Classes that share their words, since the counts of one would answer another."""
_FEW_WORDS = "very common word"
"""The warm-up leaves these to the rounds that are measured."""
_TRIES = 200
_COMMONEST = 30
_VERY_COMMON, _COMMON, _WORD, _RARE = 0.7, 0.2, 0.018, 0.0004
"""The share of articles that have a word of each frequency."""


class _NoMoreWords(LookupError):
    """All words of this frequency have been searched."""


@dataclass
class _Dice:
    """Draws words, days and values; no class gets the same word in two rounds."""

    vocabulary: Vocabulary
    articles: int
    seed: int
    scale: float = 1.0
    name: str = ""
    used: dict[tuple[str, ...], set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        first, last = (dt.date.fromisoformat(day) for day in self.vocabulary.days)
        self.first, self.span = first, (last - first).days
        self.by_count = list(self.vocabulary.counts.items())
        self.rarity = [-count for _, count in self.by_count]

    def word(self, share: float) -> str:
        """Return a word that about this share of the articles has, or the nearest there is."""
        target = max(2.0, share * self.articles * self.scale)
        lowest = max(target, self.by_count[-1][1])
        used = self.used.setdefault(_ONE_WORD if self.name in _ONE_WORD else (self.name,), set())
        first = bisect_left(self.rarity, -lowest * 1.6)
        end = bisect_right(self.rarity, -target * 0.5)
        near = [word for word, _ in self.by_count[first:end] if word not in used]
        if not near:
            raise _NoMoreWords
        word = self.random.choice(near)
        used.add(word)
        return word

    def day(self, low: float, high: float) -> dt.date:
        """Return a day in a part of the archive's time."""
        return self.first + dt.timedelta(days=int(self.span * self.random.uniform(low, high)))

    def value(self, facet: str, places: int) -> tuple[str, str]:
        """Return a value among the most frequent ones of a facet."""
        return facet, self.random.choice(self.vocabulary.values[facet][:places])

    def phrase(self) -> tuple[str, ...]:
        """Return two common words that stand next to each other in some article."""
        enough = _COMMON / 4 * self.articles
        counts = self.vocabulary.counts
        used = self.used.setdefault(("phrases",), set())
        for _ in range(_TRIES):
            text = self.random.choice(self.vocabulary.texts)
            pairs = [
                pair
                for pair in pairwise(text)
                if pair[0] != pair[1]
                and " ".join(pair) not in used
                and all(counts.get(word, 0) > enough for word in pair)
            ]
            if pairs:
                pair = self.random.choice(pairs)
                used.add(" ".join(pair))
                return pair
            enough *= 0.9
        raise _NoMoreWords

    def together(self, number: int) -> tuple[str, ...]:
        """Return some of the most common words, another choice of them in every round."""
        used = self.used.setdefault(("choices",), set())
        common = [word for word, _ in self.by_count[:_COMMONEST]]
        while True:
            words = tuple(self.random.sample(common, number))
            if " ".join(sorted(words)) not in used:
                used.add(" ".join(sorted(words)))
                return words

    def prefix(self) -> str:
        """Return the first letters of a common word."""
        used = self.used.setdefault(("prefixes",), set())
        while (letters := self.word(_COMMON)[:4]) in used:
            pass
        used.add(letters)
        return letters

    def misspelt(self) -> str:
        """Return a word with two letters swapped that is no word."""
        while True:
            word = self.word(_WORD)
            at = self.random.randrange(1, len(word) - 2)
            wrong = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
            if wrong not in self.vocabulary.counts:
                return wrong


CLASSES: dict[str, Callable[[_Dice], Request]] = {
    "all, another last day each": lambda dice: Request(last_day=dice.day(0.5, 1)),
    "very common word": lambda dice: Request(words=(dice.word(_VERY_COMMON),)),
    "common word": lambda dice: Request(words=(dice.word(_COMMON),)),
    "word": lambda dice: Request(words=(dice.word(_WORD),)),
    "rare word": lambda dice: Request(words=(dice.word(_RARE),)),
    "two words": lambda dice: Request(words=(dice.word(_COMMON), dice.word(_COMMON))),
    "five words": lambda dice: Request(words=dice.together(5)),
    "phrase of common words": lambda dice: Request(phrase=dice.phrase()),
    "prefix": lambda dice: Request(prefix=dice.prefix()),
    "exclusion": lambda dice: Request(words=(dice.word(_COMMON),), excluded=dice.word(_COMMON)),
    "a word, a region chosen": lambda dice: Request(
        words=(dice.word(_COMMON),), filters=(dice.value("region", 6),)
    ),
    "three filters": lambda dice: Request(
        words=(dice.word(_COMMON),),
        filters=(dice.value("region", 6), dice.value("theme", 6), dice.value("source", 3)),
    ),
    "date range": lambda dice: Request(
        words=(dice.word(_COMMON),), first_day=dice.day(0, 0.4), last_day=dice.day(0.6, 1)
    ),
    "newest first": lambda dice: Request(words=(dice.word(_WORD),), newest=True),
    "deep page": lambda dice: Request(words=(dice.word(_COMMON),), page=50),
    "relaxed": lambda dice: Request(
        words=tuple(dice.word(_RARE * 2) for _ in range(4)), relaxed=True
    ),
    "misspelt": lambda dice: Request(words=(dice.misspelt(),), misspelt=True),
    "browse a facet of many values": lambda dice: Request(
        browse="author", last_day=dice.day(0.5, 1)
    ),
}


def searches(
    vocabulary: Vocabulary, articles: int, rounds: int, *, seed: int = 1, warm_up: int = 0
) -> Iterator[dict[str, Request]]:
    """Yield one search of each class per round.

    The first `warm_up` rounds have words of a third of the frequency, so that no search that is
    measured was made before. A class whose words run out has no search in further rounds.
    """
    dice = _Dice(vocabulary, articles, seed)
    for number in range(warm_up + rounds):
        dice.scale = 0.33 if number < warm_up else 1.0
        made = {}
        for dice.name, make in CLASSES.items():
            if number < warm_up and dice.name == _FEW_WORDS:
                continue
            with suppress(_NoMoreWords):
                made[dice.name] = make(dice)
        yield made
