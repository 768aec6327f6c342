"""The analyzer: text to tokens."""

import random
import tracemalloc

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.analysis.analyzer import TokenCache, analyzer, fold

FOLDED = [
    ("Élysée’s", "elysee's"), ("Straße", "strasse"), ("Łódź", "lodz"), ("İstanbul", "istanbul"),
    ("ısı", "isi"),
    ("l´eau", "l'eau"), ("Ærø", "aero"), ("ﬁne", "fine"), ("e\u0301", "e"), ("ＦＵＬＬ", "full"),
    ("مَدرسة", "مدرسه"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "folded"), FOLDED)
def test_case_accents_and_variants_fold(text: str, folded: str) -> None:
    """A search finds a name whatever its accents and typographic variants."""
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
    """Stems are stable, because an index written by one release is searched by the next."""
    assert analyzer("en").stems(text) == stems


@example("0´0", "en")
@example("aͺb", "en")
@given(st.text(max_size=200), st.sampled_from(["en", "de", "ar", "ja", "xx"]))
def test_offsets_are_those_of_the_text(text: str, language: str) -> None:
    """Highlights need exact offsets, and both joined forms must contain the same tokens."""
    words = analyzer(language)
    tokens = words.tokens(text)
    assert all(0 <= token.start < token.end <= len(text) for token in tokens)
    assert words.exact(text).split() == [token.exact for token in tokens if token.exact]
    assert words.stems(text).split() == " ".join(token.stem for token in tokens).split()


@pytest.mark.parametrize("word", ["mine", "May", "back", "US"])
def test_ambiguous_words_are_not_stop_words(word: str) -> None:
    """Gold mine, the first of May and the US are searched, not ignored."""
    assert not analyzer("en").is_stop_word(word)


def test_evicted_runs_are_never_missed() -> None:
    """Matches are found whatever is cached, and most runs without a match are not candidates."""
    tokens_by_run = TokenCache(None, all_caps=False, generation_size=50)
    generator = random.Random(0)
    runs = [f"word{number}" for number in range(60)] + ["post-war", "x" * 50, "-", ""]
    candidate_count = 0
    for _ in range(500):
        sample, stems = (
            generator.sample(runs, 15),
            generator.sample(["word1", "word7", "war", "x" * 50], 2),
        )
        candidates = tokens_by_run.containing(sample, stems)
        assert candidates >= {
            run
            for run in sample
            if any(token.stem in stems for token in tokens_by_run.analyse(run))
        }
        candidate_count += len(candidates)
    assert candidate_count < 500 * 15 / 4


def test_the_cache_has_bounded_memory() -> None:
    """New words must not fill the memory: runs that were not used recently are evicted."""
    tracemalloc.start()
    tokens_by_run = TokenCache(None, all_caps=False, generation_size=1000)
    for number in range(100_000):
        assert tokens_by_run[f"word{number}"]
    allocated, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert allocated < 2_000_000
