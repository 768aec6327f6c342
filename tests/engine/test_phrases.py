"""Phrases and near phrases against brute force, on every engine."""

import itertools
import random
from collections.abc import Callable, Iterable, Sequence

import pytest

from search.engines.tantivy.phrases import proximity as tantivy_proximity
from search.index.document import EXACT_FIELDS, exact_texts
from search.index.protocols import SearchEngine
from search.model.article import Article
from search.model.query import Match, SearchQuery
from search.query import near_phrases
from tests.conftest import article

EngineOf = Callable[[Iterable[Article]], SearchEngine]

SMALL_WORDS = ("the", "of", "to", "in", "tide", "tug", "mole")


def _articles(dice: random.Random, number: int) -> list[Article]:
    """Make articles of few words, small ones among them, with several authors and themes."""

    def text(most: int) -> str:
        return " ".join(dice.choices(SMALL_WORDS, k=dice.randint(1, most)))

    return [
        article(
            each,
            title=text(5),
            deck=text(4),
            body="\n\n".join(text(7) for _ in range(dice.randint(1, 2))),
            authors=tuple(dict.fromkeys(text(3).title() for _ in range(dice.randint(0, 3)))),
            themes=tuple(dict.fromkeys(text(3) for _ in range(dice.randint(0, 3)))),
        )
        for each in range(number)
    ]


def _is_near(tokens: Sequence[str], words: Sequence[str], slop: int) -> bool:
    """Try all positions by brute force; phrases and long near phrases keep their order."""
    places = [[place for place, token in enumerate(tokens) if token == word] for word in words]
    return any(
        len(set(chosen)) == len(chosen)
        and max(chosen) - min(chosen) < len(words) + slop
        and ((slop and len(words) < 5) or list(chosen) == sorted(chosen))
        for chosen in itertools.product(*places)
    )


def _matches(articles: Iterable[Article], words: Sequence[str], slop: int, field: str) -> set[str]:
    fields = (field,) if field else EXACT_FIELDS
    return {
        each.id
        for each in articles
        if any(
            _is_near(text.split(), words, slop)
            for name in fields
            for text in exact_texts(each, name)
        )
    }


@pytest.mark.parametrize("part", range(2))
def test_phrases_and_near_phrases_match_as_by_brute_force(engine_of: EngineOf, part: int) -> None:
    """Small and repeated words count, and no phrase crosses fields, values or its window."""
    dice = random.Random(f"phrases {part}")
    articles = _articles(dice, 150)
    engine = engine_of(articles)
    for _ in range(60):
        words = dice.choices(SMALL_WORDS, k=dice.choice((2, 2, 3, 3, 4, 5, 6)))
        slop = dice.choice((0, 1, 2, 3, 7, 99))
        field = dice.choice(("", "", "title", "author", "theme"))
        text = (f"{field}:" if field else "") + f'"{" ".join(words)}"' + (f"~{slop}" * bool(slop))
        query = SearchQuery(text=text, match=Match.ALL, size=100, as_typed=True)
        expected = _matches(articles, words, slop, field)
        assert {each.id for each in engine.matches(query)} == expected, text
        assert engine.search(query).total == len(expected), text


def test_a_near_phrase_with_too_many_candidates_is_searched_in_pairs(
    engine_of: EngineOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three words that are near each other in too many articles are searched two by two."""
    monkeypatch.setattr(near_phrases, "MAX_CANDIDATES", 1)
    bodies = ["tide tug mole", "tide x x tug x x mole", "tug tide tug x x mole tide", "tide tug x"]
    engine = engine_of([article(number, body=body) for number, body in enumerate(bodies)])
    page = engine.search(SearchQuery(text='"tide tug mole"~1', match=Match.ALL))
    assert page.understood == '"tide tug"~2 "tide mole"~2 "tug mole"~2'
    assert {hit.article.id for hit in page.hits} == {"a0", "a2"}
    # The words of these are near each other in one article at most.
    for text in ('"tide tug tide"~1', '"tide tug reef"~1', '"tide tug"~1'):
        assert engine.search(SearchQuery(text=text, as_typed=True)).understood == text


def test_reading_candidates_in_several_rounds_loses_none(
    engine_of: EngineOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More candidates than are expected at first are all verified."""
    monkeypatch.setattr(tantivy_proximity, "_EXPECTED_CANDIDATES", 2)
    bodies = ["tide x x tug x x mole", "tug tide x x mole"] * 4
    engine = engine_of([article(number, body=body) for number, body in enumerate(bodies)])
    query = SearchQuery(text='"tide tug mole"~2', match=Match.ALL)
    assert {each.id for each in engine.matches(query)} == {"a1", "a3", "a5", "a7"}
