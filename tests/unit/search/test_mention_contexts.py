"""The text around a mention ends at words, and belongs to its paragraph."""

import pytest

from search.model.mentions import TextPart
from search.results.highlighting.spans import Span
from search.results.mentions.contexts import CONTEXT_LENGTH, in_context

WORDS = "one two three four five six seven eight nine ten " * 6


def _around(text: str, word: str) -> tuple[str, str, str]:
    start = text.index(word)
    mention = in_context(text, Span(start, start + len(word)), TextPart.BODY, 1)
    return mention.before, mention.text, mention.after


def test_a_short_text_is_its_own_context() -> None:
    """Nothing is cut where there is room for all."""
    mention = in_context("The tug left.", Span(4, 7), TextPart.TITLE, 0)
    assert (mention.before, mention.text, mention.after) == ("The ", "tug", " left.")
    assert not mention.is_cut_before
    assert not mention.is_cut_after


def test_contexts_are_cut_between_words() -> None:
    """Neither end has half a word, and the mention says that its paragraph goes on."""
    text = f"{WORDS}tug {WORDS}"
    start = text.index("tug")
    mention = in_context(text, Span(start, start + 3), TextPart.BODY, 1)
    assert set(f"{mention.before}{mention.after}".split()) <= set(WORDS.split())
    assert CONTEXT_LENGTH / 2 < len(mention.before) <= CONTEXT_LENGTH + 1
    assert CONTEXT_LENGTH / 2 < len(mention.after) <= CONTEXT_LENGTH + 1
    assert mention.is_cut_before
    assert mention.is_cut_after


def test_a_sign_next_to_the_word_stays_next_to_it() -> None:
    """Only a space in the text is a space next to the word."""
    assert _around("“tug”, he said", "tug") == ("“", "tug", "”, he said")
    assert _around("anti-tug", "tug") == ("anti-", "tug", "")


@pytest.mark.parametrize("text", ["港" * 300 + "拖船" + "口" * 300, "x" * 300 + "拖船" + "y" * 300])
def test_a_text_without_spaces_is_cut_by_characters(text: str) -> None:
    """Scripts without spaces have contexts of a fixed length."""
    before, word, after = _around(text, "拖船")
    assert (len(before), word, len(after)) == (CONTEXT_LENGTH, "拖船", CONTEXT_LENGTH)


def test_a_mark_is_not_torn_from_its_letter() -> None:
    """A context does not begin with a combining mark."""
    before, _, _ = _around("e\u0301" * 300 + "拖船", "拖船")
    assert before[0] == "e"


def test_white_space_is_one_space() -> None:
    """Tabs and line ends in a title or a verse do not break the line of a mention."""
    assert _around("a\u00a0\u00a0b  tug \t c", "tug") == ("a b ", "tug", " c")
