"""Highlights in long texts, and of numbers."""

import pytest

from search.analysis.analyzer import analyzer
from search.query.parser import parse
from search.results.highlighting.highlighter import Highlighter


def test_a_word_late_in_a_long_text_is_found() -> None:
    """Long texts are analysed in chunks until there are enough candidates for fragments."""
    highlighter = Highlighter(parse("lantern"), ["en"])
    filler = "The board met on the old pier. " * 12_000
    (fragment,) = highlighter.fragments(f"{filler}A lantern was lit at night. {filler}", "en")
    assert "<mark>lantern</mark> was lit" in fragment
    dense = "A lantern here. " * 20_000
    assert highlighter.fragments(dense, "en") == highlighter.fragments(dense[:80_000], "en")


@pytest.mark.parametrize("query", ["10000km", '"10\u00a0000km"', '"about 10000km away"', "km"])
@pytest.mark.parametrize("space", ["\u00a0", "\u2009", "\u202f"])
def test_a_number_with_spaces_and_a_unit_is_marked(query: str, space: str) -> None:
    """Engines index it without the spaces, and what they find by a phrase is marked as well."""
    text = f"It was about 10{space}000km away."
    marked = Highlighter(parse(query), ["en"]).mark(text, "en", "body")
    assert f"km{'' if 'about' in query else '</mark>'} away" in marked
    assert ("<mark>10" in marked) is (query in ("10000km", '"10\u00a0000km"'))


@pytest.mark.parametrize("text", ["R10 000km", "10 000 000km²", "$1 234,5m", "x 12 345 6 1234 567"])
def test_tokens_of_texts_are_those_of_the_index(text: str) -> None:
    """Marks are where matches were only if both read spaces between thousands alike."""
    spaced = text.replace(" ", "\u202f")
    english = analyzer("en")
    exact = [token.exact for token in english.tokens(spaced) if token.exact]
    assert " ".join(exact) == english.exact(spaced)
    assert all(0 <= token.start < token.end <= len(spaced) for token in english.tokens(spaced))
