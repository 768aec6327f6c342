"""Comparisons of two searches, counted exactly, on every engine."""

import itertools
import random
from collections.abc import Callable, Iterable

import pytest

from search.index.protocols import SearchEngine
from search.model.article import Article
from search.model.contrast import Contrast, ContrastPart
from search.model.query import Filter, Match, SearchQuery
from search.query.synonyms import Synonyms
from search.ranking.tuning import Tuning
from tests.conftest import StoreTuned, article, build

EngineOf = Callable[[Iterable[Article]], SearchEngine]

TEXTS = (
    "tug",
    "ferry",
    "tug OR ferry",
    "tug -quay",
    "-tug",
    "(tug port) OR quay",
    '"tug port"',
    "Vitamin A",
    "fer*",
    "absent",
    "",
)


def _articles(size: int = 150) -> list[Article]:
    dice = random.Random(size)
    articles = []
    for number in range(size):
        words = [
            word
            for word, share in (("tug", 0.4), ("port", 0.4), ("ferry", 0.3), ("quay", 0.2))
            if dice.random() < share
        ]
        if "tug" in words and dice.random() < 0.8:
            words.append("rope")
        if "ferry" in words and dice.random() < 0.8:
            words.append("ticket")
        articles.append(
            article(
                number,
                title="Vitamin note",
                body=f"{' '.join(words)} number{number}",
                regions=("Sea" if "tug" in words and dice.random() < 0.9 else "Land",),
                published=f"20{10 + number % 9}-05-01",
            )
        )
    return articles


def _parts(contrast: Contrast) -> list[ContrastPart]:
    values = [*contrast.first_values, *contrast.second_values]
    words = [*contrast.first_words, *contrast.second_words]
    return [
        contrast.first,
        contrast.second,
        contrast.both,
        contrast.first_only,
        contrast.second_only,
        *(part for value in values for part in (value.first, value.second)),
        *(part for word in words for part in (word.first, word.second)),
    ]


def _check_links(engine: SearchEngine, contrast: Contrast) -> None:
    linked = [(part.query, part.count) for part in _parts(contrast) if part.query is not None]
    assert engine.counts([query for query, _ in linked]) == [count for _, count in linked]


def test_every_part_is_the_total_of_its_link(engine_of: EngineOf) -> None:
    """Common matches and those of one search alone add up, and their links answer them."""
    engine = engine_of(_articles())
    for filters in ((), (Filter("date", "2012"), Filter("region", "Sea", excluded=True))):
        for first, second in itertools.permutations(TEXTS, 2):
            searches = [SearchQuery(text=text, filters=filters) for text in (first, second)]
            contrast = engine.contrast(*searches)
            _check_links(engine, contrast)
            sets = [
                {each.id for each in engine.matches(search.matching(Match.ALL))}
                for search in searches
            ]
            assert contrast.first.count == len(sets[0])
            assert contrast.second.count == len(sets[1])
            assert contrast.both.count == len(sets[0] & sets[1]), searches
            assert contrast.first_only.count == len(sets[0] - sets[1])
            assert contrast.second_only.count == len(sets[1] - sets[0])


def test_each_search_has_its_own_values_and_words(engine_of: EngineOf) -> None:
    """The tugs' region and ropes are on their side, the ferries' tickets on the other."""
    engine = engine_of(_articles())
    contrast = engine.contrast(SearchQuery(text="tug"), SearchQuery(text="ferry"))
    assert [value.value for value in contrast.first_values] == ["Sea"]
    assert [value.value for value in contrast.second_values] == ["Land"]
    assert "rope" in [word.word for word in contrast.first_words]
    assert "ticket" in [word.word for word in contrast.second_words]
    for value in contrast.first_values:
        assert (value.first.count or 0) > (value.second.count or 0)


def test_synonyms_are_part_of_both_sides(store_tuned: StoreTuned) -> None:
    """The matches of a synonym belong to its search, also where it is excluded."""
    store = store_tuned(Tuning(synonyms=Synonyms({("tug",): ("quay",)})))
    build(store, _articles())
    engine = store.current()
    contrast = engine.contrast(SearchQuery(text="ferry"), SearchQuery(text="tug"))
    _check_links(engine, contrast)
    assert contrast.first_only.query is not None
    counts = [part.count or 0 for part in (contrast.first, contrast.both, contrast.first_only)]
    assert counts[0] == counts[1] + counts[2]
    assert counts[2] == engine.count(SearchQuery(text="ferry -tug -quay"))


@pytest.mark.parametrize("length", [400, 990])
def test_texts_that_are_too_long_together_have_no_link(engine_of: EngineOf, length: int) -> None:
    """Two searches of up to 1,000 characters are compared; only their common part has no link."""
    engine = engine_of(_articles())
    long_text = f"tug -{'x' * (length // 2 - 10)} -{'y' * (length // 2 - 10)}"
    other_text = long_text.replace("tug", "ferry").replace("x", "z")
    contrast = engine.contrast(SearchQuery(text=long_text), SearchQuery(text=other_text))
    assert contrast.first.count
    assert (contrast.both.query is None) is (length > 500)
    _check_links(engine, contrast)
