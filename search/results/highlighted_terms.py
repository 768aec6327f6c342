"""The terms of a query that are highlighted in a field, and where a text has them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from search.analysis.analyzer import Analyzer, analyzer
from search.analysis.pieces import Token
from search.analysis.token_cache import TokenCache
from search.query.loosening import windows
from search.query.proximity import proximity_matches
from search.query.syntax import Phrase, Prefix, Word
from search.results.candidate_runs import CandidateRuns, is_english

__all__ = ["FieldTerms", "Span"]

_MAX_PREPARED_LENGTH = 10_000
"""Characters up to which the runs of a text are kept until it is highlighted."""


class Span(NamedTuple):
    """`text[start:end]`, in characters."""

    start: int
    end: int


class FieldTerms:
    """The terms that are highlighted in one field."""

    def __init__(self, terms: Iterable[Word | Prefix | Phrase], analyzers: list[Analyzer]) -> None:
        self._stems: set[str] = set()
        self._exact: set[str] = set()
        self._prefixes: tuple[str, ...] = ()
        self._phrases: list[tuple[tuple[str, ...], int]] = []
        self._by_cache: dict[TokenCache, _HighlightedRuns] = {}
        for term in terms:
            match term:
                case Word(text) if term.field in (None, "title"):
                    self._stems.update(
                        stem
                        for words in analyzers
                        for group in words.alternatives(text)
                        for stem in group
                    )
                case Word(text):
                    self._add_phrase(_exact(text), 0)
                case Prefix(text):
                    self._prefixes += tuple(_exact(text)[-1:])
                case Phrase(words, slop):
                    self._add_phrase([form for word in words for form in _exact(word)], slop)
        self._has_words = bool(self._stems or self._exact or self._prefixes)
        self._candidate_runs = CandidateRuns.of(self._stems, self._exact, self._prefixes)
        self.is_empty = not (self._has_words or self._phrases)
        """True if nothing is highlighted in the field."""

    def _add_phrase(self, forms: list[str], slop: int) -> None:
        if len(forms) == 1:
            self._exact.update(forms)
        elif forms:
            self._phrases.append((tuple(forms), slop))

    def prepare(self, texts: Sequence[tuple[str, str]]) -> None:
        """Look up the runs of several texts at once, each given with its language.

        The texts of a page share most of their runs, so this takes a third of the time of looking
        them up text by text.
        """
        if not self._has_words:
            return
        groups: dict[_HighlightedRuns, list[str]] = {}
        for text, language in texts:
            if len(text) <= _MAX_PREPARED_LENGTH and self._candidates_in(language) is None:
                runs = self._highlighted_runs(analyzer(language).runs(text))
                groups.setdefault(runs, []).append(text)
        for runs, grouped in groups.items():
            runs.prepare(grouped)

    def spans(self, text: str, language: str) -> list[Span]:
        """Return the spans to highlight, from left to right and without overlaps."""
        spans: list[Span] = []
        if self._has_words:
            runs = self._highlighted_runs(analyzer(language).runs(text))
            candidates = self._candidates_in(language)
            spans += runs.spans_among(candidates.find(text)) if candidates else runs.spans(text)
        if self._phrases:
            spans += self._phrase_spans(text, analyzer(language))
        return _merged(spans) if spans else spans

    def _candidates_in(self, language: str) -> CandidateRuns | None:
        """Return what finds the runs that may have a term; None if any run may have one."""
        return self._candidate_runs if is_english(language) else None

    def _highlighted_runs(self, tokens: TokenCache) -> "_HighlightedRuns":
        runs = self._by_cache.get(tokens)
        if runs is None:
            runs = self._by_cache[tokens] = _HighlightedRuns(self, tokens)
        return runs

    def among(self, tokens: TokenCache, runs: set[str]) -> Iterator[tuple[str, tuple[Span, ...]]]:
        """Yield the runs with tokens to highlight, and the spans of these in the run."""
        only_stems = not self._exact and not self._prefixes
        for run in tokens.containing(runs, self._stems) if only_stems else runs:
            spans = tuple(
                [Span(token.start, token.end) for token in tokens[run] if self._matches(token)]
            )
            if spans:
                yield run, spans

    def _matches(self, token: Token) -> bool:
        return (
            token.stem in self._stems
            or (bool(token.exact) and token.exact in self._exact)
            or (bool(self._prefixes) and token.exact.startswith(self._prefixes))
        )

    def _phrase_spans(self, text: str, words: Analyzer) -> Iterator[Span]:
        by_run = words.runs(text)
        forms = {token.exact for run in set(text.split(" ")) for token in by_run[run]}
        # Most texts of a page lack a word of the phrase, and only the others need its positions.
        if not any(forms.issuperset(phrase) for phrase, _ in self._phrases) and all(
            slop or not windows(Phrase(phrase)) for phrase, slop in self._phrases
        ):
            return
        tokens = [token for token in words.tokens(text) if token.exact]
        in_order = [token.exact for token in tokens]
        for phrase, slop in self._phrases:
            found = list(_phrase_spans(phrase, slop, tokens, in_order))
            if not found and not slop:
                # A long text without spaces may have matched by its parts.
                for window in windows(Phrase(phrase)):
                    found += _phrase_spans(window.words, 0, tokens, in_order)
            yield from found


class _HighlightedRuns:
    """The runs of non-space characters with highlighted tokens, of the texts looked up so far."""

    def __init__(self, terms: FieldTerms, tokens: TokenCache) -> None:
        self._terms = terms
        self._tokens = tokens
        self._prepared: dict[str, list[str]] = {}
        """The runs of prepared texts."""
        self._spans: dict[str, tuple[Span, ...]] = {}
        self._matched: set[str] = set()

    def _add(self, runs: set[str]) -> None:
        found = dict(self._terms.among(self._tokens, runs))
        self._spans |= found
        self._matched.update(found)

    def prepare(self, texts: Iterable[str]) -> None:
        """Look up the runs of several texts."""
        added = {text: text.split(" ") for text in texts if text not in self._prepared}
        self._prepared |= added
        self._add(set().union(*added.values()))

    def spans_among(self, candidates: Sequence[tuple[int, str]]) -> list[Span]:
        """Return the spans to highlight in some runs of a text, given with their offsets."""
        self._add({run for _, run in candidates})
        return [
            Span(offset + start, offset + end)
            for offset, run in candidates
            if run in self._spans
            for start, end in self._spans[run]
        ]

    def spans(self, text: str) -> list[Span]:
        """Return the spans to highlight in a text."""
        runs = self._prepared.get(text)
        if runs is None:
            runs = text.split(" ")
            self._add(set(runs))
        spans = self._spans
        if not spans or self._matched.isdisjoint(runs):
            return []
        found: list[Span] = []
        offset = previous = 0
        # Few runs are highlighted, so the lengths of all runs between two are added at once.
        for index in [index for index, run in enumerate(runs) if run in spans]:
            offset += sum(map(len, runs[previous:index])) + index - previous
            previous = index
            found += [Span(offset + start, offset + end) for start, end in spans[runs[index]]]
        return found


def _exact(text: str) -> list[str]:
    return [token.exact for token in analyzer("en").tokens(text) if token.exact]


def _phrase_spans(
    phrase: tuple[str, ...], slop: int, tokens: list[Token], forms: list[str]
) -> Iterator[Span]:
    if not set(phrase) <= set(forms):
        return
    length = len(phrase)
    if slop == 0:
        for first in range(len(forms) - length + 1):
            if forms[first] == phrase[0] and tuple(forms[first : first + length]) == phrase:
                yield Span(tokens[first].start, tokens[first + length - 1].end)
        return
    for positions in proximity_matches(forms, phrase, slop):
        yield from (Span(tokens[position].start, tokens[position].end) for position in positions)


def _merged(spans: list[Span]) -> list[Span]:
    """Sort spans and merge overlapping ones."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start < merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged
