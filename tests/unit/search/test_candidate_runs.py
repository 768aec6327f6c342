"""Highlights are the same whether all words of a text are looked up or only candidates."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.query.parser import parse
from search.results.highlighting.candidate_runs import CandidateRuns
from search.results.highlighting.highlighter import Highlighter
from search.results.highlighting.letters import Letters

PIECES = (
    "dying|dies|Die|die's|skies|sky|SKIS|cry|cries|crying|only|U.S.|us|AT&T|e-mail|email|anti-war|"
    "antiwar|war|(war)|war.|war/peace|war\nand|état|etat|asi|así|naïve|naive|don’t|don't|ships|"
    "“ships”|Shipping|ＳＨＩＰ|har\u00adbour|harbour|HARBOUR|harbours'|3-ship|ship2shore|Ph.D.|phd|"
    "F-16s|1,000|MPs|Straße|strasse|İstanbul|istanbul|o'brien|obrien|l'école|ecole|co-operation|cuﬀ|fuß|"
    "cooperation|ﬁre|fire|東京|\t|\n\n|  |.|Ⅷ|C++11|10km|10\u00a0000|.NET|ÿ|Œuvre|R12.5m|was11/2"
).split("|")
QUERIES = (
    "die|sky|cry|only|war|ship|ships harbour|naive|asi|etat|email|phd|fire|strasse|cooperation|"
    'obrien|ecole|istanbul|cuff|fuss|fuß|ski*|sh*|title:ship|region:war|"war"|ship OR cry OR sky|don\'t|us|10000|viii|c++11|km|net|war ward|oeuvre|12.5m|12.5|11/2'
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


def candidates(term: str, *texts: str) -> list[tuple[int, int, str]]:
    """Return the number, the offset and the run of each candidate for a stem in some texts."""
    finder = CandidateRuns.of([term], [], [])
    assert finder is not None
    letters = Letters(texts)
    found = letters.runs_at(finder.find(letters))
    return [(number, *run) for number, runs in found.items() for run in runs]


def test_only_runs_with_the_first_letters_are_candidates() -> None:
    """The words of a page that have nothing of the query are not looked up."""
    texts = "A ship left the Harbour. Some harvest", "", "Two harbours; the neoharbour"
    assert candidates("harbour", *texts) == [(0, 16, "Harbour."), (2, 4, "harbours;")]


def test_words_with_signs_are_candidates_if_they_have_the_letters() -> None:
    """A sign may be anywhere in an initialism or a compound."""
    assert candidates("usa", "The U.S.A. and the E.U.") == [(0, 4, "U.S.A.")]
    assert candidates("usa", "The U.N. and the E.U.") == []
    assert candidates("ababs", "a-babab") == [(0, 0, "a-babab")]


@pytest.mark.parametrize("run", ["R12.5m", "v12.5", "was12.5"])
def test_a_number_behind_letters_is_a_candidate(run: str) -> None:
    """The letters are a currency, or a word that a space is missing behind."""
    assert candidates("12.5", f"It cost {run} then") == [(0, 8, run)]


@pytest.mark.parametrize("word", ["cuﬀ", "ⓒuff", "Ⅷ", "cu\u00ad\u00ad\u00adff"])
def test_a_character_may_stand_for_any_letters(word: str) -> None:
    """Such a word may have no letter in common with its term."""
    assert candidates("cuff", f"“a” {word} b – é") == [(0, 4, word)]


@pytest.mark.parametrize("term", ["état", "c++", "x", "東京"])
def test_terms_with_few_or_other_letters_have_no_candidates(term: str) -> None:
    """They may be in nearly any run, or are not found by ASCII letters."""
    assert CandidateRuns.of([term], [], []) is None


def test_texts_in_other_scripts_are_left_out() -> None:
    """All of their characters may stand for any letters."""
    assert Letters(["Москва und Kiew", "Kyjiw", ""]).left_out == {0}
