"""Marks in long texts."""

from search.query.parser import parse
from search.results.highlighter import Highlighter


def test_a_word_far_down_a_long_text_is_found() -> None:
    """A long text is looked at in pieces, until there is enough to choose from; short and long ones are marked alike."""
    marker = Highlighter(parse("lantern"), ["en"])
    filling = "The board met on the old pier. " * 12_000
    (fragment,) = marker.fragments(f"{filling}A lantern was lit at night. {filling}", "en")
    assert "<mark>lantern</mark> was lit" in fragment
    dense = "A lantern here. " * 20_000
    assert marker.fragments(dense, "en") == marker.fragments(dense[:80_000], "en")
