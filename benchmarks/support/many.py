"""Made-up articles by the million: seeded, sampled with numpy, written as lines of JSON."""

import datetime as dt
from collections.abc import Iterator

import numpy as np
import orjson
from numpy.typing import NDArray

from benchmarks.support.archives import common_words
from benchmarks.support.words import pseudo_words

__all__ = ["lines"]

_DISTINCT = 200_000
_TABLE_BITS = 22
_BATCH = 4_096
_FIRST_DAY, _DAYS = dt.date(2005, 1, 1), 7_300
_TITLE, _DECK = 8, 20


def lines(
    number: int, *, seed: int = 1, words: int = 100, changed: frozenset[int] = frozenset()
) -> Iterator[bytes]:
    """Yield articles with Zipf's distribution over 200,000 words, without the end of the line.

    They have 30 regions, 100 themes, 20,000 authors, 500 sources and span 20 years. Articles whose
    places are in `changed` get another first word; everything else depends on `seed` alone.
    """
    dice = np.random.default_rng(seed)
    vocabulary = np.array(_vocabulary(), dtype=object)
    table = _table(len(vocabulary))
    days = [(_FIRST_DAY + dt.timedelta(days=day)).isoformat() for day in range(_DAYS)]
    for start in range(0, number, _BATCH):
        size = min(_BATCH, number - start)
        # Always a whole batch, so that a prefix of a longer run is the same as a shorter one.
        places = dice.integers(0, len(table), size=(_BATCH, words), dtype=np.uint32)
        texts = vocabulary[table[places]].tolist()
        regions = _pareto(dice, 0.7, 30, 3)
        themes = _pareto(dice, 0.5, 100, 4)
        authors = _pareto(dice, 0.6, 20_000, 1)
        sources = _pareto(dice, 0.7, 500, 1)
        published = dice.integers(0, _DAYS, size=_BATCH).tolist()
        for row in range(size):
            text = texts[row]
            if start + row in changed:
                text[0] = "Changed"
            yield orjson.dumps(
                {
                    "id": f"m{start + row}",
                    "title": " ".join(text[:_TITLE]).capitalize(),
                    "deck": " ".join(text[_TITLE:_DECK]),
                    "authors": [f"Author {value}" for value in authors[row]],
                    "published": days[published[row]],
                    "regions": [f"Region {value}" for value in dict.fromkeys(regions[row])],
                    "themes": [f"Theme {value}" for value in dict.fromkeys(themes[row])],
                    "source": f"Source {sources[row][0]}",
                    "language": "en",
                    "body": " ".join(text[_DECK:]) + ".",
                }
            )


def _vocabulary() -> list[str]:
    """Return common words, and words of syllables up to 200,000."""
    return list(dict.fromkeys([*common_words(), *pseudo_words(_DISTINCT)]))[:_DISTINCT]


def _table(size: int) -> NDArray[np.uint32]:
    """Return a table in which each word's place fills a share of Zipf's distribution."""
    shares = np.cumsum(1 / (np.arange(size) + 3))
    middles = (np.arange(1 << _TABLE_BITS) + 0.5) / (1 << _TABLE_BITS) * shares[-1]
    places: NDArray[np.uint32] = np.searchsorted(shares, middles).astype(np.uint32)
    return places


def _pareto(dice: np.random.Generator, shape: float, values: int, most: int) -> list[list[int]]:
    """Return up to `most` values per article, exactly one if `most` is 1."""
    drawn: list[list[int]] = (
        ((dice.pareto(shape, size=(_BATCH, most)) + 1) % values).astype(np.int64).tolist()
    )
    if most == 1:
        return drawn
    numbers = dice.integers(0, most + 1, size=_BATCH).tolist()
    return [row[:number] for row, number in zip(drawn, numbers, strict=True)]
