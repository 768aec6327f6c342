"""The articles that all peers load, as a JSONL file, and what is known of their words."""

import gzip
import random
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from benchmarks.support.archives import CORPORA, made_up
from indexer.formats.record.validation import parse_json, to_article
from search.analysis.analyzer import analyzer
from search.analysis.stopwords import STOP_WORDS
from search.errors import InvalidArticle
from search.query import stop_words

__all__ = ["Corpus", "Vocabulary", "corpus", "vocabulary"]

_SHORTEST = 4
_SAMPLE = 3_000
_SYNONYMS = Path(stop_words.__file__).with_name("synonyms.txt")
_WORD = re.compile(r"[a-z]+")
_VOWEL = re.compile(r"[aeiou]")


@dataclass(frozen=True, slots=True)
class Corpus:
    """A file of articles and their number."""

    name: str
    source: Path
    articles: int


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words that every peer counts alike, and some texts and values to draw from.

    A word counts only if it is the only form of its stem, no stop word and has no synonym: then
    stems, which not all peers have, and synonyms, which only Dateline has, find the same articles.
    `counts` is ordered by frequency.
    """

    counts: dict[str, int]
    texts: list[list[str]]
    values: dict[str, list[str]]
    days: tuple[str, str]


def corpus(name: str, folder: Path) -> Corpus:
    """Return a named collection, or made-up articles if the name is a number; write them once."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.jsonl"
    if not path.exists():
        partial = path.with_suffix(".partial")
        with partial.open("wb") as file:
            if name.isdecimal():
                file.writelines(article.to_json() + b"\n" for article in made_up(int(name)))
            else:
                file.writelines(_valid_lines(CORPORA / f"{name}.jsonl.gz"))
        partial.replace(path)
    with path.open("rb") as file:
        return Corpus(name, path, sum(1 for _ in file))


def _valid_lines(path: Path) -> Iterator[bytes]:
    """Yield the articles of a collection that Dateline does not reject, the same for all peers."""
    with gzip.open(path) as lines:
        for line in lines:
            with suppress(InvalidArticle):
                yield to_article(parse_json(line), "", "en")[0].to_json() + b"\n"


def vocabulary(source: Path, exact: dict[str, int], stems: dict[str, int]) -> Vocabulary:
    """Return the words of a file, by how many articles have each form and each stem."""
    stem = analyzer("en").stem
    synonyms = {stem(word) for word in _WORD.findall(_SYNONYMS.read_text("utf-8").lower())}
    plain = {
        word: count
        for word, count in exact.items()
        if len(word) >= _SHORTEST
        and _WORD.fullmatch(word)
        and _VOWEL.search(word)  # an abbreviation may be found by its plural
        and word not in STOP_WORDS
        and stem(word) not in synonyms
        and stems.get(stem(word)) == count
    }
    texts: list[list[str]] = []
    values: dict[str, dict[str, int]] = {"region": {}, "theme": {}, "source": {}}
    days = []
    for article in _sample(source):
        texts.append(_WORD.findall(str(article.get("body", "")).lower()))
        days.append(str(article["published"])[:10])
        for facet, key in (("region", "regions"), ("theme", "themes"), ("source", "source")):
            found = article.get(key, [])
            for value in found if isinstance(found, list) else [found]:
                values[facet][value] = values[facet].get(value, 0) + 1
    return Vocabulary(
        dict(sorted(plain.items(), key=lambda pair: (-pair[1], pair[0]))),
        texts,
        {
            facet: sorted(counted, key=lambda value: (-counted[value], value))
            for facet, counted in values.items()
        },
        (min(days), max(days)),
    )


def _sample(source: Path) -> Iterator[dict[str, Any]]:
    """Yield some articles from all parts of a file."""
    dice = random.Random(3)
    size = source.stat().st_size
    with source.open("rb") as file:
        for _ in range(min(_SAMPLE, size // 1000)):
            file.seek(dice.randrange(size))
            for line in islice(file, 1, 2):
                yield orjson.loads(line)
