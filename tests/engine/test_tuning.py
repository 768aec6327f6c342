"""Tuning of the ranking; it never changes what matches."""

from collections.abc import Callable

import pytest

from search.errors import InvalidSettings
from search.index.protocols import SearchEngine
from search.model.query import SearchQuery
from search.ranking.tuning import Tuning, read_tuning
from tests.conftest import StoreTuned, article, build
from tests.support.settings import settings_of

TunedEngine = Callable[[Tuning], SearchEngine]


@pytest.fixture
def tuned(store_tuned: StoreTuned) -> TunedEngine:
    """Return a function that opens an engine over three articles; the oldest matches best."""
    made = [
        article(1, title="Harbour", body="harbour", published="1990-01-01"),
        article(
            2,
            title="Port",
            body="the harbour and other words",
            published="2000-01-01",
            source="Gazette",
        ),
        article(
            3, title="Dock", body="the harbour and so many more other words", published="2020-01-01"
        ),
        article(4, title="None", body="nothing of it", published="2020-01-01"),
    ]
    build(store_tuned(Tuning()), made)
    return lambda tuning: store_tuned(tuning).current()


def _order(engine: SearchEngine) -> list[str]:
    return [hit.article.id for hit in engine.search(SearchQuery(text="harbour")).hits]


def test_untuned_words_alone_decide(tuned: TunedEngine) -> None:
    """Without tuning the shortest article with the word in its title ranks first."""
    assert _order(tuned(Tuning())) == ["a1", "a2", "a3"]


def test_recency_lifts_what_is_new(store_tuned: StoreTuned) -> None:
    """Of two equal matches the newer ranks first; without the setting only the text counts."""
    made = [
        article(1, title="Port", body="harbour and other words", published="1990-01-01"),
        article(2, title="Port", body="harbour and some more other words", published="2020-01-01"),
        article(3, title="Port", body="harbour " + "word " * 300, published="2019-01-01"),
    ]
    build(store_tuned(Tuning()), made)
    assert _order(store_tuned(Tuning()).current()) == ["a1", "a2", "a3"]
    assert _order(store_tuned(Tuning(recency_days=365)).current()) == ["a2", "a1", "a3"]


def test_boosts_add_points(tuned: TunedEngine) -> None:
    """An article with a boosted value gains its points, and the explanation lists them."""
    engine = tuned(
        read_tuning(settings_of(meaning="off", synonyms="none", boosts={"source:Gazette": "50"}))
    )
    first = engine.search(SearchQuery(text="harbour", explain=True)).hits[0]
    assert first.article.id == "a2"
    assert ("boost of source:Gazette", 50.0) in first.parts
    assert sum(value for _, value in first.parts) == pytest.approx(first.score, abs=0.01)


def test_pins_stand_first_where_they_match(tuned: TunedEngine) -> None:
    """A pinned article ranks first for its query, in any case, but only if it matches."""
    engine = tuned(read_tuning(settings_of(meaning="off", pins={"Harbour": "a3", "port": "a4"})))
    assert _order(engine) == ["a3", "a1", "a2"]
    assert [hit.article.id for hit in engine.search(SearchQuery(text="port")).hits] == ["a2"]
    assert max(hit.score for hit in engine.search(SearchQuery(text="harbour")).hits) < 100


@pytest.mark.parametrize(
    "boosts", [{"Gazette": "2"}, {"date:2017": "2"}, {"source:Gazette": "much"}, {"source:X": "-1"}]
)
def test_a_wrong_boost_is_named(boosts: dict[str, str]) -> None:
    """The error names the invalid boost."""
    with pytest.raises(InvalidSettings, match="boost"):
        read_tuning(settings_of(boosts=boosts))
