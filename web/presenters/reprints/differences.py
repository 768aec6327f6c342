"""Word differences as paragraphs; long passages without a change are folded."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from web.presenters.reprints.word_differences import Change, TextWord, WordRun

__all__ = ["Passage", "Piece", "passages", "pieces"]

_CONTEXT_WORDS = 20
"""Words without a change that are shown next to one."""
_MIN_FOLDED = 20
"""Words that are folded, at least: fewer take less room than the words that name them."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Consecutive words of a paragraph with the same fate, with the space before them."""

    change: Change
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """Paragraphs that are shown, or that `words` words are folded in."""

    paragraphs: list[list[Piece]]
    words: int = 0


_Marked = tuple[Change, TextWord]


def pieces(runs: Iterable[WordRun]) -> list[Piece]:
    """Return the differences of a single line."""
    marked = [(run.change, word) for run in runs for word in run.words]
    return [piece for paragraph in _paragraphs(marked) for piece in paragraph]


def passages(runs: Sequence[WordRun]) -> list[Passage]:
    """Return the differences of a text as passages."""
    found: list[Passage] = []
    shown: list[_Marked] = []
    for number, run in enumerate(runs):
        marked = [(run.change, word) for word in run.words]
        before = _CONTEXT_WORDS if number else 0
        after = _CONTEXT_WORDS if number + 1 < len(runs) else 0
        folded = len(marked) - before - after
        if run.change is not Change.SAME or folded < _MIN_FOLDED:
            shown += marked
            continue
        shown += marked[:before]
        if shown:
            found.append(Passage(_paragraphs(shown)))
        end = before + folded
        found.append(Passage(_paragraphs(marked[before:end]), folded))
        shown = marked[end:]
    if shown:
        found.append(Passage(_paragraphs(shown)))
    return found


def _paragraphs(marked: Iterable[_Marked]) -> list[list[Piece]]:
    """Divide words into paragraphs, and each of these into pieces of the same fate."""
    return [list(_joined(paragraph)) for paragraph in _divided(marked)]


def _divided(marked: Iterable[_Marked]) -> Iterator[list[_Marked]]:
    """Yield the words of each paragraph.

    A beginning that was replaced by another one is one paragraph with it.
    """
    paragraph: list[_Marked] = []
    for change, word in marked:
        is_replacing = change is Change.ADDED and all(
            other is Change.LEFT_OUT for other, _ in paragraph
        )
        if word.begins and paragraph and not is_replacing:
            yield paragraph
            paragraph = []
        paragraph.append((change, word))
    if paragraph:
        yield paragraph


def _joined(paragraph: Sequence[_Marked]) -> Iterator[Piece]:
    text: list[str] = []
    fate = Change.SAME
    for change, word in paragraph:
        if text and change is not fate:
            yield Piece(fate, "".join(text))
            text = []
        fate = change
        has_space = word.is_after_space or (word.begins and (change, word) != paragraph[0])
        text.append(f" {word.text}" if has_space else word.text)
    if text:
        yield Piece(fate, "".join(text))
