"""Telling words of searches, counted exactly, on every engine."""

import random
from collections.abc import Callable, Iterable

import pytest

from search.index.protocols import SearchEngine
from search.model.article import Article
from search.model.overview import TellingWord
from search.model.query import MAX_TEXT_LENGTH, Filter, Match, SearchQuery
from search.query.synonyms import Synonyms
from search.ranking.tuning import Tuning
from tests.conftest import StoreTuned, article, build

EngineOf = Callable[[Iterable[Article]], SearchEngine]

SUBJECTS = {
    "ferry": ("quay", "captain", "Oslo"),
    "tariff": ("Fujitsu", "import", "retaliation"),
    "strike": ("union", "wage", "walkout"),
}
TEXTS = (
    "ferry",
    "tariff OR ferry",
    "ferry -captain",
    "strike union",
    '"union wage"',
    "-ferry",
    "(ferry OR strike) day",
    "wag*",
    "title:Story strike",
    "ferry tariff strike",
    "Vitamin A day",
    "ferri captian",
)


def _articles(size: int = 160) -> list[Article]:
    dice = random.Random(size)
    articles = []
    for number in range(size):
        subject = dice.choice([*SUBJECTS, "", ""])
        words = [word for word in SUBJECTS.get(subject, ()) if dice.random() < 0.7]
        fillers = [word for word in ("day", "vitamin", "story", "A") if dice.random() < 0.4]
        articles.append(
            article(
                number,
                title="Story",
                body=f"{subject} {' '.join([*words, *fillers])} number{number}",
                themes=(subject or "none",),
                published=f"20{10 + number % 9}-05-01",
            )
        )
    return articles


def _linked(words: Iterable[TellingWord]) -> list[tuple[SearchQuery, int]]:
    return [
        (word.query, word.count)
        for word in words
        if word.query is not None and word.count is not None
    ]


@pytest.mark.parametrize("match", Match)
def test_the_count_of_a_word_is_the_total_of_its_link(engine_of: EngineOf, match: Match) -> None:
    """Whatever the text and its rule of matching, the link narrows it to the articles it says."""
    engine = engine_of(_articles())
    listed = 0
    for text in TEXTS:
        for filters in ((), (Filter("date", "2012"), Filter("date", "2013"))):
            query = SearchQuery(text=text, match=match, filters=filters)
            overview = engine.overview(query)
            words = _linked(overview.words)
            listed += len(words)
            assert engine.counts([query for query, _ in words]) == [count for _, count in words]
            assert all(0 < count <= overview.total for _, count in words), query
            alone = [SearchQuery(text=word.word) for word in overview.words]
            assert engine.counts(alone) == [word.archive_count for word in overview.words]
    assert listed > 20


def test_words_go_with_their_subject(engine_of: EngineOf) -> None:
    """The words of ferries are those of their articles, and not the search's own."""
    overview = engine_of(_articles()).overview(SearchQuery(text="ferry"))
    assert {word.word for word in overview.words} == set(SUBJECTS["ferry"])
    assert overview.texts == overview.total
    assert not overview.newest_texts


def test_words_of_a_search_without_words_are_those_of_its_newest_texts(
    engine_of: EngineOf,
) -> None:
    """A filter alone has telling words too; the name of its value is not among them."""
    overview = engine_of(_articles()).overview(SearchQuery(filters=(Filter("theme", "strike"),)))
    assert {word.word for word in overview.words} == set(SUBJECTS["strike"])
    assert overview.newest_texts


def test_a_standing_paragraph_counts_once(engine_of: EngineOf) -> None:
    """A paragraph under every article of an author tells nothing about chatbots."""
    standing = "The agency registers trademarks. Its press office is in Alexandria."
    chatbots = [
        article(1_000 + number, body=f"Chatbots answer citizens, part {number}.\n\n{standing}")
        for number in range(12)
    ]
    overview = engine_of([*_articles(), *chatbots]).overview(SearchQuery(text="chatbots"))
    words = {word.word for word in overview.words}
    assert "citizens" in words
    assert {"trademarks", "Alexandria", "agency", "press"}.isdisjoint(words)


def test_a_word_that_does_not_fit_has_no_link(engine_of: EngineOf) -> None:
    """A text near the limit of 1,000 characters keeps its words, without links and counts."""
    text = f"ferry -{'x' * (MAX_TEXT_LENGTH - 8)}"
    overview = engine_of(_articles()).overview(SearchQuery(text=text))
    assert overview.words
    assert _linked(overview.words) == []
    assert all(word.archive_count for word in overview.words)


def test_an_added_word_adds_no_synonym(store_tuned: StoreTuned) -> None:
    """A word that makes a synonym's entry with the search's words still narrows it."""
    store = store_tuned(Tuning(synonyms=Synonyms({("ferri", "quay"): ("tariff",)})))
    build(store, _articles())
    engine = store.current()
    overview = engine.overview(SearchQuery(text="ferry"))
    quay = next(word for word in overview.words if word.word == "quay")
    assert quay.query is not None
    assert quay.query.without_synonyms == ("tariff",)
    assert engine.count(quay.query) == quay.count
    assert quay.count is not None
    assert quay.count <= overview.total
