"""The rows of hits: fragments do not repeat the deck."""

from dataclasses import replace

import pytest

from search.model.query import SearchQuery
from search.model.results import NO_HIGHLIGHTS, Hit, HitWindow
from tests.conftest import article
from web.presenters.hits import window_rows

DECK = "<mark>Many</mark> tugs &amp; a barge."


@pytest.mark.parametrize(
    ("fragment", "shown"),
    [
        ("Many tugs &amp; a barge.", []),
        ("… tugs &amp; a <mark>barge</mark>. …", []),
        ("<mark>Many</mark> tugs &amp; a barge. They came late.", []),
        (
            "… <mark>Many</mark> tugs &amp; a barge. They <mark>came</mark> late.",
            ["They <mark>came</mark> late."],
        ),
        ("<mark>Many</mark> tugs &amp; a <mark>barge. They</mark> came", []),
        ("A gull. Many tugs &amp; a barge.", ["A gull. Many tugs &amp; a barge."]),
    ],
)
def test_a_fragment_does_not_repeat_the_deck(fragment: str, shown: list[str]) -> None:
    """The deck is dropped, and text that follows it is kept with its marks whole."""
    highlights = replace(NO_HIGHLIGHTS, deck=DECK, body=(fragment,))
    window = HitWindow(0, 1, (Hit(article(1), 0.0, highlights),))
    assert window_rows(SearchQuery(), window)[0].fragments == shown


def test_fragments_without_a_deck_are_all_shown() -> None:
    """An article without a deck has nothing to repeat."""
    highlights = replace(NO_HIGHLIGHTS, body=("One.", "Two."))
    window = HitWindow(0, 1, (Hit(article(1), 0.0, highlights),))
    assert window_rows(SearchQuery(), window)[0].fragments == ["One.", "Two."]
