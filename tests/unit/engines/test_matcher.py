"""How many clauses must match is the same, whether articles are counted or clauses."""

import random
from pathlib import Path

import pytest

from search.engines.tantivy import matcher
from search.model.query import Filter, Match, SearchQuery
from search.ranking.tuning import Tuning
from tests.conftest import article, build, on_tantivy

_WORDS = ("tide", "tug", "mole", "pier", "quay", "lock", "barge", "crane", "wharf", "buoy")


def _answers(folder: Path, queries: list[SearchQuery]) -> list[tuple[int, bool, int]]:
    """Return totals, and whether searches were relaxed, of an engine that has answered nothing."""
    engine = on_tantivy(folder)(Tuning()).current()
    pages = map(engine.search, queries)
    return [(page.total, page.relaxed, page.all_words_total) for page in pages]


def test_rare_and_common_words_are_relaxed_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counting the clauses of each article gives what counting articles gives."""
    dice = random.Random(3)
    articles = [
        article(
            number,
            body=" ".join(dice.sample(_WORDS, dice.choice((1, 2, 2, 3, 4)))),
            regions=(dice.choice(("North", "South")),),
        )
        for number in range(300)
    ]
    build(on_tantivy(tmp_path)(Tuning()), articles)
    queries = [
        SearchQuery(
            text=" ".join(dice.sample(_WORDS, dice.randint(2, 6))),
            filters=dice.choice(((), (Filter("region", "North"),))),
            match=dice.choice((Match.AUTO, Match.AUTO, Match.ALL)),
        )
        for _ in range(60)
    ]
    counted = _answers(tmp_path, queries)
    assert len({relaxed for _, relaxed, _ in counted}) > 1
    monkeypatch.setattr(matcher, "_FEW_ARTICLES", -1)
    assert counted == _answers(tmp_path, queries)
