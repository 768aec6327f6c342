"""The analyzer: text to tokens."""

import random
import tracemalloc

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.analysis.analyzer import analyzer
from search.analysis.folding import fold
from search.analysis.pieces import PieceReader
from search.analysis.token_cache import TokenCache

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
    ("the U.S and p.m", "the u.s and pm"),
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
    # Elided names part in every language; the joined form of a name stays.
    ("D'Amico", "amico damico"),
    ("Tom O'Hara", "tom ohara"),
    ("Ts'ai", "tsai"),
    ("rock 'n' roll", "rock n roll"),
    # Initialisms: plurals, signs, possessives.
    ("TDs and MSPs", "td and msp"),
    ("the TD's seat", "the td seat"),
    ("B&Q opens", "b&q open"),
    ("Salt&vinegar", "salt vinegar"),
    ("F# or C++", "f# or c++"),
    ("a .COM name", "a com .com name"),
    # Numbers with units, fractions, thousands.
    ("€3.4bn", "3.4 bn 3.4bn"),
    ("Rs7.5", "7.5 rs7.5"),
    ("90km", "90km 90 km"),
    ("3rd", "3rd 3 rd"),
    ("¼ of 2½", "1/4 of 2 1/2"),
    ("12\u202f345 and 12\u00a0345", "12345 and 12345"),
    ("10,00,000", "1000000"),
    ("६५ ٧٫٥", "65 7.5"),
]


@pytest.mark.parametrize(("text", "stems"), TOKENS)
def test_stems_are_the_documented_ones(text: str, stems: str) -> None:
    """Stems are stable, because an index written by one release is searched by the next."""
    assert analyzer("en").stems(text) == stems


@example("0´0", "en")
@example("aͺb", "en")
@example("l'" * 5_000, "fr")
@example("d'a" * 5_000, "en")
@example("a&\ufc5e \ufc5e.\ufc5e. \ufc5e++", "en")
@given(st.text(max_size=200), st.sampled_from(["en", "de", "ar", "ja", "xx"]))
def test_offsets_are_those_of_the_text(text: str, language: str) -> None:
    """Highlights need exact offsets, and both joined forms must contain the same tokens."""
    words = analyzer(language)
    tokens = words.tokens(text)
    assert all(0 <= token.start < token.end <= len(text) for token in tokens)
    assert words.exact(text).split() == [token.exact for token in tokens if token.exact]
    assert words.stems(text).split() == " ".join(token.stem for token in tokens).split()


LANGUAGES = [
    ("fr", "l'arbre qu'Odile s'ouvre presqu'ile", "arbre odil quodil ouvr presquil"),
    ("it", "nell'orto trent'anni", "orto anni"),
    ("en", "s'ouvre", "souvr"),
    ("de", "3,5 und 12.500", "3.5 und 12500"),
    ("en", "3.5 and 12,500", "3.5 and 12500"),
    ("he", 'מנכ"ל מנכ״ל', "מנכל מנכל"),
    ("ja", "Wi-Fi機 ﾃﾞｰﾀ", "wi fi wifi 機 デ ー タ"),
    ("th", "ดี น้ำ น้ํา", "ดี นํ้า นํ้า"),
    ("lo", "ດີ", "ດີ"),
    ("my", "မြို့", "မြို့"),
]


@pytest.mark.parametrize(("language", "text", "stems"), LANGUAGES)
def test_stems_follow_the_language(language: str, text: str, stems: str) -> None:
    """Elision, decimal commas and scripts without spaces are read as their readers type them."""
    assert analyzer(language).stems(text) == stems


ALTERNATIVES = [
    ("l'arbre", (("arbr",), ("larbr",))),
    ("anti-war", (("antiwar",), ("anti", "war"))),
    ("F-16", (("f16",),)),
    ("tds", (("tds",), ("td",))),
    ("TDs", (("td",), ("tds",))),
    ("TDS", (("tds",),)),
    ("ngos", (("ngos",), ("ngo",))),
    ("gps", (("gps",),)),
    ("3.4bn", (("3.4bn",), ("3.4", "bn"))),
    ("3.4m", (("3.4m",),)),
    ("3rd", (("3rd",),)),
    ("B&Q", (("b&q",),)),
]


@pytest.mark.parametrize(("word", "alternatives"), ALTERNATIVES)
def test_a_piece_is_searched_in_one_piece(
    word: str, alternatives: tuple[tuple[str, ...], ...]
) -> None:
    """A compound is found closed or in parts, an initialism in both numbers, an amount by its unit."""
    assert analyzer("en").alternatives(word) == alternatives


@given(st.text(max_size=60))
def test_phrases_are_compared_alike_in_every_language(text: str) -> None:
    """The exact forms of a query are those of its articles, whatever language they are in."""
    assert len({analyzer(language).exact(text) for language in ("en", "fr", "it", "de", "tr")}) == 1


@given(st.text(max_size=60))
def test_offsets_of_pieces_are_those_of_their_tokens(text: str) -> None:
    """The typed text of a piece is the text that is searched."""
    words = analyzer("en")
    for piece in words.pieces(text):
        assert piece.alternatives
        assert all(piece.start <= token.start < token.end <= piece.end for token in piece.tokens)


@pytest.mark.parametrize("word", ["mine", "May", "back", "US"])
def test_ambiguous_words_are_not_stop_words(word: str) -> None:
    """Gold mine, the first of May and the US are searched, not ignored."""
    assert not analyzer("en").is_stop_word(word)


def test_evicted_runs_are_never_missed() -> None:
    """Matches are found whatever is cached, and most runs without a match are not candidates."""
    tokens_by_run = TokenCache(PieceReader("en", str), generation_size=50)
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
    tokens_by_run = TokenCache(PieceReader("en", str), generation_size=1000)
    for number in range(100_000):
        assert tokens_by_run[f"word{number}"]
    allocated, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert allocated < 2_000_000
