"""Words that one sample of texts has more often than other texts, by log-likelihood."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from search.results.overview.log_likelihood import over_representation
from search.results.overview.telling_values import MIN_MATCHES, first_by_score
from search.results.overview.text_sample import TextSample

__all__ = ["Candidate", "Reference", "telling_words"]

_MIN_TEXTS = 10
"""Texts below which a word of two of them can be telling."""
_MIN_RATIO = 2
"""How many times as often a telling word is in the sample as in the other texts."""
_MIN_SHARE = 0.01
_COUNTED = 60
"""Words by whose forms' sums the telling ones are chosen before they are counted exactly."""
_APOSTROPHES = "'\u2019"
_POSSESSIVES = tuple(f"{apostrophe}s" for apostrophe in _APOSTROPHES)


class Candidate(NamedTuple):
    """A word as it is most often written, and its stem."""

    word: str
    stem: str


class Reference(NamedTuple):
    """Texts to compare with: a function that counts those with each stem, and their number.

    The number is by language. The sample may be among these texts.
    """

    with_stems: Callable[[Sequence[str]], Mapping[str, int]]
    texts: Mapping[str, int]
    includes_sample: bool


class _Scored(NamedTuple):
    language: str
    stem: str
    forms: Mapping[str, int]


def telling_words(
    sample: TextSample, reference: Reference, ignored: AbstractSet[str], size: int
) -> list[Candidate]:
    """Return the most telling words of a sample.

    They are compared with texts of their own language, so that the small words of a language say
    nothing. `ignored` are stems.
    """
    minimum = (
        max(MIN_MATCHES, round(_MIN_SHARE * sample.texts)) if sample.texts >= _MIN_TEXTS else 2
    )
    rows = [
        _Scored(language, stem, forms)
        for language, by_stem in sample.forms(minimum).items()
        for stem, forms in by_stem.items()
        if stem not in ignored
    ]
    with_stems = reference.with_stems([row.stem for row in rows])

    def score(row: _Scored, count: int) -> float:
        texts = len(sample.words[row.language])
        count = min(count, texts)
        others, other_texts = with_stems[row.stem], reference.texts.get(row.language, 0)
        if reference.includes_sample:
            others, other_texts = max(0, others - count), other_texts - texts
        return over_representation(
            count, texts, min(others, other_texts), other_texts, times=_MIN_RATIO
        )

    likely = first_by_score([(score(row, sum(row.forms.values())), row) for row in rows], _COUNTED)
    counted = [(row, sample.count_any(row.language, row.forms)) for row in likely]
    words = first_by_score(
        [(score(row, count), row) for row, count in counted if minimum <= count], 2 * size
    )
    return list(_distinct(words))[:size]


def _distinct(rows: Sequence[_Scored]) -> Iterator[Candidate]:
    """Yield each word once, whatever languages it has stems in."""
    seen: set[str] = set()
    for row in rows:
        word = _as_written(row.forms)
        if word.casefold() not in seen:
            seen.add(word.casefold())
            yield Candidate(word, row.stem)


def _as_written(forms: Mapping[str, int]) -> str:
    """Return the most frequent form, without the possessive."""
    counts: dict[str, int] = {}
    for form, count in forms.items():
        word = form.strip(_APOSTROPHES)
        for possessive in _POSSESSIVES:
            word = word.removesuffix(possessive)
        counts[word] = counts.get(word, 0) + count
    return max(counts, key=lambda word: (counts[word], word))
