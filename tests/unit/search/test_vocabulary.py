"""Which words corrections and suggestions choose from, and how they are compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.analyzer import analyzer
from search.analysis.folding import fold
from search.query.vocabulary.word_list import WordList
from search.query.vocabulary.words import is_word, letter_count, spelling_key

WORDS = [
    "harbour", "Zürich", "Zu\u0308rich", "किताबें", "বিশ্ববিদ্যালয়", "பல்கலைக்கழகம்", "విద్యార్థి",
    "વિદ્યાર્થી", "κυβέρνηση", "министр", "מֶמְשָׁלָה", "حُكُومَة", "Հայաստան", "საქართველო", "정부", "O’Brien",
    "Qur'an",
]  # fmt: skip


@pytest.mark.parametrize("word", WORDS)
def test_letters_with_marks_are_words(word: str) -> None:
    """Words of every script that separates words by spaces can be corrected and completed."""
    exact = analyzer("en").exact(word)
    assert is_word(exact)
    assert WordList.of({exact: 1}, 10).frequencies == {exact: 1}


@pytest.mark.parametrize(
    "text", ["", "1984", "f16", "a&b", "東", "京都", "が", "ー", "\u093f", "'", "-"]
)
def test_numbers_and_signs_are_not_words(text: str) -> None:
    """They are not corrected, and signs of scripts without spaces are not completed."""
    assert not is_word(fold(text))


@pytest.mark.parametrize("word", ["gaza's", "don't", "we'll", "they're", "ab", "는"])
def test_endings_and_short_words_are_not_in_the_vocabulary(word: str) -> None:
    """They would be offered in place of the word that they are a form of."""
    assert not WordList.of({word: 9}, 10).frequencies


@pytest.mark.parametrize(
    ("word", "length"), [("har", 3), ("정부", 4), ("सरक", 3), ("كتب", 3), ("東京", 4)]
)
def test_a_syllable_counts_as_two_letters(word: str, length: int) -> None:
    """Two-syllable words are as distinctive as words of four letters."""
    assert letter_count(word) == length


@pytest.mark.parametrize(
    ("typed", "word"),
    [("obr", "o'brien"), ("대통려", "대통령"), ("대토", "대통령"), ('צה"ל', "צהל")],
)
def test_a_word_in_the_making_begins_the_word(typed: str, word: str) -> None:
    """Apostrophes may be left out, and a syllable of Hangul may lack its last letter."""
    assert spelling_key(word).startswith(spelling_key(typed))


def test_korean_nouns_are_words_without_their_particles() -> None:
    """Readers type nouns, which are hardly ever written without a particle."""
    counts = {"대통령은": 3, "대통령이": 2, "국회": 1, "국회에서도": 1}
    vocabulary = WordList.of(counts, 4)
    assert vocabulary.frequencies == counts | {"대통령": 4, "국회": 2}
    assert vocabulary.suggested == ["국회", "대통령"]


def test_the_order_of_counts_does_not_matter() -> None:
    """Engines list their words in different orders."""
    counts = {"strait": 3, "harbour": 2, "harbours": 2, "alley": 2, "allée": 9}
    shuffled = dict(reversed(counts.items()))
    one, other = WordList.of(counts, 10), WordList.of(shuffled, 10)
    assert one == other
    assert list(one.frequencies) == list(other.frequencies)


@given(st.text())
def test_no_text_raises(text: str) -> None:
    """Any text can be measured and compared."""
    folded = fold(text)
    assert is_word(folded) in (True, False)
    assert letter_count(folded) >= len(folded)
    assert spelling_key(spelling_key(folded)) == spelling_key(folded)
