"""The words of a sample of texts, each counted once per text.

Copies must not decide what a search is about. A sentence that is repeated, as in a standing last
paragraph or a reprint, counts in the first text that has it, and a text with hardly any other
sentence is not counted at all.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from string import punctuation

from search.analysis.analyzer import analyzer
from search.analysis.plain_text import plain_text
from search.analysis.stopwords import STOP_WORDS
from search.model.article import Article

__all__ = ["TextSample", "primary_language", "read_sample"]

_MAX_LENGTH = 3_000
"""Characters of a body that are read; articles name their subject early."""
_COPIED = 0.25
"""The share of sentences that no text had before up to which a body is a copy."""
_END_LENGTH = 100
"""Characters at each end of a text in which repeated runs of words count once."""
_LONG_SENTENCES = 600
"""The average length of sentences above which a text has lost its sentence ends."""
_RUN_LENGTH = 4
"""Words of a run at the end of a text."""
_SENTENCE_END = ". "
_WORD = re.compile(r"['\u2019]*(?:[A-Z]{2}|[^\W\d_]{3})(?:[^\W\d_]|['\u2019])*")
"""A word of three letters or more; of two if they are capitals, as `EU`."""
_STOP_WORDS = STOP_WORDS | {
    word.replace("'", "") for word in STOP_WORDS if word.endswith(("n't", "'ve"))
}
"""Stop words, some of them also as texts write them that lack apostrophes."""
# Dots are left out, so that an initialism stays one word.
_SEPARATORS = str.maketrans(
    dict.fromkeys(set(punctuation) - {".", "'"}, " ")
    | dict.fromkeys("\u2013\u2014\u2018\u201a\u201c\u201d\u201e\u00ab\u00bb\u2026\u2022\u00a0", " ")
    | {".": None}
)


@dataclass(frozen=True, slots=True)
class TextSample:
    """The words of each text that is no copy, by primary language."""

    words: dict[str, list[AbstractSet[str]]]

    @property
    def texts(self) -> int:
        """The number of texts that are no copies."""
        return sum(map(len, self.words.values()))

    def forms(self, minimum: int) -> dict[str, dict[str, dict[str, int]]]:
        """Return how many texts have each form, by language and stem, of stems in some texts.

        Stop words, numbers and single letters are left out, and so are forms in fewer texts than
        half of the minimum.
        """
        rarest = (minimum + 1) // 2
        found: dict[str, dict[str, dict[str, int]]] = {}
        for language, texts in self.words.items():
            counts: Counter[str] = Counter()
            for words in texts:
                counts.update(words)
            tokens_of = analyzer(language).runs("")
            by_stem: dict[str, dict[str, int]] = {}
            for word, count in counts.items():
                if count < rarest or _WORD.fullmatch(word) is None:
                    continue
                for token in tokens_of[word][-1:]:
                    if token.stem and token.exact not in _STOP_WORDS:
                        by_stem.setdefault(token.stem, {})[word] = count
            found[language] = {
                stem: forms for stem, forms in by_stem.items() if sum(forms.values()) >= minimum
            }
        return found

    def count_any(self, language: str, forms: Mapping[str, int]) -> int:
        """Count the texts of a language with any of some forms, whose own counts are known."""
        if len(forms) == 1:
            return sum(forms.values())
        return sum(not forms.keys().isdisjoint(words) for words in self.words[language])


def read_sample(articles: Iterable[Article]) -> TextSample:
    """Read the words of articles in their order."""
    words: dict[str, list[AbstractSet[str]]] = {}
    known: set[str] = set()
    ends = _TextEnds()
    for article in articles:
        body = plain_text(article.body[:_MAX_LENGTH])
        sentences = _sentences(body)
        unknown = sentences - known
        if sentences and len(unknown) <= _COPIED * len(sentences):
            continue
        unknown |= _sentences(f"{article.title}\n{article.deck}") - known
        known |= unknown
        text = set(" ".join(unknown).translate(_SEPARATORS).split())
        if len(body) > _LONG_SENTENCES * len(sentences):
            text -= ends.repeated(body)
        words.setdefault(primary_language(article.language), []).append(text)
    return TextSample(words)


class _TextEnds:
    """The runs of words that texts begin or end with.

    Some archives have lost the sentences of their texts, so that a dateline or the name of a press
    officer is part of one long line.
    """

    def __init__(self) -> None:
        self._known: set[tuple[str, ...]] = set()

    def repeated(self, body: str) -> set[str]:
        """Return words of runs that a text before has at an end, if they are nowhere else in this.

        Its own ends are added.
        """
        last = body[-_END_LENGTH:] if len(body) < _MAX_LENGTH else ""
        runs = {
            run
            for end in (body[:_END_LENGTH], last)
            for run in zip(*_shifted(end.translate(_SEPARATORS).split()), strict=False)
        }
        repeated = {word for run in runs & self._known for word in run}
        self._known |= runs
        if not repeated:
            return repeated
        middle = body[_END_LENGTH:-_END_LENGTH]
        return {word for word in repeated if word not in middle}


def _shifted(words: list[str]) -> list[list[str]]:
    """Return words from the first one on, from the second one on, and so on."""
    return [words[start:] for start in range(_RUN_LENGTH)]


def primary_language(tag: str) -> str:
    """Return the language of a tag (BCP 47), `en` of `en-GB`: its stems are the same."""
    return tag.partition("-")[0].lower()


def _sentences(text: str) -> set[str]:
    lines = text.replace(".\n", "\n").removesuffix(".").replace("\n", _SENTENCE_END)
    return set(filter(None, lines.split(_SENTENCE_END)))
