"""The worst requests of each construct of the query language: processor time and answer.

`python -m benchmarks worst` measures 100,000 made-up articles that it indexes itself. To measure an
archive that is there already, name its data folder: `python -m benchmarks.worst DATA`.
"""

import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from flask.testing import FlaskClient

from benchmarks.searching import by_frequency
from benchmarks.serving import rebuild, rebuild_made_up
from benchmarks.support.timing import table
from search.engines import open_store
from search.model.article import Article
from search.model.query import MAX_TEXT_LENGTH
from tests.support.settings import settings_of
from web.app import create_app

__all__ = ["run"]

_ARTICLES = 100_000
_VARIANTS = 5
_SEARCH_MS = 600_000
_VALUES_PER_ARTICLE = 10
_LETTERS = "abcdefghijklmnoprstuvw"
_STOP_WORDS = ("the", "of", "to", "in", "and", "a", "for", "that", "on", "is", "with", "by", "at")

_Pairs = list[tuple[str, str]]
_Construct = Callable[[random.Random], _Pairs]


def run() -> str:
    """Index made-up articles, measure, and return the tables."""
    with tempfile.TemporaryDirectory() as folder:
        text = measure(Path(rebuild_made_up(_ARTICLES, folder)))
    with tempfile.TemporaryDirectory() as folder:
        return f"{text}\n{_many_values(Path(folder))}"


def measure(data: Path) -> str:
    """Measure every construct on the archive in a data folder."""
    client, articles = _client(data)
    return (
        f"## The worst of each construct ({articles:,} articles)\n\n"
        "Processor time of all threads for the JSON answer, each request new to every cache.\n\n"
        + _table(client, _constructs())
    )


def _many_values(folder: Path) -> str:
    """Measure a facet with a million values, ten of each article."""
    source = folder / "values.jsonl"
    with source.open("wb") as lines:
        for number in range(_ARTICLES):
            values = range(number * _VALUES_PER_ARTICLE, (number + 1) * _VALUES_PER_ARTICLE)
            article = Article(
                id=f"v{number}",
                title=f"Tide {number % 1000}",
                published=f"{2005 + number % 20}-05-04",
                themes=tuple(f"Theme {value}" for value in values),
            )
            lines.write(article.to_json() + b"\n")
    data = folder / "data"
    rebuild(source, str(data))
    client, _ = _client(data)
    return "A facet with a million values:\n\n" + _table(
        client,
        {
            "a search, ten values": lambda dice: [("q", "tide"), *_day(dice)],
            "`facet_size=1000`": lambda dice: [("q", "tide"), ("facet_size", "1000"), *_day(dice)],
        },
    )


def _client(data: Path) -> tuple[FlaskClient, int]:
    store = open_store("tantivy", data)
    client = create_app(store, settings_of(data=str(data), search_ms=_SEARCH_MS)).test_client()
    # The first search opens the index and the vocabulary.
    _answer(client, [("q", "zzzq tide*")])
    total = _answer(client, [("size", "1")])[1]
    return client, total


def _table(client: FlaskClient, constructs: dict[str, _Construct]) -> str:
    rows = []
    for name, construct in constructs.items():
        dice = random.Random(name)
        answers = [_answer(client, construct(dice)) for _ in range(_VARIANTS)]
        worst, total = max(answers)
        middle = median(took for took, _ in answers)
        rows.append([name, f"{middle:,.1f}", f"{worst:,.1f}", f"{total:,}"])
    return table(["request", "median, ms", "worst, ms", "matches of the worst"], rows)


def _answer(client: FlaskClient, pairs: _Pairs) -> tuple[float, int]:
    """Return the processor time of a search in milliseconds, and its total."""
    path = f"/api/v1/search?{urlencode(pairs)}"
    started = time.process_time()
    response = client.get(path)
    took = (time.process_time() - started) * 1000
    assert response.status_code == 200, (response.status_code, response.text[:500])
    return took, response.json["total"] if response.json else 0


def _constructs() -> dict[str, _Construct]:
    words = by_frequency()
    common, rarer = words[:60], words[1_000:8_000]

    def some(number: int, chosen: list[str] = common) -> Callable[[random.Random], _Pairs]:
        return lambda dice: _text(" ".join(dice.choices(chosen, k=number)))

    def full(
        chosen: list[str], joined: str = " ", form: str = "{}", *, count: int = 1
    ) -> _Construct:
        """Return as many parts as a query holds, each of `count` words."""

        def construct(dice: random.Random) -> _Pairs:
            parts = (form.format(" ".join(dice.sample(chosen, count))) for _ in range(500))
            return _text(_fitting(parts, joined))

        return construct

    def quoted(number: int, slop: str = "") -> _Construct:
        return lambda dice: _text(f'"{" ".join(dice.sample(common, number))}"{slop}')

    return {
        "a common word": some(1),
        "five common words": some(5),
        "1,000 characters of common words": full(common),
        "1,000 characters of rarer words": full(rarer),
        "1,000 characters, misspelt": lambda dice: _text(
            _fitting(map(_misspelt(dice), dice.sample(rarer, 300)), " ")
        ),
        "1,000 characters, misspelt, every word required": lambda dice: [
            *_text(_fitting(map(_misspelt(dice), dice.sample(rarer, 300)), " ")),
            ("match", "all"),
        ],
        "1,000 letters without a space": lambda dice: _text(
            "".join(dice.choices(_LETTERS, k=1000))
        ),
        "1,000 signs of Chinese": lambda dice: _text(
            "".join(chr(dice.randrange(0x4E00, 0x9FFF)) for _ in range(MAX_TEXT_LENGTH))
        ),
        "500 alternatives (`a OR b OR …`)": full(common, " OR "),
        "groups, 30 deep": lambda dice: _text(
            _fitting((f"({word} OR " for word in dice.choices(common, k=30)), "")
            + "tide"
            + ")" * 30
        ),
        "exclusions only": full(common[10:], " ", "-{}"),
        "a phrase of two very common words": quoted(2),
        "a phrase of stop words": lambda dice: _text(f'"{" ".join(dice.sample(_STOP_WORDS, 2))}"'),
        "a phrase of 100 common words": lambda dice: _text(
            f'"{" ".join(dice.choices(common, k=100))[: MAX_TEXT_LENGTH - 2]}"'
        ),
        "1,000 characters of phrases": full(common, " ", '"{}"', count=2),
        "1,000 characters of phrases, alternatives": full(common, " OR ", '"{}"', count=2),
        "two words near each other (`~3`)": quoted(2, "~3"),
        "two words near each other (`~99`)": quoted(2, "~99"),
        "three words near each other (`~1`)": quoted(3, "~1"),
        "three words near each other (`~3`)": quoted(3, "~3"),
        "four words near each other (`~9`)": quoted(4, "~9"),
        "ten words near each other (`~99`)": quoted(10, "~99"),
        "a word near itself (`~3`)": lambda dice: _text('"{0} {0}"~3'.format(dice.choice(common))),
        "1,000 characters in one near phrase": lambda dice: _text(
            f'"{_fitting(dice.choices(common, k=200), " ")[:990]}"~9'
        ),
        "1,000 characters of near phrases": full(common, " ", '"{}"~9', count=2),
        "1,000 characters of near phrases, alternatives": full(common, " OR ", '"{}"~9', count=3),
        "a prefix of one letter": lambda dice: _text(f"{dice.choice(_LETTERS)}*"),
        "20 prefixes of one letter": lambda dice: _text(
            " ".join(f"{letter}*" for letter in dice.sample(_LETTERS, 20))
        ),
        "20 prefixes of one letter, alternatives": lambda dice: _text(
            " OR ".join(f"{letter}*" for letter in dice.sample(_LETTERS, 20))
        ),
        "signs of regular expressions (`.*a* [a-z]*`)": lambda dice: _text(
            f".*{dice.choice(_LETTERS)}* [a-z]* (.*)* {dice.choice(_LETTERS)}.*"
        ),
        "50 values in filters": lambda dice: [
            *_text(dice.choice(common)),
            *(("region", f"Region {number}") for number in range(25)),
            *(("theme", f"Theme {number}") for number in dice.sample(range(100), 25)),
        ],
        "50 excluded values": lambda dice: [
            *_text(dice.choice(common)),
            *(("-author", f"Author {number}") for number in dice.sample(range(20_000), 50)),
        ],
        "`size=100&facet_size=1000`": lambda dice: [
            *_text(dice.choice(common)),
            ("size", "100"),
            ("facet_size", "1000"),
        ],
        "`size=100&facet_size=1000`, no words": lambda dice: [
            ("size", "100"),
            ("facet_size", "1000"),
            *_day(dice),
        ],
        "page 100 of 100": lambda dice: [
            *_text(dice.choice(common)),
            ("size", "100"),
            ("page", "100"),
        ],
    }


def _text(text: str) -> _Pairs:
    return [("q", text[:MAX_TEXT_LENGTH])]


def _day(dice: random.Random) -> _Pairs:
    return [("to", f"2024-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}")]


def _fitting(parts: Iterator[str] | list[str], joined: str) -> str:
    """Join as many parts as a query holds."""
    text = ""
    for part in parts:
        longer = f"{text}{joined if text else ''}{part}"
        if len(longer) > MAX_TEXT_LENGTH:
            break
        text = longer
    return text


def _misspelt(dice: random.Random) -> Callable[[str], str]:
    def misspell(word: str) -> str:
        place = dice.randrange(len(word))
        return word[:place] + dice.choice(_LETTERS) + word[place + 1 :]

    return misspell


if __name__ == "__main__":
    print(measure(Path(sys.argv[1])))
