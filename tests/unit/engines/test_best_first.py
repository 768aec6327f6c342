"""The best articles are found in several searches exactly as in one."""

import datetime as dt
import random
from collections.abc import Iterable
from pathlib import Path

import pytest

from search.engines.tantivy import best_first
from search.engines.tantivy.phrases import candidates
from search.index.protocols import SearchEngine
from search.model.article import Article
from search.model.query import Filter, Match, SearchQuery
from search.ranking.tuning import Tuning
from tests.conftest import article, build, on_tantivy, prepared

_WORDS = ("tide", "tug", "mole", "pier", "quay", "lock", "The", "of")


def _articles(dice: random.Random, numbers: range) -> list[Article]:
    return [
        article(
            number,
            title=" ".join(dice.choices(_WORDS, k=4)),
            body=" ".join(dice.choices((*_WORDS, *"abcdefgh"), k=dice.randint(5, 60))),
            published=(dt.date(2020, 1, 1) + dt.timedelta(days=dice.randrange(90))).isoformat(),
            regions=(dice.choice(("North", "South")),),
        )
        for number in numbers
    ]


@pytest.fixture
def engine(tmp_path: Path) -> SearchEngine:
    """Give an engine over several segments, one with deleted articles."""
    dice = random.Random(7)
    store = on_tantivy(tmp_path)(Tuning())
    name, writer = store.create(build(store, _articles(dice, range(400))))
    for number in range(50):
        writer.delete(f"a{number}")
    for each in _articles(dice, range(400, 500)):
        writer.add(prepared(store, each))
    writer.commit({})
    store.make_live(name)
    return store.current()


def _queries(dice: random.Random) -> list[SearchQuery]:
    return [
        SearchQuery(
            text=" ".join(dice.choices(_WORDS, k=dice.choice((2, 2, 3, 5, 8)))),
            filters=dice.choice(((), (Filter("region", "North"),))),
            match=dice.choice((Match.AUTO, Match.ALL, Match.ANY)),
            page=dice.choice((1, 1, 1, 2, 5)),
            size=dice.choice((1, 10)),
        )
        for _ in range(80)
    ]


def _hits(engine: SearchEngine, queries: Iterable[SearchQuery]) -> list[list[tuple[str, float]]]:
    return [[(hit.article.id, hit.score) for hit in engine.search(query).hits] for query in queries]


@pytest.mark.parametrize("sketch_version", [3, 99])
def test_several_searches_find_what_one_finds(
    engine: SearchEngine, monkeypatch: pytest.MonkeyPatch, sketch_version: int
) -> None:
    """Hits, order and scores are equal for any words, filters, match modes and pages.

    That holds for an index without sketches, too.
    """
    monkeypatch.setattr(best_first, "SKETCH_SCHEMA_VERSION", sketch_version)
    monkeypatch.setattr(best_first, "_MIN_ARTICLES", 1)
    monkeypatch.setattr(best_first, "_ARTICLES_PER_CANDIDATE", 1)
    queries = _queries(random.Random(1))
    added: list[float] = []
    single = candidates.single_precision

    def noted(score: float) -> float:
        added.append(score)
        return single(score)

    monkeypatch.setattr(candidates, "single_precision", noted)
    in_several = _hits(engine, queries)
    assert len(added) > len(queries)
    monkeypatch.setattr(best_first, "_MIN_ARTICLES", 1_000_000)
    assert in_several == _hits(engine, queries)
