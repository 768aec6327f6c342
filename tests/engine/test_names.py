"""Stop words that are part of a name: the order of hits, their highlights, and what matches."""

from collections.abc import Callable, Iterable

import pytest

from search.index.protocols import SearchEngine
from search.model.article import Article
from search.model.query import SearchQuery
from tests.conftest import article

EngineOf = Callable[[Iterable[Article]], SearchEngine]

RIVAL = "{0}, {0} and {0}"


@pytest.mark.parametrize(
    ("query", "title", "repeated"),
    [
        ("Will Carter", "Will Carter opens the bridge", "Carter"),
        ("Ella Most", "A talk with Ella Most", "Ella"),
        ("Hepatitis A", "Hepatitis A is back", "hepatitis"),
        ("a rise of hepatitis A", "Hepatitis A is back", "hepatitis"),
        ("people with Down syndrome", "Living with Down syndrome", "syndrome"),
        ("Richard I", "The tomb of Richard I", "Richard"),
    ],
)
def test_a_name_with_a_stop_word_comes_first(
    engine_of: EngineOf, query: str, title: str, repeated: str
) -> None:
    """An article with the name precedes one that repeats its other word."""
    rivals = [article(n, title=repeated, body=RIVAL.format(repeated)) for n in range(5)]
    others = [article(20 + n, title="Weather", body="rise people") for n in range(5)]
    engine = engine_of([*rivals, *others, article(50, title=title, body="Read all about it")])
    assert engine.search(SearchQuery(text=query)).hits[0].article.id == "a50"


def test_a_name_of_stop_words_alone_comes_first(engine_of: EngineOf) -> None:
    """`The Who` finds the band before a text in which both words are everywhere."""
    rivals = [article(n, body="who the who is, the one who the others know who") for n in range(5)]
    engine = engine_of([*rivals, article(50, title="The Who on tour", body="x")])
    assert engine.search(SearchQuery(text="The Who")).hits[0].article.id == "a50"


def test_the_stop_word_of_a_name_never_decides_what_matches(engine_of: EngineOf) -> None:
    """Totals are those of the other words, and no article counts as a partial match."""
    made = [article(0, body="Will Carter"), article(1, body="Carter"), article(2, body="I will")]
    page = engine_of(made).search(SearchQuery(text="Will Carter"))
    assert (page.total, page.relaxed, page.understood) == (2, False, "Will Carter")
    assert not page.corrected
    assert not page.corrections


def test_the_stop_word_of_a_name_is_marked_next_to_its_neighbour(engine_of: EngineOf) -> None:
    """A `will` anywhere else stays unmarked."""
    body = "They will ask Will Carter, and Carter will answer."
    page = engine_of([article(0, body=body)]).search(SearchQuery(text="Will Carter"))
    assert page.hits[0].highlights.body == (
        "They will ask <mark>Will Carter</mark>, and <mark>Carter</mark> will answer.",
    )


def test_the_pair_of_a_name_is_part_of_an_explained_score(engine_of: EngineOf) -> None:
    """The parts of a score name the pair."""
    engine = engine_of([article(0, title="Will Carter", body="x"), article(1, body="Carter")])
    hit = engine.search(SearchQuery(text="Will Carter", explain=True)).hits[0]
    assert {part.part for part in hit.parts} == {
        "Carter",
        '"Will Carter" side by side in the title',
    }


def test_capitals_throughout_change_nothing(engine_of: EngineOf) -> None:
    """A sentence in capitals finds what it finds in lower case, in articles in capitals as well."""
    made = [
        article(0, body="THE GOVERNOR WHO SIGNED THE TREATY SAID IT MAY LAST"),
        article(1, body="THE GOVERNOR WENT HOME"),
        article(2, body="A TREATY IS A TREATY"),
    ]
    engine = engine_of(made)
    text = "Is it the governor who signed the treaty"
    found = [
        [(hit.article.id, hit.score) for hit in engine.search(SearchQuery(text=typed)).hits]
        for typed in (text, text.upper(), text.lower())
    ]
    assert len(found[0]) == 3
    assert found[0] == found[1] == found[2]
