"""Finds the runs of non-space characters in an English text that may contain a term of a query.

Only these need to be analysed. A text is not split for it: a few searches for literal characters
take two fifths of the time of splitting it and looking up each run.

English stems differ from their words at the end only, so a word has the first letters of its stem.
A run in which signs or other letters join ASCII letters (`U.S.`, `e-mail`, `état`) is always a
candidate.
"""

from collections.abc import Iterable, Iterator, Sequence

__all__ = ["CandidateRuns", "is_english"]

_MIN_TERM_LENGTH = 3
_SEED_LENGTH = 3
_MAX_SEEDS = 24
"""Seeds above which splitting the text is faster."""
_EXPANDED = ("ss", "ae", "oe", "ff", "fi", "fl", "st", "ffi", "ffl")
"""Letters that one letter at the end of a word may stand for: `ß`, `æ`, `œ` or a ligature."""
_OTHER = b"?"
"""The replacement of characters that are not ASCII."""


def _shape(code: int) -> bytes:
    character = bytes([code])
    if character.isalpha():
        return b"a"
    if character in b" \n":
        return b" "
    return b"~" if character == _OTHER else b"."


_SHAPES = b"".join(map(_shape, range(128))) + b"~" * 128
_JOINED = (b"a.a", b"~a", b"~~", b"~.")
"""The shapes of runs whose words may not have the letters that the run has side by side."""


class CandidateRuns:
    """Finds candidates by *seeds*: letters that a run with a term has."""

    def __init__(self, seeds: Iterable[str]) -> None:
        self._seeds = tuple(seed.encode() for seed in seeds)

    @classmethod
    def of(
        cls, stems: Iterable[str], exact: Iterable[str], prefixes: Iterable[str]
    ) -> "CandidateRuns | None":
        """Return the finder for terms; None if some term may be in a run without its letters."""
        stems, whole = set(stems), {*exact, *prefixes}
        if not all(
            term.isascii() and term.isalpha() and len(term) >= _MIN_TERM_LENGTH
            for term in stems | whole
        ):
            return None
        # The last letter may differ from the one in the text: `cri` is `cry`, `asi` may be `así`.
        seeds = {term[: min(_SEED_LENGTH, len(term) - 1)] for term in stems | whole}
        for stem in stems:
            if len(stem) == _MIN_TERM_LENGTH and stem.endswith("ie"):
                # `dying` has the stem `die`.
                seeds.add(f"{stem[0]}y")
        for term in stems | whole:
            # `cuff` may be `cuﬀ`, which has two of its letters.
            seeds.update(
                f"{term.removesuffix(end)}{_OTHER.decode()}"
                for end in _EXPANDED
                if term.endswith(end) and len(term) - len(end) < _SEED_LENGTH
            )
        return cls(seeds) if 0 < len(seeds) <= _MAX_SEEDS else None

    def find(self, text: str) -> Sequence[tuple[int, str]]:
        """Return the candidates with their offsets, in order."""
        # As many bytes as the text has characters.
        letters = text.encode("ascii", "replace")
        starts = set(_run_starts(letters.lower(), self._seeds))
        starts.update(_run_starts(letters.translate(_SHAPES), _JOINED))
        return [(start, text[start : _end(letters, start)]) for start in sorted(starts)]


def _run_starts(letters: bytes, parts: Iterable[bytes]) -> Iterator[int]:
    """Yield where the runs begin that contain one of the parts."""
    for part in parts:
        place = letters.find(part)
        while place >= 0:
            yield letters.rfind(b" ", 0, place) + 1
            place = letters.find(part, _end(letters, place))


def _end(letters: bytes, place: int) -> int:
    end = letters.find(b" ", place)
    return end if end >= 0 else len(letters)


def is_english(language: str) -> bool:
    """Return whether a text in this language (BCP 47) has English stems."""
    return language.partition("-")[0].lower() == "en"
