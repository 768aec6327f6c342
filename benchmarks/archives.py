"""Archives to measure on: Reuters where the shared collections lie beside the checkout, else made-up articles."""

import datetime as dt
import gzip
import random
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

import orjson

from search.article import Article

__all__ = ["REUTERS", "made_up"]

REUTERS = Path(__file__).resolve().parents[2] / "shared" / "corpora" / "reuters.jsonl.gz"


def made_up(number: int, seed: int = 1) -> Iterator[Article]:
    """Make articles with words by Zipf's law, 30 regions, 100 themes, 20,000 authors, 500 sources, 20 years."""
    dice = random.Random(seed)
    words = _words()
    weights = list(accumulate(1 / (rank + 3) for rank in range(len(words))))
    for each in range(number):
        text = dice.choices(words, cum_weights=weights, k=260)
        day = dt.date(2005, 1, 1) + dt.timedelta(days=dice.randrange(7300))
        yield Article(
            id=f"m{each}",
            title=" ".join(text[:8]).capitalize(),
            deck=" ".join(text[8:20]),
            authors=(f"Author {int(dice.paretovariate(0.6)) % 20_000}",),
            published=day.isoformat(),
            regions=tuple(
                dict.fromkeys(f"Region {int(dice.paretovariate(0.7)) % 30}" for _ in range(dice.randint(0, 3)))
            ),
            themes=tuple(
                dict.fromkeys(f"Theme {int(dice.paretovariate(0.5)) % 100}" for _ in range(dice.randint(0, 4)))
            ),
            source=f"Source {int(dice.paretovariate(0.7)) % 500}",
            body="\n\n".join(" ".join(text[start : start + 60]) + "." for start in range(20, 260, 60)),
        )


def _words() -> list[str]:
    texts: list[str] = []
    if REUTERS.exists():
        with gzip.open(REUTERS) as lines:
            texts = [orjson.loads(line).get("body", "") for line, _ in zip(lines, range(2000), strict=False)]
    found = dict.fromkeys(word for text in texts for word in text.split() if word.isalpha())
    return list(found)[:20_000] or [f"word{rank}" for rank in range(20_000)]
