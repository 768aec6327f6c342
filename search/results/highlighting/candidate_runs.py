"""Finds the runs of non-space characters that may contain a term of a query.

Only these need to be analysed. Texts are not split for it: a few searches for literal letters take
a fraction of the time of splitting texts and looking up each run.

English stems differ from their words in the last letter only (`happi`, `happy`). In between, a word
may have signs (`U.S.`, `e-mail`), and letters that are not ASCII may stand for any letters.
"""

from collections.abc import Iterable

from search.results.highlighting.letters import Letters, letters_of

__all__ = ["CandidateRuns", "is_english"]

_MIN_SEED_LENGTH = 2
_MAX_SEEDS = 24
"""Seeds above which splitting the text is faster."""


class CandidateRuns:
    """Finds candidates by *seeds*: letters that a run with a term has."""

    def __init__(self, seeds: Iterable[str]) -> None:
        self._seeds = tuple(seed.encode() for seed in seeds)

    @classmethod
    def of(
        cls, stems: Iterable[str], exact: Iterable[str], prefixes: Iterable[str]
    ) -> "CandidateRuns | None":
        """Return the finder for terms; None if a term has too few letters or others than ASCII."""
        stems, whole = set(stems), {*exact, *prefixes}
        if not all(map(str.isascii, stems | whole)):
            return None
        seeds = {*map(letters_of, whole), *map(_stem_seed, stems)}
        # `dying` has the stem `die`.
        seeds.update(
            f"{stem[0]}y" for stem in stems if len(stem) == len("die") and stem[1:] == "ie"
        )
        if not all(len(seed) >= _MIN_SEED_LENGTH for seed in seeds):
            return None
        # A seed that begins with another one is in none but its candidates.
        shortest = [
            seed
            for seed in seeds
            if not any(seed[:length] in seeds for length in range(_MIN_SEED_LENGTH, len(seed)))
        ]
        return cls(shortest) if 0 < len(shortest) <= _MAX_SEEDS else None

    def find(self, letters: Letters) -> list[int]:
        """Return the starts of the candidates, in order."""
        starts = set(letters.other_runs)
        has_split = False
        for seed in self._seeds:
            places = letters.places(seed)
            starts.update(map(letters.run_start, letters.word_starts(places)))
            has_split = has_split or letters.is_split(seed, len(places))
        if has_split:
            starts.update(letters.split_in(self._seeds))
        return sorted(starts)


def _stem_seed(stem: str) -> str:
    letters = letters_of(stem)
    return letters[:-1] if len(letters) > _MIN_SEED_LENGTH else letters


def is_english(language: str) -> bool:
    """Return whether a text in this language (BCP 47) has English stems."""
    return language.partition("-")[0].lower() == "en"
