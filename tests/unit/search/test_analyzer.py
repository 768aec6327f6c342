"""Text to tokens."""

import random
import tracemalloc

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.analysis.analyzer import TokenCache, analyzer, fold

FOLDED = [
    ("Élysée’s", "elysee's"), ("Straße", "strasse"), ("Łódź", "lodz"), ("İstanbul", "istanbul"), ("ısı", "isi"),
    ("l´eau", "l'eau"), ("Ærø", "aero"), ("ﬁne", "fine"), ("e\u0301", "e"), ("ＦＵＬＬ", "full"), ("مَدرسة", "مدرسه"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "folded"), FOLDED)
def test_case_accents_and_variants_fold(text: str, folded: str) -> None:
    """A reader need not know how a name is spelt to the last mark."""
    assert fold(text) == folded


TOKENS = [
    ("U.S. troops", "u.s troop"),
    ("US TROOPS LAND", "u.s troop land"),
    ("tell us", "tell us"),
    ("WHO said", "w.h.o said"),
    ("the N.A.T.O. base", "the nato base"),
    ("post-war", "post war postwar"),
    ("Gaza's 1,000 people’s", "gaza 1000 peopl"),
    ("don't", "dont"),
    ("(oil),", "oil"),
    ("9/11", "9/11"),
    ("東京", "東 京"),
]


@pytest.mark.parametrize(("text", "stems"), TOKENS)
def test_stems_are_the_documented_ones(text: str, stems: str) -> None:
    """What plain words compare is stable: an index written yesterday is searched today."""
    assert analyzer("en").stems(text) == stems


@example("0´0", "en")
@example("aͺb", "en")
@given(st.text(max_size=200), st.sampled_from(["en", "de", "ar", "ja", "xx"]))
def test_places_are_those_of_the_text(text: str, language: str) -> None:
    """A mark stands where its token stands, and both ready-made forms hold the same tokens."""
    words = analyzer(language)
    tokens = words.tokens(text)
    assert all(0 <= token.start < token.end <= len(text) for token in tokens)
    assert words.exact(text).split() == [token.exact for token in tokens if token.exact]
    assert words.stems(text).split() == " ".join(token.stem for token in tokens).split()


@pytest.mark.parametrize("word", ["mine", "May", "back", "US"])
def test_words_that_mean_something_are_no_small_words(word: str) -> None:
    """A gold mine, the first of May and the US are looked for, not passed over."""
    assert not analyzer("en").is_stop_word(word)


def test_no_run_is_missed_for_what_was_forgotten() -> None:
    """A match is marked whatever the server met before, and most of what is none is not even looked at."""
    memory = TokenCache(None, all_caps=False, generation_size=50)
    dice = random.Random(0)
    runs = [f"word{number}" for number in range(60)] + ["post-war", "x" * 50, "-", ""]
    found_in_all = 0
    for _ in range(500):
        met, stems = dice.sample(runs, 15), dice.sample(["word1", "word7", "war", "x" * 50], 2)
        found = memory.containing(met, stems)
        assert found >= {
            run for run in met if any(token.stem in stems for token in memory.analyse(run))
        }
        found_in_all += len(found)
    assert found_in_all < 500 * 15 / 4


def test_runs_are_remembered_in_bounded_memory() -> None:
    """A server that meets ever new words holds no more for them: what was met long ago is forgotten."""
    tracemalloc.start()
    memory = TokenCache(None, all_caps=False, generation_size=1000)
    for number in range(100_000):
        assert memory[f"word{number}"]
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 2_000_000
