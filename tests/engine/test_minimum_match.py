"""Minimum match: the number of words, and the parentheses of a longer text."""

import random
from collections.abc import Callable, Iterable

from search.index.protocols import SearchEngine
from search.model.article import Article
from search.model.query import Filter, Match, SearchQuery, SortOrder
from search.ranking.tuning import Tuning
from tests.conftest import StoreTuned, article, build

EngineOf = Callable[[Iterable[Article]], SearchEngine]


def test_words_are_counted(engine_of: EngineOf) -> None:
    """If ten articles match three of four words, three are required."""
    words = ["alpha", "beta", "gamma", "delta"]
    three = [
        article(n * 3 + m, body=" ".join(words[:n] + words[n + 1 :]))
        for n in range(4)
        for m in range(3)
    ]
    two = [article(50 + n, body=f"{words[n]} {words[n - 1]}") for n in range(4)]
    page = engine_of([*three, *two]).search(SearchQuery(text="alpha beta gamma delta", size=20))
    assert page.total == 12


def test_three_words_are_counted_alone(engine_of: EngineOf) -> None:
    """Of three words two are required if ten articles match two, however rare the third is."""
    made = [article(n, body="council budget") for n in range(12)] + [article(50, body="meteorite")]
    assert engine_of(made).search(SearchQuery(text="council budget meteorite")).total == 12


def test_parentheses_in_a_long_text_are_punctuation(engine_of: EngineOf) -> None:
    """In a pasted sentence the words of an aside match and score one by one."""
    text = "report on damage (storm flood) to roofs walls bridges harbours"
    made = [article(n, body="roofs") for n in range(11)] + [article(20, body="flood")]
    engine = engine_of(made)
    assert engine.search(SearchQuery(text=text)).total == 12
    short = SearchQuery(text="roofs (storm flood)", match=Match.ANY)
    assert engine.search(short).total == 11, "a group of a short query was split"


def test_exclusions_in_parentheses_of_a_long_text_hold(engine_of: EngineOf) -> None:
    """Whatever is excluded within an aside is never listed."""
    made = [article(n, body="roofs") for n in range(11)] + [article(20, body="roofs flood")]
    text = "report damage (storm -flood) roofs walls bridges harbours"
    assert engine_of(made).search(SearchQuery(text=text)).total == 11


def _with_all_words(text: str) -> list[Article]:
    """Return a long article with every word of a text, a short one with two, and ten others."""
    filler = " ".join(f"filler{number}" for number in range(400))
    return [
        article(0, body=f"{text} {filler}"),
        article(1, title="Lighthouse keeper", body="lighthouse keeper lighthouse keeper"),
        *(article(10 + n, body=f"weather {filler}") for n in range(20)),
    ]


def test_words_are_best_all_together(engine_of: EngineOf) -> None:
    """An article with all words precedes every article without."""
    text = "lighthouse keeper storm weather island"
    page = engine_of(_with_all_words(text)).search(SearchQuery(text=text, match=Match.ANY))
    assert [hit.article.id for hit in page.hits[:2]] == ["a0", "a1"]


def test_full_matches_come_first_and_are_counted(engine_of: EngineOf) -> None:
    """Full matches end at the position that a relaxed search names, under filters and on pages."""
    dice = random.Random("border")
    words = ["alder", "birch", "cedar", "elder", "hazel", "larch", "maple"]
    bodies = {n: set(dice.sample(words, dice.choice((1, 2, 2, 3, 4)))) for n in range(120)}
    region = {n: dice.choice(("North", "South")) for n in bodies}
    engine = engine_of(
        article(n, body=" ".join(sorted(bodies[n])), regions=[region[n]]) for n in bodies
    )
    relaxed = 0
    for _ in range(40):
        typed = dice.sample(words, dice.randint(2, 5))
        filters = dice.choice(((), (Filter("region", "North"),)))
        query = SearchQuery(
            text=" ".join(typed), filters=filters, size=20, page=dice.choice((1, 2))
        )
        page = engine.search(query)
        held = {
            f"a{n}": len(bodies[n] & set(typed))
            for n in bodies
            if not filters or region[n] == "North"
        }
        full = sum(count == len(typed) for count in held.values())
        if not page.relaxed:
            assert (page.full_matches, page.needs_most, page.partial_from) == (0, False, None)
            continue
        relaxed += 1
        assert (page.full_matches, page.partial_from) == (full, full)
        for number, hit in enumerate(page.hits, page.first):
            assert (held[hit.article.id] == len(typed)) is (number < full), typed
            if page.needs_most:
                assert 2 * held[hit.article.id] > len(typed), typed
        by_date = engine.search(query.sorted_by(SortOrder.NEWEST))
        assert (by_date.full_matches, by_date.partial_from) == (full, None)
    assert relaxed > 10


def test_a_pinned_article_may_lack_words(store_tuned: StoreTuned) -> None:
    """It comes before full matches, so the page cannot say where these end."""
    made = [article(n, body="alder") for n in range(12)] + [article(20, body="alder birch")]
    build(store_tuned(Tuning()), made)
    engine = store_tuned(Tuning(pins={"alder birch": "a3"})).current()
    page = engine.search(SearchQuery(text="alder birch"))
    assert [hit.article.id for hit in page.hits[:2]] == ["a3", "a20"]
    assert (page.full_matches, page.partial_from) == (1, None)
