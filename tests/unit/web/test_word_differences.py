"""Word differences: both versions can be read from them, and long texts take no long time."""

import random
from collections.abc import Sequence

import pytest

from web.presenters.reprints.differences import Piece, passages, pieces
from web.presenters.reprints.versions import share_of_same
from web.presenters.reprints.word_differences import (
    Change,
    TextWord,
    WordRun,
    same_words,
    word_runs,
    words_of,
)


def _texts(words: Sequence[TextWord]) -> list[str]:
    return [word.text for word in words]


def _version(runs: Sequence[WordRun], *, without: Change) -> list[str]:
    return [word.text for run in runs if run.change is not without for word in run.words]


def _line(old: str, new: str) -> str:
    signs = {Change.SAME: "{}", Change.LEFT_OUT: "[-{}]", Change.ADDED: "[+{}]"}
    found = pieces(word_runs(words_of([old]), words_of([new])))
    return "".join(signs[piece.change].format(piece.text) for piece in found)


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("the old tug left", "the new tug left", "the[- old][+ new] tug left"),
        ("the tug left", "tug left port", "[-the] tug left[+ port]"),
        ("don’t “go”", 'don\'t "go"', 'don\'t "go"'),
        ("", "tug", "[+tug]"),
        ("港口拖船", "港口船", "港口[-拖]船"),
        ("same", "same", "same"),
    ],
)
def test_words_are_left_out_and_added(old: str, new: str, shown: str) -> None:
    """A changed word is left out and added; typographic signs are no change."""
    assert _line(old, new) == shown


@pytest.mark.parametrize("seed", range(20))
def test_both_versions_can_be_read_from_the_differences(seed: int) -> None:
    """Without what was added there is the old version, without what was left out the new one."""
    dice = random.Random(seed)
    vocabulary = [f"w{number}" for number in range(dice.choice((3, 50, 5_000)))]
    size = dice.choice((0, 20, 700, 3_000))
    old = [dice.choice(vocabulary) for _ in range(size)]
    new = [dice.choice(vocabulary) if dice.random() < 0.1 else word for word in old]
    middle = len(new) // 2
    new = [*new[middle:], *new[:middle]] if dice.random() < 0.3 else new
    first, second = words_of([" ".join(old)]), words_of([" ".join(new)])
    runs = word_runs(first, second)
    assert _version(runs, without=Change.ADDED) == _texts(first)
    assert _version(runs, without=Change.LEFT_OUT) == _texts(second)
    same = sum(len(run.words) for run in runs if run.change is Change.SAME)
    assert same == same_words(first, second)


def test_most_words_of_an_edited_text_are_the_same() -> None:
    """One changed word in a hundred of a long text is found as such, not as another text."""
    dice = random.Random(1)
    old = [f"w{min(int(dice.paretovariate(0.9)), 30_000)}" for _ in range(20_000)]
    new = [f"new{place}" if place % 100 == 50 else word for place, word in enumerate(old)]
    assert share_of_same(words_of([" ".join(old)]), words_of([" ".join(new)])) == 0.99


def test_long_passages_without_a_change_are_folded() -> None:
    """A change is shown with the words next to it; the words that are folded are counted."""
    words = [f"w{number}" for number in range(300)]
    changed = [*words[:150], "changed", *words[151:]]
    old = words_of([" ".join(words[:200]), " ".join(words[200:])])
    new = words_of([" ".join(changed[:200]), " ".join(changed[200:])])
    first, middle, last = passages(word_runs(old, new))
    assert (first.words, middle.words, last.words) == (130, 0, 129)
    assert [piece.change for piece in middle.paragraphs[0]] == [
        Change.SAME,
        Change.LEFT_OUT,
        Change.ADDED,
        Change.SAME,
    ]
    assert len(last.paragraphs) == 2


def test_equal_texts_are_one_folded_passage() -> None:
    """Nothing is shown where nothing differs, but all of it can be unfolded."""
    words = words_of(["word " * 50])
    (passage,) = passages(word_runs(words, words))
    assert passage.words == 50


def test_paragraphs_stay_apart() -> None:
    """A left out paragraph is one of its own; a new beginning is in the old one's paragraph."""
    old = words_of(["One two.", "Gone.", "Three four."])
    new = words_of(["One two.", "Four four."])
    (passage,) = passages(word_runs(old, new))
    assert passage.paragraphs[:2] == [
        [Piece(Change.SAME, "One two.")],
        [Piece(Change.LEFT_OUT, "Gone.")],
    ]
    assert passage.paragraphs[2] == [
        Piece(Change.LEFT_OUT, "Three"),
        Piece(Change.ADDED, " Four"),
        Piece(Change.SAME, " four."),
    ]
