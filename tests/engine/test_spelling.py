"""Spelling corrections of common typos, in words and in names."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.index.protocols import SearchEngine
from search.model.article import Article
from search.model.query import MAX_TEXT_LENGTH, Match, SearchQuery
from search.query.parser import parse
from search.query.spelling import Speller
from search.query.vocabulary import Vocabulary
from tests.conftest import article

WORDS = {
    "government": 900, "benghazi": 40, "erdogan": 60, "climate": 300, "change": 500, "libya": 200, "headline": 30,
    "troops": 400, "harbour": 80, "the": 5000, "inflation": 70, "inflated": 9, "strait": 25,
}  # fmt: skip

SLIPS = [
    ("goverment", "government"),
    ("Benghzai", "Benghazi"),
    ("Erdogn", "Erdogan"),
    ("LYBIA", "LIBYA"),
    ("climatechange", "climate change"),
    ("head line", "headline"),
    ("troosp in lybia", "troops in libya"),
    ("harbor -lybia", "harbour -lybia"),
    ('"climate chnage" OR Libya', '"climate change" OR Libya'),
    ("title:goverment", "title:government"),
    ("inflatoin", "inflation"),
]


@pytest.mark.parametrize(("typed", "meant"), SLIPS)
def test_slips_are_corrected(typed: str, meant: str) -> None:
    """Common typos and missing or extra spaces are corrected; punctuation and case are kept."""
    assert _texts(typed)[0] == meant


@pytest.mark.parametrize(
    "typed",
    ["government", "xqzzkw", "F-16", "1984", "lib", "東京", "", "region:lybia", "-goverment"],
)
def test_what_is_no_slip_is_left_alone(typed: str) -> None:
    """Known words, words unlike any other, numbers, short words and exclusions are not corrected."""
    assert _texts(typed) == []


def test_forms_of_one_word_are_offered_once() -> None:
    """Only one form of a word is offered, since all forms find the same articles."""
    assert _texts("inflatoin") == ["inflation"]


@given(
    st.text(max_size=60)
    | st.text(alphabet='goverment lybia-"()*:ـéIıß', max_size=60)
    | st.just("goverment " * 100)
)
def test_no_text_raises_nor_grows_too_long(text: str) -> None:
    """Every correction of any text can be searched."""
    assert all(len(other) <= MAX_TEXT_LENGTH for other in _texts(text))


def _texts(typed: str) -> list[str]:
    speller = Speller(Vocabulary.of(WORDS, 1000), 1000)
    return speller.texts(
        typed, parse(typed), lambda words: {word: WORDS.get(word.lower(), 0) for word in words}
    )


def test_a_word_that_is_still_being_typed_is_a_beginning(
    engine_of: Callable[[Iterable[Article]], SearchEngine],
) -> None:
    """Without matches and corrections the last word is searched as a prefix, never an earlier one."""
    engine = engine_of(
        [article(1, title="Harbours"), article(2, title="Harbinger"), article(3, title="Ferry")]
    )

    def search(**parameters: Any) -> tuple[str, int, list[str]]:
        page = engine.search(SearchQuery(**parameters))
        return page.corrected, page.total, [each.text for each in page.corrections]

    assert search(text="harb") == ("harb*", 2, ["harb*"])
    assert search(text="harb", as_typed=True)[:2] == ("", 0)
    assert search(text="ferr harb", match=Match.ALL)[:2] == ("", 0)
    assert search(text="-harb ha")[:2] == ("", 0)
    assert search(text='"harb"')[:2] == ("", 0)
    assert search(text="harbours")[:2] == ("", 1)
    marked = {hit.highlights.title for hit in engine.search(SearchQuery(text="harb")).hits}
    assert marked == {"<mark>Harbours</mark>", "<mark>Harbinger</mark>"}
