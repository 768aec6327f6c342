"""How many words of a longer text must match, and what its parentheses mean."""

from collections.abc import Callable, Iterable

from search.index.protocols import SearchEngine
from search.model.article import Article
from search.model.query import Match, SearchQuery
from tests.conftest import article

EngineOf = Callable[[Iterable[Article]], SearchEngine]


def test_a_rare_word_outweighs_two_common_ones(engine_of: EngineOf) -> None:
    """An article with the one rare word of four is listed, although ten others match two."""
    common = [article(n, body="council budget meeting") for n in range(14)]
    other = [article(n, body="weather") for n in range(20, 40)]
    rare = article(50, body="A meteorite fell")
    engine = engine_of([*common, *other, rare])
    page = engine.search(SearchQuery(text="council budget meteorite crater", size=20))
    assert (page.total, page.relaxed) == (15, True)
    assert page.hits[0].article.id == "a50"


def test_words_that_are_equally_rare_are_counted(engine_of: EngineOf) -> None:
    """If four words are equally frequent and ten articles match three, three are required."""
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


def test_few_words_are_best_all_together(engine_of: EngineOf) -> None:
    """Up to six words, an article with all of them precedes every article without."""
    text = "lighthouse keeper storm weather island"
    page = engine_of(_with_all_words(text)).search(SearchQuery(text=text, match=Match.ANY))
    assert [hit.article.id for hit in page.hits[:2]] == ["a0", "a1"]


def test_a_long_article_with_all_words_of_a_long_text_is_not_lifted(engine_of: EngineOf) -> None:
    """A long article has all words of a sentence by chance, so the score alone decides."""
    text = "which lighthouse keeper saw the filler5 filler6 filler7 weather in filler8"
    page = engine_of(_with_all_words(text)).search(SearchQuery(text=text))
    assert page.relaxed
    assert [hit.article.id for hit in page.hits[:2]] == ["a1", "a0"]
