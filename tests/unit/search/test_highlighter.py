"""Highlights in long texts."""

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
