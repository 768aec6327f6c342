"""Highlights are the same whether all words of a text are looked up or only candidates."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.query.parser import parse
from search.results.candidate_runs import CandidateRuns
from search.results.highlighter import Highlighter

PIECES = (
    "dying|dies|Die|die's|skies|sky|SKIS|cry|cries|crying|only|U.S.|us|AT&T|e-mail|email|anti-war|"
    "antiwar|war|(war)|war.|war/peace|war\nand|état|etat|asi|así|naïve|naive|don’t|don't|ships|"
    "“ships”|Shipping|ＳＨＩＰ|har\u00adbour|harbour|HARBOUR|harbours'|3-ship|ship2shore|Ph.D.|phd|"
    "F-16s|1,000|MPs|Straße|strasse|İstanbul|istanbul|o'brien|obrien|l'école|ecole|co-operation|cuﬀ|fuß|"
    "cooperation|ﬁre|fire|東京|\t|\n\n|  |."
).split("|")
QUERIES = (
    "die|sky|cry|only|war|ship|ships harbour|naive|asi|etat|email|phd|fire|strasse|cooperation|"
    'obrien|ecole|istanbul|cuff|fuss|fuß|ski*|sh*|title:ship|region:war|"war"|ship OR cry OR sky|don\'t'
).split("|")


def highlighted(query: str, text: str) -> list[tuple[int, int]]:
    """Return the spans that are highlighted in an English text."""
    return [(start, end) for start, end in Highlighter(parse(query), ["en"]).spans(text, "en")]


@settings(max_examples=600, deadline=None)
@given(st.sampled_from(QUERIES), st.lists(st.sampled_from(PIECES), max_size=12), st.booleans())
def test_candidates_have_every_term(query: str, pieces: list[str], joined: bool) -> None:
    """A run that is left out would be a word without its mark."""
    text = ("" if joined else " ").join(pieces)
    found = highlighted(query, text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CandidateRuns, "of", lambda *_: None)
        assert found == highlighted(query, text)


def test_only_runs_with_the_first_letters_are_candidates() -> None:
    """The words of a long text that have nothing of the query are not looked up."""
    candidates = CandidateRuns.of(["harbour"], [], [])
    assert candidates is not None
    text = "A ship left the Harbour. The U.S. harvest failed."
    assert candidates.find(text) == [(16, "Harbour."), (29, "U.S."), (34, "harvest")]


@pytest.mark.parametrize(
    ("term", "word"),
    [("cuff", "cuﬀ"), ("off", "oﬀ"), ("nass", "naß"), ("boe", "Bœ"), ("cuffi", "cuﬃ")],
)
def test_a_short_word_may_end_in_a_letter_for_two(term: str, word: str) -> None:
    """Such a word has fewer letters in common with its term than others have."""
    candidates = CandidateRuns.of([term], [], [])
    assert candidates is not None
    assert candidates.find(f"a {word} b") == [(2, word)]


@pytest.mark.parametrize("term", ["us", "2020", "état", "c++"])
def test_terms_that_may_be_in_any_run_have_no_candidates(term: str) -> None:
    """`U.S.` is `us`, and a number may be written in many ways."""
    assert CandidateRuns.of([term], [], []) is None
