"""Similar words and completions of a packed vocabulary, held to a comparison with every word."""

import random
import struct
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA
from xxhash import xxh3_64_intdigest

from search.query.vocabulary.packing import MAX_NUMBER, pack
from search.query.vocabulary.subsequences import PREFIX_LENGTH
from search.query.vocabulary.vocabulary import SimilarWord, Vocabulary
from search.query.vocabulary.word_list import WordList
from search.query.vocabulary.words import letter_count, spelling_key
from tests.support.typos import garbled

_LETTERS = "aaeeiiooulnrstéß"
_TYPED = _LETTERS + "가ㄹ'"
_PARTS = [
    *("대통령", "국회", "정부", "기후", "협약", "은", "이", "에서도", "서울"),
    *("o'", "qur'an", "l'", "école", "straße", "пра", "вит", "ельство", "किताबें", "κυβ", "έρνηση"),
]


def _words(dice: random.Random, number: int) -> dict[str, int]:
    """Make words of few letters, of parts of other scripts, and with apostrophes."""
    words: dict[str, int] = {}
    while len(words) < number:
        if dice.random() < 0.3:
            word = "".join(dice.choices(_PARTS, k=dice.randint(1, 4)))
        else:
            word = "".join(dice.choices(_LETTERS, k=dice.randint(2, 14)))
        if letter_count(word) > 2:
            words[word] = dice.randint(1, 9)
    return words


def _compared(words: dict[str, int], key: str, max_edits: int) -> Iterator[SimilarWord]:
    """Compare a key with those of all words."""
    for word, frequency in words.items():
        other = spelling_key(word)
        edits = OSA.distance(key, other)
        if edits <= max_edits:
            yield SimilarWord(word, other, edits, frequency)


WORDS = _words(random.Random(27), 5000)
SUGGESTED = sorted(random.Random(4).sample(sorted(WORDS), 3000))
VOCABULARY = Vocabulary.of(WordList(WORDS, SUGGESTED))


@pytest.mark.parametrize("slips", [0, 1, 2, 3])
def test_exactly_the_words_within_the_edits_are_similar(slips: int) -> None:
    """No similar word of any length and script is missed, and no other is found."""
    dice = random.Random(slips)
    for word in dice.sample(list(WORDS), 150):
        key = spelling_key(garbled(dice, word, slips, _TYPED + word))
        for max_edits in (1, 2):
            found = list(VOCABULARY.similar(key, max_edits))
            assert sorted(found) == sorted(_compared(WORDS, key, max_edits))
        if len(key) <= PREFIX_LENGTH:
            assert sorted(VOCABULARY.anagrams(key, 2)) == [
                similar
                for similar in sorted(_compared(WORDS, key, 2))
                if sorted(similar.key) == sorted(key)
            ]


@settings(max_examples=200, deadline=None)
@given(
    words=st.lists(st.text(alphabet="ab'각", min_size=3, max_size=12), min_size=1, max_size=30),
    typed=st.text(alphabet="abc가ㄱ", max_size=14),
)
def test_words_that_differ_in_few_letters_are_found(words: list[str], typed: str) -> None:
    """Repeated letters have common subsequences in many ways."""
    counts = dict.fromkeys((word for word in words if spelling_key(word)), 3)
    vocabulary = Vocabulary.of(WordList(counts, []))
    key = spelling_key(typed)
    for max_edits in (1, 2):
        found = sorted(vocabulary.similar(key, max_edits))
        assert found == sorted(_compared(counts, key, max_edits))


def test_every_word_has_its_frequency() -> None:
    """A word is found by itself, and no other word or beginning of one is."""
    for word, frequency in WORDS.items():
        assert VOCABULARY.frequency(word) == frequency
    for word in WORDS:
        for other in (word + "q", word[:-1], ""):
            assert VOCABULARY.frequency(other) == WORDS.get(other, 0)


def test_completions_are_the_most_frequent_words_with_a_prefix() -> None:
    """They agree with a look at every suggested word, also after a typo, and ties go by name."""
    dice = random.Random(8)
    for word in dice.sample(list(WORDS), 200):
        prefix = spelling_key(word)[: dice.randint(1, 7)]
        if dice.random() < 0.5:
            prefix = prefix[:3] + garbled(dice, prefix[3:], 1, _TYPED + prefix)
        lengths = (len(prefix) - 1, len(prefix), len(prefix) + 1)
        keys = {word: spelling_key(word) for word in SUGGESTED}
        begun = [word for word, key in keys.items() if key.startswith(prefix)]
        similar = [
            word
            for word, key in keys.items()
            if key.startswith(prefix[:3])
            and min(OSA.distance(prefix, key[:length]) for length in lengths) <= 1
        ]
        assert VOCABULARY.completions(prefix, 3) == _most_frequent(begun)
        assert VOCABULARY.similar_completions(prefix, 3) == _most_frequent(similar)
        exact = word[: dice.randint(1, 5)]
        begun = [word for word in SUGGESTED if word.startswith(exact)]
        highest = max((WORDS[word] for word in begun), default=0)
        assert VOCABULARY.highest_frequency(exact) == highest
        respelt = [
            word
            for word in WORDS
            if spelling_key(word) != word
            and spelling_key(word).startswith(spelling_key(exact))
            and not word.startswith(exact)
        ]
        assert VOCABULARY.respelt(exact, 3) == _most_frequent(respelt)


def _most_frequent(words: list[str]) -> list[tuple[str, int]]:
    return sorted(((word, WORDS[word]) for word in words), key=lambda pair: (-pair[1], pair[0]))[:3]


@pytest.mark.parametrize("words", [{}, {"harbour": 2}])
def test_small_vocabularies_can_be_searched(words: dict[str, int]) -> None:
    """An archive without words finds none, and one word is found."""
    vocabulary = Vocabulary.of(WordList(words, list(words)))
    assert [similar.word for similar in vocabulary.similar("harbuor", 2)] == list(words)
    assert [word for word, _ in vocabulary.completions("harb", 3)] == list(words)
    assert vocabulary.similar_completions("harv", 3) == list(words.items())
    assert vocabulary.frequency("ferry") == vocabulary.highest_frequency("f") == 0


def test_the_order_of_words_makes_no_difference() -> None:
    """Equal words make equal files, so that an update that changes none writes the same."""
    assert pack(WordList(WORDS, SUGGESTED)) == pack(
        WordList(dict(reversed(WORDS.items())), SUGGESTED)
    )


@pytest.mark.parametrize("length", [0, 3, 39, 60])
def test_a_file_that_is_cut_off_is_refused(length: int) -> None:
    """It raises the error that is reported as damage, for any length."""
    with pytest.raises(ValueError, match="vocabulary"):
        Vocabulary(memoryview(pack(WordList({"harbour": 2}, []))[:length]))


@pytest.mark.parametrize("section", range(7))
@pytest.mark.parametrize("length", [0, 1, 3, MAX_NUMBER])
def test_a_file_whose_sections_do_not_fit_is_refused(section: int, length: int) -> None:
    """A backup may contain a file of another version, or one that was tampered with."""
    data = bytearray(pack(WordList({"harbour": 2, "été": 1}, ["harbour"])))
    struct.pack_into("=I", data, 4 * (3 + section), length)
    struct.pack_into("=Q", data, 4, xxh3_64_intdigest(data[12:]))
    if bytes(data) != pack(WordList({"harbour": 2, "été": 1}, ["harbour"])):
        with pytest.raises(ValueError, match="vocabulary"):
            Vocabulary(memoryview(data))
